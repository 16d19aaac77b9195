import ChatrixHistory
import ChatrixModel

extension History.Operation {
    /// Whether it took effect is unknown: the answer was lost or could not be read.
    var isIndeterminate: Bool {
        switch result {
        case .lost, .unreadable: true
        case .accepted, .refused: false
        }
    }

    var isRefused: Bool { if case .refused = result { true } else { false } }

    var cause: Measurements.Cause {
        Measurements.Cause(
            scheduled: scheduled, sent: sent, completed: completed, isLoad: phase == .load, isAccepted: isAccepted)
    }
}

/// Operations, in the order of completion.
extension Trace {
    mutating func note(_ operation: History.Operation, _ rows: ArraySlice<History.Observation>) {
        advance(to: operation.completed)
        measurements.note(operation)
        switch operation.request {
        case .http(.send), .socket(.message): noteSend(operation)
        case .http(.ensure):
            noteEnsure(operation)
            noteMark(operation)
        case .http(.read), .http(.view): noteMark(operation)
        case .http(.messages):
            noteMark(operation)
            if operation.isAccepted { notePage(operation, rows) }
        case .http(.conversations):
            if operation.phase == .audit { noteAudit(operation, rows) }
        case .http(.block), .http(.unblock): blocks.note(operation, oldest: now - 2 * settings.horizon)
        case .http(.createCall), .http(.answerCall), .http(.endCall), .socket(.call), .socket(.callAccept),
            .socket(.callReject), .socket(.callEnd):
            noteCall(operation)
        case .socket(.messageUpdate), .socket(.messageDelete): noteChange(operation)
        case .socket(.subscribe), .socket(.unsubscribe):
            if !operation.isRefused {
                subscribers[Int(subscriber(operation.user, operation.device, .webSocket))].isSelective = true
            }
        default: break
        }
    }

    private mutating func noteEnsure(_ operation: History.Operation) {
        if operation.isIndeterminate {
            uncertainUsers.insert(operation.user)
            if let partner = operation.partner { uncertainUsers.insert(partner) }
        } else if operation.isAccepted, let id = operation.conversation {
            add(operation.user, and: operation.partner, to: number(of: id))
        }
    }

    // MARK: - Sends

    private mutating func noteSend(_ operation: History.Operation) {
        if operation.isAccepted { measurements.counts.messagesSent += 1 }
        guard let id = operation.conversation else {
            if operation.isAccepted { notes.withoutRecipient += 1 }
            return
        }
        let conversation = number(of: id)
        if operation.isAccepted { add(operation.user, and: operation.partner, to: conversation) }
        let record = operations.append(operation)
        if let side = conversations[Int(conversation)].side(of: Int32(operation.user)) {
            noteSend(operation, record, lane: 2 * Int(conversation) + 1 - side)
        } else if operation.isAccepted {
            notes.withoutRecipient += 1
        }
        guard operation.isAccepted else { return }
        guard let message = operation.message, let stamp = operation.createdAt else {
            notes.withoutIdentity += 1
            return
        }
        noteLast(message, stamp.milliseconds, conversation)
        let place = self.message(message, conversation, stamp.milliseconds)
        messages[place].sender = Int32(operation.user)
        messages[place].conversation = conversation
        messages[place].createdAt = stamp.milliseconds
        messages[place].operation = record
        messages[place].cause = operation.cause
        messages[place].contentDigest = operation.contentDigest
        messages[place].previewDigest = operation.previewDigest
        if operation.request == .socket(.message) { messages[place].socketDevice = Int32(operation.device) }
        measureArrivals(of: place)
    }

    private mutating func noteLast(_ message: MessageID, _ stamp: Int64, _ conversation: Int32) {
        let index = Int(conversation)
        if stamp > conversations[index].lastStamp {
            conversations[index].lastStamp = stamp
            conversations[index].lastMessage = message
            conversations[index].isLastShared = false
        } else if stamp == conversations[index].lastStamp, conversations[index].lastMessage != message {
            conversations[index].isLastShared = true
        }
    }

    private mutating func noteSend(_ operation: History.Operation, _ record: Int, lane: Int) {
        let fate: Send.Fate = operation.isAccepted ? .accepted : operation.isRefused ? .refused : .unknown
        let newest = lanes[lane].newestSend
        let place = sends.add(
            Send(
                record: record, sent: operation.sent, completed: operation.completed, fate: fate, older: newest))
        if newest >= 0 { sends[newest].newer = place } else { lanes[lane].oldestSend = place }
        lanes[lane].newestSend = place
        let oldest = now - 2 * settings.horizon
        while lanes[lane].oldestSend != place, sends[lanes[lane].oldestSend].completed < oldest {
            let dropped = lanes[lane].oldestSend
            lanes[lane].oldestSend = sends[dropped].newer
            sends[lanes[lane].oldestSend].older = -1
            sends.remove(dropped)
        }
        guard fate != .refused else { return }
        lanes[lane].sendCount += 1
        if fate == .accepted {
            lanes[lane].acceptedCount += 1
        } else {
            var lost = lostSends[lane] ?? LostSends()
            let index = lost.sent.lastIndex { $0 <= operation.sent }.map { $0 + 1 } ?? 0
            lost.sent.insert(operation.sent, at: index)
            lostSends[lane] = lost
        }
        var marking = lanes[lane].newestMarking
        while marking >= 0, markings[marking].firstArrival > operation.sent {
            markings[marking].sendsBefore += 1
            marking = markings[marking].older
        }
    }

