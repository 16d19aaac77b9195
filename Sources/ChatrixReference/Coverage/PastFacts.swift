import ChatrixModel

/// Facts about what went before, and what is remembered of a request.
extension ReferenceAPI {
    /// A request has become a command and is about to be carried out: how its two users stand to each other until then.
    mutating func coverBeforehand(_ command: Command, by user: UserID?) {
        coverage.step.command = command
        coverage.step.caller = user
        guard let user, let caller = backend.userIndex(user) else { return }
        let record = backend.users[caller]
        guard let other = counterpart else {
            coverage.step.facts.insert(.pendingFollow, if: record.following.count > record.acceptedFollowingCount)
            return
        }
        coverage.step.facts.insert(.ofOneself, if: other == user)
        guard let place = backend.userIndex(other) else {
            coverage.step.facts.insert(.unknownUser)
            return
        }
        coverage.step.facts.insert(.blocks, if: record.blocking.contains(place))
        coverage.step.facts.insert(.blockedByOther, if: record.blockedBy.contains(place))
        coverage.step.facts.insert(.pendingFollow, if: record.following[place].map { !$0.isAccepted } ?? false)
        coverage.step.facts.insert(
            .removesFollow, if: record.following[place] != nil || record.followers.contains(place))
    }

    /// The other user that a command is about, where there is one.
    private var counterpart: UserID? {
        switch coverage.step.command {
        case .users(.profile(.id(let id))): id
        case .users(.profile(.username(let name))):
            backend.usersByUsername[name.asciiLowercased].map { backend.userID($0) }
        case .chat(.ensure(let id)): id
        case .chat(.send(let id, _)), .chat(.read(let id)), .chat(.view(let id)), .chat(.messages(let id, _)):
            participant(of: id)
        case .follows(.follow(let id)), .follows(.unfollow(let id)), .block(.block(let id)), .block(.unblock(let id)):
            id
        case .reports(.report(let draft)): draft.reportedUser
        case .calls(.create(let draft)): draft.recipient
        case .posts(.post(let id)):
            coverage.memory.value(.author, id.number).map { backend.directory.id(UInt64(bitPattern: $0)) }
        default: nil
        }
    }

    /// The other participant of a conversation of the caller.
    private func participant(of id: ConversationID) -> UserID? {
        guard let caller = coverage.step.caller.flatMap({ backend.userIndex($0) }),
            let place = backend.conversationIndex(id), let slot = backend.conversations[place].slot(of: caller)
        else { return nil }
        return backend.userID(backend.conversations[place].users[slot.other])
    }

    /// What the caller has done and met with so far.
    func addCallerFacts(to facts: inout FactSet, now: Timestamp) {
        guard let caller = coverage.step.caller?.number else { return }
        let memory = coverage.memory
        facts.insert(.afterUpdate, if: memory.has(.updates, caller))
        facts.insert(.afterBlock, if: memory.has(.inBlock, caller))
        facts.insert(.afterUnfollow, if: memory.has(.unfollows, caller))
        facts.insert(.afterWithdrawal, if: memory.has(.withdrawal, caller) || memory.hasDeletedUsers)
        facts.insert(.followsLost, if: memory.has(.followLostForGood, caller))
        facts.insert(.hasStories, if: memory.has(.stories, caller))
        facts.insert(.hasPosts, if: memory.has(.posts, caller))
        facts.insert(.afterExpiry, if: memory.firstStoryExpiry.map { $0 <= now } ?? false)
        facts.insert(.afterInjection, if: memory.hasInjections)
        facts.insert(.afterDeletion, if: memory.hasDeletions)
        facts.insert(.connected, if: memory.hasConnections)
        facts.insert(.afterEdit, if: memory.hasEdits)
    }

