import ChatrixHistory
import ChatrixModel

/// No event comes before its cause was sent, none without a cause, and what was delivered, or accepted, can be read.
///
/// A message whose reply was lost has a send as its cause if there is one for each such message; a read marking an operation
/// of its reader that marks.
package enum Causal: Guarantee {
    package static let name = Metric.Guarantee.causal
    package static let promise = "No event came before or without its cause, and what was delivered could be read."

    /// Judges the cause of a message.
    static func judge(_ place: Int32, _ trace: inout Trace) {
        let message = trace.messages[place]
        if message.operation >= 0 {
            judgeTime(of: message.arrivals, message, &trace)
        } else {
            judgeUnexplained(message, &trace)
        }
    }

    /// Updates come after the first of the sends of their moment.
    static func judgeUpdates(_ place: Int32, _ trace: inout Trace) {
        let moment = trace.moments[place]
        guard moment.messageCount == 1, trace.messages[moment.firstMessage].operation >= 0 else { return }
        judgeTime(of: moment.updates, trace.messages[moment.firstMessage], &trace)
    }

    private static func judgeTime(of list: Trace.ArrivalList, _ message: Trace.Message, _ trace: inout Trace) {
        var place = list.first
        while place >= 0 {
            let arrival = trace.arrivals[place]
            place = arrival.next
            guard arrival.at < message.cause.sent else { continue }
            trace.report(name) { trace in
                let kind = arrival.kind == .message ? "" : "the \(arrival.kind.rawValue) event of "
                return (
                    "\(kind)message \(message.id) reached \(trace.name(ofSubscriber: arrival.subscriber)) at "
                        + "\(Wording.seconds(arrival.at)), before its send was handed to the connection at "
                        + Wording.seconds(message.cause.sent),
                    trace.deliveryEntry(arrival.record) + trace.operationEntry(message.operation)
                )
            }
        }
    }

    /// Messages without an accepted send need a send whose fate is unknown, one each.
    private static func judgeUnexplained(_ message: Trace.Message, _ trace: inout Trace) {
        let conversation = trace.conversations[Int(message.conversation)]
        // Of conversations that nobody knows, and of messages that only came where they do not belong, others tell.
        guard conversation.isKnown else { return }
        var index = message.arrivals.first
        var arrival: Trace.Arrival?
        while index >= 0, arrival == nil {
            let user = trace.subscribers[Int(trace.arrivals[index].subscriber)].user
            if conversation.side(of: Int32(user)) != nil { arrival = trace.arrivals[index] }
            index = trace.arrivals[index].next
        }
        guard arrival != nil || message.shownBy >= 0 else { return }
        var refused = -1
        if let side = conversation.side(of: message.sender) {
            let lane = 2 * Int(message.conversation) + 1 - side
            if var lost = trace.lostSends[lane], lost.used < lost.sent.count, lost.sent[lost.used] <= message.firstSeen
            {
                lost.used += 1
                trace.lostSends[lane] = lost
                trace.lanes[lane].proven += 1
                return
            }
            refused = refusal(lane, before: message.firstSeen, trace)
        }
        let end = "but no send of the run can have created it"
        trace.report(name) { trace in
            guard let arrival else {
                return (
                    "a page of messages showed message \(message.id) from \(trace.name(ofPerson: message.sender)) at "
                        + "\(Wording.seconds(message.firstSeen)), \(end)",
                    trace.operationEntry(message.shownBy) + trace.operationEntry(refused)
                )
            }
            return (
                "message \(message.id) reached \(trace.name(ofSubscriber: arrival.subscriber)) at "
                    + "\(Wording.seconds(arrival.at)) from \(trace.name(ofPerson: message.sender)), \(end)",
                trace.operationEntry(refused) + trace.deliveryEntry(arrival.record)
            )
        }
    }

    /// The newest refused send of a lane.
    private static func refusal(_ lane: Int, before time: Int64, _ trace: Trace) -> Int {
        var send = trace.lanes[lane].newestSend
        while send >= 0 {
            if trace.sends[send].fate == .refused, trace.sends[send].sent <= time { return trace.sends[send].record }
            send = trace.sends[send].older
        }
        return -1
    }

    /// Each marking needs an operation of its reader of its own that was sent before.
    static func judgeMarking(_ place: Int32, _ trace: inout Trace) {
        let marking = trace.markings[place]
        guard marking.lane >= 0 else { return }
        let lane = Int(marking.lane)
        guard marking.ordinal - trace.lanes[lane].forgivenMarkings > marking.marksBefore else { return }
        trace.lanes[lane].forgivenMarkings += 1
        trace.report(name) { trace in
            let conversation = trace.conversations[Int(marking.conversation)].id
            let first = trace.deliveryEntry(trace.arrivals[marking.arrivals.first].record)
            let end: String
            var window = first
            let mark = trace.lanes[lane].newestMark
            if marking.marksBefore == 0, mark >= 0 {
                var earliest = mark
                while trace.marks[earliest].older >= 0 { earliest = trace.marks[earliest].older }
                window += trace.operationEntry(trace.marks[earliest].record)
                end = "before the first operation that can have caused it was sent"
            } else {
                end =
                    "the \(Wording.count(Int(marking.ordinal), "marking")) of his there had only "
                    + "\(Wording.count(Int(marking.marksBefore), "operation")) to cause them"
                window += trace.operationEntry(marking.operation)
            }
            return (
                "a read marking by \(trace.name(ofPerson: marking.reader)) at \(Timestamp(milliseconds: marking.readAt)) "
                    + "in conversation \(conversation) showed at \(Wording.seconds(marking.firstArrival)), \(end)",
                window
            )
        }
    }
}
