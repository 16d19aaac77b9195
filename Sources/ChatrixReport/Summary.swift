import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Foundation

/// What a run came to, in the shape of `summary.json` (`docs/schemas/summary.schema.json`).
///
/// Durations in milliseconds unless the key says otherwise; arrays keep the order of reports.
package struct Summary: Sendable, Hashable, Codable {
    package struct Run: Sendable, Hashable, Codable {
        package var scenario: String
        /// Decimal text, since 64 bits do not fit a JSON number.
        package var seed: String
        package var clock: String
        package var users: Int
        package var startedAt: String
        package var loadSeconds: Double
        package var totalSeconds: Double
        package var interrupted: Bool
        /// The run wrote its end; `false` of a run whose process was killed.
        package var finished: Bool
        package var command: String
        package var versions: [Fact]
        package var facts: [Fact]
    }

    package struct Fact: Sendable, Hashable, Codable {
        package var name: String
        package var value: String
    }

    package struct Outcome: Sendable, Hashable, Codable {
        package var exitCode: Int32
        package var meaning: String
        /// Why the generator was saturated; absent if it was not.
        package var saturation: String?
        /// The threshold that ended the run; absent if none did.
        package var abortedBy: String?
    }

    package struct Threshold: Sendable, Hashable, Codable {
        package var text: String
        package var metric: String
        /// `held`, `crossed` or `unmeasured`.
        package var state: String
        /// In the unit of the metric: milliseconds, a count, a share 0…1, a number per second; absent if unmeasured.
        package var measured: Double?
        package var bound: Double
        package var quantity: String
    }

    package struct Guarantee: Sendable, Hashable, Codable {
        package var name: String
        /// `valid`, `invalid` or `unknown`.
        package var verdict: String
        package var promise: String
        package var violations: Int
        /// Why the verdict is unknown.
        package var reasons: [String]
        package var remarks: [String]
    }

    package struct Counts: Sendable, Hashable, Codable {
        package var requests: Int
        package var requestsFailed: Int
        /// Documented error answers.
        package var requestsRefused: Int
        /// Without an answer, or with an unreadable one.
        package var requestsUnanswered: Int
        package var messagesSent: Int
        package var messagesDelivered: Int
        package var eventsExpected: Int
        package var eventsDelivered: Int
        package var eventsLost: Int
        package var eventsDuplicated: Int
        package var eventsRedelivered: Int
        package var eventsExcused: Int
        package var eventsAwaited: Int
        package var disconnects: Int
        /// Of the load phase; absent if it never began.
        package var requestsPerSecond: Double?
        package var messagesPerSecond: Double?
    }

    /// A row of durations.
    package struct Metric: Sendable, Hashable, Codable {
        package var name: String
        package var count: Int
        package var avg: Double
        package var min: Double
        package var med: Double
        package var p90: Double
        package var p95: Double
        package var p99: Double
        package var max: Double
    }

    /// How well the load generator kept to its plan.
    package struct Generator: Sendable, Hashable, Codable {
        package var usersFailed: Int
        package var arrivalsDelayed: Int
        package var arrivalsDropped: Int
        package var awaitsTimedOut: Int
        package var dueSteps: Int
        package var lateSteps: Int
        package var lagMax: Double
        package var saturated: Bool
    }

    /// A part of the load with its own figures.
    package struct Phase: Sendable, Hashable, Codable {
        package var name: String
        /// Seconds of the run.
        package var start: Double
        package var end: Double
        /// Its figures do not count in those of the whole load.
        package var warmUp: Bool
        package var requests: Int
        package var requestsFailed: Int
        /// Absent if the phase has no length.
        package var requestsPerSecond: Double?
        package var messagesPerSecond: Double?
        package var metrics: [Metric]
    }

    package struct Violation: Sendable, Hashable, Codable {
        package var guarantee: String
        package var statement: String
        package var window: [Entry]
    }

    package struct Entry: Sendable, Hashable, Codable {
        /// Seconds since the start of the run.
        package var at: Double
        package var user: Int
        package var what: String
    }

    /// Version of the shape.
    package var version = Summary.currentVersion
    package var run: Run
    package var outcome: Outcome
    package var thresholds: [Threshold]
    package var guarantees: [Guarantee]
    package var counts: Counts
    package var generator: Generator
    package var metrics: [Metric]
    package var phases: [Phase]
    package var violations: [Violation]
}

extension Summary {
    package static let currentVersion = 2

