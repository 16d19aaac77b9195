import ArgumentParser
import ChatrixHistory
import ChatrixLive
import ChatrixMQTT
import ChatrixModel
import ChatrixReport
import ChatrixScenario
import Foundation
import Synchronization

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
    @OptionGroup var exports: ExportArguments

    @Option(help: ArgumentHelp("The deployment's API; without it the reference is started.", valueName: "url"))
    var http: String?

    @Option(help: ArgumentHelp("The deployment's broker, mqtt:// or mqtts://.", valueName: "url"))
    var mqtt: String?

    @Option(
        help: ArgumentHelp(
            "Where the deployment's WebSocket connections are opened, ws:// or wss:// (default: /ws of the API).",
            valueName: "url"))
    var websocket: String?

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func run() async throws {
        let scenario = try arguments.read()
        guard http != nil || mqtt == nil && websocket == nil else {
            throw ValidationError("--mqtt and --websocket need --http: which API do they belong to?")
        }
        // Wrong addresses are told before a folder is made or a server started.
        let base = try http.map { try HTTPBase(parsing: $0) }
        let broker = try mqtt.map { try MQTTEndpoint(parsing: $0) }
        let socketBase = try websocket.map { try HTTPBase(parsingWebSocket: $0) }
        let startedAt = Timestamp(milliseconds: WallClock.milliseconds)
        let folder = try arguments.makeFolder(for: scenario, date: startedAt)

        if let base {
            var configuration = LiveConfiguration(http: base, mqtt: broker)
            configuration.webSocket = socketBase
            throw try await perform(scenario, configuration, folder, server: nil)
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
        var configuration = configuration
        configuration.keepsHistory = false
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
            startedAt: Timestamp(milliseconds: WallClock.milliseconds))
        let stop = Stop()
        let monitor = RunMonitor(
            planned,
            recorder: try RunRecorder(folder, planned, environment, thresholds: scenario.thresholds),
            thresholds: scenario.thresholds, pace: .onThread, onAbort: { _ in stop.request() })
        let watch = RunWatch(monitor, server, view: quiet ? nil : ProgressView(scenario))
        let interpreter = LiveInterpreter(
            scenario, configuration: configuration,
            observer: LiveObserver(
                progress: { watch.look($0) }, history: { monitor.append($0) }, run: { monitor.update($0) }))
        if scenario.network != nil {
            StandardStream.error.writeLine("the key 'network' is for simulate; this run has a real network")
        }
        stop.onRequest { interpreter.stop() }
        let signals = try TerminationSignals.install()
        let interruption = Interruption()
        signals.onFirst {
            interruption.set()
            stop.request()
        }

        let result = try await interpreter.run()
        watch.finish()
        let served = server?.stop()
        environment.facts += facts(result, watch, served)
        if monitor.heldUpSeconds > 0 {
            environment.facts.append(
                .init("disk and judge", String(format: "held the load up for %.1f s", monitor.heldUpSeconds)))
        }
        for problem in result.setupProblems { StandardStream.error.writeLine("setup: \(problem)") }
        if let failure = result.setupFailure { StandardStream.error.writeLine("the load never began: \(failure)") }
        let report = monitor.finish(result.history.run, environment, isInterrupted: interruption.isSet)
        try report.write(to: folder)
        try exports.write(report)
        print(report.terminalText(folder: folder.path))
        return report.commandExitCode
    }

    private func facts(
        _ result: LiveResult, _ watch: RunWatch, _ served: ProcessAccount?
    ) -> [RunEnvironment.Fact] {
        let users = max(1, result.counters.usersReady)
        var facts = [
            RunEnvironment.Fact("memory per user", "\(watch.residentBytesGrowth / users / 1000) kB, judging included"),
            .init("generator memory", "\(watch.residentBytesMax / (1 << 20)) MiB"),
            .init("generator lag", "at worst \(result.counters.lagMax / 1_000_000) ms"),
        ]
        let requests = max(1, Double(result.counters.operationsCompleted))
        if let account = ProcessAccount() {
            facts.append(
                .init(
                    "generator processor time",
                    "\(Int(account.processorSeconds / requests * 1e6)) us a request, events and judging included"))
        }
        if let served {
            facts.append(
                .init(
                    "server processor time",
                    "\(Int(served.processorSeconds / requests * 1e6)) us a request, events included"))
        }
        return facts
    }

    private func command(_ scenario: Scenario) -> String {
        var text = "chatrix-sim run \(arguments.repeating(scenario))"
        if let http { text += " --http \(http.shellQuoted)" }
        if let mqtt { text += " --mqtt \(mqtt.shellQuoted)" }
        if let websocket { text += " --websocket \(websocket.shellQuoted)" }
        return text
    }
}

/// A wish to end the run, which may come before there is something to end.
private final class Stop: Sendable {
    private let state = Mutex<(isRequested: Bool, action: (@Sendable () -> Void)?)>((false, nil))

    func onRequest(_ action: @escaping @Sendable () -> Void) {
        let isRequested = state.withLock { state in
            state.action = action
            return state.isRequested
        }
        if isRequested { action() }
    }

    func request() {
        let action = state.withLock { state in
            state.isRequested = true
            return state.action
        }
        action?()
    }
}

extension RunReport {
    /// The summary for the terminal, in colour where that is wanted.
    func terminalText(folder: String?, showsFigures: Bool = true) -> String {
        TerminalSummary.text(
            summary,
            isColoured: TerminalSummary.wantsColour(
                isTerminal: isatty(1) == 1, environment: ProcessInfo.processInfo.environment),
            folder: folder, showsFigures: showsFigures)
    }
}
