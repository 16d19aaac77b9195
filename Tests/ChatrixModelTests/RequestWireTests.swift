import HTTPTypes
import Testing

@testable import ChatrixModel

/// Requests as they stand on the wire, one of each kind.
struct RequestWireTests {
    private static let user = UserID(prefix: 0x60d5_ec9f_5824, number: 0xf700_15a1_c001)
    private static let conversation = ConversationID(prefix: 0x80d5_ec9f_5824, number: 0xf700_15a1_c004)
    private static let message = MessageID(prefix: 0x90d5_ec9f_5824, number: 0xf700_15a1_c007)
    private static let call = CallID(prefix: 0xa0d5_ec9f_5824, number: 0xf700_15a1_c008)
    private static let post = PostID(prefix: 0xb0d5_ec9f_5824, number: 0xf700_15a1_c009)
    private static let time = Timestamp(milliseconds: 1_681_153_200_000)
    private static let file = UploadedFile(name: "note.txt", content: Array("hi".utf8)[...])
    private static let claims = TokenClaims(
        subject: user, kind: .refresh, deviceID: "d", tokenID: UUIDv4(random: 1, 2), issuedAtSeconds: 1,
        expiresAtSeconds: 2)

    private static let draft: MessageDraft = {
        guard let draft = MessageDraft(content: "x") else { preconditionFailure("x is a text") }
        return draft
    }()

    struct Expected: Sendable {
        var command: Command
        var line: String
        var body: String
    }

    private static var feedQuery: FeedQuery {
        FeedQuery(limit: 3, before: time, after: time, author: user, order: .oldestFirst)
    }

    private static var messageQuery: MessageQuery {
        var query = MessageQuery(limit: 5, before: message)
        (query.after, query.sender, query.status, query.kind, query.order) = (time, user, "read", "text", .oldestFirst)
        return query
    }

    private static func form(_ parts: String...) -> String {
        parts.map { "------chatrix-form-0\r\nContent-Disposition: form-data; \($0)\r\n" }.joined()
            + "------chatrix-form-0--\r\n"
    }

    private static func part(_ name: String) -> String {
        #"name="\#(name)"; filename="note.txt""# + "\r\nContent-Type: text/plain\r\n\r\nhi"
    }