    init(
        _ run: History.Run, _ judgement: Judgement, _ figures: RunFigures, _ environment: RunEnvironment,
        isFinished: Bool
    ) {
        self.run = Run(
            scenario: run.scenario, seed: String(run.seed), clock: run.clock.rawValue, users: run.userCount,
            startedAt: run.startedAt.description, loadSeconds: judgement.measurements.loadSeconds,
            totalSeconds: Double(max(run.end, figures.end)) / 1e9, interrupted: run.isInterrupted,
            finished: isFinished, command: environment.command,
            versions: environment.versions.map { Fact(name: $0.name, value: $0.value) },
            facts: environment.facts.map { Fact(name: $0.name, value: $0.value) })
        let saturation = environment.saturation ?? Summary.saturation(run.generator)
        let code = ExitCode(
            judgement, isSaturated: saturation != nil, isInterrupted: run.isInterrupted,
            isAborted: run.abortedBy != nil)
        outcome = Outcome(
            exitCode: code.rawValue, meaning: Summary.meaning(code, run, isFinished), saturation: saturation,
            abortedBy: run.abortedBy)
        generator = Generator(run.generator)
        thresholds = judgement.thresholds.map(Threshold.init)
        guarantees = judgement.findings.map(Guarantee.init)
        counts = Counts(judgement, figures)
        metrics = Summary.metrics(judgement.measurements.total)
        phases = judgement.measurements.phaseFigures.map { Phase($0.phase, $0.figures) }
        violations = judgement.findings.flatMap(\.violations).map { violation in
            Violation(
                guarantee: violation.guarantee.title, statement: violation.statement,
                window: violation.window.map {
                    Entry(at: Double($0.at) / 1e9, user: $0.user, what: $0.description)
                })
        }
    }

    /// The code in words, and what else ended the run.
    private static func meaning(_ code: ExitCode, _ run: History.Run, _ isFinished: Bool) -> String {
        guard isFinished else { return "the run did not finish: its process was ended; judged by what was written" }
        guard let threshold = run.abortedBy else { return code.meaning }
        return code == .thresholdCrossed
            ? "ended early: the threshold \(threshold) was crossed"
            : "\(code.meaning); ended early by the threshold \(threshold)"
    }

    /// Why the run is void; `nil` if it is not.
    private static func saturation(_ generator: History.Generator) -> String? {
        guard generator.isSaturated else { return nil }
        return
            "the load generator was too slow for this load: \(generator.lateSteps) of \(generator.dueSteps) steps began "
            + "late, at worst by \(Figure.duration(milliseconds: Double(generator.lagMax) / 1e6)); lower the rate, or run "
            + "it on more processors"
    }

    /// Rows of durations, in the order of reports.
    fileprivate static func metrics(_ figures: Measurements.Figures) -> [Metric] {
        var rows: [Metric?] = [Metric("http", figures.requests.latency)]
        let byEndpoint = figures.requestsByEndpoint
        for endpoint in Endpoint.Name.allCases {
            rows.append(byEndpoint[endpoint].flatMap { Metric("http.\(endpoint.rawValue)", $0.latency) })
        }
        let byAction = figures.requestsByAction
        for action in SocketAction.allCases {
            rows.append(byAction[action].flatMap { Metric("websocket.\(action.rawValue)", $0.latency) })
        }
        let arrivals = figures.arrivalsByKind
        rows.append(Metric("delivery", figures.delivery.latency))
        for kind in History.Delivery.Kind.allCases {
            rows.append(arrivals[kind].flatMap { Metric("delivery.\(kind.rawValue)", $0.latency) })
        }
        rows.append(Metric("hop.answer.send", byEndpoint[.send]?.answer))
        for kind in History.Delivery.Kind.allCases {
            rows.append(arrivals[kind].flatMap { Metric("hop.arrival.\(kind.rawValue)", $0.arrival) })
        }
        for kind in History.Delivery.Kind.allCases {
            rows.append(arrivals[kind].flatMap { Metric("hop.after-answer.\(kind.rawValue)", $0.afterAnswer) })
        }
        rows.append(Metric("generator.lag", figures.lag))
        return rows.compactMap { $0 }
    }

