import ChatrixHistory
import ChatrixModel

/// Nobody receives what is not his: not from another user's topic, not of a conversation he takes no part in, not an event
/// that is meant for the other participant (D-54, D-55), and nothing that was sent while a block stood (D-64, D-65).
package enum Private: Guarantee {
    package static let name = Metric.Guarantee.private
    package static let promise = "Nobody received what was not meant for him, and nothing passed a block."

    package static func judge(_ trace: Trace, _ measurements: Measurements, _ thresholds: [Threshold]) -> Finding {
        var findings = Findings(Private.self, trace)
        var uncertain: Set<Int> = []
        for operation in trace.history.operations
        where operation.endpoint == .ensure && operation.isIndeterminate {
            uncertain.insert(operation.user)
            if let partner = operation.partner { uncertain.insert(partner) }
        }
        var untold = 0
        for index in trace.deliveries.indices {
            if !judge(index, trace, uncertain, &findings) { untold += 1 }
        }
        if untold > 0 {
            findings.unknown(
                "\(Wording.count(untold, "event")) came from conversations whose participants the history does not tell"
            )
        }
        judgeBlocks(trace, &findings)
        return findings.finding
    }

    /// Reports what is wrong with the receiver of a delivery; `false` if the history does not tell.
    private static func judge(
        _ index: Int, _ trace: Trace, _ uncertain: Set<Int>, _ findings: inout Findings
    ) -> Bool {
        let delivery = trace.deliveries[index]
        let topic = trace.topicOfDelivery[index]
        if topic >= 0, topic != Int32(delivery.user) {
            findings.violation(
                "user \(delivery.user) received an event \(delivery.kind.rawValue) at \(Wording.seconds(delivery.at)) on "
                    + "the topic of \(trace.name(ofPerson: topic))",
                [.delivery(delivery)] + trace.causeEntries(index))
            return true
        }
        let number = trace.conversationOfDelivery[index]
        guard delivery.kind != .unreadable, number >= 0 else { return true }
        let conversation = trace.conversations[Int(number)]
        guard conversation.isKnown else {
            // Accounts of a run are new: a conversation that none of its operations named is somebody else's.
            if conversation.first >= 0 || uncertain.contains(delivery.user) { return false }
            findings.violation(
                "user \(delivery.user) received an event \(delivery.kind.rawValue) at \(Wording.seconds(delivery.at)) of "
                    + "conversation \(conversation.id), which no operation of the run ever opened",
                [.delivery(delivery)])
            return true
        }
        guard conversation.partner(of: Int32(delivery.user)) != nil else {
            findings.violation(
                "user \(delivery.user) received an event \(delivery.kind.rawValue) at \(Wording.seconds(delivery.at)) of "
                    + "conversation \(conversation.id) between \(trace.name(ofPerson: conversation.first)) and "
                    + trace.name(ofPerson: conversation.second),
                [.delivery(delivery)] + trace.causeEntries(index))
            return true
        }
        if let reason = misdirection(index, delivery, number, trace) {
            findings.violation(
                "user \(delivery.user) received an event \(delivery.kind.rawValue) at \(Wording.seconds(delivery.at)) of "
                    + "conversation \(conversation.id), \(reason)", [.delivery(delivery)] + trace.causeEntries(index))
        }
        return true
    }

    /// Why an event is not meant for this participant; `nil` if it is.
    private static func misdirection(
        _ index: Int, _ delivery: History.Delivery, _ conversation: Int32, _ trace: Trace
    ) -> String? {
        let actor = trace.actorOfDelivery[index]
        let isActor = actor == Int32(delivery.user)
        switch delivery.kind {
        case .message: return isActor ? "though he is its sender" : nil
        case .conversationUpdated:
            guard let stamp = delivery.stamp, trace.sendCount(into: conversation, at: stamp) == 1,
                let send = trace.send(into: conversation, at: stamp)
            else { return nil }
            return trace.history.operations[send].user == delivery.user ? "though he is the sender of the message" : nil
        case .readReceipt: return isActor ? "though he is the reader himself" : nil
        case .messagesStatus: return isActor ? nil : "which is meant for the reader"
        default: return nil
        }
    }
}
