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
    package var version = 1
    package var run: Run
    package var outcome: Outcome
    package var thresholds: [Threshold]
    package var guarantees: [Guarantee]
    package var counts: Counts
    package var generator: Generator
    package var metrics: [Metric]
    package var violations: [Violation]
}

extension Summary {
    package init(_ history: History, _ judgement: Judgement, _ environment: RunEnvironment) {
        let run = history.run
        let end = max(run.end, history.operations.last?.completed ?? 0, history.deliveries.last?.at ?? 0)
        self.run = Run(
            scenario: run.scenario, seed: String(run.seed), clock: run.clock.rawValue, users: run.userCount,
            startedAt: run.startedAt.description, loadSeconds: judgement.measurements.loadSeconds,
            totalSeconds: Double(end) / 1e9, interrupted: run.isInterrupted, command: environment.command,
            versions: environment.versions.map { Fact(name: $0.name, value: $0.value) },
            facts: environment.facts.map { Fact(name: $0.name, value: $0.value) })
        let saturation = environment.saturation ?? Summary.saturation(run.generator)
        let code = ExitCode(
            judgement, isSaturated: saturation != nil, isInterrupted: run.isInterrupted)
        outcome = Outcome(exitCode: code.rawValue, meaning: code.meaning, saturation: saturation)
        generator = Generator(run.generator)
        thresholds = judgement.thresholds.map(Threshold.init)
        guarantees = judgement.findings.map(Guarantee.init)
        counts = Counts(history, judgement)
        metrics = Summary.metrics(judgement.measurements)
        violations = judgement.findings.flatMap(\.violations).map { violation in
            Violation(
                guarantee: violation.guarantee.title, statement: violation.statement,
                window: violation.window.map {
                    Entry(at: Double($0.at) / 1e9, user: $0.user, what: $0.description)
                })
        }
    }

    /// Why the run is void; `nil` if it is not.
    private static func saturation(_ generator: History.Generator) -> String? {
        guard generator.isSaturated else { return nil }
        return
            "the load generator was too slow for this load: \(generator.lateSteps) of \(generator.dueSteps) steps began "
            + "late, at worst by \(Figure.duration(milliseconds: Double(generator.lagMax) / 1e6)); lower the rate, or run "
            + "it on more processors"
    }

    private static func metrics(_ measurements: Measurements) -> [Metric] {
        let measurements = measurements.total
        var rows: [Metric?] = [Metric("http", measurements.requests.latency)]
        let byEndpoint = measurements.requestsByEndpoint
        for endpoint in Endpoint.Name.allCases {
            guard let requests = byEndpoint[endpoint] else { continue }
            rows.append(Metric("http.\(endpoint.rawValue)", requests.latency))
        }
        rows.append(Metric("delivery", measurements.delivery.latency))
        let byKind = measurements.arrivalsByKind
        for kind in History.Delivery.Kind.allCases {
            guard let arrivals = byKind[kind] else { continue }
            rows.append(Metric("delivery.\(kind.rawValue)", arrivals.latency))
        }
        rows.append(Metric("generator.lag", measurements.lag))
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

    /// Reads `summary.json`.
    package init(contentsOf path: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(Summary.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw RunFolder.Failure(operation: "read", subject: path, cause: "\(error)")
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
    init(_ history: History, _ judgement: Judgement) {
        let counts = judgement.counts
        let measurements = judgement.measurements
        self.init(
            requests: measurements.requests.count, requestsFailed: measurements.requests.failed,
            messagesSent: counts.messagesSent, messagesDelivered: counts.messagesDelivered,
            eventsExpected: counts.expected, eventsDelivered: counts.delivered, eventsLost: counts.lost,
            eventsDuplicated: counts.duplicated, eventsRedelivered: counts.redelivered, eventsExcused: counts.excused,
            eventsAwaited: counts.awaited,
            disconnects: history.sessionChanges.lazy.filter {
                !$0.isUp && (history.run.end == 0 || $0.at < history.run.end)
            }.count,
            requestsPerSecond: measurements.value(of: .httpRate(nil)),
            messagesPerSecond: measurements.value(of: .messagesRate))
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
    init?(_ name: String, _ distribution: Distribution) {
        func value(_ statistic: Metric.Statistic) -> Double {
            // Whole nanoseconds: more digits would only be noise of the division.
            ((distribution.value(statistic) ?? 0) * 1e6).rounded() / 1e6
        }
        guard distribution.count > 0 else { return nil }
        self.init(
            name: name, count: distribution.count, avg: value(.average), min: value(.minimum),
            med: value(.percentile(50)), p90: value(.percentile(90)), p95: value(.percentile(95)),
            p99: value(.percentile(99)), max: value(.maximum))
    }
}
