import ChatrixHistory
import ChatrixModel
import ChatrixScenario
import ChatrixServer
import Testing

@testable import ChatrixLive

/// WebSocket connections of clients against the reference.
@Suite(.timeLimit(.minutes(1)))
struct SocketSessionTests {
    /// Ann and Bob with a conversation and a connection each.
    private struct Pair: Sendable {
        var server: ReferenceServer
        var driver: ClientDriver
        var annID: UserID
        var bobID: UserID
        var conversation: ConversationID
        var ann: Int
        var bob: Int
    }

    private func makePair() async throws -> Pair {
        let server = try LiveSetup.startServer(.off)
        let driver = try await ClientDriver(server.httpURL)
        let (ann, annID) = try await driver.register("ann")
        let (bob, bobID) = try await driver.register("bob")
        let ensured = try await driver.send(ann, .chat(.ensure(recipient: bobID)))
        guard case .conversation(let conversation) = ensured.facts else {
            throw ClientDriver.Timeout(what: "a conversation; got \(ensured.result)")
        }
        _ = try await driver.on { $0.openSocket(ann, annID) }
        try await driver.wait(for: "Ann's connection") { $0.changes == ["up"] }
        _ = try await driver.on { $0.openSocket(bob, bobID) }
        try await driver.wait(for: "Bob's connection") { $0.changes == ["up", "up"] }
        return Pair(
            server: server, driver: driver, annID: annID, bobID: bobID, conversation: conversation, ann: ann, bob: bob)
    }

    private func draft(_ text: String) throws -> MessageDraft { try #require(MessageDraft(content: text)) }

    @Test func messageIsConfirmedToTheSenderAndDeliveredToTheOther() async throws {
        let pair = try await makePair()
        defer { pair.server.stop() }
        let answer = try await pair.driver.sendFrame(
            0, .message(pair.conversation, try draft("hi")))
        #expect(answer.result == .accepted(status: 0))
        guard case .message(let id, let createdAt) = answer.facts else {
            Issue.record("\(answer.facts)")
            return
        }
        try await pair.driver.wait(for: "the message") { $0.deliveries.contains { $0.kind == .message } }
        let deliveries = try await pair.driver.on { $0.deliveries.filter { $0.kind == .message } }
        #expect(deliveries.count == 1, "the sender's confirmation is no delivery")
        let delivery = try #require(deliveries.first)
        #expect(delivery.user == pair.bob)
        #expect(delivery.channel == .webSocket)
        #expect(delivery.message == id)
        #expect(delivery.stamp == createdAt)
        #expect(delivery.actor == pair.annID)
        #expect(delivery.conversation == pair.conversation)
        #expect(delivery.contentDigest == History.digest(of: "hi"))
        try await pair.driver.end()
    }

    @Test func messageOverHTTPIsDeliveredToo() async throws {
        let pair = try await makePair()
        defer { pair.server.stop() }
        _ = try await pair.driver.send(pair.ann, .chat(.send(pair.conversation, try draft("over http"))))
        try await pair.driver.wait(for: "the message") {
            $0.deliveries.contains { $0.contentDigest == History.digest(of: "over http") }
        }
        try await pair.driver.end()
    }

    @Test func everyActionIsCompleted() async throws {
        let pair = try await makePair()
        defer { pair.server.stop() }
        func id(_ content: String) async throws -> MessageID {
            let answer = try await pair.driver.sendFrame(
                0, .message(pair.conversation, try draft(content)))
            guard case .message(let id, _) = answer.facts else {
                throw ClientDriver.Timeout(what: "a message, got \(answer.result)")
            }
            return id
        }
        let first = try await id("first")
        let accepted = History.Operation.Result.accepted(status: 0)
        #expect(try await pair.driver.sendFrame(0, .messageUpdate(first, content: "second")).result == accepted)
        #expect(try await pair.driver.sendFrame(0, .messageDelete(first)).result == accepted)
        #expect(try await pair.driver.sendFrame(0, .typing(pair.conversation, isTyping: true)).result == accepted)
        #expect(try await pair.driver.sendFrame(0, .unsubscribe([.presence])).result == accepted)
        #expect(try await pair.driver.sendFrame(0, .subscribe([.presence])).result == accepted)
        let call = CallDraft(recipient: pair.bobID, kind: .audio, offer: ["type": "offer", "sdp": "v"])
        for ending in ["reject", "end"] {
            let known = try await pair.driver.on { $0.deliveries.count }
            #expect(try await pair.driver.sendFrame(0, .call(call)).result == accepted)
            try await pair.driver.wait(for: "the call") {
                $0.deliveries[known...].contains { $0.kind == .call && $0.user == 1 }
            }
            let callID = try #require(
                try await pair.driver.on { $0.deliveries[known...].last { $0.kind == .call }?.call })
            if ending == "reject" {
                #expect(try await pair.driver.sendFrame(1, .callReject(callID)).result == accepted)
            } else {
                let answer: JSON = ["type": "answer", "sdp": "v"]
                #expect(try await pair.driver.sendFrame(1, .callAccept(callID, answer: answer)).result == accepted)
                #expect(try await pair.driver.sendFrame(0, .callEnd(callID)).result == accepted)
            }
        }
        let expected: Set<History.Delivery.Kind> = [
            .message, .messageUpdate, .messageDelete, .typing, .call, .callReject, .callAccept, .callEnd,
        ]
        try await pair.driver.wait(for: "all events") { expected.isSubset(of: Set($0.deliveries.map(\.kind))) }
        let deliveries = try await pair.driver.on { $0.deliveries }
        #expect(deliveries.allSatisfy { $0.kind != .unreadable && $0.kind != .socketError }, "\(deliveries)")
        #expect(deliveries.filter { $0.kind == .callAccept }.map(\.user) == [pair.ann])
        #expect(deliveries.filter { $0.kind == .callEnd }.map(\.user) == [pair.bob])
        try await pair.driver.end()
    }

