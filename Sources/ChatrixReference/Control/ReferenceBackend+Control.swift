import ChatrixModel

/// Changes that only control commands make (D-100), and counts.
extension ReferenceBackend {
    package struct Counts: Sendable, Hashable {
        package var users: Int
        package var conversations: Int
        package var messages: Int
        package var posts: Int
        package var comments: Int
        package var stories: Int
        package var objects: Int
    }

    /// What exists. O(conversations).
    package var counts: Counts {
        Counts(
            users: usersByPhone.count, conversations: conversationsByPair.count,
            messages: conversations.reduce(0) { $0 + $1.messages.count }, posts: posts.count,
            comments: posts.commentCount, stories: stories.count, objects: objects.objects.count)
    }

    /// `nil` leaves a value as it is; an empty website clears it.
    mutating func updateUser(_ user: UserIndex, isPrivate: Bool?, website: String?, isVerified: Bool?) {
        if let isPrivate { users[user].isPrivate = isPrivate }
        if let isVerified { users[user].isVerified = isVerified }
        if let website { users[user].website = website.isEmpty ? nil : website }
    }

    /// Removes a pending follow; false if there is none (D-63).
    mutating func declineFollow(_ follower: UserIndex, _ target: UserIndex) -> Bool {
        guard users[follower].following[target]?.isAccepted == false else { return false }
        removeFollow(follower, target)
        return true
    }

    /// Removes a user with everything that is theirs or about them; the ID is unknown from then on. O(what is removed).
    mutating func deleteUser(_ user: UserIndex) {
        for target in users[user].following.keys.sorted() { removeFollow(user, target) }
        for follower in users[user].followers.sorted() { removeFollow(follower, user) }
        for other in users[user].blocking { users[other].blockedBy.remove(user) }
        for other in users[user].blockedBy { users[other].blocking.remove(user) }
        for conversation in users[user].conversations.current(in: conversations) { deleteConversation(conversation) }
        removePosts(of: user)
        removeStories(of: user)
        usersByPhone[users[user].phone] = nil
        usersByUsername[users[user].username.asciiLowercased] = nil
        directory.remove(users[user].number)
        users[user].clear()
    }

    private mutating func deleteConversation(_ conversation: ConversationIndex) {
        let record = conversations[conversation]
        for message in record.messages { directory.remove(message.number) }
        directory.remove(record.number)
        conversationsByPair[ReferenceBackend.pairKey(record.users[.first], record.users[.second])] = nil
        for slot in Slot.allCases { users[record.users[slot]].conversations.remove() }
        conversations[conversation].delete()
    }
}