    /// What there was between the caller and the other user that the command is about.
    func addPairFacts(to facts: inout FactSet) {
        guard let caller = coverage.step.caller?.number, let number = counterpart?.number else { return }
        let memory = coverage.memory
        facts.insert(.afterUnblock, if: memory.has(.unblock, caller, number) || memory.has(.unblock, number, caller))
        facts.insert(.unfollowedBefore, if: memory.has(.unfollow, caller, number))
        facts.insert(.calleeBusy, if: memory.has(.inCall, number))
        switch coverage.step.command {
        case .reports: facts.insert(.sentBefore, if: memory.has(.report, caller, number))
        case .chat(.send(let id, let draft)):
            guard coverage.isWanted(.sentBefore, by: .endpoint(.send)) else { return }
            facts.insert(.sentBefore, if: memory.has(.message, caller, contentNumber(id, draft)))
        case .chat(.view(let id)): facts.insert(.viewedBefore, if: memory.has(.viewing, caller, id.number))
        default: break
        }
    }

    private func contentNumber(_ conversation: ConversationID, _ draft: MessageDraft) -> UInt64 {
        CoverageMemory.number(of: draft.content) ^ conversation.number
    }

    func addSessionFacts(of reply: Reply, to facts: inout FactSet) {
        let memory = coverage.memory
        switch reply {
        case .auth(.registered(let grant)):
            facts.insert(
                .afterRefusal,
                if: [grant.account.phone, grant.account.username].contains {
                    memory.has(.refusedName, CoverageMemory.number(of: $0))
                })
        case .auth(.loggedIn(let grant)):
            facts.insert(.knownDevice, if: memory.has(.session, grant.account.id.number, deviceNumber(grant.refresh)))
        case .auth(.refreshed(_, let claims)):
            facts.insert(.afterReplay, if: memory.has(.replay, claims.subject.number, deviceNumber(claims)))
        case .admin(.cleaned): facts.insert(.cleanedBefore, if: memory.hasCleanups)
        default: break
        }
    }

    private func deviceNumber(_ claims: TokenClaims) -> UInt64 { CoverageMemory.number(of: claims.deviceID) }

    /// What is known of the conversation, call or posts that the request is about.
    func addObjectFacts(_ reply: Reply, to facts: inout FactSet) {
        guard coverage.step.caller != nil else { return }
        let memory = coverage.memory
        switch coverage.step.command {
        case .chat(.send(let id, _)), .chat(.read(let id)), .chat(.view(let id)), .chat(.messages(let id, _)):
            facts.insert(.injected, if: memory.has(.injectedConversation, id.number))
            facts.insert(.deletedBefore, if: memory.has(.deletedConversation, id.number))
        case .calls(.answer(let id, _)): facts.insert(.callOver, if: memory.has(.callOver, id.number))
        default: break
        }
        if case .posts(.feed(let page)) = reply {
            guard let user = coverage.step.caller.flatMap({ backend.userIndex($0) }) else { return }
            let following = backend.users[user].following
            facts.insert(
                .olderThanFollow,
                if: page.items.contains { item in
                    backend.userIndex(item.post.user).flatMap { following[$0] }
                        .map { item.post.createdAt < $0.createdAt } ?? false
                })
        }
    }
}

/// The facts that a look can bring; one that is missing here is never found.
extension FactSet {
    static let ofSessions = FactSet([.afterRefusal, .knownDevice, .afterReplay, .cleanedBefore])
    static let ofCaller = FactSet([
        .afterUpdate, .afterBlock, .afterUnfollow, .afterWithdrawal, .followsLost, .hasStories, .hasPosts, .afterExpiry,
        .afterInjection, .afterDeletion, .connected, .afterEdit,
    ])
    static let ofPair = FactSet([.afterUnblock, .unfollowedBefore, .calleeBusy, .sentBefore, .viewedBefore])
    static let ofObjects = FactSet([.injected, .deletedBefore, .callOver, .olderThanFollow])
}

// MARK: - Remembering

extension ReferenceAPI {
    mutating func remember(_ call: Call, _ reply: Reply) {
        switch reply {
        case .refused(let refusal): rememberRefusal(refusal, call)
        case .auth(.registered(let grant)), .auth(.loggedIn(let grant)):
            coverage.memory.remember(.session, grant.account.id.number, deviceNumber(grant.refresh))
        case .admin(.deleted(let id)):
            coverage.memory.remember(.deletedConversation, id.number)
            coverage.memory.hasDeletions = true
        case .admin(.cleaned): coverage.memory.hasCleanups = true
        default:
            guard let caller = coverage.step.caller?.number else { return }
            remember(reply, caller)
        }
    }

