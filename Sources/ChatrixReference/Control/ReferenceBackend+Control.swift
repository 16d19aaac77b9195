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
        package var objectBytes: Int
        package var notifications: Int
        package var calls: Int
        package var reports: Int
    }

    /// What exists, conversations of every kind included. O(conversations + calls).
    package var counts: Counts {
        Counts(
            users: usersByPhone.count, conversations: conversationCount,
            messages: conversations.reduce(0) { $0 + $1.messages.count }, posts: posts.count,
            comments: posts.commentCount, stories: stories.count, objects: objects.objects.count,
            objectBytes: objects.byteCount, notifications: notifications.count,
            calls: calls.records.count { !$0.isDeleted }, reports: reports.records.count)
    }

    /// Removes a user with everything that is theirs or about them; the ID is unknown from then on. O(what is removed).
    ///
    /// Fires `user.deleted` and nothing for what goes along (D-97).
    mutating func deleteUser(_ user: UserIndex, at time: Timestamp) -> Outcome {
        let event = DomainEvent.Kind.userDeleted(userID(user), username: users[user].username)
        // First, so that each post that goes has nothing left to take along.
        notifications.removeAll(toAndFrom: user) { [directory] in
            directory.index(of: directory.id($0) as NotificationID, .notification)
        }
        for target in users[user].following.keys.sorted() { removeFollow(user, target) }
        for follower in users[user].followers.sorted() { removeFollow(follower, user) }
        for other in users[user].blocking { users[other].blockedBy.remove(user) }
        for other in users[user].blockedBy { users[other].blocking.remove(user) }
        for conversation in users[user].conversations.current(in: conversations) {
            deleteConversation(at: conversation)
        }
        for number in calls.removeCalls(of: user) { directory.remove(number) }
        contacts.removeAddressBook(of: user)
        removePosts(of: user)
        removeStories(of: user)
        usersByPhone[users[user].phone] = nil
        usersByUsername[users[user].username.asciiLowercased] = nil
        directory.remove(users[user].number)
        users[user].clear()
        return Outcome(.carriedOut, domainEvents: [DomainEvent(event, at: clock.stamp(time))])
    }
}
