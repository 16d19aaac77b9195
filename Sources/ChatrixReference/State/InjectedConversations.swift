import ChatrixModel

/// What only `conversation-inject` brings about (D-98): conversations that the rest of the surface must not
/// see, several of one pair, and participants out of order.
///
/// A sound conversation of two users is a `ConversationRecord` like any other; this holds only what differs
/// from the rule, so that neither sending nor inspecting looks at more than that.
struct InjectedConversations: Sendable {
    /// A conversation that is corrupted, with oneself, or with a user who does not exist.
    struct Unsound: Sendable {
        let number: UInt64
        var participantIDs: JSON
    }

    /// In the order of injection, so ascending by number.
    private(set) var unsound: ContiguousArray<Unsound> = []
    /// The sound ones whose participants are stored in descending order, ascending.
    private(set) var unsorted: ContiguousArray<ConversationIndex> = []
    /// The further conversations of pairs that have several, ascending; the oldest is in `conversationsByPair`.
    private(set) var further: [UInt64: [ConversationIndex]] = [:]
    private(set) var furtherCount = 0

    // MARK: Unsound

    mutating func append(_ conversation: Unsound) { unsound.append(conversation) }

    /// Removes the conversation with this number; false if there is none. O(unsound conversations).
    mutating func remove(_ number: UInt64) -> Bool {
        let position = unsound.partitioningIndex { $0.number >= number }
        guard position < unsound.count, unsound[position].number == number else { return false }
        unsound.remove(at: position)
        return true
    }

    /// Replaces all unsound conversations by those that `keep` returns.
    mutating func updateUnsound(_ keep: (Unsound) -> Unsound?) { unsound = ContiguousArray(unsound.compactMap(keep)) }

    // MARK: Unsorted

    mutating func addUnsorted(_ conversation: ConversationIndex) { unsorted.append(conversation) }

    mutating func removeUnsorted(_ conversation: ConversationIndex) { unsorted.removeSorted(conversation) }

    mutating func removeAllUnsorted() { unsorted = [] }

    // MARK: Several of one pair

    mutating func addFurther(_ conversation: ConversationIndex, of pair: UInt64) {
        further[pair, default: []].append(conversation)
        furtherCount += 1
    }

    /// Removes the conversation if it is a further one of the pair.
    mutating func removeFurther(_ conversation: ConversationIndex, of pair: UInt64) {
        guard let position = further[pair]?.firstIndex(of: conversation) else { return }
        takeFurther(at: position, of: pair)
    }

    /// Removes and returns the oldest of the further conversations of a pair.
    mutating func takeOldestFurther(of pair: UInt64) -> ConversationIndex? {
        guard let oldest = further[pair]?.first else { return nil }
        takeFurther(at: 0, of: pair)
        return oldest
    }

    private mutating func takeFurther(at position: Int, of pair: UInt64) {
        further[pair]?.remove(at: position)
        if further[pair]?.isEmpty == true { further[pair] = nil }
        furtherCount -= 1
    }

    func add(to digest: inout StateDigest) {
        for conversation in unsound {
            digest.add(Int(conversation.number))
            digest.add(conversation.participantIDs.description)
        }
        for conversation in unsorted { digest.add(conversation) }
        for pair in further.keys.sorted() {
            for conversation in further[pair] ?? [] { digest.add(conversation) }
        }
    }
}

extension ReferenceBackend {
    func brokenInvariantsOfInjectedConversations() -> [String] {
        var broken: [String] = []
        for conversation in injected.unsound
        where directory.index(of: directory.id(conversation.number) as ConversationID, .unsoundConversation) == nil {
            broken.append("an unsound conversation is not in the directory")
        }
        let unsorted = conversations.indices.filter { conversations[$0].isStoredReversed }
        if unsorted != Array(injected.unsorted) { broken.append("the list of unsorted conversations is off") }
        var byPair: [UInt64: [ConversationIndex]] = [:]
        for (index, conversation) in conversations.enumerated() where !conversation.isDeleted {
            let pair = ReferenceBackend.pairKey(conversation.users[.first], conversation.users[.second])
            byPair[pair, default: []].append(index)
        }
        for pair in byPair.keys.sorted() where self.conversations(of: pair) != byPair[pair] {
            broken.append(
                "the conversations of a pair are \(byPair[pair] ?? []), listed are \(self.conversations(of: pair))")
        }
        if byPair.count != conversationsByPair.count
            || byPair.values.reduce(0, { $0 + $1.count }) != soundConversationCount
        {
            broken.append("the index of pairs names a conversation that is gone")
        }
        return broken
    }
}
