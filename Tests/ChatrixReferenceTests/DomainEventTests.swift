import ChatrixModel
import Testing

@testable import ChatrixReference

/// What a backend tells WebSocket connections and webhooks of follows, notifications and calls, in which order.
@Suite struct DomainEventTests {
    private struct World {
        var backend = ReferenceBackend()
        var time = Timestamp.virtualStart
        var users: [UserID] = []

        init(_ names: String...) throws {
            for name in names {
                let registration = Registration(
                    phone: "+4917000000\(users.count)", username: name, password: "secret")
                let outcome = backend.apply(.auth(.register(registration)), by: nil, at: time)
                guard case .auth(.registered(let grant)) = outcome.reply else { throw Unexpected(outcome) }
                users.append(grant.account.id)
            }
        }

        mutating func apply(_ command: Command, by user: Int) -> Outcome {
            backend.apply(command, by: users[user], at: time)
        }

        mutating func setPrivate(_ user: UserIndex, _ isPrivate: Bool) {
            _ = backend.updateUser(user, isPrivate: isPrivate, website: nil, isVerified: nil, at: time)
        }

        mutating func place(_ user: Int) throws -> UserIndex { try #require(backend.userIndex(users[user])) }
    }

    private struct Unexpected: Error {
        let outcome: Outcome

        init(_ outcome: Outcome) { self.outcome = outcome }
    }

    @Test(arguments: [false, true])
    func followTellsOfItselfAndThenOfItsNotification(isPrivate: Bool) throws {
        var world = try World("ann", "ben")
        let ben = try world.place(1)
        world.setPrivate(ben, isPrivate)
        let outcome = world.apply(.follows(.follow(world.users[1])), by: 0)
        guard case .follows(.followed(let follow)) = outcome.reply, outcome.domainEvents.count == 2,
            case .followCreated(let told) = outcome.domainEvents[0].kind,
            case .notificationCreated(let item, let recipient) = outcome.domainEvents[1].kind
        else { throw Unexpected(outcome) }
        #expect(follow.status == (isPrivate ? .pending : .accepted))
        #expect(told == follow)
        #expect(outcome.domainEvents[0].at == follow.createdAt)
        #expect(recipient == world.users[1])
        #expect(item.kind == .follow)
        #expect(item.user.id == world.users[0])
        #expect(item.createdAt > follow.createdAt)
        #expect(outcome.domainEvents[1].at == item.createdAt)
    }

    @Test func onlyAPendingFollowIsAcceptedAndDecliningIsSilent() throws {
        var world = try World("ann", "ben")
        let (ann, ben) = (try world.place(0), try world.place(1))
        #expect(world.backend.acceptFollow(ann, ben, at: world.time).reply.refusal == .followNotFound)
        world.setPrivate(ben, true)
        let created = world.apply(.follows(.follow(world.users[1])), by: 0)
        guard case .follows(.followed(let follow)) = created.reply else { throw Unexpected(created) }
        let accepted = world.backend.acceptFollow(ann, ben, at: world.time)
        guard accepted.domainEvents.count == 1, case .followAccepted(let told) = accepted.domainEvents[0].kind else {
            throw Unexpected(accepted)
        }
        #expect(told.status == .accepted)
        #expect(told.createdAt == follow.createdAt)
        #expect(accepted.domainEvents[0].at > follow.createdAt)
        #expect(world.backend.acceptFollow(ann, ben, at: world.time).reply.refusal == .followNotFound)

        _ = world.apply(.follows(.unfollow(world.users[1])), by: 0)
        _ = world.apply(.follows(.follow(world.users[1])), by: 0)
        #expect(world.backend.declineFollow(ann, ben).domainEvents.isEmpty)
        #expect(world.backend.declineFollow(ann, ben).reply.refusal == .followNotFound)
    }