    /// The place of a message, opened at first sight.
    mutating func message(_ id: MessageID, _ conversation: Int32, _ stamp: Int64) -> Int32 {
        let known = messageNumbers[id.prefix, id.number]
        if known >= 0 { return known }
        let moment = moment(conversation, stamp)
        var message = Message(id: id, conversation: conversation, moment: moment, createdAt: stamp, firstSeen: now)
        message.next = moments[moment].firstMessage
        let place = messages.add(message)
        moments[moment].firstMessage = place
        moments[moment].messageCount += 1
        messageNumbers.insert(id.prefix, id.number, place)
        return place
    }

    mutating func moment(_ conversation: Int32, _ stamp: Int64) -> Int32 {
        let key = (UInt64(UInt32(bitPattern: conversation)), UInt64(bitPattern: stamp))
        let known = momentNumbers[key.0, key.1]
        if known >= 0 { return known }
        var moment = Moment(conversation: conversation, stamp: stamp)
        moment.older = conversations[Int(conversation)].newestMoment
        let place = moments.add(moment)
        if moment.older >= 0 { moments[moment.older].newer = place }
        conversations[Int(conversation)].newestMoment = place
        momentNumbers.insert(key.0, key.1, place)
        put(on: .moment, Int(place))
        return place
    }

    /// Measures what had arrived before the send was recorded.
    private mutating func measureArrivals(of message: Int32) {
        var place = messages[message].arrivals.first
        while place >= 0 {
            measure(place, messages[message].cause, messages[message].operation)
            place = arrivals[place].next
        }
        place = moments[messages[message].moment].updates.first
        while place >= 0 {
            measure(place, messages[message].cause, messages[message].operation)
            place = arrivals[place].next
        }
    }

    /// Measures a first arrival, once.
    mutating func measure(_ place: Int32, _ cause: Measurements.Cause, _ operation: Int) {
        guard arrivals[place].isFirst, !arrivals[place].isMeasured else { return }
        arrivals[place].isMeasured = true
        let arrival = arrivals[place]
        measurements.note(arrival.kind, at: arrival.at, cause)
        if !late.isEmpty { Prompt.note(arrival, cause, operation, &self) }
    }

    // MARK: - Markings

    private mutating func noteMark(_ operation: History.Operation) {
        if operation.isRefused || operation.isFurtherPage { return }
        var conversation = operation.conversation.map { number(of: $0) } ?? -1
        if conversation < 0, operation.request == .http(.ensure), let partner = operation.partner {
            // An ensure without an answer names no conversation, but may have marked the one of the two.
            conversation = self.conversation(of: operation.user, and: partner)
        }
        guard conversation >= 0, let side = conversations[Int(conversation)].side(of: Int32(operation.user)) else {
            return
        }
        let lane = 2 * Int(conversation) + side
        let record = operations.append(operation)
        var atLeast = lanes[lane].acceptedCount
        var send = lanes[lane].newestSend
        var lastBefore = -1
        while send >= 0, lastBefore < 0 {
            if sends[send].fate == .accepted {
                if sends[send].completed > operation.sent {
                    atLeast -= 1
                } else {
                    lastBefore = sends[send].record
                }
            }
            send = sends[send].older
        }
        let newest = lanes[lane].newestMark
        let place = marks.add(
            Mark(
                lane: Int32(lane), record: record, cause: operation.cause, isCertain: operation.isAccepted,
                atLeast: atLeast, lastBefore: lastBefore, older: newest))
        if newest >= 0 { marks[newest].newer = place } else { lanes[lane].oldestMark = place }
        lanes[lane].newestMark = place
        lanes[lane].markCount += 1
        let oldest = now - 2 * settings.horizon
        while lanes[lane].oldestMark != place, marks[lanes[lane].oldestMark].cause.completed < oldest {
            let dropped = lanes[lane].oldestMark
            lanes[lane].oldestMark = marks[dropped].newer
            marks[lanes[lane].oldestMark].older = -1
            marks.remove(dropped)
        }
        var marking = lanes[lane].newestMarking
        while marking >= 0, markings[marking].firstArrival >= operation.sent {
            markings[marking].marksBefore += 1
            if operation.sent >= markings[marking].causeSent {
                markings[marking].causeSent = operation.sent
                markings[marking].operation = record
                markings[marking].cause = operation.cause
            }
            marking = markings[marking].older
        }
        put(on: .mark, Int(place))
    }
}
