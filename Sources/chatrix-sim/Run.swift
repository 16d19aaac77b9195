import ArgumentParser
import ChatrixHistory
import ChatrixLive
import ChatrixMQTT
import ChatrixModel
import ChatrixReport
import ChatrixScenario
import Foundation

/// `chatrix-sim run`: a scenario for real, against a deployment or a reference server of its own.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a scenario over HTTP and MQTT and judges what happened.",
        discussion: """
            Without --http it starts the reference server and a broker by itself. The run leaves a folder with \
            run.sqlite, summary.json, junit.xml and report.html.

            Exit codes: 0 all held; 1 a guarantee failed; 2 wrong usage; 3 no verdict; 4 the generator was saturated; \
            99 a threshold was crossed; 130 interrupted.
            """)

    @OptionGroup var arguments: ScenarioArguments

    @Option(help: ArgumentHelp("The deployment's API; without it the reference is started.", valueName: "url"))
    var http: String?

    @Option(help: ArgumentHelp("The deployment's broker, mqtt:// or mqtts://.", valueName: "url"))
    var mqtt: String?

    @Option(help: "Also write summary.json to this file.")
    var summaryExport: String?

    @Option(help: "Also write junit.xml to this file.")
    var junit: String?

    @Flag(help: "No progress line.")
    var quiet = false

    func run() async throws {
        let scenario = try arguments.read()
        guard http != nil || mqtt == nil else {
            throw ValidationError("--mqtt needs --http: which API belongs to the broker?")
        }
        // Wrong addresses are told before a folder is made or a server started.
        let base = try http.map { try HTTPBase(parsing: $0) }
        let broker = try mqtt.map { try MQTTEndpoint(parsing: $0) }
        let startedAt = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let folder = try arguments.makeFolder(for: scenario, date: startedAt)

        if let base {
            throw try await perform(scenario, LiveConfiguration(http: base, mqtt: broker), folder, server: nil)
        }
        let server = try ReferenceProcess(seed: scenario.seed)
        let configuration = LiveConfiguration(
            http: try HTTPBase(parsing: server.httpURL), mqtt: try MQTTEndpoint(parsing: server.mqttURL))
        do {
            throw try await perform(scenario, configuration, folder, server: server)
        } catch let error where !(error is ArgumentParser.ExitCode) {
            _ = server.stop()
            throw error
        }
    }

    private func perform(
        _ scenario: Scenario, _ configuration: LiveConfiguration, _ folder: RunFolder, server: ReferenceProcess?
    ) async throws -> ArgumentParser.ExitCode {
        var environment = RunEnvironment(
            command: command(scenario), scenarioText: try String(contentsOfFile: arguments.scenario, encoding: .utf8))
        environment.versions = RunFacts.versions()
        environment.facts =
            RunFacts.host() + [
                .init("http", server == nil ? configuration.http.description : "\(configuration.http) (reference)"),
                .init("mqtt", configuration.mqtt?.url ?? "none"),
            ]
        let planned = History.Run(
            scenario: scenario.name, seed: scenario.seed, clock: .real, userCount: scenario.users,
            startedAt: Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)))
        let recorder = try RunRecorder(folder, planned, environment, thresholds: scenario.thresholds)
        let memory = ProcessMemory()
        let progressLine = quiet ? nil : ProgressLine()
        let interpreter = LiveInterpreter(
            scenario, configuration: configuration,
            observer: LiveObserver(
                progress: { progress in
                    memory.sample()
                    progressLine?.show(progress)
                },
                history: { recorder.append($0) }))
        if scenario.network != nil {
            StandardStream.error.writeLine("the key 'network' is for simulate; this run has a real network")
        }
        let signals = try TerminationSignals.install()
        signals.onFirst { interpreter.stop() }

        let result = try await interpreter.run()
        progressLine?.finish()
        let serverSeconds = server?.stop()
        environment.facts += facts(result, memory, serverSeconds)
        for problem in result.setupProblems { StandardStream.error.writeLine("setup: \(problem)") }
        if let failure = result.setupFailure { StandardStream.error.writeLine("the load never began: \(failure)") }
        return try conclude(result.history, scenario, environment, folder, recorder)
    }

    /// Judges, writes and shows; the code says how it ended.
    private func conclude(
        _ history: History, _ scenario: Scenario, _ environment: RunEnvironment, _ folder: RunFolder,
        _ recorder: RunRecorder
    ) throws -> ArgumentParser.ExitCode {
        let report = RunReport(history, thresholds: scenario.thresholds, environment: environment)
        try report.finish(recorder)
        try report.write(to: folder)
        if recorder.lateRows > 0 {
            StandardStream.error.writeLine("the disk fell behind: \(recorder.lateRows) rows were written after the run")
        }
        if let summaryExport { try RunFolder.export(folder.summary, to: summaryExport) }
        if let junit { try RunFolder.export(folder.junit, to: junit) }
        print(report.terminalText(folder: folder.path))
        return ArgumentParser.ExitCode(report.exitCode.rawValue)
    }

    private func facts(
        _ result: LiveResult, _ memory: ProcessMemory, _ serverSeconds: Double?
    ) -> [RunEnvironment.Fact] {
        let users = max(1, result.history.users.count)
        var facts = [
            RunEnvironment.Fact("memory per user", "\(memory.growthBytesMax / users / 1000) kB, history included"),
            .init("generator memory", "\((memory.bytesAtStart + memory.growthBytesMax) / (1 << 20)) MiB"),
            .init("generator lag", "at worst \(result.counters.lagMax / 1_000_000) ms"),
        ]
        if let serverSeconds {
            let share = serverSeconds / max(1, Double(result.counters.operationsCompleted)) * 1e6
            facts.append(.init("server processor time", "\(Int(share)) us a request, events included"))
        }
        return facts
    }

    private func command(_ scenario: Scenario) -> String {
        var text = "chatrix-sim run \(arguments.repeating(scenario))"
        if let http { text += " --http \(http.shellQuoted)" }
        if let mqtt { text += " --mqtt \(mqtt.shellQuoted)" }
        return text
    }
}

extension RunReport {
    /// The summary for the terminal, in colour where that is wanted.
    func terminalText(folder: String?) -> String {
        TerminalSummary.text(
            summary,
            isColoured: TerminalSummary.wantsColour(
                isTerminal: isatty(1) == 1, environment: ProcessInfo.processInfo.environment),
            folder: folder)
    }
}
