import ChatrixModel
import Testing

@testable import ChatrixReference

/// What the faults of the state do to a backend.
@Suite struct StateFaultTests {
    private var backend: ReferenceBackend
    private let users: [UserID]
    private let conversation: ConversationID

    private struct Unexpected: Error { let reply: Reply }

    init() throws {
        self = try StateFaultTests([])
    }

    private init(_ faults: [Fault]) throws {
        var configuration = ReferenceBackend.Configuration()
        configuration.faults = faults
        backend = ReferenceBackend(configuration: configuration)
        var users: [UserID] = []
        for number in 0..<2 {
            let registration = Registration(
                phone: "+1555000000\(number)", username: "user\(number)", password: "secret")
            let reply = backend.apply(.auth(.register(registration)), by: nil, at: .virtualStart).reply
            guard case .auth(.registered(let grant)) = reply else { throw Unexpected(reply: reply) }
            users.append(grant.account.id)
        }
        let reply = backend.apply(.chat(.ensure(recipient: users[1])), by: users[0], at: .virtualStart).reply
        guard case .chat(.ensured(let detail)) = reply else { throw Unexpected(reply: reply) }
        self.users = users
        conversation = detail.id
    }

    private mutating func send(_ text: String) throws -> Outcome {
        let draft = try #require(MessageDraft(content: text))
        return backend.apply(.chat(.send(conversation, draft)), by: users[0], at: .virtualStart)
    }

    private mutating func list() throws -> ConversationSummary {
        let reply = backend.apply(.chat(.conversations(ConversationQuery())), by: users[1], at: .virtualStart).reply
        guard case .chat(.conversations(let page)) = reply else { throw Unexpected(reply: reply) }
        return try #require(page.conversations.first)
    }

    @Test func forgottenMessageIsAnsweredAndPublishedButNotStored() throws {
        var world = try StateFaultTests([Fault(.forget, every: 2)])
        _ = try world.send("kept")
        let outcome = try world.send("lost")
        #expect(outcome.reply.status == 201)
        #expect(outcome.events.count == 2)
        #expect(outcome.domainEvents.isEmpty)
        let entry = try world.list()
        #expect(entry.lastMessage?.content == "kept")
        #expect(entry.unreadCount == 1)
        #expect(world.backend.injectedFaults.map(\.count) == [1])
    }

    @Test func miscountedListHasOneUnreadMessageTooMany() throws {
        var world = try StateFaultTests([Fault(.miscount, every: 2)])
        _ = try world.send("one")
        #expect(try world.list().unreadCount == 1)
        #expect(try world.list().unreadCount == 2)
        #expect(try world.list().unreadCount == 1)
    }

    @Test func breachedBlockIsAcceptedAndBlocksNothing() throws {
        var world = try StateFaultTests([Fault(.breach, every: 2)])
        let (blocker, target) = (world.users[1], world.users[0])
        #expect(world.backend.apply(.block(.block(target)), by: blocker, at: .virtualStart).reply.status == 200)
        #expect(try world.send("refused").reply.refusal != nil)
        _ = world.backend.apply(.block(.unblock(target)), by: blocker, at: .virtualStart)
        #expect(world.backend.apply(.block(.block(target)), by: blocker, at: .virtualStart).reply.status == 200)
        #expect(try world.send("passes").reply.status == 201)
    }

    @Test func correctBackendInjectsNothing() throws {
        var world = self
        _ = try world.send("one")
        #expect(try world.list().unreadCount == 1)
        #expect(world.backend.injectedFaults.isEmpty)
    }
}
