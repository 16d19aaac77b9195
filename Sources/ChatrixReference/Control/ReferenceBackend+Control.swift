import ChatrixModel

/// Changes that only control commands make (D-100), and counts.
extension ReferenceBackend {
    package struct Counts: Sendable, Hashable {
        package var users: Int
        package var conversations: Int
        package var messages: Int
        package var objects: Int
        package var notifications: Int
        package var calls: Int
        package var reports: Int
    }

    /// What exists, conversations of every kind included. O(conversations + calls).
    package var counts: Counts {
        Counts(
            users: usersByPhone.count, conversations: conversationCount,
            messages: conversations.reduce(0) { $0 + $1.messages.count }, objects: objects.objects.count,
            notifications: notifications.count, calls: calls.records.count { !$0.isDeleted },
            reports: reports.records.count)
    }

    /// `nil` leaves a value as it is; an empty website clears it.
    mutating func updateUser(_ user: UserIndex, isPrivate: Bool?, website: String?) {
        if let isPrivate { users[user].isPrivate = isPrivate }
        if let website { users[user].website = website.isEmpty ? nil : website }
    }

    /// Removes a user with everything that is theirs or about them; the ID is unknown from then on. O(what is removed).
    mutating func deleteUser(_ user: UserIndex) {
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
        usersByPhone[users[user].phone] = nil
        usersByUsername[users[user].username.asciiLowercased] = nil
        directory.remove(users[user].number)
        users[user].clear()
    }
}