    /// The text of `summary.json`, keys sorted.
    package func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        } catch {
            throw RunFolder.Failure(operation: "encode", subject: "summary.json", cause: "\(error)")
        }
    }

    /// Reads a `summary.json`. Throws `RunFolder.Failure` for anything else.
    package init(contentsOf path: String) throws {
        struct Version: Decodable { var version: Int }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path))
            let version = try decoder.decode(Version.self, from: data).version
            guard version == Summary.currentVersion else {
                throw RunFolder.Failure(
                    operation: "read", subject: path,
                    cause: "it was written by another version of this program: its version is \(version), this program "
                        + "reads \(Summary.currentVersion)")
            }
            self = try decoder.decode(Summary.self, from: data)
        } catch let failure as RunFolder.Failure {
            throw failure
        } catch let error as DecodingError {
            throw RunFolder.Failure(
                operation: "read", subject: path, cause: "it is no summary of a run: \(error.place)")
        } catch {
            throw RunFolder.Failure(operation: "read", subject: path, cause: error.localizedDescription)
        }
    }
}

extension DecodingError {
    /// Where and what, in one line.
    fileprivate var place: String {
        func path(_ context: Context) -> String { context.codingPath.map(\.stringValue).joined(separator: ".") }
        return switch self {
        case .keyNotFound(let key, let context):
            "there is no \((context.codingPath + [key]).map(\.stringValue).joined(separator: "."))"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(path(context)) is of the wrong type"
        case .dataCorrupted(let context): path(context).isEmpty ? "it is not JSON" : "\(path(context)) is not readable"
        @unknown default: "it is not readable"
        }
    }
}

extension Summary.Threshold {
    init(_ outcome: Threshold.Outcome) {
        let threshold = outcome.threshold
        text = threshold.description
        metric = threshold.metric.description
        state = outcome.state.rawValue
        measured = outcome.measured
        bound = threshold.bound
        quantity =
            switch threshold.metric.quantity {
            case .duration: "milliseconds"
            case .rate: "per second"
            case .count, .countOrShare: threshold.isShare ? "share" : "count"
            }
    }
}

extension Summary.Guarantee {
    init(_ finding: Finding) {
        name = finding.guarantee.title
        verdict = finding.verdict.name
        promise = finding.promise
        violations = finding.violationCount
        reasons = if case .unknown(let reasons) = finding.verdict { reasons } else { [] }
        remarks = finding.remarks
    }
}

extension Summary.Counts {
    init(_ judgement: Judgement, _ figures: RunFigures) {
        let counts = judgement.counts
        let measurements = judgement.measurements
        self.init(
            requests: measurements.requests.count, requestsFailed: measurements.requests.failed,
            requestsRefused: figures.refused, requestsUnanswered: figures.unanswered,
            messagesSent: counts.messagesSent, messagesDelivered: counts.messagesDelivered,
            eventsExpected: counts.expected, eventsDelivered: counts.delivered, eventsLost: counts.lost,
            eventsDuplicated: counts.duplicated, eventsRedelivered: counts.redelivered, eventsExcused: counts.excused,
            eventsAwaited: counts.awaited, disconnects: figures.disconnects,
            requestsPerSecond: measurements.value(of: .httpRate(nil)),
            messagesPerSecond: measurements.value(of: .messagesRate))
    }
}

extension Summary.Phase {
    init(_ phase: History.LoadPhase, _ figures: Measurements.Figures) {
        let requests = figures.requests
        func rate(_ count: Int) -> Double? { figures.seconds > 0 ? Double(count) / figures.seconds : nil }
        self.init(
            name: phase.name, start: Double(phase.start) / 1e9, end: Double(phase.end) / 1e9, warmUp: phase.isWarmUp,
            requests: requests.count, requestsFailed: requests.failed,
            requestsPerSecond: rate(requests.latency.count), messagesPerSecond: rate(figures.messagesDelivered),
            metrics: Summary.metrics(figures))
    }
}

extension Summary.Generator {
    init(_ generator: History.Generator) {
        self.init(
            usersFailed: generator.usersFailed, arrivalsDelayed: generator.arrivalsDelayed,
            arrivalsDropped: generator.arrivalsDropped, awaitsTimedOut: generator.awaitsTimedOut,
            dueSteps: generator.dueSteps, lateSteps: generator.lateSteps, lagMax: Double(generator.lagMax) / 1e6,
            saturated: generator.isSaturated)
    }
}

extension Summary.Metric {
    /// `nil` without values.
    init?(_ name: String, _ distribution: Distribution?) {
        guard let distribution, distribution.count > 0 else { return nil }
        func value(_ statistic: Metric.Statistic) -> Double {
            // Whole nanoseconds: more digits would only be noise of the division.
            ((distribution.value(statistic) ?? 0) * 1e6).rounded() / 1e6
        }
        self.init(
            name: name, count: distribution.count, avg: value(.average), min: value(.minimum),
            med: value(.percentile(50)), p90: value(.percentile(90)), p95: value(.percentile(95)),
            p99: value(.percentile(99)), max: value(.maximum))
    }
}
