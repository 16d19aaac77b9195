import ChatrixHistory
import ChatrixModel

/// What events say equals what the model predicts: messages and updates what was sent (D-54, D-55, D-56), read markings one
/// reader, and counts that can have been unread. Digests of 0 are not known and not judged.
package enum Conforming: Guarantee {
    package static let name = Metric.Guarantee.conforming
    package static let promise = "Events said what the operations that caused them entail."

    /// Judges what is wrong with an event in itself; `false` if nothing else can be judged of it.
    static func judgeShape(
        _ record: Int, _ delivery: History.Delivery, _ subscriber: Int32, _ trace: inout Trace
    ) -> Bool {
        let problem: String
        switch delivery.kind {
        case .unreadable:
            trace.subscribers[Int(subscriber)].unreadable += 1
            trace.subscribers[Int(subscriber)].lastUnreadable = delivery.at
            problem = "that could not be read" + (delivery.note.map { ": \($0)" } ?? "")
        case .message:
            if delivery.message != nil, delivery.conversation != nil, delivery.stamp != nil { return true }
            problem = "without its id, its conversation or created_at"
        case .conversationUpdated:
            if delivery.channel == .mqtt, delivery.conversation != nil, delivery.stamp != nil { return true }
            problem =
                delivery.channel == .mqtt ? "without its conversation or last_message_at" : "that belongs to MQTT"
        case .readReceipt, .messagesStatus, .messagesRead:
            if delivery.channel == .mqtt, delivery.conversation != nil, delivery.stamp != nil, delivery.actor != nil {
                return true
            }
            problem =
                delivery.channel == .mqtt ? "without its conversation, read_by or read_at" : "that belongs to MQTT"
        case .socketError: return false
        default:
            if delivery.channel == .webSocket { return true }
            problem = "that belongs to WebSocket connections"
        }
        trace.report(name) { trace in
            let what = delivery.kind == .unreadable ? "an event" : "an event \(delivery.kind.rawValue)"
            return (
                "\(trace.name(ofSubscriber: subscriber)) received \(what) at \(Wording.seconds(delivery.at)) \(problem)",
                [.delivery(delivery)]
            )
        }
        return false
    }

    /// Each arrival of a message at a participant.
    static func judge(_ place: Int32, _ trace: inout Trace) {
        let message = trace.messages[place]
        var index = message.arrivals.first
        while index >= 0 {
            let arrival = trace.arrivals[index]
            index = arrival.next
            if arrival.isFirst { judge(arrival, message, &trace) }
        }
    }

    private static func judge(_ arrival: Trace.Arrival, _ message: Trace.Message, _ trace: inout Trace) {
        var differences: [String] = []
        let digest = trace.deliveries[kept: arrival.record].contentDigest
        if digest != 0, message.contentDigest != 0, digest != message.contentDigest {
            differences.append("another content")
        }
        let stamp = trace.deliveries[kept: arrival.record].stamp
        if let stamp, stamp.milliseconds != message.createdAt {
            differences.append("created_at \(stamp) instead of \(Timestamp(milliseconds: message.createdAt))")
        }
        if let actor = trace.deliveries[kept: arrival.record].actor {
            if message.operation >= 0, !trace.isPerson(message.sender, actor) {
                differences.append("sender \(actor) instead of \(trace.name(ofPerson: message.sender))")
            }
        } else {
            differences.append("no sender")
        }
        if trace.deliveries[kept: arrival.record].conversation != trace.conversations[Int(message.conversation)].id {
            differences.append("another conversation")
        }
        guard !differences.isEmpty else { return }
        trace.report(name) { trace in
            (
                "message \(message.id) reached \(trace.name(ofSubscriber: arrival.subscriber)) at "
                    + "\(Wording.seconds(arrival.at)) with \(differences.joined(separator: " and "))",
                trace.operationEntry(message.operation) + trace.deliveryEntry(arrival.record)
            )
        }
    }

    /// The preview of each update belongs to a message of its moment.
    static func judgeUpdates(_ place: Int32, _ trace: inout Trace) {
        let moment = trace.moments[place]
        guard moment.firstMessage >= 0 else { return }
        var index = moment.updates.first
        while index >= 0 {
            let arrival = trace.arrivals[index]
            index = arrival.next
            let digest = trace.deliveries[kept: arrival.record].contentDigest
            guard arrival.isFirst, digest != 0 else { continue }
            var isForeign = true
            var message = moment.firstMessage
            while message >= 0 {
                let expected = trace.messages[message].previewDigest
                isForeign = isForeign && expected != 0 && expected != digest
                message = trace.messages[message].next
            }
            // Every message of the moment has another preview.
            guard isForeign else { continue }
            trace.report(name) { trace in
                let message = trace.messages[moment.firstMessage]
                return (
                    "the conversation-updated event of message \(message.id) reached "
                        + "\(trace.name(ofSubscriber: arrival.subscriber)) at \(Wording.seconds(arrival.at)) with another "
                        + "preview",
                    trace.operationEntry(message.operation) + trace.deliveryEntry(arrival.record)
                )
            }
        }
    }

    /// The events of a marking agree with each other and with what can have been unread.
    static func judgeMarking(_ place: Int32, _ trace: inout Trace) {
        let marking = trace.markings[place]
        let conversation = trace.conversations[Int(marking.conversation)]
        guard marking.lane >= 0, let other = conversation.partner(of: marking.reader) else {
            if conversation.isKnown {
                reportMarking(marking, "names \(trace.name(ofPerson: marking.reader)), who takes no part in it", &trace)
            }
            return
        }
        let lane = Int(marking.lane)
        let unread = mostUnread(of: other, before: marking, &trace)
        var index = marking.arrivals.first
        while index >= 0 {
            let arrival = trace.arrivals[index]
            index = arrival.next
            let user = Int32(trace.subscribers[Int(arrival.subscriber)].user)
            guard arrival.isFirst, conversation.side(of: user) != nil else { continue }
            let count = trace.deliveries[kept: arrival.record].count
            let problem: String?
            switch arrival.kind {
            case .readReceipt, .messagesStatus:
                problem =
                    count < 1
                    ? "has count \(count)"
                    : count < Int(marking.count) ? "has count \(count), another one of it \(marking.count)" : nil
            default:
                let most = user == marking.reader ? 0 : unread
                problem =
                    count < 0 || count > most
                    ? "has unread_count \(count) for user \(user), but at most \(most) can have been unread" : nil
            }
            if let problem { reportMarking(marking, "\(problem): its event \(arrival.kind.rawValue)", &trace, arrival) }
        }
        judgeTotal(marking, lane, other, &trace)
    }

    /// What the partner of the reader can have had unread at most.
    private static func mostUnread(of partner: Int32, before marking: Trace.Marking, _ trace: inout Trace) -> Int {
        guard let side = trace.conversations[Int(marking.conversation)].side(of: partner) else { return .max }
        let lane = 2 * Int(marking.conversation) + side
        var marked = trace.lanes[lane].marked
        // Markings of his that came later do not lower what he had then.
        var open = trace.lanes[lane].newestMarking
        while open >= 0 {
            if trace.markings[open].readAt >= marking.readAt { marked -= trace.markings[open].count }
            open = trace.markings[open].older
        }
        var sent = trace.lanes[lane].sendCount
        var send = trace.lanes[lane].newestSend
        while send >= 0, trace.sends[send].completed > marking.firstArrival {
            if trace.sends[send].sent >= marking.firstArrival, trace.sends[send].fate != .refused { sent -= 1 }
            send = trace.sends[send].older
        }
        return Int(max(sent - marked, 0))
    }

    private static func judgeTotal(_ marking: Trace.Marking, _ lane: Int, _ other: Int32, _ trace: inout Trace) {
        var marked = trace.lanes[lane].marked
        var later = marking.newer
        while later >= 0 {
            marked -= trace.markings[later].count
            later = trace.markings[later].newer
        }
        let excess = marked - marking.sendsBefore - trace.lanes[lane].overmarked
        guard excess > 0 else { return }
        trace.lanes[lane].overmarked += excess
        trace.report(name) { trace in
            (
                "the events of the read markings of \(trace.name(ofPerson: marking.reader)) in conversation "
                    + "\(trace.conversations[Int(marking.conversation)].id) count "
                    + "\(Wording.count(Int(marked), "message")), but \(trace.name(ofPerson: other)) had sent at most "
                    + "\(marking.sendsBefore) before the last of them",
                trace.operationEntry(marking.operation)
                    + trace.deliveryEntry(trace.arrivals[marking.arrivals.first].record)
            )
        }
    }

    private static func reportMarking(
        _ marking: Trace.Marking, _ problem: String, _ trace: inout Trace, _ arrival: Trace.Arrival? = nil
    ) {
        trace.report(name) { trace in
            (
                "the read marking at \(Timestamp(milliseconds: marking.readAt)) in conversation "
                    + "\(trace.conversations[Int(marking.conversation)].id) \(problem)",
                trace.operationEntry(marking.operation)
                    + trace.deliveryEntry(arrival?.record ?? trace.arrivals[marking.arrivals.first].record)
            )
        }
    }
}
