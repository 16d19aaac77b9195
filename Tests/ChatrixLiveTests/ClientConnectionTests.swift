import ChatrixHistory
import ChatrixModel
import ChatrixScenario
import ChatrixServer
import NIOCore
import Synchronization
import Testing

@testable import ChatrixLive

/// The HTTP connection of a client against the reference, and against servers that misbehave.
@Suite(.timeLimit(.minutes(1)))
struct ClientConnectionTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D] + Array("IHDR".utf8)
        + [0, 0, 0, 2, 0, 0, 0, 3, 8, 2, 0, 0, 0, 0, 0, 0, 0]

    private static let image = UploadedFile(name: "photo \"1\".png", content: png[...])
    private static let note = UploadedFile(name: "note.txt", content: Array("hello".utf8)[...])

    @Test func everyEndpointIsSentAndItsAnswerRead() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let driver = try await ClientDriver(server.httpURL)
        let (ann, annID) = try await driver.register("ann")
        let (bob, bobID) = try await driver.register("bob")
        var sent: Set<Endpoint.Name> = [.register]

        /// The JSON of an answer that has to be accepted.
        func body(_ client: Int, _ command: Command) async throws -> JSON {
            let answer = try await driver.send(client, command, wish: .body)
            let endpoint = try #require(command.wireRequest(refreshToken: "x")).endpoint.name
            sent.insert(endpoint)
            #expect(answer.result == .accepted(status: endpoint.successStatus), "\(endpoint)")
            return answer.body ?? .null
        }
        func text(_ json: JSON, _ name: String) throws -> String { try #require(json[name]?.string, "\(json)") }

        let claims = TokenClaims(
            subject: annID, kind: .refresh, deviceID: "", tokenID: UUIDv4(random: 0, 0), issuedAtSeconds: 0,
            expiresAtSeconds: 0)
        _ = try await body(
            ann, .auth(.login(Credentials(phoneOrUsername: "ann", password: "secret1", deviceID: "device-ann"))))
        _ = try await body(ann, .auth(.refresh(claims, deviceID: "device-ann")))
        _ = try await body(ann, .users(.me))
        _ = try await body(ann, .users(.update(ProfileUpdate(bio: "b"))))
        let withAvatar = try await body(ann, .users(.update(ProfileUpdate(fullName: "Ann", avatar: Self.image))))
        #expect(withAvatar["full_name"] == "Ann")
        #expect(withAvatar["avatar_url"]?.string?.hasSuffix(".png") == true, "\(withAvatar)")
        _ = try await body(ann, .users(.profile(.username("bob"))))

        let post = try await body(
            ann,
            .posts(
                .create(
                    PostDraft(
                        caption: "c", files: [Self.image, Self.image],
                        location: Location(name: "L", latitude: 1, longitude: 2)))))
        #expect(post["media"]?.array?.count == 2)
        _ = try await body(bob, .posts(.post(try #require(PostID(try text(post, "id"))))))
        _ = try await body(bob, .follows(.follow(annID)))
        let feed = try await body(bob, .posts(.feed(FeedQuery(limit: 3))))
        #expect(feed["posts"]?.array?.count == 1)

        let ensured = try await body(ann, .chat(.ensure(recipient: bobID)))
        let conversation = try #require(ConversationID(try text(ensured, "id")))
        let draft = try #require(MessageDraft(content: "hello"))
        _ = try await body(ann, .chat(.send(conversation, draft)))
        let list = try await driver.send(bob, .chat(.conversations(ConversationQuery())), wish: .observations)
        #expect(list.observations.map(\.unreadCount) == [1])
        let page = try await driver.send(bob, .chat(.messages(conversation, MessageQuery())), wish: .observations)
        #expect(page.observations.map(\.contentDigest) == [History.digest(of: "hello")])
        sent.formUnion([.conversations, .messages])
        _ = try await body(bob, .chat(.read(conversation)))
        _ = try await body(bob, .chat(.view(conversation)))
        _ = try await body(ann, .contacts(.list(ContactsQuery(text: "b"))))
        _ = try await body(bob, .follows(.unfollow(annID)))
        _ = try await body(bob, .block(.block(annID)))
        _ = try await body(bob, .block(.unblock(annID)))
        _ = try await body(
            bob, .reports(.report(ReportDraft(reportedUser: annID, reason: "r", conversation: conversation))))
        _ = try await body(
            ann, .stories(.create(StoryDraft(file: Self.image, caption: "s", mentions: [bobID], expiresInHours: 2))))
        _ = try await body(bob, .stories(.feed))
        _ = try await body(ann, .notifications(.list(NotificationQuery())))
        _ = try await body(ann, .media(.upload(Self.image, declaredKind: .image)))
        let stored = try await body(ann, .storage(.upload(Self.note)))
        let key = try text(try #require(stored["data"]), "key")
        let several = try await body(ann, .storage(.uploadMultiple([Self.note, Self.image])))
        #expect(several["data"]?.array?.count == 2)
        _ = try await body(ann, .storage(.file(key: key)))
        _ = try await body(ann, .storage(.preview(key: key)))
        let call = try await body(
            ann, .calls(.create(CallDraft(recipient: bobID, kind: .audio, offer: ["type": "offer", "sdp": "v"]))))
        let callID = try #require(CallID(try text(call, "id")))
        _ = try await body(bob, .calls(.answer(callID, answer: ["type": "answer", "sdp": "v"])))
        _ = try await body(bob, .calls(.end(callID)))
        _ = try await body(ann, .admin(.inspect))
        _ = try await body(ann, .admin(.cleanup))
        _ = try await body(ann, .admin(.delete(conversation)))

        #expect(sent == Set(Endpoint.Name.allCases))
        try await driver.end()
    }

    @Test func refusalIsReadAndTheConnectionGoesOn() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let driver = try await ClientDriver(server.httpURL)
        let (ann, annID) = try await driver.register("ann")
        #expect(try await driver.send(ann, .chat(.ensure(recipient: annID))).result == .refused(status: 400))
        #expect(try await driver.send(ann, .users(.me)).result == .accepted(status: 200))
        try await driver.end()
    }

    @Test func withoutARefreshTokenNothingIsSent() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let driver = try await ClientDriver(server.httpURL)
        let client = try await driver.on { $0.addClient() }
        let claims = TokenClaims(
            subject: UserID(prefix: 0, number: 0), kind: .refresh, deviceID: "d", tokenID: UUIDv4(random: 0, 0),
            issuedAtSeconds: 0, expiresAtSeconds: 0)
        let answer = try await driver.send(client, .auth(.refresh(claims, deviceID: "d")))
        #expect(answer.result == .lost(reason: "the command has no request, or no refresh token is known"))
        try await driver.end()
    }

    @Test func closedConnectionIsOpenedForTheNextRequest() async throws {
        let connections = Mutex(0)
        let listener = try await LiveSetup.silentServer { channel in
            connections.withLock { $0 += 1 }
            let body = #"{"id":"60d5ec9f5824f70015a1c001","username":"ann"}"#
            channel.writeAndFlush(
                ByteBuffer(string: "HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"), promise: nil
            )
        }
        let port = try #require(listener.localAddress?.port)
        let driver = try await ClientDriver("http://127.0.0.1:\(port)")
        let client = try await driver.on { $0.addClient() }
        for _ in 0..<3 {
            #expect(try await driver.send(client, .users(.me)).result == .accepted(status: 200))
            try await driver.on { $0.closeConnection(client) }
        }
        #expect(connections.withLock { $0 } == 3)
        try await driver.end()
        try await listener.close()
    }

    /// What a server may answer with instead of an answer.
    @Test(arguments: [
        ("SSH-2.0-nothing here\r\n", "unreadable answer 0: the answer is no HTTP: no status line of HTTP/1.1"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 90\r\n\r\n{", "lost: the answer is cut off"),
        ("", "lost: the server closed the connection before it answered"),
        ("HTTP/1.1 200 OK\r\n\r\n{\"id\":1}", "unreadable answer 200: the body lacks id or username"),
    ])
    func brokenAnswerEndsTheRequestWithAReason(_ text: String, _ result: String) async throws {
        let listener = try await LiveSetup.silentServer { channel in
            channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
            channel.close(promise: nil)
        }
        let port = try #require(listener.localAddress?.port)
        let driver = try await ClientDriver("http://127.0.0.1:\(port)")
        let client = try await driver.on { $0.addClient() }
        #expect(try await driver.send(client, .users(.me)).result.description == result)
        try await driver.end()
        try await listener.close()
    }

    @Test func answerThatNobodyAskedForIsNotTakenForTheNext() async throws {
        let listener = try await LiveSetup.silentServer { channel in
            let body = #"{"id":"60d5ec9f5824f70015a1c001","username":"ann"}"#
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
            channel.writeAndFlush(ByteBuffer(string: answer + answer), promise: nil)
        }
        let port = try #require(listener.localAddress?.port)
        let driver = try await ClientDriver("http://127.0.0.1:\(port)")
        let client = try await driver.on { $0.addClient() }
        // Both are answered, each on a connection of its own.
        #expect(try await driver.send(client, .users(.me)).result == .accepted(status: 200))
        #expect(try await driver.send(client, .users(.me)).result == .accepted(status: 200))
        try await driver.end()
        try await listener.close()
    }
}
