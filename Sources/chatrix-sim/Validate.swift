import ArgumentParser
import ChatrixModel
import ChatrixReference
import ChatrixScenario

/// `chatrix-sim validate`: reads scenario or fixture files and says what is wrong with them, or what they ask for.
struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks scenario files, or fixture files; every fault with its line and column.",
        discussion: "Exit codes: 0 all files are right; 2 some file is not.")

    @Argument(help: "The files.")
    var files: [String]

    @Flag(help: "The files hold fixtures for `serve --fixtures`; they are tried on a reference of their own.")
    var fixtures = false

    @OptionGroup var environment: EnvironmentArguments

    func run() throws {
        guard !fixtures || environment.values.isEmpty else {
            throw ValidationError("-e is for scenario files, not for fixtures")
        }
        var errors: [InputError] = []
        for file in files {
            do {
                if fixtures { try validateFixtures(file) } else { try validateScenario(file) }
            } catch let error as InputError {
                errors.append(error)
            }
        }
        guard !errors.isEmpty else { return }
        for error in errors { StandardStream.error.writeLine("\(error)") }
        let count = errors.reduce(0) { $0 + $1.problems.count }
        ChatrixSim.fail("\(count) fault\(count == 1 ? "" : "s") in \(errors.count) of \(files.count) files", code: 2)
    }

    private func validateScenario(_ file: String) throws {
        let scenario = try Scenario(contentsOf: file, environment: environment.dictionary())
        print(
            """
            \(file): valid; \(scenario.users) users, \(scenario.flows.count) flows, \(scenario.load.count) load phases of \
            \(scenario.loadDuration / 1_000_000_000) s, \(scenario.thresholds.count) thresholds
            """)
        for line in scenario.outline { print("  \(line)") }
    }

    private func validateFixtures(_ file: String) throws {
        let fixtures = try Fixtures(contentsOf: file)
        var api = ReferenceAPI()
        try fixtures.load(into: &api, at: .virtualStart)
        print("\(file): valid; \(fixtures)")
    }
}
