import ChatrixModel
import ChatrixReference
import Foundation
import Logging
import Testing

@testable import ChatrixServer

/// The WebSocket side of the server: the handshake, the frames of RFC 6455, clients that break its rules or do not read.
@Suite struct WebSocketTests {
    /// A server with two users who have a conversation.
    struct World {
        let server: ReferenceServer
        let tokens: [String]
        /// Of the first user.
        let userID: String
        let conversation: String

        /// An open connection of a user.
        func open(_ user: Int = 0, receiveBuffer: CInt? = nil) throws -> RawClient {
            let client = try RawClient(port: server.port, receiveBuffer: receiveBuffer)
            try client.upgrade("/ws?token=\(tokens[user])")
            return client
        }

        func answer(_ method: String, _ path: String, _ token: String?, _ body: String = "") throws -> RawClient.Answer
        {
            let client = try RawClient(port: server.port)
            let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
            client.send(
                """
                \(method) \(path) HTTP/1.1\r\nHost: x\r\n\(authorization)Content-Type: application/json\r\n\
                Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """)
            return try client.readAnswer()
        }

        /// The second user writes to the first.
        func say(_ content: String) throws {
            let body = #"{"conversationId":"\#(conversation)","content":"\#(content)"}"#
            #expect(try answer("POST", "/chat/messages", tokens[1], body).statusLine == "HTTP/1.1 201 Created")
        }

        /// The second user calls the first, with an offer of 60,000 bytes.
        func call() throws {
            let offer = #"{"type":"offer","sdp":"\#(String(repeating: "x", count: 60_000))"}"#
            let body = #"{"recipient_id":"\#(userID)","type":"audio","offer":\#(offer)}"#
            #expect(try answer("POST", "/calls", tokens[1], body).statusLine == "HTTP/1.1 201 Created")
        }
    }

