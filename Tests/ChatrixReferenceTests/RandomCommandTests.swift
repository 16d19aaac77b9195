import ChatrixModel
import Testing

@testable import ChatrixReference

/// Random commands of a few users: the state stays sound, refused commands are inert, and a replay gives the same bytes.
@Suite struct RandomCommandTests {
    /// Draws commands that mostly make sense, and some that do not.
    struct Traffic {
        var backend: ReferenceBackend
        var random: SplitMix64
        var users: [UserID] = []
        var conversations: [ConversationID] = []
        var participants: [ConversationID: [UserID]] = [:]
        var messages: [MessageID] = []
        var calls: [Call] = []
        var notifications: [NotificationID] = []
        /// What has succeeded at least once, so that thin traffic shows.
        var reached: Set<String> = []
        var senders: [MessageID: UserID] = [:]
        var time = Timestamp.virtualStart
        var isReplay = false

        init(seed: UInt64) {
            backend = ReferenceBackend(configuration: .init(seed: seed))
            random = SplitMix64(seed: seed)
        }

        mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

        mutating func user() -> UserID {
            users.isEmpty || pick(50) == 0 ? UserID(prefix: 9, number: 9) : users[pick(users.count)]
        }

        mutating func conversation() -> ConversationID {
            conversations.isEmpty || pick(50) == 0
                ? ConversationID(prefix: 9, number: 9) : conversations[pick(conversations.count)]
        }

        /// Also one that is deleted already.
        mutating func message() -> MessageID {
            messages.isEmpty || pick(50) == 0 ? MessageID(prefix: 9, number: 9) : messages[pick(messages.count)]
        }

        mutating func command() -> Command {
            switch pick(38) {
            case 0:
                let number = pick(12)
                return .auth(
                    .register(
                        Registration(phone: "+4917000000\(10 + number)", username: "u\(number)x", password: "secret")))
            case 1...2: return .chat(.ensure(recipient: user()))
            case 3...9:
                guard let draft = MessageDraft(content: "n\(pick(1000))") else {
                    preconditionFailure("a text is refused")
                }
                return .chat(.send(conversation(), draft))
            case 10: return .chat(.read(conversation()))
            case 11...12:
                var query = MessageQuery(limit: 1 + pick(5))
                if pick(2) == 0, !messages.isEmpty { query.before = messages[pick(messages.count)] }
                query.order = pick(4) == 0 ? .oldestFirst : .newestFirst
                return .chat(.messages(conversation(), query))
            case 13...14:
                var query = ConversationQuery(limit: 1 + pick(3))
                query.order = pick(3) == 0 ? .oldestFirst : .newestFirst
                return .chat(.conversations(query))
            case 15: return .block(pick(4) == 0 ? .block(user()) : .unblock(user()))
            case 16: return .chat(.view(conversation()))
            case 17: return .follows(.follow(user()))
            case 18: return .follows(.unfollow(user()))
            case 19: return .users(.profile(.id(user())))
            case 20...25: return postsCommand()
            case 26: return .chat(.delete(message()))
            case 27: return .chat(.update(message(), content: pick(8) == 0 ? " " : "e\(pick(1000))"))
            default: return socialCommand()
            }
        }

        /// Mostly someone who may: a participant of the conversation that the command names.
        mutating func actor(for command: Command) -> UserID? {
            guard !users.isEmpty else { return nil }
            let conversation: ConversationID? =
                switch command {
                case .chat(.send(let id, _)), .chat(.read(let id)), .chat(.view(let id)), .chat(.messages(let id, _)):
                    id
                default: nil
                }
            if case .chat(.delete(let id)) = command, let sender = senders[id], pick(10) > 0 { return sender }
            if case .chat(.update(let id, _)) = command, let sender = senders[id], pick(10) > 0 { return sender }
            if let conversation, let pair = participants[conversation], pick(10) > 0 { return pair[pick(2)] }
            return participant(of: command) ?? users[pick(users.count)]
        }

