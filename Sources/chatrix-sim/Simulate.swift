import ArgumentParser
import ChatrixHistory
import ChatrixMQTT
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
    @OptionGroup var exports: ExportArguments

    @Option(
        help: ArgumentHelp(
            "Make the reference misbehave on purpose, as serve does. Repeatable.", valueName: "kind[:every]"),
        transform: { try Fault(parsing: $0) })
    var fault: [Fault] = []

    func run() throws {
        let scenario = try arguments.read()
        let folder = try arguments.out.map { try RunFolder.create(at: $0) }
        let plan = Plan(scenario)
        var environment = RunEnvironment(
            command: "chatrix-sim simulate \(arguments.repeating(scenario))"
                + fault.map { " --fault \($0)" }.joined(),
            scenarioText: try String(contentsOfFile: arguments.scenario, encoding: .utf8))
        environment.versions = RunFacts.versions()
        environment.facts = RunFacts.host()
        let planned = History.Run(
            scenario: scenario.name, seed: scenario.seed, clock: .virtual, userCount: scenario.users,
            startedAt: .virtualStart)
        let monitor = RunMonitor(
            planned,
            recorder: try folder.map {
                try RunRecorder($0, planned, environment, thresholds: scenario.thresholds)
            }, thresholds: scenario.thresholds, pace: .inCall)
        // Virtual users log in once; hashing their passwords well would only cost time.
        var configuration = ReferenceBackend.Configuration(seed: scenario.seed)
        configuration.passwordRounds = 1
        configuration.faults = fault
        var interpreter = VirtualInterpreter(
            plan, backend: ReferenceBackend(configuration: configuration), network: scenario.network ?? .init(),
            faults: fault)
        let begin = ContinuousClock.now
        let result = interpreter.run(
            keepsHistory: false, record: { monitor.append($0) }, update: { monitor.update($0) },
            isStopped: { monitor.advance(to: $0) })
        if let account = ProcessAccount() {
            environment.facts.append(.init("generator memory", "\(account.residentBytes / (1 << 20)) MiB at the end"))
        }
        let report = monitor.finish(result.history.run, environment, isInterrupted: false)
        let realSeconds = (ContinuousClock.now - begin) / .seconds(1)
        for (fault, count) in result.injected {
            StandardStream.error.writeLine("fault \(fault): injected \(count) times")
        }
        if let failure = result.setupFailure { StandardStream.error.writeLine("the load never began: \(failure)") }
        if let folder { try report.write(to: folder) }
        try exports.write(report)
        print(report.terminalText(folder: folder?.path))
        let virtualSeconds = Double(result.duration) / 1e9
        print("digest: \(result.digest)")
        print(
            String(
                format: "virtual time: %.1f s in %.3f s, %.0f times faster than real time", virtualSeconds, realSeconds,
                virtualSeconds / max(realSeconds, 1e-9)))
        throw report.commandExitCode
    }
}

extension RunReport {
    /// The code for the shell. A store that is not whole is told, and no run passes with it.
    var commandExitCode: ArgumentParser.ExitCode {
        guard let storeFailure else { return ArgumentParser.ExitCode(exitCode.rawValue) }
        StandardStream.error.writeLine("chatrix-sim: the store is not whole: \(storeFailure)")
        return ArgumentParser.ExitCode((exitCode == .held ? ChatrixReport.ExitCode.wrongUsage : exitCode).rawValue)
    }
}