    @Test func errorRefusesTheEventThatItNames() async throws {
        let pair = try await makePair()
        defer { pair.server.stop() }
        let nobody = MessageID(prefix: 1, number: 2)
        #expect(try await pair.driver.sendFrame(0, .messageDelete(nobody)).result == .refused(status: 404))
        // Nothing waits for an answer to this one, so its error is an event like others.
        let unknown = ConversationID(prefix: 1, number: 2)
        #expect(
            try await pair.driver.sendFrame(0, .typing(unknown, isTyping: true)).result == .accepted(status: 0))
        try await pair.driver.wait(for: "the error") { $0.deliveries.contains { $0.kind == .socketError } }
        let error = try #require(try await pair.driver.on { $0.deliveries.first { $0.kind == .socketError } })
        #expect(error.note?.contains("404") == true, "\(error)")
        try await pair.driver.end()
    }

    @Test func confirmationOfAnAbandonedEventIsNotTakenForTheNext() async throws {
        let pair = try await makePair()
        defer { pair.server.stop() }
        let first = try draft("first")
        try await pair.driver.on { $0.sendAndAbandon(0, .message(pair.conversation, first)) }
        let answer = try await pair.driver.sendFrame(0, .message(pair.conversation, try draft("second")))
        guard case .message(let id, _) = answer.facts else {
            Issue.record("\(answer)")
            return
        }
        try await pair.driver.wait(for: "both messages") {
            $0.deliveries.filter { $0.kind == .message }.count == 2
        }
        let second = try await pair.driver.on {
            $0.deliveries.first { $0.contentDigest == History.digest(of: "second") }
        }
        #expect(second?.message == id)
        try await pair.driver.end()
    }

    @Test func closedSessionSendsNothingAndComesBackWhenOpened() async throws {
        let pair = try await makePair()
        defer { pair.server.stop() }
        try await pair.driver.on { $0.closeSocket(0) }
        let changes = try await pair.driver.on { $0.changes }
        #expect(changes == ["up", "up", "closed by the client"])
        let answer = try await pair.driver.sendFrame(0, .message(pair.conversation, try draft("x")))
        #expect(answer.result == .lost(reason: "the WebSocket connection is not up"))
        try await pair.driver.on { $0.reopenSocket(0) }
        try await pair.driver.wait(for: "the new connection") { $0.changes.last == "up" && $0.changes.count == 4 }
        let again = try await pair.driver.sendFrame(0, .message(pair.conversation, try draft("x")))
        #expect(again.result == .accepted(status: 0))
        try await pair.driver.on { $0.pingSocket(0) }
        try await pair.driver.end()
    }

    @Test func brokenConnectionComesBackByItself() async throws {
        let first = try LiveSetup.startServer(.off)
        let driver = try await ClientDriver(first.httpURL)
        let (ann, annID) = try await driver.register("ann")
        _ = try await driver.on { $0.openSocket(ann, annID) }
        try await driver.wait(for: "the connection") { $0.changes == ["up"] }
        first.stop()
        try await driver.wait(for: "the loss and a failed attempt") { $0.changes.count == 2 && !$0.failures.isEmpty }
        // The same port, but the token is of another server's making: refused after the upgrade, again and again.
        let second = try LiveSetup.startServer(.off, port: first.port)
        defer { second.stop() }
        try await driver.wait(for: "the refusal of the token") { $0.failures.contains { $0.contains("code 4401") } }
        let changes = try await driver.on { $0.changes }
        #expect(changes.count == 2)
        #expect(changes.last?.contains("code 1001") == true, "\(changes)")
        try await driver.end()
    }

    @Test func clientWithoutATokenHasNoSession() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let driver = try await ClientDriver(server.httpURL)
        let client = try await driver.on { $0.addClient() }
        _ = try await driver.on { $0.openSocket(client, UserID(prefix: 0, number: 1)) }
        try await driver.wait(for: "two attempts") { $0.failures.count >= 2 }
        #expect(try await driver.on { $0.failures.first } == "the client has no access token")
        try await driver.end()
    }
}
