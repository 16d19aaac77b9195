import ChatrixHistory
import ChatrixModel

/// Events, in the order of arrival.
extension Trace {
    mutating func note(_ delivery: History.Delivery) {
        advance(to: delivery.at)
        measurements.timeline.noteArrival(at: delivery.at, isMessage: delivery.kind == .message)
        let record = deliveries.append(delivery)
        let subscriber = subscriber(delivery.user, delivery.device, delivery.channel)
        if !Conforming.judgeShape(record, delivery, subscriber, &self) { return }
        switch delivery.kind {
        case .message: noteMessage(delivery, record, subscriber)
        case .conversationUpdated: noteUpdate(delivery, record, subscriber)
        case .readReceipt, .messagesStatus, .messagesRead: noteMarking(delivery, record, subscriber)
        case .call, .callAccept, .callReject, .callEnd: noteCallEvent(delivery, record, subscriber)
        case .messageUpdate, .messageDelete, .typing, .notification, .presence: put(on: .single, record)
        case .socketError, .unreadable: break
        }
    }

    private mutating func noteMessage(_ delivery: History.Delivery, _ record: Int, _ subscriber: Int32) {
        guard let id = delivery.message, let conversationID = delivery.conversation, let stamp = delivery.stamp else {
            return
        }
        let conversation = number(of: conversationID)
        var place = messageNumbers[id.prefix, id.number]
        if place < 0 {
            if isSettled(conversation, stamp.milliseconds) {
                return noteLate(delivery, record, subscriber, conversation)
            }
            place = message(id, conversation, stamp.milliseconds)
        }
        if messages[place].sender < 0, let actor = delivery.actor {
            let other = conversations[Int(conversation)].partner(of: Int32(delivery.user)) ?? -1
            messages[place].sender = number(of: actor, likely: other, or: Int32(delivery.user))
        }
        var arrival = Arrival(subscriber: subscriber, record: record, at: delivery.at, kind: .message)
        arrival.isFirst = self.arrival(in: messages[place].arrivals, at: subscriber, .message) < 0
        if arrival.isFirst { arrival.overtaker = noteOrder(conversation, subscriber, .message, stamp, id, record) }
        var list = messages[place].arrivals
        let added = add(arrival, to: &list)
        messages[place].arrivals = list
        if messages[place].operation >= 0 { measure(added, messages[place].cause, messages[place].operation) }
    }

    private mutating func noteUpdate(_ delivery: History.Delivery, _ record: Int, _ subscriber: Int32) {
        guard let conversationID = delivery.conversation, let stamp = delivery.stamp else { return }
        let conversation = number(of: conversationID)
        let key = (UInt64(UInt32(bitPattern: conversation)), UInt64(bitPattern: stamp.milliseconds))
        if momentNumbers[key.0, key.1] < 0, isSettled(conversation, stamp.milliseconds) {
            return noteLate(delivery, record, subscriber, conversation)
        }
        let place = moment(conversation, stamp.milliseconds)
        var arrival = Arrival(subscriber: subscriber, record: record, at: delivery.at, kind: .conversationUpdated)
        arrival.isFirst = self.arrival(in: moments[place].updates, at: subscriber, .conversationUpdated) < 0
        if arrival.isFirst {
            arrival.overtaker = noteOrder(conversation, subscriber, .conversationUpdated, stamp, nil, record)
        }
        var list = moments[place].updates
        let added = add(arrival, to: &list)
        moments[place].updates = list
        let message = moments[place].firstMessage
        if message >= 0, messages[message].operation >= 0 {
            measure(added, messages[message].cause, messages[message].operation)
        }
    }

    private mutating func noteMarking(_ delivery: History.Delivery, _ record: Int, _ subscriber: Int32) {
        guard let conversationID = delivery.conversation, let stamp = delivery.stamp, let actor = delivery.actor
        else { return }
        let conversation = number(of: conversationID)
        let other = conversations[Int(conversation)].partner(of: Int32(delivery.user)) ?? -1
        let reader = number(of: actor, likely: Int32(delivery.user), or: other)
        let key = (
            UInt64(UInt32(bitPattern: conversation)) << 32 | UInt64(UInt32(bitPattern: reader)),
            UInt64(bitPattern: stamp.milliseconds)
        )
        let lane = conversations[Int(conversation)].side(of: reader).map { 2 * Int(conversation) + $0 } ?? -1
        var place = markingNumbers[key.0, key.1]
        if place < 0 {
            if lane >= 0, stamp.milliseconds <= lanes[lane].settledReadAt {
                return noteLate(delivery, record, subscriber, conversation)
            }
            place = openMarking(conversation, reader, stamp.milliseconds, lane, delivery.at, record)
            markingNumbers.insert(key.0, key.1, place)
        }
        markings[place].lastArrival = delivery.at
        var arrival = Arrival(subscriber: subscriber, record: record, at: delivery.at, kind: delivery.kind)
        arrival.isFirst = self.arrival(in: markings[place].arrivals, at: subscriber, delivery.kind) < 0
        let count = Int32(clamping: delivery.count)
        if lane >= 0, other >= 0, delivery.kind != .messagesRead, count > markings[place].count {
            lanes[lane].marked += count - markings[place].count
            markings[place].count = count
        }
        if arrival.isFirst {
            arrival.overtaker = noteOrder(conversation, subscriber, delivery.kind, stamp, nil, record)
        }
        var list = markings[place].arrivals
        _ = add(arrival, to: &list)
        markings[place].arrivals = list
    }

