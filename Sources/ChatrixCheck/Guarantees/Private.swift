import ChatrixHistory
import ChatrixModel

/// Nobody receives what is not his: not from another user's topic, not of a conversation he takes no part in, not an event
/// that is meant for the other participant (D-54, D-55, D-92), and nothing that was sent while a block stood (D-64, D-65).
package enum Private: Guarantee {
    package static let name = Metric.Guarantee.private
    package static let promise = "Nobody received what was not meant for him, and nothing passed a block."

    /// Judges the receiver of an arrival; `false` if nothing else is to be judged of it.
    static func judge(_ event: Trace.Event, _ trace: inout Trace) -> Bool {
        let record = event.arrival.record
        let receiver = Int32(trace.subscribers[Int(event.arrival.subscriber)].user)
        if let topic = trace.deliveries[kept: record].topicUser, !trace.isPerson(receiver, topic) {
            reportTopic(record, topic, trace.causeEntries(event), &trace)
            return false
        }
        let conversation = trace.conversations[Int(event.conversation)]
        guard isMember(receiver, conversation, record, event, &trace) else { return false }
        guard let reason = misdirection(event, receiver, conversation, &trace) else { return true }
        report(record, "of conversation \(conversation.id), \(reason)", trace.causeEntries(event), &trace)
        return false
    }

    private static func isMember(
        _ receiver: Int32, _ conversation: Trace.Conversation, _ record: Int, _ event: Trace.Event?,
        _ trace: inout Trace
    ) -> Bool {
        if conversation.side(of: receiver) != nil { return true }
        guard conversation.isKnown else {
            // Accounts of a run are new: a conversation that none of its operations named is somebody else's.
            if conversation.first >= 0 || trace.uncertainUsers.contains(Int(receiver)) {
                trace.notes.untold += 1
            } else {
                report(
                    record, "of conversation \(conversation.id), which no operation of the run ever opened", [], &trace)
            }
            return false
        }
        report(
            record,
            "of conversation \(conversation.id) between \(trace.name(ofPerson: conversation.first)) and "
                + trace.name(ofPerson: conversation.second), event.map { trace.causeEntries($0) } ?? [], &trace)
        return false
    }

    private static func reportTopic(
        _ record: Int, _ topic: UserID, _ cause: [Violation.Entry], _ trace: inout Trace
    ) {
        let owner = trace.number(of: topic, likely: -1)
        report(record, "on the topic of \(trace.name(ofPerson: owner))", cause, &trace)
    }

    private static func report(_ record: Int, _ what: String, _ cause: [Violation.Entry], _ trace: inout Trace) {
        trace.report(name) { trace in
            guard let delivery = trace.deliveries[record] else { return (what, []) }
            let subscriber = trace.firstSubscriber[delivery.user]
            let whom =
                delivery.device == 0 && delivery.channel == .mqtt || subscriber < 0
                ? "user \(delivery.user)"
                : "user \(delivery.user) on device \(delivery.device) over \(delivery.channel.rawValue)"
            return (
                "\(whom) received an event \(delivery.kind.rawValue) at \(Wording.seconds(delivery.at)) \(what)",
                [.delivery(delivery)] + cause
            )
        }
    }

    /// Why an event is not meant for this participant; `nil` if it is.
    private static func misdirection(
        _ event: Trace.Event, _ receiver: Int32, _ conversation: Trace.Conversation, _ trace: inout Trace
    ) -> String? {
        switch event.arrival.kind {
        case .message:
            let message = trace.messages[event.message]
            guard message.sender == receiver else { return nil }
            let subscriber = trace.subscribers[Int(event.arrival.subscriber)]
            // A message sent over a WebSocket connection is confirmed by its event on the same one.
            if subscriber.channel == .webSocket,
                message.operation < 0 || message.socketDevice == Int32(subscriber.device)
            {
                return nil
            }
            return "though he is its sender"
        case .conversationUpdated:
            let moment = trace.moments[event.moment]
            guard moment.messageCount == 1, trace.messages[moment.firstMessage].operation >= 0 else { return nil }
            return trace.messages[moment.firstMessage].sender == receiver
                ? "though he is the sender of the message" : nil
        case .readReceipt:
            return trace.markings[event.marking].reader == receiver ? "though he is the reader himself" : nil
        case .messagesStatus:
            return trace.markings[event.marking].reader == receiver ? nil : "which is meant for the reader"
        default: return nil
        }
    }

    /// Judges an event that stands alone.
    static func judgeSingle(_ record: Int, _ trace: inout Trace) {
        guard let delivery = trace.deliveries[record] else { return }
        if let topic = delivery.topicUser, !trace.isPerson(Int32(delivery.user), topic) {
            return reportTopic(record, topic, [], &trace)
        }
        if let id = delivery.conversation {
            let conversation = trace.conversations[Int(trace.number(of: id))]
            guard isMember(Int32(delivery.user), conversation, record, nil, &trace) else { return }
        }
        switch delivery.kind {
        case .call, .callAccept, .callReject, .callEnd:
            if !trace.isCallExplained(delivery) {
                report(record, "though no call of the run was addressed to him", [], &trace)
            }
        case .typing, .presence:
            guard let actor = delivery.actor else { return }
            let sender = trace.number(of: actor, likely: -1)
            if delivery.kind == .typing, sender == Int32(delivery.user) {
                return report(record, "though he is typing himself", [], &trace)
            }
            // What caused it happened a short time before.
            let from = delivery.at - trace.settings.sessionGrace
            guard sender < Trace.firstStranger,
                let block = trace.blocks.standing(between: Int(sender), delivery.user, from: from, to: delivery.at)
            else { return }
            report(
                record,
                "of user \(sender), although user \(block.operation.user) had blocked user "
                    + "\(block.operation.partner ?? -1) by \(Wording.seconds(block.start))",
                [.operation(block.operation)], &trace)
        default: break
        }
    }

    package static func conclude(_ trace: inout Trace) {
        if trace.notes.untold > 0 {
            trace.findings[name.position].unknown(
                "\(Wording.count(trace.notes.untold, "event")) came from conversations whose participants the history does "
                    + "not tell")
        }
    }
}
