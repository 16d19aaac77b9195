import ChatrixModel

extension Reply {
    /// What the answer shows, in the domain and not on the wire.
    func addFacts(caller: UserID?, to facts: inout FactSet) {
        switch self {
        case .refused, .auth, .block, .reports, .follows(.unfollowed), .carriedOut: break
        case .follows(.followed(let follow)): facts.insert(.pending, if: follow.status == .pending)
        case .users(let reply): reply.addFacts(caller: caller, to: &facts)
        case .chat(let reply): reply.addFacts(caller: caller, to: &facts)
        case .posts(let reply): reply.addFacts(to: &facts)
        case .contacts(.contacts(let contacts)):
            facts.insertItems(contacts.count)
            for contact in contacts {
                switch contact {
                case .registered(_, _, let lastSeen):
                    facts.insert(.registered)
                    facts.insert(.lastSeen, if: lastSeen != nil)
                case .unregistered: facts.insert(.unregistered)
                }
            }
        case .stories(.created): facts.insert(.keyMade)
        case .stories(.feed(let groups)):
            facts.insertItems(max(groups.count, groups.map(\.items.count).max() ?? 0))
        case .notifications(.notifications(let page)):
            facts.insertItems(page.items.count)
            facts.insert(.more, if: page.hasMore)
            facts.insert(.unread, if: page.unreadCount > 0)
            facts.insert(.likeNotification, if: page.items.contains { $0.kind == .like })
            facts.insert(.followNotification, if: page.items.contains { $0.kind == .follow })
        case .media, .storage(.uploaded), .storage(.uploadedMultiple): facts.insert(.keyMade)
        case .storage: break
        case .calls(.created(let call)), .calls(.answered(let call)), .calls(.ended(let call)):
            facts.insert(.answered, if: call.answeredAt != nil)
            facts.insert(.byCallee, if: caller == call.recipient)
            facts.insert(
                .longRinging, if: call.durationSeconds >= 60 && (call.answeredAt == nil || call.endedAt == nil))
        case .admin(.inspection(let inspection)):
            facts.insert(.corrupted, if: !inspection.corrupted.isEmpty)
            facts.insert(.corruptedOtherwise, if: inspection.corrupted.contains { $0.issue != .notAnArray })
            facts.insert(.withOneself, if: !inspection.selfConversations.isEmpty)
            facts.insert(.unsorted, if: !inspection.unsorted.isEmpty)
        case .admin(.cleaned(let deletedCount, let fixedCount)):
            facts.insert(.deletes, if: deletedCount > 0)
            facts.insert(.mends, if: fixedCount > 0)
        case .admin(.deleted): break
        }
    }
}

extension FactSet {
    static let ofReply = FactSet([
        .pending, .registered, .unregistered, .lastSeen, .keyMade, .more, .unread, .likeNotification,
        .followNotification, .answered, .byCallee, .longRinging, .corrupted, .corruptedOtherwise, .withOneself,
        .unsorted, .deletes, .mends, .items, .severalItems, .emptyField, .ofOneself, .hasFollows, .hasPosts, .private,
        .following, .located, .liked, .saved, .lastMessage, .withoutLastMessage, .incoming, .lastMessageRead,
        .attachments, .ownRead, .ownDelivered, .notText,
    ])

    fileprivate mutating func insertItems(_ count: Int) {
        insert(.items, if: count > 0)
        insert(.severalItems, if: count > 1)
    }
}

extension UsersReply {
    fileprivate func addFacts(caller: UserID?, to facts: inout FactSet) {
        switch self {
        case .me(let own): own.profile.addFacts(to: &facts)
        case .updated(let profile):
            facts.insert(.emptyField, if: profile.fullName == nil || profile.bio == nil || profile.avatarURL == nil)
        case .profile(let profile):
            profile.addFacts(to: &facts)
            facts.insert(.ofOneself, if: profile.id == caller)
        }
    }
}

extension PublicProfile {
    fileprivate func addFacts(to facts: inout FactSet) {
        facts.insert(.emptyField, if: fullName == nil || avatarURL == nil || bio == nil || website == nil)
        facts.insert(.hasFollows, if: followerCount > 0 || followingCount > 0)
        facts.insert(.hasPosts, if: postCount > 0)
        facts.insert(.private, if: isPrivate)
        facts.insert(.following, if: isFollowing)
    }
}

extension PostsReply {
    fileprivate func addFacts(to facts: inout FactSet) {
        switch self {
        case .created: facts.insert(.keyMade)
        case .post(let detail):
            facts.insert(.located, if: detail.location != nil)
            facts.insert(.liked, if: detail.post.isLiked)
            facts.insert(.saved, if: detail.post.isSaved)
        case .feed(let page):
            facts.insertItems(page.items.count)
            facts.insert(.more, if: page.hasMore)
        }
    }
}

extension ChatReply {
    fileprivate func addFacts(caller: UserID?, to facts: inout FactSet) {
        switch self {
        case .ensured(let detail): facts.insert(.lastMessage, if: detail.lastMessage != nil)
        case .conversations(let page):
            facts.insertItems(page.conversations.count)
            facts.insert(.more, if: page.hasMore)
            for conversation in page.conversations {
                facts.insert(.unread, if: conversation.unreadCount > 0)
                guard let message = conversation.lastMessage else {
                    facts.insert(.withoutLastMessage)
                    continue
                }
                facts.insert(.lastMessage)
                facts.insert(.incoming, if: message.sender != caller)
                facts.insert(.lastMessageRead, if: message.status == .read)
            }
        case .messages(let page):
            facts.insertItems(page.items.count)
            facts.insert(.more, if: page.hasMore)
            for item in page.items {
                facts.insert(.attachments, if: !item.message.attachments.isEmpty)
                facts.insert(.incoming, if: !item.isMine)
                facts.insert(.ownRead, if: item.isMine && item.message.status == .read)
                facts.insert(.ownDelivered, if: item.isMine && item.message.status == .delivered)
            }
        case .sent(let message):
            facts.insert(.attachments, if: !message.attachments.isEmpty)
            facts.insert(.notText, if: message.kind != .text)
        default: break
        }
    }
}