    @Test(arguments: [false, true])
    func unfollowTellsTheStatusBeforeIt(isPrivate: Bool) throws {
        var world = try World("ann", "ben")
        let ben = try world.place(1)
        world.setPrivate(ben, isPrivate)
        let created = world.apply(.follows(.follow(world.users[1])), by: 0)
        guard case .follows(.followed(let follow)) = created.reply else { throw Unexpected(created) }
        let outcome = world.apply(.follows(.unfollow(world.users[1])), by: 0)
        guard outcome.domainEvents.count == 1, case .followDeleted(let told) = outcome.domainEvents[0].kind else {
            throw Unexpected(outcome)
        }
        #expect(told == follow)
        #expect(outcome.domainEvents[0].at > follow.createdAt)
    }

    @Test func blockEndsFollowsSilently() throws {
        var world = try World("ann", "ben")
        _ = world.apply(.follows(.follow(world.users[1])), by: 0)
        #expect(world.apply(.block(.block(world.users[0])), by: 1).domainEvents.isEmpty)
    }

    @Test func callTellsItsStartWithTheOfferAndItsAnswerWithTheAnswer() throws {
        var world = try World("ann", "ben")
        let offer: JSON = ["type": "offer", "sdp": "v=0", "more": [1, nil]]
        let started = world.apply(
            .calls(.create(CallDraft(recipient: world.users[1], kind: .audio, offer: offer))), by: 0)
        guard case .calls(.created(let call)) = started.reply, started.domainEvents.count == 1,
            case .callStarted(let told, let toldOffer) = started.domainEvents[0].kind
        else { throw Unexpected(started) }
        #expect(told == call)
        #expect(toldOffer == offer)
        #expect(started.domainEvents[0].at == call.startedAt)

        world.time = world.time + 5000
        let answer: JSON = ["type": "answer", "sdp": "v=0"]
        let answered = world.apply(.calls(.answer(call.id, answer: answer)), by: 1)
        guard case .calls(.answered(let running)) = answered.reply, answered.domainEvents.count == 1,
            case .callAnswered(let toldRunning, let toldAnswer) = answered.domainEvents[0].kind
        else { throw Unexpected(answered) }
        #expect(toldRunning == running)
        #expect(toldAnswer == answer)
        #expect(answered.domainEvents[0].at == running.answeredAt)
    }

    @Test func endTellsWhoEndedTheCall() throws {
        var world = try World("ann", "ben")
        for (user, isRejection) in [(0, false), (1, false), (1, true)] {
            let draft = CallDraft(recipient: world.users[1], kind: .video, offer: ["type": "offer", "sdp": "v=0"])
            let started = world.apply(.calls(.create(draft)), by: 0)
            guard case .calls(.created(let call)) = started.reply else { throw Unexpected(started) }
            let ended = world.apply(.calls(isRejection ? .reject(call.id) : .end(call.id)), by: user)
            guard case .calls(.ended(let told)) = ended.reply, ended.domainEvents.count == 1,
                case .callEnded(let told2, let by, let wasRejection) = ended.domainEvents[0].kind
            else { throw Unexpected(ended) }
            #expect(told == told2)
            #expect(by == world.users[user])
            #expect(wasRejection == isRejection)
            #expect(ended.domainEvents[0].at == told.endedAt)
        }
    }

    @Test func onlyTheRecipientRejectsAndOnlyWhileItRings() throws {
        var world = try World("ann", "ben", "cid")
        let draft = CallDraft(recipient: world.users[1], kind: .video, offer: ["type": "offer", "sdp": "v=0"])
        let started = world.apply(.calls(.create(draft)), by: 0)
        guard case .calls(.created(let call)) = started.reply else { throw Unexpected(started) }
        for stranger in [0, 2] {
            #expect(world.apply(.calls(.reject(call.id)), by: stranger).reply.refusal == .notCallRecipient)
        }
        let unknown = CallID(prefix: 9, number: 9)
        #expect(world.apply(.calls(.reject(unknown)), by: 1).reply.refusal == .callNotFound)
        _ = world.apply(.calls(.answer(call.id, answer: ["type": "answer", "sdp": "v=0"])), by: 1)
        #expect(world.apply(.calls(.reject(call.id)), by: 1).reply.refusal == .callNotRinging)
        _ = world.apply(.calls(.end(call.id)), by: 1)
        #expect(world.apply(.calls(.reject(call.id)), by: 1).reply.refusal == .callNotRinging)
    }
}