    private func withWorld(
        _ change: (inout ReferenceServer.Configuration) -> Void = { _ in }, _ body: (World) throws -> Void
    ) throws {
        var configuration = ReferenceServer.Configuration.inProcess
        configuration.api.rateLimits = .off
        configuration.api.backend.passwordRounds = 1
        change(&configuration)
        let server = try ReferenceServer.start(
            configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { server.stop(within: .seconds(1)) }
        var world = World(server: server, tokens: [], userID: "", conversation: "")
        var ids: [String] = []
        for number in 1...2 {
            let body = #"{"phone":"+491700000\#(number)","username":"user\#(number)","password":"secret"}"#
            let account = try JSON.parse(world.answer("POST", "/auth/register", nil, body).body)
            let token = try #require(account["access_token"]?.string)
            world = World(server: server, tokens: world.tokens + [token], userID: "", conversation: "")
            ids.append(try #require(account["user"]?["id"]?.string))
        }
        let ensured = try world.answer(
            "POST", "/chat/conversations/ensure", world.tokens[0], #"{"recipientId":"\#(ids[1])"}"#)
        let conversation = try #require(JSON.parse(ensured.body)["id"]?.string)
        try body(World(server: server, tokens: world.tokens, userID: ids[0], conversation: conversation))
    }

    private static let unknown = #"{"event":"nothing","data":{}}"#
    private static let unknownAnswer = """
        {"event":"error","data":{"event":"nothing","statusCode":400,\
        "message":"The field event is missing or invalid","error":"Bad Request"}}
        """

    // MARK: The handshake

    @Test func upgradeIsAnsweredWithTheHeadersOfTheRateLimits() throws {
        try withWorld({ $0.api.rateLimits = .documented }) { world in
            let client = try RawClient(port: world.server.port)
            client.send(RawClient.upgrade("/ws?token=\(world.tokens[0])"))
            let answer = try client.readAnswer()
            #expect(answer.statusLine == "HTTP/1.1 101 Switching Protocols")
            #expect(answer.headers.contains("X-RateLimit-Limit: 100"))
            #expect(answer.headers.contains("X-RateLimit-Remaining: 99"))
            #expect(answer.headers.contains { $0.hasPrefix("X-RateLimit-Reset: ") })
            for left in (0..<99).reversed() {
                let next = try RawClient(port: world.server.port)
                next.send(RawClient.upgrade("/ws"))
                #expect(try next.readAnswer().headers.contains("X-RateLimit-Remaining: \(left)"))
            }
            let refused = try RawClient(port: world.server.port)
            refused.send(RawClient.upgrade("/ws?token=\(world.tokens[0])"))
            let refusal = try refused.readAnswer()
            #expect(refusal.statusLine == "HTTP/1.1 429 Too Many Requests")
            #expect(refusal.headers.contains("X-RateLimit-Remaining: 0"))
            #expect(refusal.body.contains("\"statusCode\":429"))
        }
    }

    @Test func connectionThatCarriedRequestsCanBeUpgraded() throws {
        try withWorld { world in
            let client = try RawClient(port: world.server.port)
            for _ in 1...2 {
                client.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try client.readAnswer().statusLine == "HTTP/1.1 404 Not Found")
            }
            try client.upgrade("/ws?token=\(world.tokens[0])")
            client.send(text: Self.unknown)
            #expect(try client.readFrame().text == Self.unknownAnswer)
        }
    }

    /// Pipelined requests before the upgrade are answered first; frames right behind it are not lost.
    @Test func everythingMayComeInOnePiece() throws {
        try withWorld { world in
            let client = try RawClient(port: world.server.port)
            let frame = RawClient.frame(1, Array(Self.unknown.utf8))
            client.send(
                Array("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
                    + Array(RawClient.upgrade("/ws?token=\(world.tokens[0])").utf8) + frame + frame
                    + RawClient.frame(8, [0x03, 0xE8]))
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 404 Not Found")
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 101 Switching Protocols")
            for _ in 1...2 { #expect(try client.readFrame().text == Self.unknownAnswer) }
            #expect(try client.readFrame().code == 1000)
            #expect(try client.readToEnd() == "")
        }
    }

    @Test func upgradeMayComeByteByByte() throws {
        try withWorld { world in
            let client = try RawClient(port: world.server.port)
            let bytes =
                Array(RawClient.upgrade("/ws?token=\(world.tokens[0])").utf8)
                + RawClient.frame(1, Array(Self.unknown.utf8))
            for byte in bytes { client.send([byte]) }
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 101 Switching Protocols")
            #expect(try client.readFrame().text == Self.unknownAnswer)
        }
    }

    @Test(arguments: [
        (RawClient.upgrade("/users/me"), "401 Unauthorized"), (RawClient.upgrade("/ws/"), "404 Not Found"),
        (RawClient.upgrade("/nowhere"), "404 Not Found"),
        (RawClient.upgrade("/ws").replacing("GET", with: "POST"), "405 Method Not Allowed"),
        (RawClient.upgrade("/ws").replacing("Version: 13", with: "Version: 8"), "400 Bad Request"),
        (RawClient.upgrade("/ws").replacing("Sec-WebSocket-Key", with: "X"), "400 Bad Request"),
        (RawClient.upgrade("/ws").replacing("websocket", with: "h2c"), "400 Bad Request"),
        (RawClient.upgrade("/ws").replacing("Connection: Upgrade", with: "Connection: close"), "400 Bad Request"),
        ("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"),
    ])
    func whatIsNoHandshakeIsAnOrdinaryRequest(request: String, status: String) throws {
        try withWorld { world in
            let client = try RawClient(port: world.server.port)
            client.send(request)
            let answer = try client.readAnswer()
            #expect(answer.statusLine == "HTTP/1.1 \(status)")
            #expect(answer.body.contains("\"statusCode\":\(status.prefix(3))"))
            #expect(!answer.headers.contains { $0.hasPrefix("Upgrade") || $0.hasPrefix("Sec-WebSocket") })
        }
    }

    @Test func headersAreReadAsTheyMayBeWritten() throws {
        try withWorld { world in
            let client = try RawClient(port: world.server.port)
            client.send(
                """
                GET http://x/ws?token=\(world.tokens[0].replacing(".", with: "%2e")) HTTP/1.1\r\nhost: x\r\n\
                CONNECTION: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\n\
                sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat\r\n\
                Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n
                """)
            let answer = try client.readAnswer()
            #expect(answer.statusLine == "HTTP/1.1 101 Switching Protocols")
            #expect(
                !answer.headers.contains { $0.hasPrefix("Sec-WebSocket-Protocol") || $0.hasPrefix("Sec-WebSocket-E") })
            client.send(text: Self.unknown)
            #expect(try client.readFrame().text == Self.unknownAnswer)
        }
    }

    @Test func badTokenIsClosedWith4401() throws {
        try withWorld { world in
            for query in ["", "?token=", "?token=a.b.c", "?token=\(String(repeating: "x", count: 50_000))"] {
                let client = try RawClient(port: world.server.port)
                try client.upgrade("/ws\(query)")
                #expect(try client.readClose() == 4401)
            }
        }
    }

    // MARK: Frames

    @Test func messageReachesTheConnectionBeforeTheResponseIsReleased() throws {
        try withWorld { world in
            let client = try world.open()
            try world.say("hello")
            let frame = try client.readFrame()
            #expect(frame.text.hasPrefix(#"{"event":"message","data":{"id":""#))
            #expect(frame.text.contains(#""content":"hello""#))
        }
    }

    @Test func fragmentsArePutTogetherWithPingsInBetween() throws {
        try withWorld { world in
            let client = try world.open()
            let text = Array(Self.unknown.utf8)
            client.send(RawClient.frame(1, Array(text[..<5]), isLast: false))
            client.send(RawClient.frame(9, Array("one".utf8)))
            client.send(RawClient.frame(0, [], isLast: false))
            client.send(RawClient.frame(0, Array(text[5..<20]), isLast: false))
            client.send(RawClient.frame(10, Array("nobody asked".utf8)))
            client.send(RawClient.frame(9, []))
            client.send(RawClient.frame(0, Array(text[20...])))
            #expect(try client.readFrame() == RawClient.Frame(opcode: 10, payload: Array("one".utf8)))
            #expect(try client.readFrame() == RawClient.Frame(opcode: 10, payload: []))
            #expect(try client.readFrame().text == Self.unknownAnswer)
        }
    }

    @Test func fragmentsMayCutACharacter() throws {
        try withWorld { world in
            let client = try world.open(1)
            let other = try world.open(0)
            // The second user came first, so he hears of the first.
            #expect(try client.readFrame().text.contains("presence"))
            let text = Array(
                #"{"event":"message","data":{"conversationId":"\#(world.conversation)","content":"👋é"}}"#.utf8)
            for (index, byte) in text.enumerated() {
                client.send(RawClient.frame(index == 0 ? 1 : 0, [byte], isLast: index == text.count - 1))
            }
            for reader in [client, other] { #expect(try reader.readFrame().text.contains(#""content":"👋é""#)) }
        }
    }

    @Test(arguments: [
        ("unmasked", RawClient.frame(1, Array("{}".utf8), isMasked: false), 1002),
        ("reserved bit", RawClient.frame(1, Array("{}".utf8), reserved: 4), 1002),
        ("reserved opcode", RawClient.frame(3, []), 1002), ("reserved control opcode", RawClient.frame(11, []), 1002),
        ("continuation of nothing", RawClient.frame(0, Array("{}".utf8)), 1002),
        (
            "message inside a message",
            RawClient.frame(1, Array("{".utf8), isLast: false) + RawClient.frame(1, Array("}".utf8)), 1002
        ),
        ("fragmented ping", RawClient.frame(9, [], isLast: false), 1002),
        ("long ping", RawClient.frame(9, [UInt8](repeating: 0, count: 126)), 1002),
        ("binary", RawClient.frame(2, [1, 2, 3]), 1003),
        ("beginning of a binary message", RawClient.frame(2, [1], isLast: false), 1003),
        ("no UTF-8", RawClient.frame(1, [0x22, 0xFF, 0xFE, 0x22]), 1007),
        ("half a character", RawClient.frame(1, [0xF0, 0x9F, 0x91]), 1007),
        ("surrogate in UTF-8", RawClient.frame(1, [0x22, 0xED, 0xA0, 0x80, 0x22]), 1007),
        ("announced 2 MiB", [0x81, 0xFF, 0, 0, 0, 0, 0, 0x20, 0, 0, 1, 2, 3, 4], 1009),
        ("announced 8 EiB", [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4], 1009),
        (
            "announced more than there are numbers", [0x81, 0xFF] + [UInt8](repeating: 0xFF, count: 8) + [1, 2, 3, 4],
            1009
        ),
        ("close with a byte", RawClient.frame(8, [3]), 1002),
        ("close with a code that is none", RawClient.frame(8, [0x03, 0xED]), 1002),
        ("close with a code of nobody", RawClient.frame(8, [0, 1]), 1002),
        ("close with a reason that is no text", RawClient.frame(8, [0x03, 0xE8, 0xFF]), 1007),
        ("close", RawClient.frame(8, [0x03, 0xE8]), 1000),
        ("close with a code", RawClient.frame(8, [0x0F, 0xA1]), 4001),
    ])
    func brokenRuleHasItsCode(name: String, bytes: [UInt8], code: Int) throws {
        try withWorld { world in
            let client = try world.open()
            client.send(bytes)
            #expect(try client.readClose() == code)
            // The next one is served.
            let next = try world.open()
            next.send(text: Self.unknown)
            #expect(try next.readFrame().text == Self.unknownAnswer)
        }
    }

    @Test func closeWithoutCodeIsAnsweredWithoutCode() throws {
        try withWorld { world in
            let client = try world.open()
            client.send(RawClient.frame(8, []))
            #expect(try client.readFrame() == RawClient.Frame(opcode: 8, payload: []))
            #expect(try client.readToEnd() == "")
        }
    }

    @Test func closeDuringFragmentsEndsTheConnectionAndNothingIsDone() throws {
        try withWorld { world in
            let client = try world.open(1)
            let text = Array(
                #"{"event":"message","data":{"conversationId":"\#(world.conversation)","content":"x"}}"#.utf8)
            client.send(RawClient.frame(1, text, isLast: false))
            client.send(RawClient.frame(8, [0x03, 0xE8]))
            client.send(RawClient.frame(0, []))
            #expect(try client.readFrame().code == 1000)
            let list = try world.answer("GET", "/chat/conversations/\(world.conversation)/messages", world.tokens[0])
            #expect(list.body.hasPrefix(#"{"messages":[]"#))
        }
    }

    @Test func messageOfExactlyOneMebibyteIsReadInOneFrameOrMany() throws {
        try withWorld { world in
            let client = try world.open()
            let text = Array(Self.unknown.utf8) + [UInt8](repeating: 0x20, count: (1 << 20) - Self.unknown.utf8.count)
            client.send(RawClient.frame(1, text))
            #expect(try client.readFrame().text == Self.unknownAnswer)
            let parts = stride(from: 0, to: text.count, by: 40_000).map {
                Array(text[$0..<min($0 + 40_000, text.count)])
            }
            for (index, part) in parts.enumerated() {
                client.send(RawClient.frame(index == 0 ? 1 : 0, part, isLast: index == parts.count - 1))
            }
            #expect(try client.readFrame().text == Self.unknownAnswer)
        }
    }

    @Test func fragmentsBeyondOneMebibyteAreClosedWith1009() throws {
        try withWorld { world in
            let client = try world.open()
            let part = [UInt8](repeating: 0x20, count: 65_536)
            client.send(RawClient.frame(1, part, isLast: false))
            for _ in 1...15 { client.send(RawClient.frame(0, part, isLast: false)) }
            client.send(RawClient.frame(9, []))
            #expect(try client.readFrame().opcode == 10)
            client.send(RawClient.frame(0, [0x20], isLast: false))
            #expect(try client.readFrame().code == 1009)
        }
    }

    /// What a client still sends is read away, so that it can read the close frame.
    @Test func clientThatSendsTooMuchCanReadItsCode() throws {
        try withWorld { world in
            let client = try world.open()
            let bytes = RawClient.frame(1, [UInt8](repeating: 0x20, count: 20_000_000))
            #expect(client.send(bytes) == bytes.count)
            #expect(try client.readFrame().code == 1009)
        }
    }

    @Test func tenThousandTinyFramesAreAnsweredInOrder() throws {
        try withWorld { world in
            let client = try world.open()
            var bytes: [UInt8] = []
            for number in 0..<10_000 {
                bytes += RawClient.frame(1, Array(#"{"event":"\#(number)","data":{}}"#.utf8))
                if number % 100 == 0 {
                    // A reader keeps what it is sent from piling up.
                    client.send(bytes)
                    bytes = []
                }
            }
            client.send(bytes)
            for number in 0..<10_000 {
                let text = try client.readFrame().text
                guard text.hasPrefix(#"{"event":"error","data":{"event":"\#(number)","#) else {
                    Issue.record("frame \(number): \(text)")
                    return
                }
            }
        }
    }

    @Test func tenThousandEmptyFragmentsCostNothing() throws {
        try withWorld { world in
            let client = try world.open()
            client.send(RawClient.frame(1, [], isLast: false))
            let empty = RawClient.frame(0, [], isLast: false)
            for _ in 1...100 { client.send([[UInt8]](repeating: empty, count: 100).flatMap { $0 }) }
            client.send(RawClient.frame(0, Array(Self.unknown.utf8)))
            #expect(try client.readFrame().text == Self.unknownAnswer)
        }
    }

    // MARK: Ends

    @Test(arguments: [[], [0x81], RawClient.frame(1, [0x7B], isLast: false)])
    func halfOpenAndBrokenConnectionsGoOffline(start: [UInt8]) throws {
        try withWorld { world in
            let watcher = try world.open(1)
            let halfOpen = try world.open(0)
            #expect(try watcher.readFrame().text.contains(#""status":"online""#))
            halfOpen.send(start)
            halfOpen.closeOutput()
            #expect(try watcher.readFrame().text.contains(#""status":"offline""#))
            var broken: RawClient? = try world.open(0)
            #expect(try watcher.readFrame().text.contains(#""status":"online""#))
            broken?.send(start)
            broken?.reset()
            broken = nil
            #expect(try watcher.readFrame().text.contains(#""status":"offline""#))
        }
    }

    @Test func deletedUserAndResetCloseConnections() throws {
        try withWorld { world in
            let clients = [try world.open(0), try world.open(0)]
            let other = try world.open(1)
            for client in clients { #expect(try client.readFrame().text.contains("presence")) }
            _ = try world.answer("POST", "/_reference/user-delete", nil, #"{"user_id":"\#(world.userID)"}"#)
            for client in clients { #expect(try client.readClose() == 4401) }
            _ = try world.answer("POST", "/_reference/reset", nil, "{}")
            #expect(try other.readClose() == 1001)
        }
    }

    @Test func stopEndsConnectionsWith1001() throws {
        try withWorld { world in
            let client = try world.open()
            client.send(text: Self.unknown)
            #expect(try client.readFrame().text == Self.unknownAnswer)
            let server = world.server
            Thread.detachNewThread { server.stop(within: .seconds(10)) }
            #expect(try client.readClose() == 1001)
        }
    }

    /// A client that ignores the end is cut off after the linger time.
    @Test func clientThatDoesNotAnswerTheEndIsCutOff() throws {
        try withWorld({ $0.limits.lingerTime = .milliseconds(50) }) { world in
            let client = try world.open()
            client.send(RawClient.frame(2, []))
            #expect(try client.readFrame().code == 1003)
            #expect(try client.readToEnd() == "")
        }
    }

    // MARK: Many, and slow ones

    @Test func clientThatDoesNotReadIsClosedAndHoldsNobodyUp() throws {
        try withWorld({
            $0.limits.webSocketUnreadBytesMax = 256 << 10
            $0.limits.lingerTime = .milliseconds(50)
        }) { world in
            let slow = try world.open(0, receiveBuffer: 4096)
            let reader = try world.open(0)
            var frameCount = 0
            // The sockets of the system hold some megabytes before the server notices anything.
            for _ in 1...1000 where try world.server.webSocketCount() == 2 {
                try world.call()
                #expect(try reader.readFrame().text.hasPrefix(#"{"event":"call""#))
                frameCount += 1
            }
            #expect(try world.server.webSocketCount() == 1)
            #expect(frameCount < 1000)
            // What it did get is whole frames up to the cut.
            var readCount = 0
            while let frame = try? slow.readFrame() {
                guard frame.opcode == 1 else { break }
                #expect(frame.text.hasSuffix("}}"))
                readCount += 1
            }
            #expect((1..<frameCount).contains(readCount))
            try world.say("still here")
            #expect(try reader.readFrame().text.contains("still here"))
        }
    }

    @Test func slowClientThatReadsAgainLearnsWhy() throws {
        try withWorld({ $0.limits.webSocketUnreadBytesMax = 256 << 10 }) { world in
            let slow = try world.open(0, receiveBuffer: 4096)
            for _ in 1...1000 where try world.server.webSocketCount() == 1 { try world.call() }
            #expect(try world.server.webSocketCount() == 0)
            var last = try slow.readFrame()
            while last.opcode == 1 { last = try slow.readFrame() }
            #expect(last.code == 1008)
        }
    }

    @Test func aThousandConnectionsHearOfAMessage() throws {
        try withWorld { world in
            let clients = try (1...1000).map { _ in try world.open() }
            #expect(try world.server.webSocketCount() == 1000)
            try world.say("to all")
            for client in clients { #expect(try client.readFrame().text.contains("to all")) }
        }
    }
}
