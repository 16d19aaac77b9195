import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import Testing

@testable import ChatrixLive

/// What the client makes of answers and payloads, as they stand on the wire.
struct AnswerReaderTests {
    private func read(
        _ endpoint: Endpoint.Name, _ status: Int, _ body: String, wish: Engine.Wish = []
    ) -> AnswerReader.Answer {
        var reader = AnswerReader()
        return Array(body.utf8).withUnsafeBytes {
            reader.read(endpoint, AnswerReader.Envelope(status: status), $0, wish: wish)
        }
    }

    private static let user = "60d5ec9f5824f70015a1c001"

    @Test func registrationGivesAccountAndToken() throws {
        let answer = read(
            .register, 201,
            #"{"user":{"id":"60d5ec9f5824f70015a1c001","phone":"+1234567890","username":"ann","full_name":null,"avatar_url":null},"access_token":"a.b.c","refresh_token":"d.e.f"}"#
        )
        #expect(answer.result == .accepted(status: 201))
        #expect(answer.facts == .account(try #require(UserID(Self.user))))
        #expect(answer.tokens == AnswerReader.Tokens(access: "a.b.c", refresh: "d.e.f"))
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
        (.refresh, 200, #"{"access_token":"a","refresh_token":"b"}"#),
        (.updateMe, 200, #"{"id":"60d5ec9f5824f70015a1c001","username":"ann"}"#),
        (
            .createPost, 201,
            #"{"id":"70d5ec9f5824f70015a1c001","user_id":"60d5ec9f5824f70015a1c001","media":[],"created_at":"2023-04-10T19:00:00.000Z"}"#
        ),
        (
            .post, 200,
            #"{"id":"70d5ec9f5824f70015a1c001","user":{"id":"60d5ec9f5824f70015a1c001"},"media":[],"created_at":"2023-04-10T19:00:00.000Z"}"#
        ),
        (.feed, 200, #"{"posts":[],"next_cursor":null,"has_more":false}"#),
        (.contacts, 200, #"{"contacts":[]}"#),
        (.report, 200, #"{"success":true,"id":"70d5ec9f5824f70015a1c001"}"#),
        (
            .createStory, 201,
            #"{"id":"70d5ec9f5824f70015a1c001","user_id":"60d5ec9f5824f70015a1c001","media":{},"expires_at":"2023-04-10T19:00:00.000Z"}"#
        ),
        (.storyFeed, 200, #"{"stories":[]}"#),
        (.notifications, 200, #"{"notifications":[],"has_more":false,"unread_count":0}"#),
        (.uploadMedia, 201, #"{"id":"70d5ec9f5824f70015a1c001","url":"u","type":"image"}"#),
        (.uploadFile, 200, #"{"success":true,"data":{"key":"k","url":"u"}}"#),
        (.uploadFiles, 200, #"{"success":true,"data":[{"key":"k","url":"u"}]}"#),
        (.file, 200, "no JSON at all"),
        (.preview, 200, ""),
        (
            .createCall, 201,
            #"{"id":"70d5ec9f5824f70015a1c001","status":"ringing","started_at":"2023-04-10T19:00:00.000Z"}"#
        ),
        (
            .inspectConversations, 200,
            #"{"total":1,"valid":1,"corrupted":[],"selfConversations":[],"unsorted":[]}"#
        ),
        (.cleanupConversations, 200, #"{"deleted":0,"fixed":0}"#),
        (.deleteConversation, 200, #"{"deleted":true,"id":"x"}"#),
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
        (.refresh, 200, #"{"access_token":"a"}"#, "the body lacks access_token or refresh_token"),
        (
            .uploadFiles, 200, #"{"success":true,"data":[{"key":"k"}]}"#,
            "the body lacks success true, or key or url in data"
        ),
        (.feed, 200, #"{"posts":{}}"#, "the body lacks posts or has_more"),
        (.createCall, 200, "{}", "expected status 201"),
        (.notifications, 200, #"{"notifications":[],"has_more":false}"#, "the body lacks unread_count"),
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

    /// An empty body is none that any route with JSON promises.
    @Test(arguments: Endpoint.Name.allCases.filter { ![.unfollow, .file, .preview].contains($0) })
    func emptyObjectIsNoAnswer(_ endpoint: Endpoint.Name) {
        guard case .unreadable(_, let reason) = read(endpoint, endpoint.successStatus, "{}").result else {
            Issue.record("\(endpoint) accepts an empty object")
            return
        }
        #expect(reason.hasPrefix("the body lacks "))
    }

    @Test func fileNeedsATypeAndAnEnd() {
        var reader = AnswerReader()
        let content = Array("x".utf8)
        func result(_ envelope: AnswerReader.Envelope) -> History.Operation.Result {
            content.withUnsafeBytes { reader.read(.file, envelope, $0) }.result
        }
        #expect(result(.init(status: 200)) == .accepted(status: 200))
        #expect(
            result(.init(status: 200, hasContentType: false)) == .unreadable(status: 200, reason: "no content type"))
        #expect(
            result(.init(status: 200, hasLength: false))
                == .unreadable(status: 200, reason: "no length of the content"))
    }

    @Test func observationsAreReadWhereTheyAreWishedFor() throws {
        let list =
            #"{"conversations":[{"id":"80d5ec9f5824f70015a1c004","participants":[],"last_message":{"id":"90d5ec9f5824f70015a1c007","sender_id":"60d5ec9f5824f70015a1c001","content":"a\u0062","type":"text","created_at":"2023-04-10T19:00:00.000Z"},"unread_count":3,"updated_at":"2023-04-10T19:00:00.000Z"},{"id":"80d5ec9f5824f70015a1c005","participants":[],"last_message":null,"unread_count":0,"updated_at":"2023-04-10T19:00:00.000Z"}],"next_cursor":null,"has_more":false}"#
        #expect(read(.conversations, 200, list).observations.isEmpty)
        let answer = read(.conversations, 200, list, wish: [.observations, .body])
        #expect(
            answer.observations == [
                History.Observation(
                    kind: .conversation, conversation: try #require(ConversationID("80d5ec9f5824f70015a1c004")),
                    message: MessageID("90d5ec9f5824f70015a1c007"), sender: UserID(Self.user),
                    createdAt: Timestamp(milliseconds: 1_681_153_200_000), contentDigest: History.digest(of: "ab"),
                    unreadCount: 3),
                History.Observation(
                    kind: .conversation, conversation: try #require(ConversationID("80d5ec9f5824f70015a1c005"))),
            ])
        #expect(answer.body == (try JSON.parse(list)))

        let page =
            #"{"messages":[{"id":"90d5ec9f5824f70015a1c007","conversation_id":"80d5ec9f5824f70015a1c004","sender":{"id":"60d5ec9f5824f70015a1c001","username":"ann"},"content":"ab","type":"text","created_at":"2023-04-10T19:00:00.000Z","is_me":false,"status":"delivered"}],"next_cursor":null,"has_more":false}"#
        #expect(
            read(.messages, 200, page, wish: .observations).observations == [
                History.Observation(
                    kind: .message, conversation: try #require(ConversationID("80d5ec9f5824f70015a1c004")),
                    message: MessageID("90d5ec9f5824f70015a1c007"), sender: UserID(Self.user),
                    createdAt: Timestamp(milliseconds: 1_681_153_200_000), contentDigest: History.digest(of: "ab"),
                    status: .delivered)
            ])
        let broken = page.replacing(#""status":"delivered""#, with: #""status":"lost""#)
        #expect(
            read(.messages, 200, broken, wish: .observations).result
                == .unreadable(status: 200, reason: "an entry of the list lacks a field of its shape"))
        #expect(read(.messages, 200, broken).result == .accepted(status: 200))
    }

    private func delivery(_ topic: String, _ payload: String) -> History.Delivery {
        var index = JSONIndex()
        return ArrivalMailbox.delivery(
            topic: topic, payload: Array(payload.utf8), to: (user: 4, device: 2), at: 77, &index)
    }

    @Test func payloadBecomesADelivery() throws {
        let delivery = delivery(
            "chat/60d5ec9f5824f70015a1c002/read-receipts",
            #"{"conversation_id":"80d5ec9f5824f70015a1c004","read_by":"60d5ec9f5824f70015a1c001","read_at":"2023-04-10T19:00:00.000Z","count":3}"#
        )
        #expect(delivery.kind == .readReceipt)
        #expect(delivery.user == 4)
        #expect(delivery.device == 2)
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

    @Test func addressOfWebSocketsIsRead() throws {
        let plain = try HTTPBase(parsingWebSocket: "ws://localhost:8080")
        #expect(plain.prefix == "/ws")
        #expect(!plain.usesTLS)
        let other = try HTTPBase(parsingWebSocket: "wss://api.example/v1/socket/")
        #expect(other.prefix == "/v1/socket")
        #expect(other.usesTLS && other.port == 443)
        do {
            _ = try HTTPBase(parsingWebSocket: "http://a")
            Issue.record("it was read")
        } catch {
            #expect(error.description == #"WebSocket address "http://a": scheme "http" is not one of ws, wss"#)
        }
        var configuration = LiveConfiguration(http: try HTTPBase(parsing: "https://api.example/v1"), mqtt: nil)
        #expect(configuration.webSocketBase.description == "https://api.example/v1/ws")
        configuration.webSocket = plain
        #expect(configuration.webSocketBase == plain)
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
