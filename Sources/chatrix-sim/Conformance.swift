import ArgumentParser
import ChatrixConformance
import ChatrixModel

/// Runs the conformance checks against the reference in this process.
struct Conformance: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Checks the reference against the rules of the API, row by row.")

    @Option(parsing: .upToNextOption, help: "Only rows whose id starts with one of these.")
    var only: [String] = []

    func validate() throws {
        for prefix in only where !Checks.all.contains(where: { $0.ids.contains { $0.hasPrefix(prefix) } }) {
            throw ValidationError("--only \(prefix): no checked behaviour starts with it; see 'chatrix-sim behaviours'")
        }
    }

    func run() throws {
        func isWanted(_ id: String) -> Bool { only.isEmpty || only.contains { id.hasPrefix($0) } }
        let report = ConformanceReport.run(
            Checks.all.filter { $0.ids.contains(where: isWanted) }, on: { InProcessTarget() })
        for line in report.lines(counting: { isWanted($0.id) }) { print(line) }
        if report.hasFailures { throw ExitCode(1) }
    }
}
