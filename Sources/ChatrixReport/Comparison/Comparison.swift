import ChatrixHistory
import Foundation

/// Two runs side by side: what changed from a base to a new one, and whether that keeps the limits. The shape of the JSON is
/// `docs/schemas/comparison.schema.json`.
package struct Comparison: Sendable, Hashable, Codable {
    package struct Side: Sendable, Hashable, Codable {
        /// The path that was compared.
        package var path: String
        package var scenario: String
        package var seed: String
        package var startedAt: String
        package var exitCode: Int32
        package var meaning: String
        package var command: String
    }

    /// A figure of both runs; `nil` where one of them has none.
    package struct Figure: Sendable, Hashable, Codable {
        /// As in thresholds.
        package var name: String
        /// `milliseconds`, `count`, `share` or `per second`.
        package var quantity: String
        package var base: Double?
        package var new: Double?
        /// (new - base) / base; absent if one is missing or the base is 0.
        package var change: Double?
    }

    package struct Limit: Sendable, Hashable, Codable {
        package var text: String
        package var metric: String
        /// `held`, `crossed` or `unmeasured`.
        package var state: String
    }

    package struct Guarantee: Sendable, Hashable, Codable {
        package var name: String
        package var base: String
        package var new: String
        package var baseViolations: Int
        package var newViolations: Int
        /// Broken in the new run and not in the base.
        package var isRegression: Bool
    }

    /// What makes the runs hard to compare, or what is new about the circumstances.
    package struct Difference: Sendable, Hashable, Codable {
        package var name: String
        package var base: String
        package var new: String
        /// The figures may differ for this reason alone.
        package var isWarning: Bool
    }

    package static let currentVersion = 1

    package var version = Comparison.currentVersion
    package var base: Side
    package var new: Side
    package var exitCode: Int32
    package var meaning: String
    package var limits: [Limit]
    package var guarantees: [Guarantee]
    package var differences: [Difference]
    /// In the order of reports.
    package var figures: [Figure]

    /// A limit named something that one of the runs did not measure.
    package struct Unmeasured: Error, CustomStringConvertible {
        package var limit: String
        package var path: String

        package var description: String { "the limit '\(limit)' cannot be judged: \(path) has no such figure" }
    }

    /// Without `limits` the default ones apply, as far as both runs have their metrics.
    package init(
        base: Summary, basePath: String, new: Summary, newPath: String, limits: [ChangeLimit]? = nil
    ) throws(Unmeasured) {
        self.base = Side(base, basePath)
        self.new = Side(new, newPath)
        let old = base.figures
        let fresh = new.figures
        let names = old.map(\.name) + fresh.map(\.name).filter { name in !old.contains { $0.name == name } }
        figures = names.map { name in
            let pair = (old.first { $0.name == name }, fresh.first { $0.name == name })
            return Figure(
                name: name, quantity: pair.0?.quantity ?? pair.1?.quantity ?? "count", base: pair.0?.value,
                new: pair.1?.value, change: Comparison.change(pair.0?.value, pair.1?.value))
        }
        var judged: [Limit] = []
        for limit in limits ?? ChangeLimit.defaults {
            let values = (base.value(of: limit.metric), new.value(of: limit.metric))
            guard let from = values.0, let to = values.1 else {
                if limits != nil {
                    throw Unmeasured(limit: limit.description, path: values.0 == nil ? basePath : newPath)
                }
                judged.append(Limit(text: limit.description, metric: limit.metric, state: "unmeasured"))
                continue
            }
            judged.append(
                Limit(
                    text: limit.description, metric: limit.metric,
                    state: limit.holds(base: from, new: to) ? "held" : "crossed"))
        }
        self.limits = judged
        guarantees = new.guarantees.map { fresh in
            let old = base.guarantees.first { $0.name == fresh.name }
            return Guarantee(
                name: fresh.name, base: old?.verdict ?? "not judged", new: fresh.verdict,
                baseViolations: old?.violations ?? 0, newViolations: fresh.violations,
                isRegression: fresh.verdict == "invalid" && old?.verdict != "invalid")
        }
        differences = Comparison.differences(base, new)
        let code: ExitCode =
            if guarantees.contains(where: \.isRegression) {
                .failed
            } else if judged.contains(where: { $0.state == "crossed" }) {
                .thresholdCrossed
            } else {
                .held
            }
        exitCode = code.rawValue
        meaning =
            switch code {
            case .failed: "the new run broke a guarantee that the base held"
            case .thresholdCrossed: "a limit was exceeded"
            default: "all within the limits"
            }
    }

    private static func change(_ base: Double?, _ new: Double?) -> Double? {
        guard let base, let new, base != 0 else { return nil }
        return (new - base) / abs(base)
    }

    private static func differences(_ base: Summary, _ new: Summary) -> [Difference] {
        var rows: [Difference] = []
        func note(_ name: String, _ old: String, _ fresh: String, isWarning: Bool) {
            if old != fresh { rows.append(Difference(name: name, base: old, new: fresh, isWarning: isWarning)) }
        }
        note("clock", base.run.clock, new.run.clock, isWarning: true)
        note("scenario", base.run.scenario, new.run.scenario, isWarning: true)
        note("users", String(base.run.users), String(new.run.users), isWarning: true)
        note("seed", base.run.seed, new.run.seed, isWarning: true)
        if abs(base.run.loadSeconds - new.run.loadSeconds) > 0.02 * max(base.run.loadSeconds, new.run.loadSeconds) {
            let seconds = { (value: Double) in ChatrixReport.Figure.fixed(value, 1) + " s" }
            note("load", seconds(base.run.loadSeconds), seconds(new.run.loadSeconds), isWarning: true)
        }
        for code in [ExitCode.saturated, .interrupted] {
            let states = [base, new].map { $0.outcome.exitCode == code.rawValue ? "yes" : "no" }
            note(code == .saturated ? "generator saturated" : "interrupted", states[0], states[1], isWarning: true)
        }
        note("finished", base.run.finished ? "yes" : "no", new.run.finished ? "yes" : "no", isWarning: true)
        note(
            "ended early by", base.outcome.abortedBy ?? "nothing", new.outcome.abortedBy ?? "nothing", isWarning: true)
        let machine = ["processors", "memory", "processor model"]
        let facts = [base.run.versions + base.run.facts, new.run.versions + new.run.facts]
        var names: [String] = []
        for fact in facts.joined() where !names.contains(fact.name) { names.append(fact.name) }
        for name in names where !Comparison.isMeasured(name) {
            let values = facts.map { list in list.first { $0.name == name }?.value ?? "–" }
            note(name, values[0], values[1], isWarning: machine.contains(name))
        }
        return rows
    }

    /// Facts that every run measures anew, and addresses with ports of their own.
    private static func isMeasured(_ name: String) -> Bool {
        ["memory per user", "generator memory", "generator lag", "disk and judge", "http", "mqtt", "websocket"]
            .contains(name) || name.hasSuffix("processor time")
    }

    package var jsonText: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            do {
                return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
            } catch {
                throw RunFolder.Failure(operation: "encode", subject: "the comparison", cause: "\(error)")
            }
        }
    }
}

