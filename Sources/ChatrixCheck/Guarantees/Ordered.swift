import ChatrixHistory
import ChatrixModel

/// In a conversation, a subscriber sees first arrivals in the order of creation, and the events of one step in the
/// documented order (D-54, D-55). Of sends that overlapped, the creation time decides.
package enum Ordered: Guarantee {
    package static let name = Metric.Guarantee.order
    package static let promise =
        "Per conversation and subscriber, events arrived in the order of creation, those of one step as documented."

    package static func judge(_ trace: Trace, _ measurements: Measurements, _ thresholds: [Threshold]) -> Finding {
        var findings = Findings(Ordered.self, trace)
        /// By subscriber, conversation and kind: the first arrival with the highest place so far.
        var latest: [LaneKey: Int] = [:]
        for (index, delivery) in trace.deliveries.enumerated() where trace.isFirst[index] {
            let conversation = trace.conversationOfDelivery[index]
            guard let stamp = delivery.stamp, conversation >= 0 else { continue }
            let key = LaneKey(user: delivery.user, conversation: conversation, kind: delivery.kind)
            if let before = latest[key], precedes(delivery, trace.deliveries[before]) {
                let overtaken = trace.deliveries[before]
                findings.violation(
                    overtaking(delivery, overtaken, trace.conversations[Int(conversation)].id),
                    [.delivery(overtaken), .delivery(delivery)] + trace.causeEntries(before)
                        + trace.causeEntries(index))
            } else {
                latest[key] = index
            }
            judgeStep(index, delivery, conversation, stamp, trace, &findings)
        }
        return findings.finding
    }

    private struct LaneKey: Hashable {
        var user: Int
        var conversation: Int32
        var kind: History.Delivery.Kind
    }

    /// The first was created before the second. Messages of one moment go by id; other events of one moment may come in
    /// any order.
    private static func precedes(_ a: History.Delivery, _ b: History.Delivery) -> Bool {
        guard let first = a.stamp, let second = b.stamp else { return false }
        if first != second { return first < second }
        guard let message = a.message, let other = b.message else { return false }
        return message < other
    }

    private static func overtaking(
        _ late: History.Delivery, _ early: History.Delivery, _ conversation: ConversationID
    ) -> String {
        func subject(_ delivery: History.Delivery) -> String {
            let subject = delivery.message.map { "message \($0)" } ?? "the \(delivery.kind.rawValue) event"
            return "\(subject) of \(delivery.stamp?.description ?? "unknown time")"
        }
        return "\(subject(late)) in conversation \(conversation) reached user \(late.user) at "
            + "\(Wording.seconds(late.at)), after \(subject(early)) had arrived at \(Wording.seconds(early.at))"
    }

    /// The event has to come before another one of its step, which therefore must not have arrived already.
    private static func judgeStep(
        _ index: Int, _ delivery: History.Delivery, _ conversation: Int32, _ stamp: Timestamp, _ trace: Trace,
        _ findings: inout Findings
    ) {
        let follower: Int?
        switch delivery.kind {
        case .message:
            guard trace.sendCount(into: conversation, at: stamp) == 1 else { return }
            follower = trace.arrival(ofUpdate: conversation, stamp, at: delivery.user)
        case .readReceipt, .messagesStatus:
            follower = trace.arrival(
                of: .messagesRead, conversation, reader: trace.actorOfDelivery[index], stamp, at: delivery.user)
        default: return
        }
        guard let follower, follower < index else { return }
        let early = trace.deliveries[follower]
        let subject = delivery.message.map { "message \($0)" } ?? "the \(delivery.kind.rawValue) event of \(stamp)"
        findings.violation(
            "\(subject) reached user \(delivery.user) at \(Wording.seconds(delivery.at)), after the "
                + "\(early.kind.rawValue) event of the same step had arrived at \(Wording.seconds(early.at))",
            [.delivery(early), .delivery(delivery)] + trace.causeEntries(index))
    }
}
