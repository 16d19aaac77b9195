import ChatrixHistory

/// A promise about deliveries that is judged on a history: while it is read, as soon as all that belongs to a message or a
/// marking is known (`Trace+Settling.swift` says what each guarantee is asked), and once more at its end.
package protocol Guarantee: Sendable {
    static var name: Metric.Guarantee { get }
    /// What is promised, one sentence.
    static var promise: String { get }

    /// Adds what can only be told at the end.
    static func conclude(_ trace: inout Trace)
}

extension Guarantee {
    package static func conclude(_ trace: inout Trace) {}
}

/// Every guarantee, in the order of reports and of `Metric.Guarantee`.
package enum Guarantees {
    package static let all: [any Guarantee.Type] = [
        Complete.self, Unique.self, Ordered.self, Private.self, Causal.self, Prompt.self, Conforming.self,
        Converged.self,
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

    package init(
        guarantee: Metric.Guarantee, promise: String, verdict: Verdict, violationCount: Int = 0, remarks: [String] = []
    ) {
        self.guarantee = guarantee
        self.promise = promise
        self.verdict = verdict
        self.violationCount = violationCount
        self.remarks = remarks
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
}

/// Collects what a guarantee finds.
struct Findings: Sendable {
    let guarantee: any Guarantee.Type
    let violationsKept: Int
    private var kept: [Violation] = []
    var violationCount = 0
    private var unknowns: [String] = []
    private var remarks: [String] = []

    init(_ guarantee: any Guarantee.Type, violationsKept: Int) {
        self.guarantee = guarantee
        self.violationsKept = violationsKept
    }

    var keepsMore: Bool { kept.count < violationsKept }

    mutating func keep(_ violation: Violation) { kept.append(violation) }

    mutating func unknown(_ reason: String) { unknowns.append(reason) }

    mutating func remark(_ text: String) { remarks.append(text) }

    var finding: Finding {
        let verdict: Verdict =
            if violationCount > 0 { .invalid(kept) } else if !unknowns.isEmpty { .unknown(unknowns) } else { .valid }
        return Finding(
            guarantee: guarantee.name, promise: guarantee.promise, verdict: verdict, violationCount: violationCount,
            remarks: violationCount > 0 ? unknowns + remarks : remarks)
    }
}
