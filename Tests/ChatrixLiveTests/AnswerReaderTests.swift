import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import Testing

@testable import ChatrixLive

/// What the client makes of answers and payloads, as they stand on the wire.
struct AnswerReaderTests {
    private func read(_ endpoint: Endpoint.Name, _ status: Int, _ body: String) -> AnswerReader.Answer {
        Array(body.utf8).withUnsafeBytes { AnswerReader.read(endpoint, status: status, body: $0) }
    }

    private static let user = "60d5ec9f5824f70015a1c001"

    @Test func registrationGivesAccountAndToken() throws {
        let answer = read(
            .register, 201,
            #"{"user":{"id":"60d5ec9f5824f70015a1c001","phone":"+1234567890","username":"ann","full_name":null,"avatar_url":null},"access_token":"a.b.c","refresh_token":"d.e.f"}"#
        )
        #expect(answer.result == .accepted(status: 201))
        #expect(answer.facts == .account(try #require(UserID(Self.user))))
        #expect(answer.accessToken == "a.b.c")
    }

    @Test func sentMessageGivesItsIDAndTime() throws {
        let answer = read(
            .send, 201,
            #"{"id":"90d5ec9f5824f70015a1c007","conversation_id":"80d5ec9f5824f70015a1c004","sender_id":"60d5ec9f5824f70015a1c001","content":"x","type":"text","media":[],"created_at":"2023-04-10T19:00:00.000Z","status":"sent"}"#
        )
        let id = try #require(MessageID("90d5ec9f5824f70015a1c007"))
        #expect(answer.facts == .message(id, createdAt: Timestamp(milliseconds: 1_681_153_200_000)))
        #expect(answer.result == .accepted(status: 201))
    }

    @Test func ensuredConversationGivesItsID() throws {
        let answer = read(
            .ensure, 200,
            #"{"id":"80d5ec9f5824f70015a1c004","isGroup":false,"participants":[],"lastMessage":null}"#)
        #expect(answer.facts == .conversation(try #require(ConversationID("80d5ec9f5824f70015a1c004"))))
    }

    @Test(arguments: [
        (Endpoint.Name.me, 200, #"{"id":"60d5ec9f5824f70015a1c001","username":"ann"}"#),
        (.conversations, 200, #"{"conversations":[],"next_cursor":null,"has_more":false}"#),
        (.messages, 200, #"{"messages":[],"next_cursor":null,"has_more":false}"#),
        (.view, 200, #"{"success":true,"message":"Messages marked as read"}"#),
        (.unblock, 200, #"{"success":true}"#),
        (.unfollow, 204, ""),
    ])
    func promisedAnswerIsAccepted(_ endpoint: Endpoint.Name, _ status: Int, _ body: String) {
        #expect(read(endpoint, status, body).result == .accepted(status: status))
    }

    @Test(arguments: [
        (Endpoint.Name.me, 200, "", "the body is not JSON: a value is missing at byte 0"),
        (.me, 200, "[1]", "the body lacks id or username"),
        (.me, 200, #"{"id":"short","username":"ann"}"#, "the body lacks id or username"),
        (.send, 201, #"{"id":"90d5ec9f5824f70015a1c007"}"#, "the body lacks id, conversation_id or created_at"),
        (.send, 200, "{}", "expected status 201"),
        (.read, 200, #"{"success":false}"#, "the body lacks success true"),
        (.unfollow, 204, "x", "a body with 204"),
        (.me, 500, #"{"statusCode":500}"#, "expected status 200"),
        (.me, 302, "", "expected status 200"),
        (.send, 403, "<html>", "the body lacks statusCode 403"),
    ])
    func otherAnswerIsUnreadable(_ endpoint: Endpoint.Name, _ status: Int, _ body: String, _ reason: String) {
        guard case .unreadable(status, let found) = read(endpoint, status, body).result else {
            Issue.record("\(read(endpoint, status, body).result)")
            return
        }
        if reason.hasPrefix("the body is not JSON") {
            #expect(found.hasPrefix("the body is not JSON"))
        } else {
            #expect(found == reason)
        }
    }

    @Test func envelopeIsARefusal() {
        let answer = read(
            .send, 403,
            #"{"statusCode":403,"message":"m","error":"Forbidden","timestamp":"2023-04-10T19:00:00.000Z","path":"/chat/messages"}"#
        )
        #expect(answer.result == .refused(status: 403))
    }

    private func delivery(_ topic: String, _ payload: String) -> History.Delivery {
        ArrivalMailbox.delivery(topic: topic, payload: Array(payload.utf8), to: 4, at: 77)
    }

    @Test func payloadBecomesADelivery() throws {
        let delivery = delivery(
            "chat/60d5ec9f5824f70015a1c002/read-receipts",
            #"{"conversation_id":"80d5ec9f5824f70015a1c004","read_by":"60d5ec9f5824f70015a1c001","read_at":"2023-04-10T19:00:00.000Z","count":3}"#
        )
        #expect(delivery.kind == .readReceipt)
        #expect(delivery.user == 4)
        #expect(delivery.at == 77)
        #expect(delivery.topicUser == UserID("60d5ec9f5824f70015a1c002"))
        #expect(delivery.actor == UserID("60d5ec9f5824f70015a1c001"))
        #expect(delivery.count == 3)
        #expect(delivery.stamp == Timestamp(milliseconds: 1_681_153_200_000))
    }

    @Test func payloadThatNoShapeExplainsIsKeptAsANote() {
        let bad = delivery("chat/60d5ec9f5824f70015a1c002/messages", #"{"hello":1}"#)
        #expect(bad.kind == .unreadable)
        #expect(bad.topicUser == UserID("60d5ec9f5824f70015a1c002"))
        #expect(bad.note == #"chat/60d5ec9f5824f70015a1c002/messages: {"hello":1}"#)
        #expect(delivery("other", "x").topicUser == nil)
    }

    @Test func addressIsRead() throws {
        let plain = try HTTPBase(parsing: "http://localhost:8080")
        #expect(plain.description == "http://localhost:8080")
        let prefixed = try HTTPBase(parsing: "https://api.example/v1/chat/")
        #expect(prefixed.port == 443)
        #expect(prefixed.prefix == "/v1/chat")
        #expect(prefixed.authority == "api.example")
        let six = try HTTPBase(parsing: "http://[::1]:90")
        #expect(six.host == "::1")
        #expect(six.authority == "[::1]:90")
    }

    @Test(arguments: [
        ("localhost:80", #"HTTP address "localhost:80": no scheme; expected http://host:port or https://host:port"#),
        ("ftp://a", #"HTTP address "ftp://a": scheme "ftp" is not one of http, https"#),
        ("http://", #"HTTP address "http://": no host"#),
        ("http://a:99999", #"HTTP address "http://a:99999": port "99999" is not a number from 1 to 65535"#),
        ("http://a:", #"HTTP address "http://a:": port "" is not a number from 1 to 65535"#),
        ("http://a b", #"HTTP address "http://a b": " " has no place here; expected host, port and path"#),
        ("http://::1/", #"HTTP address "http://::1/": an IPv6 address must stand in brackets: [::1]"#),
    ])
    func badAddressIsRefusedWithTheReason(_ text: String, _ message: String) {
        do {
            _ = try HTTPBase(parsing: text)
            Issue.record("\(text) was read")
        } catch {
            #expect(error.description == message)
        }
    }
}
