import ArgumentParser
import ChatrixModel
import ChatrixReport
import ChatrixScenario

/// What `run` and `simulate` say about the scenario.
struct ScenarioArguments: ParsableArguments {
    @Argument(help: "The scenario file.")
    var scenario: String

    @Option(help: "Seed instead of the one in the file.")
    var seed: UInt64?

    @Option(help: "Number of virtual users instead of the one in the file.")
    var users: Int?

    @Option(help: "Folder for the run; must be empty or not there.")
    var out: String?

    @OptionGroup var environment: EnvironmentArguments

    /// Reads and checks the file; nothing was started when this throws.
    func read() throws -> Scenario {
        try Scenario(contentsOf: scenario, environment: environment.dictionary()).overriding(
            seed: seed, users: users, file: scenario)
    }

    /// The folder that `--out` names, or a new one below `reports`.
    func makeFolder(for scenario: Scenario, date: Timestamp) throws -> RunFolder {
        if let out { return try RunFolder.create(at: out) }
        return try RunFolder.create(in: "reports", scenarioName: scenario.name, date: date)
    }

    /// The arguments that repeat the run with what decided it spelt out.
    func repeating(_ read: Scenario) -> String {
        var text = "\(scenario.shellQuoted) --seed \(read.seed)"
        if users != nil { text += " --users \(read.users)" }
        return text + environment.repeating
    }
}

extension String {
    /// The text as one word of a POSIX shell.
    var shellQuoted: String {
        let isPlain =
            !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_./:=@%+,".utf8.contains(byte)
                }
            }
        return isPlain ? self : "'" + replacing("'", with: #"'\''"#) + "'"
    }
}