    private mutating func rememberRefusal(_ refusal: Refusal, _ call: Call) {
        guard refusal.status != 429 else { return }
        switch call.endpoint?.name {
        case .register:
            if let phone = coverage.step.body.shownText("phone"), backend.usersByPhone[phone] == nil {
                coverage.memory.remember(.refusedName, CoverageMemory.number(of: phone))
            }
            if let name = coverage.step.body.shownText("username"), backend.usersByUsername[name.asciiLowercased] == nil
            {
                coverage.memory.remember(.refusedName, CoverageMemory.number(of: name))
            }
        case .refresh:
            guard let claims = coverage.step.body.shownText("refresh_token").flatMap({ tokens.verify($0) }) else {
                return
            }
            coverage.memory.remember(.replay, claims.subject.number, deviceNumber(claims))
        default: break
        }
    }

    private mutating func remember(_ reply: Reply, _ caller: UInt64) {
        var other: UInt64 { counterpart?.number ?? 0 }
        switch reply {
        case .users(.updated): coverage.memory.remember(.updates, caller)
        case .posts(.created(let post)):
            coverage.memory.remember(.posts, caller)
            coverage.memory.remember(.author, post.id.number, value: Int64(bitPattern: caller))
        case .stories(.created(let story)):
            coverage.memory.remember(.stories, caller)
            coverage.memory.firstStoryExpiry = min(coverage.memory.firstStoryExpiry ?? story.expiresAt, story.expiresAt)
        case .follows(.unfollowed):
            coverage.memory.remember(.unfollow, caller, other)
            coverage.memory.remember(.unfollows, caller)
            coverage.memory.remember(.withdrawal, other)
        case .block: rememberBlock(caller, other)
        case .reports: coverage.memory.remember(.report, caller, other)
        case .chat(.sent(let message)):
            if case .chat(.send(let id, let draft)) = coverage.step.command, message.conversation == id,
                coverage.isWanted(.sentBefore, by: .endpoint(.send))
            {
                coverage.memory.remember(.message, caller, contentNumber(id, draft))
            }
        case .chat(.marked):
            if case .chat(.view(let id)) = coverage.step.command {
                coverage.memory.remember(.viewing, caller, id.number)
            }
        case .calls(let reply): rememberCall(reply)
        default: break
        }
    }

    private mutating func rememberBlock(_ caller: UInt64, _ other: UInt64) {
        guard case .block(.block) = coverage.step.command else {
            coverage.memory.remember(.unblock, caller, other)
            for user in [caller, other] where coverage.memory.has(.lostFollow, user) {
                coverage.memory.remember(.followLostForGood, user)
            }
            return
        }
        let removesFollow = coverage.step.facts.contains(.removesFollow)
        for user in [caller, other] {
            coverage.memory.remember(.inBlock, user)
            if removesFollow { coverage.memory.remember(.lostFollow, user) }
        }
    }

    private mutating func rememberCall(_ reply: CallsReply) {
        switch reply {
        case .created(let call):
            coverage.memory.hasCalls = true
            for user in [call.caller, call.recipient] { coverage.memory.remember(.inCall, user.number) }
        case .answered: break
        case .ended(let call):
            coverage.memory.remember(.callOver, call.id.number)
            for user in [call.caller, call.recipient] { coverage.memory.forget(.inCall, user.number) }
        }
    }

    /// What a control command, carried out, leaves behind.
    mutating func remember(_ command: ControlCommand, _ fields: JSON?, _ answer: JSON?) {
        switch command {
        case .likeRemove, .postDelete:
            guard let post = fields?["post_id"]?.id(of: Entity.Post.self)?.number,
                let author = coverage.memory.value(.author, post)
            else { return }
            coverage.memory.remember(.withdrawal, UInt64(bitPattern: author))
        case .conversationInject:
            coverage.memory.hasInjections = true
            if let id = answer?["id"]?.id(of: Entity.Conversation.self) {
                coverage.memory.remember(.injectedConversation, id.number)
            }
        case .userDelete: coverage.memory.hasDeletedUsers = true
        default: break
        }
    }
}
