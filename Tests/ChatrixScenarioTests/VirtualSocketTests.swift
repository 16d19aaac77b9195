import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Testing

@testable import ChatrixScenario

/// WebSocket connections in virtual time: the rules of the reference, through the model of the network.
struct VirtualSocketTests {
    private struct World {
        var interpreter: VirtualInterpreter
        var users: [UserID] = []
        var conversation: ConversationID
        var now: Int64 = 0

        private struct Unexpected: Error { let reply: Reply }

        /// Users 0 and 1 share a conversation, user 2 knows nobody. Each has a WebSocket connection.
        init() throws {
            let text = """
                name: sockets
                users: 3
                load: [{users: 1, for: 1s}]
                flows: [{name: f, steps: [me]}]
                """
            let plan = Plan(try Scenario(parsing: Array(text.utf8), file: "sockets.yaml"))
            interpreter = VirtualInterpreter(plan, backend: ReferenceBackend())
            for number in 0..<3 {
                let registration = Registration(
                    phone: "+1555000000\(number)", username: "user\(number)", password: "secret")
                let reply = interpreter.backend.apply(.auth(.register(registration)), by: nil, at: .virtualStart).reply
                guard case .auth(.registered(let grant)) = reply else { throw Unexpected(reply: reply) }
                users.append(grant.account.id)
            }
            let reply = interpreter.backend.apply(
                .chat(.ensure(recipient: users[1])), by: users[0], at: .virtualStart
            ).reply
            guard case .chat(.ensured(let detail)) = reply else { throw Unexpected(reply: reply) }
            conversation = detail.id
            for user in 0..<3 { interpreter.openSession(user, users[user], .webSocket, at: 0) }
            settle()
        }

        /// Lets everything arrive that is on its way.
        mutating func settle() {
            while let next = interpreter.nextArrival {
                now = max(now, next)
                interpreter.deliverNext(at: now)
            }
        }

        /// What arrived since the last call, as `user kind`.
        mutating func events() -> [String] {
            settle()
            return interpreter.engine.takeRecords().deliveries.map { "\($0.user) \($0.kind.rawValue)" }
        }

        mutating func send(_ request: SocketRequest, from client: Int) {
            interpreter.sendFrame(Engine.Ticket(slot: 0, number: 7), client, request, at: now)
        }
    }

    private let draft = MessageDraft(content: "hello")

    @Test func connectionComesUpAndPartnersHearOfIt() throws {
        var world = try World()
        let changes = world.interpreter.engine.history.sessionChanges
        #expect(changes.map(\.user).sorted() == [0, 1, 2])
        #expect(changes.allSatisfy { $0.isUp })
        // Whichever of the two came second was announced to the first; user 2 has no partner.
        #expect(world.events().count { $0.hasSuffix("presence") } == 1)
        world.interpreter.closeSession(0, .webSocket, at: world.now)
        let closed = world.interpreter.engine.history.sessionChanges
        #expect(closed.map(\.isUp) == [false])
        #expect(world.events() == ["1 presence"])
    }

    @Test func messageReachesTheRecipientAndItsConfirmationIsNoEvent() throws {
        var world = try World()
        _ = world.events()
        world.send(.message(world.conversation, try #require(draft)), from: 0)
        world.settle()
        let delivery = try #require(world.interpreter.engine.history.deliveries.first)
        #expect(world.events() == ["1 message"])
        #expect(delivery.channel == .webSocket)
        #expect(delivery.conversation == world.conversation)
        #expect(delivery.actor == world.users[0])
        #expect(delivery.contentDigest == History.digest(of: "hello"))
    }

    @Test func messageOverHTTPReachesConnectionsToo() throws {
        var world = try World()
        _ = world.events()
        let outcome = world.interpreter.backend.apply(
            .chat(.send(world.conversation, try #require(draft))), by: world.users[0], at: .virtualStart)
        world.interpreter.forward(outcome, confirmingTo: nil, at: world.now)
        #expect(world.events() == ["1 message"])
    }

    @Test func typingGoesToThePartnerUntilHeUnsubscribes() throws {
        var world = try World()
        _ = world.events()
        world.send(.typing(world.conversation, isTyping: true), from: 0)
        #expect(world.events() == ["1 typing"])
        world.send(.unsubscribe([.typing]), from: 1)
        world.settle()
        world.send(.typing(world.conversation, isTyping: false), from: 0)
        #expect(world.events() == [])
        world.send(.subscribe([.typing]), from: 1)
        world.settle()
        world.send(.typing(world.conversation, isTyping: true), from: 0)
        #expect(world.events() == ["1 typing"])
    }

    @Test func refusedRequestIsAnsweredByAnError() throws {
        var world = try World()
        _ = world.events()
        world.send(.message(world.conversation, try #require(draft)), from: 2)
        #expect(world.events() == ["2 socket-error"])
    }

    @Test func callGoesThereAndBack() throws {
        var world = try World()
        _ = world.events()
        let offer = JSON.object([.init("type", .string("offer")), .init("sdp", .string("v=0"))])
        world.send(.call(CallDraft(recipient: world.users[1], kind: .audio, offer: offer)), from: 0)
        world.settle()
        let call = try #require(world.interpreter.engine.history.deliveries.first?.call)
        #expect(world.events() == ["1 call"])
        let answer = JSON.object([.init("type", .string("answer")), .init("sdp", .string("v=0"))])
        world.send(.callAccept(call, answer: answer), from: 1)
        #expect(world.events() == ["0 call-accept"])
        world.send(.callEnd(call), from: 1)
        #expect(world.events() == ["0 call-end"])
    }

    @Test func closedConnectionGetsNothing() throws {
        var world = try World()
        world.interpreter.closeSession(1, .webSocket, at: world.now)
        _ = world.events()
        world.send(.message(world.conversation, try #require(draft)), from: 0)
        #expect(world.events() == [])
    }
}
