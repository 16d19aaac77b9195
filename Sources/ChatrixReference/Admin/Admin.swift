import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: AdminCommand) -> Outcome {
        switch command {
        case .inspect: inspectConversations()
        case .cleanup: cleanUpConversations()
        case .delete(let id): deleteConversation(id)
        }
    }

    /// ADMIN-INSPECT: counts the sound conversations and goes through the others. O(conversations that are unsound or
    /// unsorted).
    private func inspectConversations() -> Outcome {
        var inspection = ConversationInspection(
            total: conversationCount, valid: soundConversationCount - injected.unsorted.count, corrupted: [],
            selfConversations: [], unsorted: [])
        for conversation in injected.unsound {
            let id: ConversationID = directory.id(conversation.number)
            switch ParticipantIDs(conversation.participantIDs) {
            case .corrupted(let issue):
                inspection.corrupted.append(
                    .init(id: id, participantIDs: conversation.participantIDs, issue: issue))
            case .oneself: inspection.selfConversations.append(.init(id: id, participantIDs: conversation.participantIDs))
            case .pair(let first, let second, isSorted: false):
                inspection.unsorted.append(.init(id: id, current: [first, second]))
            case .pair: inspection.valid += 1
            }
        }
        for conversation in injected.unsorted {
            let record = conversations[conversation]
            let current = [Slot.second, .first].map { userID(record.users[$0]).description }
            inspection.unsorted.append(.init(id: directory.id(record.number), current: current))
        }
        inspection.unsorted.sort { $0.id < $1.id }
        return Outcome(.admin(.inspection(inspection)))
    }

    /// ADMIN-CLEANUP: deletes the corrupted and those with oneself, sorts the unsorted in place (D-99).
    private mutating func cleanUpConversations() -> Outcome {
        var removed: [UInt64] = []
        var fixedCount = injected.unsorted.count
        for conversation in injected.unsorted { conversations[conversation].isStoredReversed = false }
        injected.removeAllUnsorted()
        injected.updateUnsound { conversation in
            switch ParticipantIDs(conversation.participantIDs) {
            case .corrupted, .oneself:
                removed.append(conversation.number)
                return nil
            case .pair(let first, let second, isSorted: false):
                fixedCount += 1
                return .init(number: conversation.number, participantIDs: [.string(second), .string(first)])
            case .pair: return conversation
            }
        }
        for number in removed { directory.remove(number) }
        return Outcome(.admin(.cleaned(deletedCount: removed.count, fixedCount: fixedCount)))
    }

    /// ADMIN-DELETE: with its messages and without any event, sound or not (D-99).
    private mutating func deleteConversation(_ id: ConversationID) -> Outcome {
        if let conversation = conversationIndex(id) {
            deleteConversation(at: conversation)
        } else {
            guard directory.index(of: id, .unsoundConversation) != nil, injected.remove(id.number) else {
                return .refused(.conversationNotFound)
            }
            directory.remove(id.number)
        }
        return Outcome(.admin(.deleted(id)))
    }
}

// MARK: - Conversations of one pair

extension ReferenceBackend {
    /// Those that the surface shows.
    var soundConversationCount: Int { conversationsByPair.count + injected.furtherCount }

    /// All that exist, whatever is wrong with them.
    var conversationCount: Int { soundConversationCount + injected.unsound.count }

    /// The conversations of a pair in the order of creation: one, or several by injection.
    func conversations(of pair: UInt64) -> [ConversationIndex] {
        guard let oldest = conversationsByPair[pair] else { return [] }
        return [oldest] + (injected.further[pair] ?? [])
    }

    /// Makes a conversation with the participants that `conversation-inject` gives, whatever they are (D-98, D-100).
    ///
    /// Whether they exist is judged now: a user who registers later does not make it sound.
    mutating func injectConversation(_ participantIDs: JSON, at time: Timestamp) -> ConversationID {
        guard case .pair(let first, let second, let isSorted) = ParticipantIDs(participantIDs),
            let a = UserID(first).flatMap({ userIndex($0) }), let b = UserID(second).flatMap({ userIndex($0) })
        else {
            let number = directory.add(.unsoundConversation, 0)
            injected.append(.init(number: number, participantIDs: participantIDs))
            return directory.id(number)
        }
        let conversation = makeConversation(a, b, at: clock.stamp(time))
        if !isSorted {
            conversations[conversation].isStoredReversed = true
            injected.addUnsorted(conversation)
        }
        return directory.id(conversations[conversation].number)
    }

    /// Removes a sound conversation with its messages. O(messages).
    mutating func deleteConversation(at conversation: ConversationIndex) {
        let record = conversations[conversation]
        for message in record.messages { directory.remove(message.number) }
        directory.remove(record.number)
        let pair = ReferenceBackend.pairKey(record.users[.first], record.users[.second])
        if conversationsByPair[pair] == conversation {
            conversationsByPair[pair] = injected.takeOldestFurther(of: pair)
        } else {
            injected.removeFurther(conversation, of: pair)
        }
        if record.isStoredReversed { injected.removeUnsorted(conversation) }
        for slot in Slot.allCases { users[record.users[slot]].conversations.remove() }
        conversations[conversation].delete()
    }
}

/// What stored participants are, by the groups of inspect in their order (D-98).
private enum ParticipantIDs {
    case corrupted(ConversationInspection.Issue)
    case oneself
    case pair(String, String, isSorted: Bool)

    /// IDs compare byte by byte.
    init(_ stored: JSON) {
        guard let elements = stored.array else {
            self = .corrupted(.notAnArray)
            return
        }
        guard elements.count == 2 else {
            self = .corrupted(.invalidLength)
            return
        }
        guard let first = elements[0].string, let second = elements[1].string, !first.isEmpty, !second.isEmpty else {
            self = .corrupted(.invalidID)
            return
        }
        self =
            first.utf8.elementsEqual(second.utf8)
            ? .oneself : .pair(first, second, isSorted: first.utf8.lexicographicallyPrecedes(second.utf8))
    }
}