extension Comparison.Side {
    init(_ summary: Summary, _ path: String) {
        self.init(
            path: path, scenario: summary.run.scenario, seed: summary.run.seed, startedAt: summary.run.startedAt,
            exitCode: summary.outcome.exitCode, meaning: summary.outcome.meaning, command: summary.run.command)
    }
}

extension Summary {
    /// Reads the summary of a run: its folder, or the file itself.
    package static func read(_ path: String) throws -> Summary {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw RunFolder.Failure(operation: "read", subject: path, cause: "there is no such file or folder")
        }
        guard isFolder.boolValue else { return try Summary(contentsOf: path) }
        let folder = RunFolder(path: path)
        guard FileManager.default.fileExists(atPath: folder.summary) else {
            let hasStore = FileManager.default.fileExists(atPath: folder.database)
            throw RunFolder.Failure(
                operation: "read", subject: path,
                cause: hasStore
                    ? "its run did not finish; 'chatrix-sim report \(path)' writes a summary of what there is"
                    : "it is no folder of a run: there is no summary.json in it")
        }
        return try Summary(contentsOf: folder.summary)
    }

    /// Every figure under its name in thresholds, in the order of reports.
    var figures: [(name: String, quantity: String, value: Double)] {
        var rows: [(String, String, Double)] = [
            ("http.requests", "count", Double(counts.requests)),
            ("http.failed", "count", Double(counts.requestsFailed)),
            ("messages.sent", "count", Double(counts.messagesSent)),
            ("messages.delivered", "count", Double(counts.messagesDelivered)),
            ("delivery.expected", "count", Double(counts.eventsExpected)),
            ("delivery.delivered", "count", Double(counts.eventsDelivered)),
            ("delivery.lost", "count", Double(counts.eventsLost)),
            ("delivery.duplicated", "count", Double(counts.eventsDuplicated)),
            ("delivery.redelivered", "count", Double(counts.eventsRedelivered)),
            ("delivery.excused", "count", Double(counts.eventsExcused)),
        ]
        if let rate = counts.requestsPerSecond { rows.append(("http.rate", "per second", rate)) }
        if let rate = counts.messagesPerSecond { rows.append(("messages.rate", "per second", rate)) }
        for guarantee in guarantees {
            // Thresholds call this one after what is kept, reports after what is promised.
            let name = guarantee.name == "ordered" ? "order" : guarantee.name
            rows.append(("\(name).violations", "count", Double(guarantee.violations)))
        }
        rows += Summary.rows(metrics, suffix: "")
        for phase in phases {
            let suffix = "{phase: \(phase.name)}"
            rows.append(("http.requests\(suffix)", "count", Double(phase.requests)))
            if let rate = phase.requestsPerSecond { rows.append(("http.rate\(suffix)", "per second", rate)) }
            if let rate = phase.messagesPerSecond { rows.append(("messages.rate\(suffix)", "per second", rate)) }
            rows += Summary.rows(phase.metrics, suffix: suffix)
        }
        return rows
    }

    private static func rows(_ metrics: [Metric], suffix: String) -> [(String, String, Double)] {
        metrics.flatMap { metric in
            [
                ("avg", metric.avg), ("min", metric.min), ("med", metric.med), ("p90", metric.p90), ("p95", metric.p95),
                ("p99", metric.p99), ("max", metric.max),
            ].map { ("\(metric.name).\($0.0)\(suffix)", "milliseconds", $0.1) }
        }
    }

    /// The figure that a limit names; percentiles that a summary does not hold have none.
    func value(of metric: String) -> Double? {
        // `p50` is the median's other name; blanks in the braces of the phase do not matter.
        func plain(_ text: String) -> String { text.filter { $0 != " " }.replacing(".p50", with: ".med") }
        let wanted = plain(metric)
        return figures.first { plain($0.name) == wanted }?.value
    }
}
