import ChatrixModel

extension ReferenceBackend {
    /// What does not hold of the state, in words; empty for a sound one. O(state): for tests, after every command.
    package func brokenInvariants() -> [String] {
        var broken: [String] = []
        for (index, conversation) in conversations.enumerated() where !conversation.isDeleted {
            broken += brokenInvariants(of: conversation, at: index)
        }
        for (index, user) in users.enumerated() where !user.isDeleted {
            broken += brokenInvariants(of: user, at: index)
        }
        broken += brokenInvariantsOfPosts() + brokenInvariantsOfStories()
        if usersByPhone.count != users.count(where: { !$0.isDeleted }) || usersByPhone.count != usersByUsername.count {
            broken.append("the indices of users do not name every live user once")
        }
        let storedBytes = objects.objects.values.reduce(0) { $0 + $1.content.count }
        if storedBytes != objects.byteCount || storedBytes > objects.bytesMax {
            broken.append("the store counts \(objects.byteCount) of \(objects.bytesMax) bytes and holds \(storedBytes)")
        }
        broken += brokenInvariantsOfInjectedConversations()
        broken += brokenInvariantsOfContacts()
        broken += brokenInvariantsOfNotifications()
        broken += brokenInvariantsOfCalls()
        return broken
    }

    private func brokenInvariants(of conversation: ConversationRecord, at index: ConversationIndex) -> [String] {
        var broken: [String] = []
        let name = "conversation \(directory.id(conversation.number) as ConversationID)"
        for slot in Slot.allCases {
            let unread = conversation.messages.count { $0.sender != slot && $0.status != .read }
            if unread != conversation.unreadCount[slot] {
                broken.append("\(name): unread count \(conversation.unreadCount[slot]), recounted \(unread)")
            }
            let user = conversation.users[slot]
            if users[user].isDeleted { broken.append("\(name): a participant does not exist") }
            if conversation.isBlocking[slot] != users[user].blocking.contains(conversation.users[slot.other]) {
                broken.append("\(name): the copy of the block differs")
            }
        }
        if users[conversation.users[.first]].number >= users[conversation.users[.second]].number {
            broken.append("\(name): participants are not in ascending order")
        }
        if conversation.updatedAt != conversation.messages.last?.createdAt ?? conversation.createdAt {
            broken.append("\(name): updated_at is not the time of the last message")
        }
        for (earlier, later) in zip(conversation.messages, conversation.messages.dropFirst())
        where earlier.number >= later.number || earlier.createdAt >= later.createdAt {
            broken.append("\(name): messages are out of order")
        }
        return broken
    }

    private func brokenInvariants(of user: UserRecord, at index: UserIndex) -> [String] {
        var broken: [String] = []
        let name = "user \(directory.id(user.number) as UserID)"
        let current = user.conversations.current(in: conversations)
        if current.count != user.conversations.count { broken.append("\(name): the list of conversations is off") }
        for (earlier, later) in zip(current, current.dropFirst())
        where conversations[earlier].updatedAt >= conversations[later].updatedAt {
            broken.append("\(name): conversations are out of order")
        }
        let following = user.following.values.count { $0.isAccepted }
        let followers = user.followers.count { users[$0].following[index]?.isAccepted == true }
        if following != user.acceptedFollowingCount || followers != user.acceptedFollowerCount {
            broken.append("\(name): counted follows differ")
        }
        if user.following.keys.contains(where: { isBlockedPair(index, $0) }) {
            broken.append("\(name): follows someone in spite of a block")
        }
        return broken
    }
}
