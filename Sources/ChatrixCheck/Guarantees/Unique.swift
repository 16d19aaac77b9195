import ChatrixHistory
import ChatrixModel

/// Nothing arrives twice at one subscriber, and nothing arrives that nobody sent.
///
/// An exact repetition after the subscriber's session was established again is QoS 1 at work: counted, no violation.
package enum Unique: Guarantee {
    package static let name = Metric.Guarantee.unique
    package static let promise = "Every event arrived once: nothing doubled, nothing invented."

    package static func judge(_ trace: Trace, _ measurements: Measurements, _ thresholds: [Threshold]) -> Finding {
        var findings = Findings(Unique.self, trace)
        var allowances: [Int: Int] = [:]
        for (index, previous) in trace.repetitions {
            judge(index, after: previous, trace, &allowances, &findings)
        }
        judgeInvented(trace, &findings)
        let redelivered = findings.counts.redelivered
        if redelivered > 0 {
            findings.remark(
                "\(Wording.count(redelivered, "event")) came again exactly after the session was established again (QoS 1)"
            )
        }
        return findings.finding
    }

    /// `allowances`: by first arrival of an update, how many sends of the same moment remain to explain another one.
    private static func judge(
        _ index: Int, after previous: Int, _ trace: Trace, _ allowances: inout [Int: Int], _ findings: inout Findings
    ) {
        let delivery = trace.deliveries[index]
        let earlier = trace.deliveries[previous]
        if delivery.kind == .conversationUpdated, let stamp = delivery.stamp,
            let first = trace.arrival(ofUpdate: trace.conversationOfDelivery[index], stamp, at: delivery.user)
        {
            let left =
                allowances[first] ?? trace.sendCount(into: trace.conversationOfDelivery[index], at: stamp) - 1
            allowances[first] = left - 1
            if left > 0 { return }
        }
        let isExact = delivery.payloadDigest == earlier.payloadDigest && delivery.topicUser == earlier.topicUser
        if isExact, trace.sessions.cameUp(delivery.user, after: earlier.at, until: delivery.at) {
            findings.counts.redelivered += 1
            return
        }
        if isExact { findings.counts.duplicated += 1 }
        let what = isExact ? "arrived twice" : "arrived twice with different contents"
        let subject = delivery.message.map { "message \($0)" } ?? "an event \(delivery.kind.rawValue)"
        findings.violation(
            "\(subject) \(what) at user \(delivery.user): at \(Wording.seconds(earlier.at)) and at "
                + "\(Wording.seconds(delivery.at))",
            [.delivery(earlier), .delivery(delivery)] + trace.causeEntries(index))
    }

    /// Messages without an accepted send need a send whose fate is unknown, one each.
    private static func judgeInvented(_ trace: Trace, _ findings: inout Findings) {
        struct Place: Hashable {
            var conversation: Int32
            var sender: Int32
        }
        var unexplained: [Place: [Int]] = [:]
        var order: [Place] = []
        var seen: Set<MessageID> = []
        for (index, delivery) in trace.deliveries.enumerated() where delivery.kind == .message && trace.isFirst[index] {
            guard let message = delivery.message, trace.send(of: message) == nil,
                seen.insert(message).inserted
            else { continue }
            let place = Place(
                conversation: trace.conversationOfDelivery[index], sender: trace.actorOfDelivery[index])
            if unexplained[place] == nil { order.append(place) }
            unexplained[place, default: []].append(index)
        }
        guard !order.isEmpty else { return }
        var candidates: [Place: [Int64]] = [:]
        for (index, operation) in trace.history.operations.enumerated()
        where operation.endpoint == .send && operation.isIndeterminate {
            let place = Place(
                conversation: trace.conversationOfOperation[index], sender: Int32(operation.user))
            if unexplained[place] != nil { candidates[place, default: []].append(operation.sent) }
        }
        for place in order {
            let sends = (candidates[place] ?? []).sorted()
            var used = 0
            for index in unexplained[place] ?? [] {
                let delivery = trace.deliveries[index]
                if used < sends.count, sends[used] <= delivery.at {
                    used += 1
                    continue
                }
                findings.violation(
                    "message \(delivery.message?.description ?? "") reached user \(delivery.user) at "
                        + "\(Wording.seconds(delivery.at)) from \(trace.name(ofPerson: place.sender)), but no send of the "
                        + "run can have created it", [.delivery(delivery)])
            }
        }
    }
}

extension History.Operation {
    /// Whether it took effect is unknown: the answer was lost or could not be read.
    var isIndeterminate: Bool {
        switch result {
        case .lost, .unreadable: true
        case .accepted, .refused: false
        }
    }
}

extension Trace {
    /// The operation behind a delivery, if it is known.
    func causeEntries(_ index: Int) -> [Violation.Entry] {
        cause(ofDelivery: index).map { [.operation(history.operations[$0])] } ?? []
    }
}
