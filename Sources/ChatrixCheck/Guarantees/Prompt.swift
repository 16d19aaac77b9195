import ChatrixHistory
import ChatrixModel

/// Events arrive within the thresholds that the scenario sets on `delivery.*` latencies; without one nothing is promised.
package enum Prompt: Guarantee {
    package static let name = Metric.Guarantee.prompt
    package static let promise = "Events arrived within the thresholds on delivery latency."
    /// Late events shown for each crossed threshold.
    fileprivate static let slowestShown = 5

    /// Keeps a measured arrival that is later than thresholds allow.
    static func note(
        _ arrival: Trace.Arrival, _ cause: Measurements.Cause, _ operation: Int, _ trace: inout Trace
    ) {
        guard cause.isLoad else { return }
        let latency = arrival.at - cause.scheduled
        for index in trace.late.indices where trace.late[index].covers(arrival.kind, latency) {
            let phase = trace.measurements.phase(at: cause.scheduled)
            guard trace.late[index].phase.map({ $0 == phase?.name }) ?? (phase?.isWarmUp != true) else { continue }
            trace.late[index].count += 1
            guard trace.late[index].isWorthKeeping(latency) else { continue }
            let window =
                trace.operationEntry(operation) + trace.deliveryEntry(arrival.record)
                + trace.sessionEntries(of: arrival.subscriber, from: cause.scheduled, to: arrival.at)
            guard let delivery = trace.deliveries[arrival.record] else { continue }
            trace.late[index].keep(
                LateList.Entry(
                    latency: latency, at: arrival.at,
                    statement:
                        "\(trace.subject(delivery)) reached \(trace.name(ofSubscriber: arrival.subscriber)) only "
                        + "\(Wording.milliseconds(latency)) after its scheduled time \(Wording.seconds(cause.scheduled))",
                    window: window))
        }
    }

    package static func conclude(_ trace: inout Trace) {
        var isAsked = false
        for threshold in trace.thresholds {
            guard case .deliveryLatency = threshold.metric else { continue }
            isAsked = true
            let measurements = trace.measurements
            let outcome = threshold.evaluated { measurements.value(of: $0, in: $1) }
            switch outcome.state {
            case .held: break
            case .unmeasured: trace.findings[name.position].unknown("no event was measured for '\(threshold)'")
            case .crossed: report(threshold, outcome.measured ?? 0, &trace)
            }
        }
        if !isAsked { trace.findings[name.position].remark("the scenario sets no threshold on delivery latency") }
    }

    private static func report(_ threshold: Threshold, _ measured: Double, _ trace: inout Trace) {
        let prefix = "\(threshold.metric) is \(Wording.milliseconds(Int64(measured * 1e6))), asked is '\(threshold)'"
        guard let list = trace.late.first(where: { $0.threshold == threshold }), list.count > 0 else {
            return trace.report(name) { _ in (prefix, []) }
        }
        for entry in list.slowest { trace.report(name) { _ in ("\(prefix); \(entry.statement)", entry.window) } }
        // The others are only counted, the windows of the slowest tell the story.
        trace.findings[name.position].violationCount += list.count - list.slowest.count
        trace.measurements.violations[name.position] += list.count - list.slowest.count
    }
}

/// The arrivals that were later than a threshold allows: how many, and the slowest.
struct LateList: Sendable {
    struct Entry: Sendable {
        var latency: Int64
        var at: Int64
        var statement: String
        var window: [Violation.Entry]
    }

    let threshold: Threshold
    let kind: History.Delivery.Kind?
    var phase: String? { threshold.phase }
    var count = 0
    /// The slowest first; of equals the one that came first.
    private(set) var slowest: [Entry] = []

    /// `nil` unless the threshold bounds a delivery latency from above.
    init?(_ threshold: Threshold) {
        guard case .deliveryLatency(let kind, _) = threshold.metric,
            threshold.comparison == .less || threshold.comparison == .atMost
        else { return nil }
        self.threshold = threshold
        self.kind = kind
    }

    func covers(_ kind: History.Delivery.Kind, _ latency: Int64) -> Bool {
        (self.kind == nil || self.kind == kind)
            && !threshold.comparison.holds(Double(latency) / 1e6, threshold.bound)
    }

    func isWorthKeeping(_ latency: Int64) -> Bool {
        slowest.count < Prompt.slowestShown || latency >= slowest[slowest.count - 1].latency
    }

    mutating func keep(_ entry: Entry) {
        let index = slowest.firstIndex { ($0.latency, -$0.at) < (entry.latency, -entry.at) } ?? slowest.count
        slowest.insert(entry, at: index)
        if slowest.count > Prompt.slowestShown { slowest.removeLast() }
    }
}
