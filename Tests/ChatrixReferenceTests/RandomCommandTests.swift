import ChatrixModel
import Testing

@testable import ChatrixReference

/// Random commands of a few users: the state stays sound, refused commands are inert, and a replay gives the same bytes.
@Suite struct RandomCommandTests {
    /// Draws commands that mostly make sense, and some that do not.
    private struct Traffic {
        var backend: ReferenceBackend
        var random: SplitMix64
        var users: [UserID] = []
        var conversations: [ConversationID] = []
        var participants: [ConversationID: [UserID]] = [:]
        var messages: [MessageID] = []
        var calls: [CallID] = []
        var callPairs: [CallID: [UserID]] = [:]
        var notifications: [NotificationID] = []
        /// What has succeeded at least once, so that thin traffic shows.
        var reached: Set<String> = []
        var time = Timestamp.virtualStart

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

        mutating func call() -> CallID {
            calls.isEmpty || pick(20) == 0
                ? CallID(prefix: 9, number: 9) : calls[calls.count - 1 - pick(min(4, calls.count))]
        }

        mutating func command() -> Command {
            switch pick(32) {
            case 20...21:
                return .calls(
                    .create(
                        CallDraft(
                            recipient: user(), kind: pick(2) == 0 ? .audio : .video,
                            offer: ["type": "offer", "sdp": "v=0"])))
            case 22: return .calls(.answer(call(), answer: ["type": "answer", "sdp": "v=0"]))
            case 23: return .calls(.end(call()))
            case 24: return .calls(.reject(call()))
            case 25:
                var query = NotificationQuery(limit: 1 + pick(4), order: pick(3) == 0 ? .oldestFirst : .newestFirst)
                if pick(2) == 0, !notifications.isEmpty { query.before = notifications[pick(notifications.count)] }
                if pick(4) == 0 { query.user = user() }
                return .notifications(.list(query))
            case 26: return .contacts(.list(ContactsQuery(limit: 1 + pick(5), text: pick(2) == 0 ? "U" : nil)))
            case 27: return .reports(.report(ReportDraft(reportedUser: user(), reason: "spam")))
            case 28: return .admin(.inspect)
            case 29: return pick(3) == 0 ? .admin(.cleanup) : .admin(.inspect)
            case 30: return pick(4) == 0 ? .admin(.delete(conversation())) : .follows(.follow(user()))
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
            default: return .users(.profile(.id(user())))
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
            if let conversation, let pair = participants[conversation], pick(10) > 0 { return pair[pick(2)] }
            switch command {
            case .calls(.answer(let id, _)), .calls(.reject(let id)), .calls(.end(let id)):
                if let pair = callPairs[id], pick(4) > 0 { return pair[pick(8) == 0 ? 1 : 0] }
            default: break
            }
            return users[pick(users.count)]
        }

        /// What only the control plane can do; returns what it shows.
        mutating func control() -> String {
            guard users.count > 1 else { return "" }
            let index = pick(users.count)
            let other = users[(index + 1 + pick(users.count - 1)) % users.count]
            guard let user = backend.userIndex(users[index]), let otherUser = backend.userIndex(other) else {
                return ""
            }
            switch pick(12) {
            case 0:
                let phones = (0..<pick(8)).map { _ in "+4917000000\(10 + pick(14))" }
                backend.contacts.setAddressBook(of: user, phones: phones)
            case 1: backend.updateUser(user, isPrivate: pick(2) == 0, website: nil)
            case 2...3: return "\(backend.acceptFollow(user, otherUser, at: time))"
            case 4: return "\(backend.declineFollow(user, otherUser))"
            case 5:
                let ids = notifications.isEmpty ? nil : [notifications[pick(notifications.count)]]
                let isDone: Void? = try? backend.readNotifications(of: user, pick(4) == 0 ? nil : ids)
                return "\(isDone != nil)"
            case 6...9:
                let pair: [JSON] = [.string(users[index].description), .string(other.description)]
                let stored: [JSON] = [
                    .array(pair), .array(pair.reversed()), .array([pair[0], pair[0]]), .array([pair[0]]),
                    .array([pair[0], "nobody"]), .array(["b", "a"]), nil, "text", .array([pair[0], 5]),
                ]
                let id = backend.injectConversation(stored[pick(5) == 0 ? pick(stored.count) : pick(2)], at: time)
                conversations.append(id)
                participants[id] = [users[index], other]
            case 10 where pick(10) == 0: backend.deleteUser(user)
            default: break
            }
            return ""
        }

        /// One step; returns what an observer sees of it.
        mutating func step() -> String {
            time = time + Int64(pick(3))
            if pick(10) == 0 {
                let shown = control()
                let broken = backend.brokenInvariants()
                #expect(broken == [], "after a control command")
                return shown
            }
            let command = command()
            let actor = actor(for: command)
            let before = backend.digest
            let outcome = backend.apply(command, by: actor, at: time)
            let broken = backend.brokenInvariants()
            #expect(broken == [], "after \(command)")
            switch outcome.reply {
            case .refused:
                #expect(backend.digest == before, "refused, yet the state changed: \(command)")
                #expect(outcome.events == [])
                #expect(outcome.domainEvents.isEmpty)
            case .auth(.registered(let grant)): users.append(grant.account.id)
            case .chat(.ensured(let detail)) where participants[detail.id] == nil:
                conversations.append(detail.id)
                participants[detail.id] = detail.participants.map(\.id)
            case .chat(.sent(let message)): messages.append(message.id)
            case .calls(.created(let call)):
                calls.append(call.id)
                callPairs[call.id] = [call.recipient, call.caller]
            case .calls(.answered): reached.insert("answered")
            case .calls(.ended(let call)): reached.insert(call.answeredAt == nil ? "ended" : "ended after an answer")
            case .contacts(.contacts(let contacts)) where contacts.count > 1: reached.insert("contacts")
            case .reports: reached.insert("reported")
            case .notifications(.notifications(let page)) where page.hasMore: reached.insert("notifications")
            case .admin(.inspection(let found)) where !found.unsorted.isEmpty: reached.insert("inspected")
            case .admin(.cleaned(_, let fixedCount)) where fixedCount > 0: reached.insert("cleaned")
            case .admin(.deleted): reached.insert("deleted")
            default: break
            }
            for event in outcome.domainEvents {
                if case .notificationCreated(let item, _) = event.kind { notifications.append(item.id) }
            }
            return "\(outcome)"
        }
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func theStateStaysSoundAndAReplayIsTheSame(seed: UInt64) {
        var first = Traffic(seed: seed)
        var second = Traffic(seed: seed)
        for step in 0..<1500 {
            #expect(first.step() == second.step(), "step \(step) of seed \(seed)")
        }
        #expect(first.backend.digest == second.backend.digest)
        #expect(first.backend.counts.messages > 100, "the traffic of seed \(seed) is too thin to show anything")
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
