import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: ChatCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .send(let conversation, let draft): send(draft, to: conversation, by: caller, at: time)
        case .ensure(let recipient): ensure(recipient, by: caller, at: time)
        case .conversations(let query): listConversations(query, by: caller)
        case .messages(let conversation, let query): listMessages(of: conversation, query, by: caller, at: time)
        case .read(let conversation), .view(let conversation): read(conversation, by: caller, at: time)
        case .update(let message, let content): update(message, content: content, by: caller, at: time)
        case .delete(let message): delete(message, by: caller, at: time)
        }
    }

    /// Where a conversation is and which slot the caller has in it, or why not: 404 before 403 (D-12).
    func place(
        of id: ConversationID, for caller: UserIndex
    ) throws(Refusal) -> (conversation: ConversationIndex, slot: Slot) {
        guard let conversation = conversationIndex(id) else { throw Refusal.conversationNotFound }
        guard let slot = conversations[conversation].slot(of: caller) else { throw Refusal.notParticipant }
        return (conversation, slot)
    }

    /// CHAT-SEND.
    private mutating func send(
        _ draft: MessageDraft, to id: ConversationID, by caller: UserIndex, at time: Timestamp
    ) -> Outcome {
        guard let conversation = conversationIndex(id) else { return .refused(.conversationNotFound) }
        let (number, createdAt, recipient): (UInt64, Timestamp, UserIndex)
        switch conversations[conversation].append(
            draft, by: caller, numberedBy: &directory, at: conversation, stampedBy: &clock, time)
        {
        case .refused(let refusal): return .refused(refusal)
        case .appended(let newNumber, let stamp, let other): (number, createdAt, recipient) = (newNumber, stamp, other)
        }
        users[caller].conversations.touch(conversation, at: createdAt, in: conversations)
        users[recipient].conversations.touch(conversation, at: createdAt, in: conversations)

        let message = Message(
            id: directory.id(number), conversation: id, sender: userID(caller), content: draft.content,
            kind: draft.kind,
            attachments: draft.attachments, createdAt: createdAt, status: .sent)
        let recipientID = userID(recipient)
        return Outcome(
            .chat(.sent(message)),
            events: [
                Event(to: recipientID, .newMessage(message)),
                Event(
                    to: recipientID,
                    .conversationUpdated(id, lastMessageAt: createdAt, preview: draft.preview)),
            ])
    }

    /// CHAT-ENSURE: one conversation a pair, whoever asks (D-45); blocks do not matter.
    private mutating func ensure(_ id: UserID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard id != userID(caller) else { return .refused(.conversationWithSelf) }
        guard let recipient = userIndex(id) else { return .refused(.userNotFound) }
        let key = ReferenceBackend.pairKey(caller, recipient)
        guard let conversation = conversationsByPair[key] else {
            let conversation = makeConversation(caller, recipient, at: clock.stamp(time))
            return Outcome(.chat(.ensured(detail(of: conversation, lastMessage: nil))))
        }
        guard let slot = conversations[conversation].slot(of: caller) else {
            preconditionFailure("a pair's conversation lacks one of the pair")
        }
        let lastMessage = showLastMessage(of: conversation, to: slot)
        return Outcome(
            .chat(.ensured(detail(of: conversation, lastMessage: lastMessage))),
            events: markRead(conversation, by: slot, at: time))
    }

    /// A new conversation of two users, the latest of all. A pair that has one already gets a further one (D-45).
    mutating func makeConversation(_ a: UserIndex, _ b: UserIndex, at createdAt: Timestamp) -> ConversationIndex {
        let conversation = conversations.count
        let number = directory.add(.conversation, conversation)
        let pair = users[a].number < users[b].number ? Pair(a, b) : Pair(b, a)
        var record = ConversationRecord(number: number, users: pair, createdAt: createdAt)
        for slot in Slot.allCases {
            record.isBlocking[slot] = users[pair[slot]].blocking.contains(pair[slot.other])
        }
        conversations.append(record)
        let key = ReferenceBackend.pairKey(a, b)
        if conversationsByPair[key] == nil {
            conversationsByPair[key] = conversation
        } else {
            injected.addFurther(conversation, of: key)
        }
        for user in [a, b] { users[user].conversations.add(conversation, at: createdAt) }
        return conversation
    }

    private func detail(of conversation: ConversationIndex, lastMessage: Message?) -> ConversationDetail {
        ConversationDetail(
            id: directory.id(conversations[conversation].number), participants: participants(of: conversation),
            lastMessage: lastMessage)
    }

    private func participants(of conversation: ConversationIndex) -> [UserSummary] {
        let users = conversations[conversation].users
        let isReversed = conversations[conversation].isStoredReversed
        return Slot.allCases.map { summary(of: users[isReversed ? $0.other : $0]) }
    }

    /// CHAT-CONVERSATIONS: marks nothing as read, but what it shows is delivered (D-47, D-51).
    private mutating func listConversations(_ query: ConversationQuery, by caller: UserIndex) -> Outcome {
        var page: [ConversationIndex]
        if let other = query.user {
            page = conversationsWith(other, of: caller, query)
        } else {
            page = users[caller].conversations.page(
                limit: query.limit + 1, after: query.after, before: query.before, order: query.order, in: conversations)
        }
        let hasMore = page.count > query.limit
        if hasMore { page.removeLast() }
        var summaries: [ConversationSummary] = []
        summaries.reserveCapacity(page.count)
        for conversation in page {
            guard let slot = conversations[conversation].slot(of: caller) else {
                preconditionFailure("a user's list names a conversation of others")
            }
            let lastMessage = showLastMessage(of: conversation, to: slot)
            summaries.append(
                ConversationSummary(
                    id: directory.id(conversations[conversation].number), participants: participants(of: conversation),
                    lastMessage: lastMessage, unreadCount: conversations[conversation].unreadCount[slot],
                    updatedAt: conversations[conversation].updatedAt))
        }
        return Outcome(.chat(.conversations(ConversationPage(conversations: summaries, hasMore: hasMore))))
    }

    private func conversationsWith(
        _ other: UserID, of caller: UserIndex, _ query: ConversationQuery
    ) -> [ConversationIndex] {
        guard let user = userIndex(other) else { return [] }
        let found = conversations(of: ReferenceBackend.pairKey(caller, user)).filter { conversation in
            let updatedAt = conversations[conversation].updatedAt
            return query.before.map { updatedAt < $0 } ?? true && query.after.map { updatedAt > $0 } ?? true
        }
        let ascending = found.sorted { conversations[$0].updatedAt < conversations[$1].updatedAt }
        return Array((query.order == .oldestFirst ? ascending : ascending.reversed()).prefix(query.limit + 1))
    }

    /// CHAT-READ and CHAT-VIEW.
    private mutating func read(_ id: ConversationID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        do throws(Refusal) {
            let (conversation, slot) = try place(of: id, for: caller)
            return Outcome(.chat(.marked), events: markRead(conversation, by: slot, at: time))
        } catch {
            return .refused(error)
        }
    }
}
