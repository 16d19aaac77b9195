import ChatrixModel

extension ReferenceBackend {
    /// CHAT-MESSAGES: delivered transition, snapshot, then marking on the first page (D-52).
    mutating func listMessages(
        of id: ConversationID, _ query: MessageQuery, by caller: UserIndex, at time: Timestamp
    ) -> Outcome {
        let conversation: ConversationIndex
        let slot: Slot
        do throws(Refusal) {
            (conversation, slot) = try place(of: id, for: caller)
        } catch {
            return .refused(error)
        }
        guard let range = positions(in: conversation, query) else { return .refused(.unknownCursor) }

        var positions: [Int] = []
        var position = query.order == .newestFirst ? range.upperBound : range.lowerBound
        while positions.count <= query.limit,
            query.order == .newestFirst ? position > range.lowerBound : position < range.upperBound
        {
            if query.order == .newestFirst { position -= 1 }
            if matches(conversations[conversation].messages[position], query, in: conversation, for: slot) {
                positions.append(position)
            }
            if query.order == .oldestFirst { position += 1 }
        }
        let hasMore = positions.count > query.limit
        if hasMore { positions.removeLast() }

        let senders = Slot.allCases.map { summary(of: conversations[conversation].users[$0]) }
        let items = positions.map { position in
            let message = show(position, of: conversation, to: slot)
            let sender = conversations[conversation].messages[position].sender
            return MessagePage.Item(message: message, sender: senders[Int(sender.rawValue)], isMine: sender == slot)
        }
        return Outcome(
            .chat(.messages(MessagePage(items: items, hasMore: hasMore, order: query.order))),
            events: query.before == nil ? markRead(conversation, by: slot, at: time) : [])
    }

    /// The places that the cursors leave; `nil` if `before` names no message of the conversation (D-41).
    private func positions(in conversation: ConversationIndex, _ query: MessageQuery) -> Range<Int>? {
        let messages = conversations[conversation].messages
        var high = messages.count
        if let before = query.before {
            let place = directory.index(of: before, .message) ?? directory.index(of: before, .deletedMessage)
            guard place == conversation else { return nil }
            high = messages.partitioningIndex { $0.number >= before.number }
        }
        let low = query.after.map { bound in messages.partitioningIndex { $0.createdAt > bound } } ?? 0
        return low..<max(low, high)
    }

    private func matches(
        _ message: MessageRecord, _ query: MessageQuery, in conversation: ConversationIndex, for slot: Slot
    ) -> Bool {
        if let kind = query.kind, message.kind.rawValue != kind { return false }
        if let sender = query.sender, userIndex(sender) != conversations[conversation].users[message.sender] {
            return false
        }
        if let status = query.status {
            let isArriving = message.sender != slot && message.status == .sent
            if (isArriving ? Message.Status.delivered : message.status).name != status { return false }
        }
        return true
    }

    /// What a response shows of the newest message; showing it to its recipient delivers it.
    mutating func showLastMessage(of conversation: ConversationIndex, to slot: Slot) -> Message? {
        guard let last = conversations[conversation].messages.indices.last else { return nil }
        return show(last, of: conversation, to: slot)
    }

    /// A message as a response to one participant contains it: an incoming one becomes delivered first (D-51).
    private mutating func show(_ position: Int, of conversation: ConversationIndex, to slot: Slot) -> Message {
        if conversations[conversation].messages[position].sender != slot,
            conversations[conversation].messages[position].status == .sent
        {
            conversations[conversation].messages[position].status = .delivered
        }
        return message(at: position, of: conversation)
    }

    func message(at position: Int, of conversation: ConversationIndex) -> Message {
        let record = conversations[conversation].messages[position]
        return Message(
            id: directory.id(record.number), conversation: directory.id(conversations[conversation].number),
            sender: userID(conversations[conversation].users[record.sender]), content: record.content,
            kind: record.kind,
            attachments: record.attachments ?? [], createdAt: record.createdAt, status: record.status)
    }

    /// Marks everything addressed to the participant as read and returns the publications in order (D-52…D-54); nothing,
    /// not even a stamp, where nothing is unread (D-53). O(messages since the last marking).
    mutating func markRead(_ conversation: ConversationIndex, by slot: Slot, at time: Timestamp) -> [Event] {
        let count = conversations[conversation].unreadCount[slot]
        guard count > 0 else { return [] }
        let end = conversations[conversation].messages.count
        for position in conversations[conversation].readPosition[slot]..<end
        where conversations[conversation].messages[position].sender != slot {
            conversations[conversation].messages[position].status = .read
        }
        conversations[conversation].readPosition[slot] = end
        conversations[conversation].unreadCount[slot] = 0

        let users = conversations[conversation].users
        let reader = userID(users[slot])
        let mark = ReadMark(
            conversation: directory.id(conversations[conversation].number), reader: reader, readAt: clock.stamp(time))
        let unreadCount = conversations[conversation].unreadCount
        return [
            Event(to: userID(users[slot.other]), .readReceipt(mark, count: count)),
            Event(to: reader, .messagesStatus(mark, count: count)),
            Event(to: userID(users[.first]), .messagesRead(mark, unreadCount: unreadCount[.first])),
            Event(to: userID(users[.second]), .messagesRead(mark, unreadCount: unreadCount[.second])),
        ]
    }
}
