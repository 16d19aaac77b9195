import ChatrixHistory
import ChatrixModel

/// Every event that the accepted operations entail reached every subscriber entitled to it (D-54, D-55, D-84, D-92).
///
/// An operation whose reply was lost entails nothing, but once one of its events was seen, or a read showed it, it took
/// effect, and the others have to be there as well. An event that did not arrive is excused if the subscriber's session was
/// down at some time between the request and `Judge.Settings.sessionGrace` after the reply, for a clean session keeps
/// nothing. Each device is a subscriber of its own from the moment when its session first came up.
package enum Complete: Guarantee {
    package static let name = Metric.Guarantee.complete
    package static let promise = "Every event that accepted operations entail reached every subscriber entitled to it."

    /// The fate of an expected event that did not arrive.
    enum Absence { case lost, excused, awaited }

    /// Counts an event that did not arrive although it was caused or seen between `from` and `to`.
    static func absent(
        _ subscriber: Int32, _ conversation: Int32, from: Int64, to: Int64, _ trace: inout Trace
    ) -> Absence {
        trace.measurements.counts.expected += 1
        if conversation >= 0 { trace.inboxes[trace.inbox(conversation, subscriber)].missing += 1 }
        let index = Int(subscriber)
        if trace.subscribers[index].isSelective {
            trace.measurements.counts.excused += 1
            trace.notes.unsubscribed += 1
            return .excused
        }
        guard trace.wasUp(subscriber, from: from, to: to + trace.settings.sessionGrace) else {
            trace.measurements.counts.excused += 1
            trace.notes.sessionDown += 1
            return .excused
        }
        if trace.isPending(since: to) {
            trace.measurements.counts.awaited += 1
            return .awaited
        }
        if trace.subscribers[index].unreadable > trace.subscribers[index].unreadableUsed,
            trace.subscribers[index].lastUnreadable >= from
        {
            trace.subscribers[index].unreadableUsed += 1
            trace.measurements.counts.awaited += 1
            trace.notes.maybeUnreadable += 1
            return .awaited
        }
        trace.measurements.counts.lost += 1
        return .lost
    }

    static func present(_ trace: inout Trace) {
        trace.measurements.counts.expected += 1
        trace.measurements.counts.delivered += 1
    }

    /// Whom a message has to reach, and between which times it was caused; `nil` if nothing shows that it was sent.
    private static func demand(
        _ message: Trace.Message, _ trace: inout Trace
    ) -> (recipient: Int, from: Int64, to: Int64)? {
        guard let recipient = trace.conversations[Int(message.conversation)].partner(of: message.sender) else {
            return nil
        }
        if message.operation >= 0 { return (Int(recipient), message.cause.sent, message.cause.completed) }
        var isSeen = message.shownBy >= 0
        var place = message.arrivals.first
        while place >= 0, !isSeen {
            isSeen = trace.subscribers[Int(trace.arrivals[place].subscriber)].user == Int(recipient)
            place = trace.arrivals[place].next
        }
        guard isSeen else { return nil }
        return (Int(recipient), max(message.firstSeen - trace.settings.sessionGrace, 0), message.firstSeen)
    }

    /// The message itself, at every subscriber of its recipient.
    static func judge(_ place: Int32, _ trace: inout Trace) {
        let message = trace.messages[place]
        guard let demand = demand(message, &trace) else { return }
        var isDelivered = false
        var subscriber = demand.recipient < trace.firstSubscriber.count ? trace.firstSubscriber[demand.recipient] : -1
        var isSubscribed = false
        while subscriber >= 0 {
            let next = trace.subscribers[Int(subscriber)].next
            if trace.arrival(in: message.arrivals, at: subscriber, .message) >= 0 {
                (isDelivered, isSubscribed) = (true, true)
                present(&trace)
            } else if trace.subscribers[Int(subscriber)].firstUp <= demand.to + trace.settings.sessionGrace {
                isSubscribed = true
                if absent(subscriber, message.conversation, from: demand.from, to: demand.to, &trace) == .lost {
                    reportLost(message, subscriber, &trace)
                }
            }
            subscriber = next
        }
        if !isSubscribed { neverSubscribed(&trace) }
        if isDelivered {
            trace.measurements.counts.messagesDelivered += 1
            trace.measurements.noteMessageDelivered(message.cause)
        }
    }

    private static func neverSubscribed(_ trace: inout Trace) {
        trace.measurements.counts.expected += 1
        trace.measurements.counts.excused += 1
        trace.notes.neverSubscribed += 1
    }

    private static func reportLost(_ message: Trace.Message, _ subscriber: Int32, _ trace: inout Trace) {
        trace.report(name) { trace in
            let whom = trace.name(ofSubscriber: subscriber)
            let update = trace.arrival(in: trace.moments[message.moment].updates, at: subscriber, .conversationUpdated)
            let others = update >= 0 ? trace.deliveryEntry(trace.arrivals[update].record) : []
            if message.operation >= 0 {
                return (
                    "message \(message.id) from \(trace.name(ofPerson: message.sender)), accepted at "
                        + "\(Wording.seconds(message.cause.completed)), never reached \(whom)",
                    trace.operationEntry(message.operation) + others
                )
            }
            if message.shownBy >= 0 {
                return (
                    "message \(message.id) from \(trace.name(ofPerson: message.sender)), whose reply was lost but which a "
                        + "page of messages showed at \(Wording.seconds(message.firstSeen)), never reached \(whom)",
                    trace.operationEntry(message.shownBy) + others
                )
            }
            let first = message.arrivals.first
            return (
                "message \(message.id) reached another device at \(Wording.seconds(message.firstSeen)), but never \(whom)",
                first >= 0 ? trace.deliveryEntry(trace.arrivals[first].record) : []
            )
        }
    }

    /// The `conversation-updated` events of the messages of a moment; one without a message entails the message.
    static func judgeUpdates(_ place: Int32, _ trace: inout Trace) {
        let moment = trace.moments[place]
        if moment.firstMessage < 0 { return judgeOrphans(moment, &trace) }
        /// Updates of each subscriber that are spoken for.
        var used: [Int32: Int] = [:]
        // A message that nobody is known to have sent takes no other one's update.
        judgeUpdates(moment, ofKnownSends: true, &used, &trace)
        judgeUpdates(moment, ofKnownSends: false, &used, &trace)
    }

    private static func judgeUpdates(
        _ moment: Trace.Moment, ofKnownSends: Bool, _ used: inout [Int32: Int], _ trace: inout Trace
    ) {
        var index = moment.firstMessage
        while index >= 0 {
            let message = trace.messages[index]
            index = message.next
            guard (message.operation >= 0) == ofKnownSends, let demand = demand(message, &trace) else { continue }
            var subscriber =
                demand.recipient < trace.firstSubscriber.count ? trace.firstSubscriber[demand.recipient] : -1
            if subscriber < 0 { neverSubscribed(&trace) }
            while subscriber >= 0 {
                let current = subscriber
                subscriber = trace.subscribers[Int(current)].next
                guard trace.subscribers[Int(current)].channel == .mqtt else { continue }
                let seen: Bool
                if moment.messageCount == 1 {
                    seen = trace.arrival(in: moment.updates, at: current, .conversationUpdated) >= 0
                } else {
                    seen = used[current, default: 0] < count(in: moment.updates, at: current, trace)
                    if seen { used[current, default: 0] += 1 }
                }
                if seen {
                    present(&trace)
                } else if trace.subscribers[Int(current)].firstUp <= demand.to + trace.settings.sessionGrace,
                    absent(current, message.conversation, from: demand.from, to: demand.to, &trace) == .lost
                {
                    reportLostUpdate(message, current, &trace)
                }
            }
        }
    }

    private static func count(in list: Trace.ArrivalList, at subscriber: Int32, _ trace: Trace) -> Int {
        var count = 0
        var place = list.first
        while place >= 0 {
            if trace.arrivals[place].subscriber == subscriber { count += 1 }
            place = trace.arrivals[place].next
        }
        return count
    }

    private static func reportLostUpdate(_ message: Trace.Message, _ subscriber: Int32, _ trace: inout Trace) {
        trace.report(name) { trace in
            let whom = trace.name(ofSubscriber: subscriber)
            let arrival = trace.arrival(in: message.arrivals, at: subscriber, .message)
            let seen = arrival >= 0 ? trace.deliveryEntry(trace.arrivals[arrival].record) : []
            if message.operation < 0, arrival >= 0 {
                return (
                    "message \(message.id) reached \(whom) at \(Wording.seconds(trace.arrivals[arrival].at)), but its "
                        + "conversation-updated event never did", seen
                )
            }
            return (
                "the conversation-updated event of message \(message.id) from \(trace.name(ofPerson: message.sender)), "
                    + "accepted at \(Wording.seconds(message.cause.completed)), never reached \(whom)",
                trace.operationEntry(message.operation) + seen
            )
        }
    }

    private static func judgeOrphans(_ moment: Trace.Moment, _ trace: inout Trace) {
        var place = moment.updates.first
        while place >= 0 {
            let arrival = trace.arrivals[place]
            place = arrival.next
            let user = Int32(trace.subscribers[Int(arrival.subscriber)].user)
            guard arrival.isFirst, trace.conversations[Int(moment.conversation)].partner(of: user) != nil else {
                continue
            }
            present(&trace)
            let from = max(arrival.at - trace.settings.sessionGrace, 0)
            guard absent(arrival.subscriber, moment.conversation, from: from, to: arrival.at, &trace) == .lost else {
                continue
            }
            trace.report(name) { trace in
                (
                    "\(trace.name(ofSubscriber: arrival.subscriber)) learned at \(Wording.seconds(arrival.at)) of a message "
                        + "of \(Timestamp(milliseconds: moment.stamp)) in conversation "
                        + "\(trace.conversations[Int(moment.conversation)].id), but the message itself never reached him",
                    trace.deliveryEntry(arrival.record)
                )
            }
        }
    }

    package static func conclude(_ trace: inout Trace) {
        let notes = trace.notes
        var remarks: [String] = []
        var unknowns: [String] = []
        if notes.sessionDown > 0 {
            remarks.append(
                "\(Wording.count(notes.sessionDown, "event")) did not arrive while the subscriber's session was down; "
                    + "a clean session keeps nothing, so they are excused")
        }
        if notes.neverSubscribed > 0 {
            remarks.append(
                "\(Wording.count(notes.neverSubscribed, "event")) went to users who had not subscribed; they are excused"
            )
        }
        if notes.unsubscribed > 0 {
            remarks.append(
                "\(Wording.count(notes.unsubscribed, "event")) did not arrive over WebSocket connections that chose their "
                    + "events; they are excused")
        }
        if notes.unobservedLanes > 0 {
            remarks.append(
                "the read markings of \(Wording.count(notes.unobservedLanes, "reader")) could not be counted, because "
                    + "neither participant was connected all the time")
        }
        if notes.lateArrivals > 0 {
            remarks.append(
                "\(Wording.count(notes.lateArrivals, "event")) that did not arrive within "
                    + "\(trace.settings.horizon / 1_000_000_000) s came later")
        }
        let awaited = trace.measurements.counts.awaited - notes.maybeUnreadable
        if awaited > 0 { unknowns.append("\(Wording.count(awaited, "event")) had not arrived yet when the run ended") }
        if notes.maybeUnreadable > 0 {
            unknowns.append(
                "\(Wording.count(notes.maybeUnreadable, "event")) did not arrive, but may be among those that could not be "
                    + "read")
        }
        if notes.withoutRecipient > 0 {
            unknowns.append(
                "\(Wording.count(notes.withoutRecipient, "accepted send")) went into conversations whose participants "
                    + "the history does not tell")
        }
        if notes.withoutIdentity > 0 {
            unknowns.append(
                "\(Wording.count(notes.withoutIdentity, "accepted send")) came without the id or the time of the message"
            )
        }
        for remark in remarks { trace.findings[name.position].remark(remark) }
        for unknown in unknowns { trace.findings[name.position].unknown(unknown) }
    }
}
