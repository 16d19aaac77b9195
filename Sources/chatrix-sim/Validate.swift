import ArgumentParser
import ChatrixModel
import ChatrixReference
import ChatrixScenario

/// `chatrix-sim validate`: reads a scenario or fixture file and says what is wrong with it, or what it asks for.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a scenario file, or a fixture file; every fault with its line and column.")

    @Argument(help: "The file.")
    var file: String

    @Flag(help: "The file holds fixtures for `serve --fixtures`; they are tried on a reference of their own.")
    var fixtures = false

    func run() throws {
        if fixtures { try validateFixtures() } else { try validateScenario() }
    }

    private func validateScenario() throws {
        let read = try Scenario(contentsOf: file)
        print(
            """
            \(file): valid; \(read.users) users, \(read.flows.count) flows, \(read.load.count) load phases of \
            \(read.loadDuration / 1_000_000_000) s, \(read.thresholds.count) thresholds
            """)
    }

    private func validateFixtures() throws {
        let fixtures = try Fixtures(contentsOf: file)
        var api = ReferenceAPI()
        try fixtures.load(into: &api, at: .virtualStart)
        print("\(file): valid; \(fixtures)")
    }
}
