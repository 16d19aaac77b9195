import ChatrixHistory

/// A promise about deliveries that is judged on a history.
package protocol Guarantee: Sendable {
    static var name: Metric.Guarantee { get }
    /// What is promised, one sentence.
    static var promise: String { get }

    /// Judges in O(n log n) of the history.
    static func judge(_ trace: Trace, _ measurements: Measurements, _ thresholds: [Threshold]) -> Finding
}

/// Every guarantee, in the order of reports.
package enum Guarantees {
    package static let all: [any Guarantee.Type] = [
        Complete.self, Unique.self, Ordered.self, Private.self, Prompt.self,
    ]
}

/// What one guarantee found.
package struct Finding: Sendable, Hashable {
    package var guarantee: Metric.Guarantee
    package var promise: String
    package var verdict: Verdict
    /// Of all violations, kept or not.
    package var violationCount: Int
    /// What was not judged and other things worth knowing, one sentence each; also beside a valid verdict.
    package var remarks: [String]
    package var counts: DeliveryCounts

    package init(
        guarantee: Metric.Guarantee, promise: String, verdict: Verdict, violationCount: Int = 0,
        remarks: [String] = [], counts: DeliveryCounts = DeliveryCounts()
    ) {
        self.guarantee = guarantee
        self.promise = promise
        self.verdict = verdict
        self.violationCount = violationCount
        self.remarks = remarks
        self.counts = counts
    }

    package var violations: [Violation] {
        if case .invalid(let violations) = verdict { violations } else { [] }
    }
}

/// How many events there were, over the whole run.
///
/// `expected` = `delivered` + `lost` + `excused` + `awaited`.
package struct DeliveryCounts: Sendable, Hashable {
    /// Events that accepted operations, or events already seen, entail.
    package var expected = 0
    /// Expected events that arrived at least once.
    package var delivered = 0
    /// Expected events that did not arrive although the subscriber's session was up.
    package var lost = 0
    /// Arrivals of an event that the subscriber had already, in the same session.
    package var duplicated = 0
    /// Exact repetitions after a session was established again: QoS 1 at work.
    package var redelivered = 0
    /// Expected events that did not arrive while the subscriber's session was down (clean session).
    package var excused = 0
    /// Expected events that had too little time to arrive before the run ended.
    package var awaited = 0
    /// Accepted sends.
    package var messagesSent = 0
    /// Messages that reached their recipient.
    package var messagesDelivered = 0

    package init() {}

    package static func += (total: inout DeliveryCounts, part: DeliveryCounts) {
        total.expected += part.expected
        total.delivered += part.delivered
        total.lost += part.lost
        total.duplicated += part.duplicated
        total.redelivered += part.redelivered
        total.excused += part.excused
        total.awaited += part.awaited
        total.messagesSent += part.messagesSent
        total.messagesDelivered += part.messagesDelivered
    }
}

/// Collects what a guarantee finds.
struct Findings {
    let guarantee: any Guarantee.Type
    let violationsKept: Int
    private var kept: [Violation] = []
    private(set) var violationCount = 0
    private var unknowns: [String] = []
    private var remarks: [String] = []
    var counts = DeliveryCounts()

    init(_ guarantee: any Guarantee.Type, _ trace: Trace) {
        self.guarantee = guarantee
        violationsKept = trace.settings.violationsKept
    }

    /// Counts a violation; `statement` and `window` are only made for those that are kept.
    mutating func violation(_ statement: @autoclosure () -> String, _ window: @autoclosure () -> [Violation.Entry]) {
        violationCount += 1
        guard kept.count < violationsKept else { return }
        kept.append(Violation(guarantee: guarantee.name, statement: statement(), window: window()))
    }

    /// Counts a violation that others of its kind explain.
    mutating func countOnly() { violationCount += 1 }

    mutating func unknown(_ reason: String) { unknowns.append(reason) }

    mutating func remark(_ text: String) { remarks.append(text) }

    var finding: Finding {
        let verdict: Verdict =
            if violationCount > 0 { .invalid(kept) } else if !unknowns.isEmpty { .unknown(unknowns) } else { .valid }
        return Finding(
            guarantee: guarantee.name, promise: guarantee.promise, verdict: verdict, violationCount: violationCount,
            remarks: violationCount > 0 ? unknowns + remarks : remarks, counts: counts)
    }
}
