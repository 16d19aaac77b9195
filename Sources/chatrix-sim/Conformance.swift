import ArgumentParser
import ChatrixConformance
import ChatrixLive
import ChatrixMQTT
import ChatrixModel
import ChatrixProbe
import ChatrixReport
import Foundation

/// `chatrix-sim conformance`: the checks against the reference in this process, a reference server or a deployment.
struct Conformance: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conformance",
        abstract: "Checks a backend against the rules of the API, row by row.",
        discussion: """
            Without --http the reference is checked in this process. With --http a server of 'chatrix-sim serve' on this \
            machine is recognised by its control plane and started over before every check; anything else is treated as \
            a deployment: fresh users, only documented requests, in the pace of its rate limits.

            Exit codes: 0 no row failed; 1 a row failed; 2 wrong usage, a bad profile, or nothing answers; 130 interrupted, \
            with the result of the checks done so far.
            """)

    @Option(
        help: ArgumentHelp("The API to check, http:// or https://, with a path prefix if it has one.", valueName: "url")
    )
    var http: String?

    @Option(help: ArgumentHelp("Its broker, mqtt:// or mqtts://.", valueName: "url"))
    var mqtt: String?

    @Option(help: ArgumentHelp("What is known about the deployment: waived rows and knobs.", valueName: "file"))
    var profile: String?

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Only rows whose id starts with one of these.", valueName: "id-prefix"))
    var only: [String] = []

    @Option(help: ArgumentHelp("Skip what would need more requests than this.", valueName: "n"))
    var requestBudget: Int?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether a decided row that does not hold fails (default: on the reference; on a deployment it differs).")
    var strict: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: "Whether the control plane of a reference server may be used, which drops what the server holds.")
    var control = true

    @Option(help: ArgumentHelp("PEM file of the authorities to trust for https and mqtts.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("Also write the result as JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Also write the result as JSON.", valueName: "file"))
    var json: String?

    @Option(help: ArgumentHelp("Also write the result as a page.", valueName: "file"))
    var html: String?

    @Flag(help: "No progress line.")
    var quiet = false

    func validate() throws {
        for prefix in only where !Behaviour.all.contains(where: { $0.id.hasPrefix(prefix) }) {
            throw ValidationError("--only \(prefix): no row's id starts with it; see 'chatrix-sim behaviours'")
        }
        if http == nil, mqtt != nil { throw ValidationError("--mqtt needs --http: which API belongs to the broker?") }
        if let requestBudget, requestBudget < 1 { throw ValidationError("--request-budget: at least 1") }
        for file in [caFile, profile].compactMap({ $0 }) where !FileManager.default.isReadableFile(atPath: file) {
            throw ValidationError("\(file): there is no such file, or it cannot be read")
        }
        // Told before a run that may take hours.
        for file in [junit, json, html].compactMap({ $0 }) {
            let folder = URL(fileURLWithPath: file).deletingLastPathComponent().path
            guard FileManager.default.isWritableFile(atPath: folder) else {
                throw ValidationError("cannot write \(file): there is no folder \(folder), or it is not writable")
            }
        }
    }

    func run() throws {
        let interruption = Interruption()
        try TerminationSignals.install().onFirst { interruption.set() }
        let progress = ConformanceProgress(isQuiet: quiet)
        let startedAt = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
        let setup = try prepare(progress, interruption)
        defer { setup.watch?.stop() }
        let prefixes = only
        var run = ConformanceRun(
            on: setup.target, profile: setup.profile, isStrict: strict ?? setup.isReference,
            nextName: setup.isReference ? 1 : Int.random(in: Conformance.deploymentNames),
            counting: { row in prefixes.isEmpty || prefixes.contains { row.id.hasPrefix($0) } })
        while let check = run.next {
            if interruption.isSet {
                run.skipRest("the run was interrupted")
                break
            }
            progress.show(done: run.checksDone, of: run.checkCount, failed: run.checksFailed, next: check.ids[0])
            run.runNext()
        }
        progress.finish()
        let report = run.report
        for line in report.lines { print(line) }
        let circumstances = ConformanceDocument.Circumstances(
            startedAt: startedAt, seconds: progress.seconds, version: ChatrixSim.version, command: command)
        let document = ConformanceDocument(report, circumstances)
        if let json { try RunFolder.write(document.jsonText, to: json) }
        if let junit { try RunFolder.write(document.junit, to: junit) }
        if let html { try RunFolder.write(document.html, to: html) }
        if interruption.isSet { throw ExitCode(130) }
        if report.hasFailures { throw ExitCode(1) }
    }

    /// Where the numbers of users on deployments begin: runs draw apart, phone numbers have ten digits after +62.
    private static let deploymentNames = 8_000_000_000..<8_999_000_000

    private struct Setup {
        var target: any Target
        var profile: Profile
        var watch: MQTTWatch?
        var isReference: Bool
    }

    private func prepare(_ progress: ConformanceProgress, _ interruption: Interruption) throws -> Setup {
        guard let http else {
            let profile = try profile.map { try Profile(contentsOf: $0) } ?? Profile()
            guard profile.knobs.pathPrefix.isEmpty else {
                throw ValidationError("path-prefix: the reference in this process has none")
            }
            return Setup(target: InProcessTarget(), profile: profile, watch: nil, isReference: true)
        }
        let base = try HTTPBase(parsing: http)
        let broker = try mqtt.map { try MQTTEndpoint(parsing: $0) }
        let access = try HTTPAccess(base, authorities: caFile)
        // A bad profile is told before anything is contacted; which knobs it starts from is known only afterwards.
        var options = HTTPTarget.Options()
        options.knobs = try knobs(over: Knobs(), base).knobs
        options.requestsMax = requestBudget
        options.ignoresControl = !control
        options.onWait = { progress.showWait($0, milliseconds: $1) }
        options.isInterrupted = { interruption.isSet }
        let watch = try broker.map {
            try MQTTWatch.start(
                $0, clientID: "chatrix-conformance-\(getpid())-\(Int.random(in: 0..<1_000_000))", authorities: caFile)
        }
        let target = try HTTPTarget.connect(access, watch: watch, options: options)
        let isReference = target.kind != .deployment
        return Setup(
            target: target, profile: try knobs(over: isReference ? Knobs() : .deployment, base), watch: watch,
            isReference: isReference)
    }

    /// The profile, with the path prefix of the address.
    private func knobs(over start: Knobs, _ base: HTTPBase) throws -> Profile {
        var result = try profile.map { try Profile(contentsOf: $0, over: start) } ?? Profile(knobs: start)
        guard base.prefix.isEmpty || ["", base.prefix].contains(result.knobs.pathPrefix) else {
            throw ValidationError(
                "--http has the path \(base.prefix), the profile says path-prefix: \(result.knobs.pathPrefix)")
        }
        if !base.prefix.isEmpty { result.knobs.pathPrefix = base.prefix }
        return result
    }

    private var command: String {
        var words = ["chatrix-sim", "conformance"]
        for (name, value) in [
            ("--http", http), ("--mqtt", mqtt.map(redacted)), ("--profile", profile), ("--ca-file", caFile),
        ] {
            if let value { words += [name, value.shellQuoted] }
        }
        if !only.isEmpty { words += ["--only"] + only.map(\.shellQuoted) }
        if let strict { words.append(strict ? "--strict" : "--no-strict") }
        if !control { words.append("--no-control") }
        return words.joined(separator: " ")
    }

    /// An address without its password.
    private func redacted(_ url: String) -> String { (try? MQTTEndpoint(parsing: url))?.url ?? url }
}
