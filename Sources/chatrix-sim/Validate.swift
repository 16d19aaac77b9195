import ArgumentParser
import ChatrixScenario

/// `chatrix-sim validate`: reads a scenario file and says what is wrong with it, or what it asks for.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a scenario file; every fault with its line and column.")

    @Argument(help: "The scenario file.")
    var scenario: String

    func run() throws {
        let read = try Scenario(contentsOf: scenario)
        print(
            """
            \(scenario): valid; \(read.users) users, \(read.flows.count) flows, \(read.load.count) load phases of \
            \(read.loadDuration / 1_000_000_000) s, \(read.thresholds.count) thresholds
            """)
    }
}
