import ArgumentParser

@main
struct ChatrixBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chatrix-bench",
        abstract: "Measures the harness itself, as ratios to floors taken in the same run.",
        discussion: "Absolute times vary with the machine and its load; the ratios are what to compare.",
        subcommands: [
            Core.self, Virtual.self, Check.self, Server.self, LinearizabilityCommand.self, HelloServerCommand.self,
            ReferenceServerCommand.self,
        ])
}

struct Core: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The reference state machine: sends with their events, and mixed reads.")

    @Option(help: "Also write the figures as JSON to this file.")
    var json: String?

    func run() throws {
        let table = BenchmarkTable(
            title: "core", unit: "ns per operation", ratio: "to the first row", rows: CoreBenchmark.run())
        try BenchmarkTable.show([table], json: json)
    }
}
