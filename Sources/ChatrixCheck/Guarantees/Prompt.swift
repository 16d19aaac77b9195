import ChatrixHistory
import ChatrixModel

/// Events arrive within the thresholds that the scenario sets on `delivery.*` latencies; without one nothing is promised.
package enum Prompt: Guarantee {
    package static let name = Metric.Guarantee.prompt
    package static let promise = "Events arrived within the thresholds on delivery latency."
    /// Late events shown for each crossed threshold.
    private static let slowestShown = 5

    package static func judge(_ trace: Trace, _ measurements: Measurements, _ thresholds: [Threshold]) -> Finding {
        var findings = Findings(Prompt.self, trace)
        var isAsked = false
        for threshold in thresholds {
            guard case .deliveryLatency(let kind, _) = threshold.metric else { continue }
            isAsked = true
            let outcome = threshold.evaluated { measurements.value(of: $0, in: $1) }
            switch outcome.state {
            case .held: break
            case .unmeasured: findings.unknown("no event was measured for '\(threshold)'")
            case .crossed: report(threshold, outcome.measured ?? 0, kind, trace, &findings)
            }
        }
        if !isAsked { findings.remark("the scenario sets no threshold on delivery latency") }
        return findings.finding
    }

    private static func report(
        _ threshold: Threshold, _ measured: Double, _ kind: History.Delivery.Kind?, _ trace: Trace,
        _ findings: inout Findings
    ) {
        let prefix = "\(threshold.metric) is \(Wording.milliseconds(Int64(measured * 1e6))), asked is '\(threshold)'"
        let late = lateDeliveries(trace, kind, threshold)
        guard !late.isEmpty else {
            findings.violation(prefix, [])
            return
        }
        for (rank, index) in late.enumerated() {
            let delivery = trace.deliveries[index]
            guard let cause = trace.cause(ofDelivery: index) else { continue }
            guard rank < slowestShown else {
                // Only counted, the window of the slowest tells the story.
                findings.countOnly()
                continue
            }
            let operation = trace.history.operations[cause]
            let subject = delivery.message.map { "message \($0)" } ?? "an event \(delivery.kind.rawValue)"
            findings.violation(
                "\(prefix); \(subject) reached user \(delivery.user) only "
                    + "\(Wording.milliseconds(delivery.at - operation.scheduled)) after its scheduled time "
                    + "\(Wording.seconds(operation.scheduled))",
                [.operation(operation), .delivery(delivery)]
                    + trace.sessionEntries(of: delivery.user, from: operation.scheduled, to: delivery.at))
        }
    }

    /// Deliveries over the bound of an upper threshold, the slowest first.
    private static func lateDeliveries(
        _ trace: Trace, _ kind: History.Delivery.Kind?, _ threshold: Threshold
    ) -> [Int] {
        guard threshold.comparison == .less || threshold.comparison == .atMost else { return [] }
        var late: [(latency: Int64, index: Int)] = []
        for index in trace.deliveries.indices
        where trace.isFirst[index] && (kind == nil || trace.deliveries[index].kind == kind) {
            guard let cause = trace.cause(ofDelivery: index) else { continue }
            let operation = trace.history.operations[cause]
            guard operation.phase == .load else { continue }
            let latency = trace.deliveries[index].at - operation.scheduled
            if !threshold.comparison.holds(Double(latency) / 1e6, threshold.bound) { late.append((latency, index)) }
        }
        return late.sorted { ($1.latency, $0.index) < ($0.latency, $1.index) }.map(\.index)
    }
}
