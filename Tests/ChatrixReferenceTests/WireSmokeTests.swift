import ChatrixModel
import HTTPTypes
import Testing

@testable import ChatrixReference

/// The wire seam end to end, in literal JSON: the rest of the rows is checked by ChatrixConformance.
@Suite struct WireSmokeTests {
    private static let start = Timestamp.virtualStart
    private var api: ReferenceAPI

    init() {
        var configuration = ReferenceAPI.Configuration()
        configuration.rateLimits = .off
        configuration.isObserved = true
        api = ReferenceAPI(configuration: configuration)
    }

    private mutating func send(
        _ method: HTTPRequest.Method, _ target: String, token: String? = nil, _ body: String = ""
    ) -> (status: Int, body: String) {
        var headers = HTTPFields()
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = APIRequest(method: method, target: target, headers: headers, body: Array(body.utf8))
        let response = api.respond(to: request, at: WireSmokeTests.start)
        #expect(api.backend.brokenInvariants() == [])
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    private mutating func register(_ name: String, phone: String) throws -> String {
        let answer = send(
            .post, "/auth/register", #"{"phone":"\#(phone)","username":"\#(name)","password":"secret1"}"#)
        #expect(answer.status == 201)
        return try #require(JSON.parse(answer.body)["access_token"]?.string)
    }

    @Test mutating func aMessageIsSentShownAndReadWithItsEvents() throws {
        let anna = try register("anna", phone: "+491700000001")
        let bert = try register("bert", phone: "+491700000002")

        let ensured = send(
            .post, "/chat/conversations/ensure", token: anna, #"{"recipientId":"000000000001000000000002"}"#)
        #expect(
            ensured.body == """
                {"id":"000000000001000000000003","isGroup":false,"participants":[{"id":"000000000001000000000001",\
                "username":"anna","avatarUrl":null},{"id":"000000000001000000000002","username":"bert",\
                "avatarUrl":null}],"lastMessage":null}
                """)

        let sent = send(
            .post, "/chat/messages", token: anna,
            #"{"conversationId":"000000000001000000000003","content":"Grüße 👋","type":"text","attachments":[]}"#)
        #expect(sent.status == 201)
        #expect(
            sent.body == """
                {"id":"000000000001000000000004","conversation_id":"000000000001000000000003",\
                "sender_id":"000000000001000000000001","content":"Grüße 👋","type":"text","media":[],\
                "created_at":"2023-04-10T12:00:00.003Z","status":"sent"}
                """)

        let page = send(.get, "/chat/conversations/000000000001000000000003/messages?limit=1", token: bert)
        #expect(
            page.body == """
                {"messages":[{"id":"000000000001000000000004","conversation_id":"000000000001000000000003",\
                "sender":{"id":"000000000001000000000001","username":"anna","full_name":null,"avatar_url":null},\
                "content":"Grüße 👋","type":"text","created_at":"2023-04-10T12:00:00.003Z","is_me":false,\
                "status":"delivered"}],"next_cursor":"000000000001000000000004","has_more":false}
                """)

        let events = api.takeEvents().map {
            "\($0.topic.name(for: $0.recipient)) \(String(decoding: $0.payload(), as: UTF8.self))"
        }
        let mark = #""read_by":"000000000001000000000002","read_at":"2023-04-10T12:00:00.004Z""#
        let conversation = #""conversation_id":"000000000001000000000003""#
        #expect(
            events == [
                """
                chat/000000000001000000000002/messages {\(conversation),"message":{"id":"000000000001000000000004",\
                "sender_id":"000000000001000000000001","type":"text","text":"Grüße 👋","media":null,"status":"sent",\
                "created_at":"2023-04-10T12:00:00.003Z"}}
                """,
                """
                chat/000000000001000000000002/conversations {\(conversation),\
                "last_message_at":"2023-04-10T12:00:00.003Z","last_message_preview":"Grüße 👋","action":"updated"}
                """,
                "chat/000000000001000000000001/read-receipts {\(conversation),\(mark),\"count\":1}",
                """
                chat/000000000001000000000002/messages-status {\(conversation),"action":"marked_as_read",\
                \(mark),"count":1}
                """,
                """
                chat/000000000001000000000001/conversations {\(conversation),"action":"messages_read",\
                \(mark),"unread_count":0}
                """,
                """
                chat/000000000001000000000002/conversations {\(conversation),"action":"messages_read",\
                \(mark),"unread_count":0}
                """,
            ])
    }

    @Test mutating func anErrorHasTheEnvelope() {
        let answer = send(.get, "/users/me?x=1")
        #expect(answer.status == 401)
        #expect(
            answer.body == """
                {"statusCode":401,"message":"A bearer token is required","error":"Unauthorized",\
                "timestamp":"2023-04-10T12:00:00.000Z","path":"/users/me"}
                """)
    }
}
