import ChatrixModel

/// What only WebSocket connections can ask of messages (D-93), and who hears of a user's doings.
extension ReferenceBackend {
    /// WS-OUT-09: the content changes and nothing else. Blocks do not prevent it.
    mutating func update(_ id: MessageID, content: String, by caller: UserIndex, at time: Timestamp) -> Outcome {
        do throws(Refusal) {
            let (conversation, position) = try ownMessage(id, of: caller)
            guard conversations[conversation].messages[position].kind.accepts(content) else {
                throw Refusal.invalidField("content")
            }
            conversations[conversation].messages[position].content = content
            let message = message(at: position, of: conversation)
            return Outcome(
                .chat(.updated(message)),
                domainEvents: [
                    DomainEvent(
                        .messageUpdated(message, recipient: other(than: caller, in: conversation)),
                        at: clock.stamp(time))
                ])
        } catch {
            return .refused(error)
        }
    }

    /// WS-OUT-10 and WS-OUT-17: the message is gone for both; as a cursor its ID stays good (D-41). `updated_at` stays.
    ///
    /// O(log n), and a move in memory of the messages after it.
    mutating func delete(_ id: MessageID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        do throws(Refusal) {
            let (conversation, position) = try ownMessage(id, of: caller)
            let message = message(at: position, of: conversation)
            conversations[conversation].removeMessage(at: position)
            directory.deleteMessage(id.number)
            return Outcome(
                .chat(.deleted(message)),
                domainEvents: [
                    DomainEvent(
                        .messageDeleted(message, recipient: other(than: caller, in: conversation)),
                        at: clock.stamp(time))
                ])
        } catch {
            return .refused(error)
        }
    }

    /// Where a message is, or why the caller may not change it (WS-OUT-16). O(log n).
    private func ownMessage(
        _ id: MessageID, of caller: UserIndex
    ) throws(Refusal) -> (conversation: ConversationIndex, position: Int) {
        guard let conversation = directory.index(of: id, .message) else { throw Refusal.messageNotFound }
        let position = conversations[conversation].messages.partitioningIndex { $0.number >= id.number }
        let sender = conversations[conversation].messages[position].sender
        guard conversations[conversation].users[sender] == caller else { throw Refusal.notSender }
        return (conversation, position)
    }

    private func other(than user: UserIndex, in conversation: ConversationIndex) -> UserID {
        let users = conversations[conversation].users
        return userID(users[users[.first] == user ? .second : .first])
    }

    /// The other participant as the audience of a typing indicator; `nil` in a blocked pair (WS-OUT-03, WS-OUT-12, D-94).
    package func typingAudience(in id: ConversationID, of user: UserID) throws(Refusal) -> UserID? {
        guard let caller = userIndex(user) else { throw Refusal.unauthenticated }
        let (conversation, slot) = try place(of: id, for: caller)
        let record = conversations[conversation]
        return record.isBlocking[.first] || record.isBlocking[.second] ? nil : userID(record.users[slot.other])
    }

    /// Who hears that a user comes and goes: all with whom there is a conversation and no block, each once, in ascending
    /// order (WS-IN-13, D-94). O(n log n) in the user's conversations.
    package func presenceAudience(of user: UserID) -> [UserID] {
        guard let index = userIndex(user) else { return [] }
        var audience: [UserID] = []
        for conversation in users[index].conversations.current(in: conversations) {
            let record = conversations[conversation]
            guard let slot = record.slot(of: index), !record.isBlocking[.first], !record.isBlocking[.second] else {
                continue
            }
            audience.append(userID(record.users[slot.other]))
        }
        audience.sort()
        return audience.enumerated().filter { $0 == 0 || audience[$0 - 1] != $1 }.map(\.element)
    }
}
