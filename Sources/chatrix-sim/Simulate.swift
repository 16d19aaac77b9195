import ArgumentParser
import ChatrixHistory
import ChatrixModel
import ChatrixReference
import ChatrixReport
import ChatrixScenario
import Foundation

/// `chatrix-sim simulate`: the same scenario in virtual time against the specification itself.
struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a scenario in virtual time; the same seed gives the same digest.",
        discussion: "Exit codes as for run. With --out it leaves the same folder as run.")

    @OptionGroup var arguments: ScenarioArguments

    @Option(
        help: ArgumentHelp(
            "Make the reference misbehave on purpose, as serve does. Repeatable.", valueName: "kind[:every]"),
        transform: { try Fault(parsing: $0) })
    var fault: [Fault] = []

    func run() throws {
        let scenario = try arguments.read()
        let folder = try arguments.out.map { try RunFolder.create(at: $0) }
        let plan = Plan(scenario)
        // Virtual users log in once; hashing their passwords well would only cost time.
        var configuration = ReferenceBackend.Configuration(seed: scenario.seed)
        configuration.passwordRounds = 1
        configuration.faults = fault
        var interpreter = VirtualInterpreter(
            plan, backend: ReferenceBackend(configuration: configuration), network: scenario.network ?? .init(),
            faults: fault)
        let begin = ContinuousClock.now
        let result = interpreter.run()
        let environment = RunEnvironment(
            command: "chatrix-sim simulate \(arguments.repeating(scenario))"
                + fault.map { " --fault \($0)" }.joined(),
            scenarioText: try String(contentsOfFile: arguments.scenario, encoding: .utf8))
        let report = RunReport(result.history, thresholds: scenario.thresholds, environment: environment)
        let realSeconds = (ContinuousClock.now - begin) / .seconds(1)
        for (fault, count) in result.injected {
            StandardStream.error.writeLine("fault \(fault): injected \(count) times")
        }
        if let failure = result.setupFailure { StandardStream.error.writeLine("the load never began: \(failure)") }
        if let folder {
            let recorder = try RunRecorder(folder, result.history.run, environment, thresholds: scenario.thresholds)
            try report.finish(recorder)
            try report.write(to: folder)
        }
        print(report.terminalText(folder: folder?.path))
        let virtualSeconds = Double(result.duration) / 1e9
        print("digest: \(result.digest)")
        print(
            String(
                format: "virtual time: %.1f s in %.3f s, %.0f times faster than real time", virtualSeconds, realSeconds,
                virtualSeconds / max(realSeconds, 1e-9)))
        throw ArgumentParser.ExitCode(report.exitCode.rawValue)
    }
}
