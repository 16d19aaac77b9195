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
        let seconds = Double(read.loadDuration) / 1e9
        print(
            """
            \(scenario): valid; \(read.users) users, \(read.flows.count) flows, \(read.load.count) load phases of \
            \(seconds.formatted()) s, \(read.thresholds.count) thresholds
            """)
    }
}