        /// A replay only has to show the same as the first run.
        func expectSound(after step: @autoclosure () -> String) {
            guard !isReplay else { return }
            let broken = backend.brokenInvariants()
            #expect(broken == [], "after \(step())")
        }

        /// One step; returns what an observer sees of it.
        mutating func step() -> String {
            time = time + Int64(pick(200) == 0 ? 3_000_000 : pick(3))
            if pick(8) == 0 { return pick(2) == 0 ? control() : socialControl() }
            let command = command()
            let actor = actor(for: command)
            let before = isReplay ? "" : backend.digest
            let outcome = backend.apply(command, by: actor, at: time)
            expectSound(after: "\(command)")
            switch outcome.reply {
            case .refused:
                #expect(isReplay || backend.digest == before, "refused, yet the state changed: \(command)")
                #expect(outcome.events == [] && outcome.domainEvents.isEmpty)
            case .auth(.registered(let grant)): users.append(grant.account.id)
            case .chat(.ensured(let detail)) where participants[detail.id] == nil:
                conversations.append(detail.id)
                participants[detail.id] = detail.participants.map(\.id)
            case .chat(.sent(let message)):
                messages.append(message.id)
                senders[message.id] = message.sender
            default: expectFeed(outcome.reply, to: command, by: actor)
            }
            noteSocial(outcome)
            return "\(outcome)"
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func theStateStaysSoundAndAReplayIsTheSame(seed: UInt64) {
        var first = Traffic(seed: seed)
        var second = Traffic(seed: seed)
        second.isReplay = true
        for step in 0..<2300 {
            #expect(first.step() == second.step(), "step \(step) of seed \(seed)")
        }
        #expect(first.backend.digest == second.backend.digest)
        #expect(first.messages.count > 100, "the traffic of seed \(seed) is too thin to show anything")
        #expect(first.backend.counts.posts > 20 && first.backend.counts.stories > 10)
        let expected: Set = [
            "answered", "ended", "ended after an answer", "contacts", "reported", "notifications", "inspected",
            "cleaned", "deleted",
        ]
        #expect(first.reached == expected, "the traffic of seed \(seed) is too thin")
    }

    @Test func walkingTheCursorsShowsEveryMessageOnceWhileNewOnesArrive() throws {
        var traffic = Traffic(seed: 3)
        for name in ["anna", "bert"] {
            let phone = name == "anna" ? "+4917000000" : "+4917000001"
            let outcome = traffic.backend.apply(
                .auth(.register(Registration(phone: phone, username: name, password: "secret"))), by: nil,
                at: traffic.time)
            guard case .auth(.registered(let grant)) = outcome.reply else { throw Unexpected(outcome) }
            traffic.users.append(grant.account.id)
        }
        let ensured = traffic.backend.apply(
            .chat(.ensure(recipient: traffic.users[1])), by: traffic.users[0], at: traffic.time)
        guard case .chat(.ensured(let detail)) = ensured.reply else { throw Unexpected(ensured) }
        func send(_ text: String) throws -> MessageID {
            let draft = try #require(MessageDraft(content: text))
            let outcome = traffic.backend.apply(.chat(.send(detail.id, draft)), by: traffic.users[0], at: traffic.time)
            guard case .chat(.sent(let message)) = outcome.reply else { throw Unexpected(outcome) }
            return message.id
        }
        let sent = try (0..<23).map { try send("old \($0)") }
        var shown: [MessageID] = []
        var query = MessageQuery(limit: 5)
        while true {
            let outcome = traffic.backend.apply(
                .chat(.messages(detail.id, query)), by: traffic.users[1], at: traffic.time)
            guard case .chat(.messages(let page)) = outcome.reply else { throw Unexpected(outcome) }
            shown += page.items.map(\.message.id)
            guard page.hasMore else { break }
            query.before = page.items.last?.message.id
            _ = try send("new")
        }
        #expect(shown == sent.reversed())
    }

    private struct Unexpected: Error {
        let outcome: Outcome

        init(_ outcome: Outcome) { self.outcome = outcome }
    }
}