    static let requests: [Expected] = [
        Expected(
            command: .auth(.register(Registration(phone: "+1", username: "ann", password: "s", fullName: "A \"B\""))),
            line: "POST /auth/register",
            body: #"{"phone":"+1","username":"ann","password":"s","full_name":"A \"B\""}"#),
        Expected(
            command: .auth(.register(Registration(phone: "+1", username: "ann", password: "s", avatar: file))),
            line: "POST /auth/register",
            body: form(
                "name=\"phone\"\r\n\r\n+1", "name=\"username\"\r\n\r\nann", "name=\"password\"\r\n\r\ns", part("avatar")
            )),
        Expected(
            command: .auth(.login(Credentials(phoneOrUsername: "ann", password: "s"))), line: "POST /auth/login",
            body: #"{"phoneOrUsername":"ann","password":"s"}"#),
        Expected(
            command: .auth(.refresh(claims, deviceID: "d")), line: "POST /auth/refresh",
            body: #"{"refresh_token":"r.e.f"}"#),
        Expected(command: .users(.me), line: "GET /users/me", body: ""),
        Expected(
            command: .users(.update(ProfileUpdate(fullName: "", bio: "b"))), line: "PATCH /users/me",
            body: #"{"full_name":"","bio":"b"}"#),
        Expected(
            command: .users(.update(ProfileUpdate(bio: "b", avatar: file))), line: "PATCH /users/me",
            body: form("name=\"bio\"\r\n\r\nb", part("avatar"))),
        Expected(
            command: .users(.profile(.id(user))), line: "GET /users/60d5ec9f5824f70015a1c001", body: ""),
        Expected(command: .users(.profile(.username("ä/b"))), line: "GET /users/%C3%A4%2Fb", body: ""),
        Expected(
            command: .posts(
                .create(
                    PostDraft(
                        caption: "c", files: [file, file], location: Location(name: "L", latitude: 1, longitude: -2.5),
                        isPrivate: true))),
            line: "POST /posts",
            body: form(
                "name=\"caption\"\r\n\r\nc",
                "name=\"location\"\r\n\r\n" + #"{"name":"L","lat":1,"lng":-2.5}"#,
                "name=\"is_private\"\r\n\r\ntrue", part("media"), part("media"))),
        Expected(command: .posts(.post(post)), line: "GET /posts/b0d5ec9f5824f70015a1c009", body: ""),
        Expected(
            command: .posts(.feed(feedQuery)),
            line:
                "GET /posts/feed?limit=3&before=2023-04-10T19%3A00%3A00.000Z&after=2023-04-10T19%3A00%3A00.000Z&user_id=60d5ec9f5824f70015a1c001&sort=created_at",
            body: ""),
        Expected(
            command: .chat(.ensure(recipient: user)), line: "POST /chat/conversations/ensure",
            body: #"{"recipientId":"60d5ec9f5824f70015a1c001"}"#),
        Expected(
            command: .chat(.conversations(ConversationQuery(limit: 7))), line: "GET /chat/conversations?limit=7",
            body: ""),
        Expected(
            command: .chat(.messages(conversation, messageQuery)),
            line:
                "GET /chat/conversations/80d5ec9f5824f70015a1c004/messages?limit=5&before=90d5ec9f5824f70015a1c007&after=2023-04-10T19%3A00%3A00.000Z&user_id=60d5ec9f5824f70015a1c001&status=read&type=text&sort=created_at",
            body: ""),
        Expected(
            command: .chat(.send(conversation, draft)), line: "POST /chat/messages",
            body: #"{"conversationId":"80d5ec9f5824f70015a1c004","content":"x","type":"text"}"#),
        Expected(
            command: .chat(.read(conversation)), line: "POST /chat/conversations/80d5ec9f5824f70015a1c004/read",
            body: ""),
        Expected(
            command: .chat(.view(conversation)), line: "POST /chat/conversations/80d5ec9f5824f70015a1c004/view",
            body: ""),
        Expected(
            command: .contacts(.list(ContactsQuery(limit: 2, text: "a b"))), line: "GET /contacts?query=a%20b&limit=2",
            body: ""),
        Expected(command: .follows(.follow(user)), line: "POST /follows/60d5ec9f5824f70015a1c001", body: ""),
        Expected(command: .follows(.unfollow(user)), line: "DELETE /follows/60d5ec9f5824f70015a1c001", body: ""),
        Expected(command: .block(.block(user)), line: "POST /block/60d5ec9f5824f70015a1c001", body: ""),
        Expected(command: .block(.unblock(user)), line: "DELETE /block/60d5ec9f5824f70015a1c001", body: ""),
        Expected(
            command: .reports(
                .report(ReportDraft(reportedUser: user, reason: "r", conversation: conversation, messages: [message]))),
            line: "POST /reports",
            body:
                #"{"reported_user_id":"60d5ec9f5824f70015a1c001","reason":"r","conversation_id":"80d5ec9f5824f70015a1c004","message_ids":["90d5ec9f5824f70015a1c007"]}"#
        ),
        Expected(
            command: .stories(
                .create(StoryDraft(file: file, caption: "c", mentions: [user], expiresInHours: 3))),
            line: "POST /stories",
            body: form(
                part("media"), "name=\"caption\"\r\n\r\nc", "name=\"expires_in\"\r\n\r\n3",
                "name=\"mentions[]\"\r\n\r\n60d5ec9f5824f70015a1c001")),
        Expected(command: .stories(.feed), line: "GET /stories/feed", body: ""),
        Expected(
            command: .notifications(.list(NotificationQuery(limit: 4, kind: "like"))),
            line: "GET /notifications?limit=4&type=like", body: ""),
        Expected(
            command: .media(.upload(file, declaredKind: .image)), line: "POST /media/upload",
            body: form(part("file"), "name=\"type\"\r\n\r\nimage")),
        Expected(command: .storage(.upload(file)), line: "POST /storage/upload", body: form(part("file"))),
        Expected(
            command: .storage(.uploadMultiple([file, file])), line: "POST /storage/upload/multiple",
            body: form(part("files"), part("files"))),
        Expected(command: .storage(.file(key: "a/b c.txt")), line: "GET /storage/file/a/b%20c.txt", body: ""),
        Expected(command: .storage(.preview(key: "a/b")), line: "GET /storage/preview/a/b", body: ""),
        Expected(
            command: .calls(.create(CallDraft(recipient: user, kind: .video, offer: ["type": "offer", "sdp": "v"]))),
            line: "POST /calls",
            body: #"{"recipient_id":"60d5ec9f5824f70015a1c001","type":"video","offer":{"type":"offer","sdp":"v"}}"#),
        Expected(
            command: .calls(.answer(call, answer: ["type": "answer", "sdp": "v"])),
            line: "POST /calls/a0d5ec9f5824f70015a1c008/answer", body: #"{"answer":{"type":"answer","sdp":"v"}}"#),
        Expected(command: .calls(.end(call)), line: "POST /calls/a0d5ec9f5824f70015a1c008/end", body: ""),
        Expected(command: .admin(.inspect), line: "GET /admin/conversations/inspect", body: ""),
        Expected(command: .admin(.cleanup), line: "DELETE /admin/conversations/cleanup", body: ""),
        Expected(
            command: .admin(.delete(conversation)), line: "DELETE /admin/conversations/80d5ec9f5824f70015a1c004",
            body: ""),
    ]

    @Test(arguments: requests)
    func requestIsWritten(_ expected: Expected) throws {
        let request = try #require(expected.command.wireRequest(refreshToken: "r.e.f"))
        #expect("\(request.endpoint.method.rawValue) \(request.target)" == expected.line)
        #expect(String(decoding: request.body, as: UTF8.self) == expected.body)
        switch expected.body.first {
        case nil: #expect(request.contentType == nil)
        case "{": #expect(request.contentType == "application/json")
        default: #expect(request.contentType == "multipart/form-data; boundary=----chatrix-form-0")
        }
    }

    @Test func everyEndpointHasARequest() {
        let sent = Set(Self.requests.compactMap { $0.command.wireRequest(refreshToken: "r.e.f")?.endpoint.name })
        #expect(sent == Set(Endpoint.Name.allCases))
    }

    @Test func withoutATokenThereIsNothingToRefresh() {
        #expect(Command.auth(.refresh(Self.claims, deviceID: "d")).wireRequest() == nil)
        #expect(Command.chat(.delete(Self.message)).wireRequest() == nil)
        #expect(Command.calls(.reject(Self.call)).wireRequest() == nil)
    }

    @Test func boundaryStandsInNoPart() {
        let text = "a\r\n------chatrix-form-0--\r\n------chatrix-form-1"
        let form = FormBody([
            ("t", .text(text)), ("f", .file(UploadedFile(name: "a\"\\\n.bin", content: [0, 1][...]))),
        ])
        #expect(form.contentType == "multipart/form-data; boundary=----chatrix-form-2")
        let expected =
            "------chatrix-form-2\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n" + text
            + "\r\n------chatrix-form-2\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\\\"\\\\%0A.bin\"\r\n"
            + "Content-Type: application/octet-stream\r\n\r\n\0\u{1}\r\n------chatrix-form-2--\r\n"
        #expect(String(decoding: form.bytes, as: UTF8.self) == expected)
    }

    @Test(arguments: [
        (
            SocketRequest.subscribe([.message, .callEnd]),
            #"{"event":"subscribe","data":{"events":["message","call_end"]}}"#
        ),
        (.unsubscribe([.typing]), #"{"event":"unsubscribe","data":{"events":["typing"]}}"#),
        (
            .typing(conversation, isTyping: false),
            #"{"event":"typing","data":{"conversation_id":"80d5ec9f5824f70015a1c004","is_typing":false}}"#
        ),
        (
            .call(CallDraft(recipient: user, kind: .audio, offer: ["type": "offer", "sdp": "v"])),
            #"{"event":"call","data":{"recipient_id":"60d5ec9f5824f70015a1c001","type":"audio","offer":{"type":"offer","sdp":"v"}}}"#
        ),
        (
            .callAccept(call, answer: ["type": "answer", "sdp": "v"]),
            #"{"event":"call_accept","data":{"call_id":"a0d5ec9f5824f70015a1c008","answer":{"type":"answer","sdp":"v"}}}"#
        ),
        (.callReject(call), #"{"event":"call_reject","data":{"call_id":"a0d5ec9f5824f70015a1c008"}}"#),
        (.callEnd(call), #"{"event":"call_end","data":{"call_id":"a0d5ec9f5824f70015a1c008"}}"#),
        (
            .message(conversation, draft),
            #"{"event":"message","data":{"conversationId":"80d5ec9f5824f70015a1c004","content":"x","type":"text"}}"#
        ),
        (
            .messageUpdate(message, content: "y"),
            #"{"event":"message_update","data":{"id":"90d5ec9f5824f70015a1c007","content":"y"}}"#
        ),
        (.messageDelete(message), #"{"event":"message_delete","data":{"id":"90d5ec9f5824f70015a1c007"}}"#),
    ])
    func frameIsWritten(_ request: SocketRequest, _ text: String) {
        #expect(String(decoding: request.frame(), as: UTF8.self) == text)
    }
}