    private mutating func openMarking(
        _ conversation: Int32, _ reader: Int32, _ readAt: Int64, _ lane: Int, _ at: Int64, _ record: Int
    ) -> Int32 {
        var marking = Marking(
            conversation: conversation, reader: reader, readAt: readAt, lane: Int32(lane), firstArrival: at,
            lastArrival: at)
        guard lane >= 0 else {
            let place = markings.add(marking)
            put(on: .marking, Int(place))
            return place
        }
        // What was recorded so far came before, unless it was sent later.
        marking.sendsBefore = lanes[lane].sendCount
        var send = lanes[lane].newestSend
        while send >= 0, sends[send].completed > at {
            if sends[send].sent >= at, sends[send].fate != .refused { marking.sendsBefore -= 1 }
            send = sends[send].older
        }
        marking.marksBefore = lanes[lane].markCount
        var mark = lanes[lane].newestMark
        while mark >= 0, marks[mark].cause.completed >= marking.causeSent {
            if marks[mark].cause.sent > at {
                marking.marksBefore -= 1
            } else if marks[mark].cause.sent > marking.causeSent {
                marking.causeSent = marks[mark].cause.sent
                marking.operation = marks[mark].record
                marking.cause = marks[mark].cause
            }
            mark = marks[mark].older
        }
        lanes[lane].markingCount += 1
        marking.ordinal = lanes[lane].markingCount
        marking.older = lanes[lane].newestMarking
        let place = markings.add(marking)
        if marking.older >= 0 { markings[marking.older].newer = place }
        lanes[lane].newestMarking = place
        lanes[lane].lastEvent = record
        put(on: .marking, Int(place))
        return place
    }

    /// Messages of the time were settled already.
    func isSettled(_ conversation: Int32, _ stamp: Int64) -> Bool {
        stamp <= conversations[Int(conversation)].settledStamp
    }

    /// Notes the place of a first arrival in its inbox, and gives the delivery that came before it though created after it.
    private mutating func noteOrder(
        _ conversation: Int32, _ subscriber: Int32, _ kind: History.Delivery.Kind, _ stamp: Timestamp,
        _ message: MessageID?, _ record: Int
    ) -> Int {
        let place = inbox(conversation, subscriber) * Inbox.kindCount + kind.position
        let last = lasts[place]
        var isOvertaken = stamp.milliseconds < last.stamp
        if stamp.milliseconds == last.stamp, let message, let other = deliveries[last.record]?.message {
            // Messages of one moment go by id; other events of one moment may come in any order.
            isOvertaken = message < other
        }
        if isOvertaken { return last.record }
        lasts[place] = Inbox.Last(stamp: stamp.milliseconds, record: record)
        return -1
    }

    /// An event of something that was settled: a repetition, or the late arrival of what was missing.
    private mutating func noteLate(
        _ delivery: History.Delivery, _ record: Int, _ subscriber: Int32, _ conversation: Int32
    ) {
        let inbox = inbox(conversation, subscriber)
        if inboxes[inbox].missing > 0 {
            inboxes[inbox].missing -= 1
            notes.lateArrivals += 1
            return
        }
        let created = (delivery.stamp ?? run.startedAt) - run.startedAt
        if subscribers[Int(subscriber)].cameUp(after: created * 1_000_000, until: delivery.at) {
            measurements.counts.redelivered += 1
            return
        }
        measurements.counts.duplicated += 1
        report(.unique) { trace in
            let subject = delivery.message.map { "message \($0)" } ?? "an event \(delivery.kind.rawValue)"
            return (
                "\(subject) of \(delivery.stamp?.description ?? "unknown time") arrived again at "
                    + "\(trace.name(ofSubscriber: subscriber)) at \(Wording.seconds(delivery.at)), more than "
                    + "\(trace.settings.horizon / 1_000_000_000) s after it had been judged",
                [.delivery(delivery)]
            )
        }
    }
}
