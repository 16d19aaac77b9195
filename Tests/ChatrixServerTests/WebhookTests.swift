import ChatrixModel
import ChatrixReference
import Foundation
import Glibc
import Logging
import Testing

@testable import ChatrixServer

/// Webhooks over real sockets, to receivers that behave and to those that do not.
@Suite(.serialized) struct WebhookTests {
    private struct API {
        let port: Int

        @discardableResult
        func post(_ path: String, _ body: String, token: String? = nil, within seconds: Int = 20) throws -> JSON {
            let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
            let client = try RawClient(port: port)
            client.send(
                """
                POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(authorization)\
                Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)
                """)
            let answer = try client.readAnswer(within: seconds)
            #expect(answer.statusLine.hasPrefix("HTTP/1.1 20"), "\(path): \(answer)")
            return try JSON.parse(answer.body)
        }

        func control(_ command: String, _ body: String, within seconds: Int = 20) throws -> JSON {
            try post("/_reference/\(command)", body, within: seconds)
        }

        func advance(_ milliseconds: Int, within seconds: Int = 20) throws {
            _ = try control("clock-advance", #"{"milliseconds":\#(milliseconds)}"#, within: seconds)
        }

        func webhook(_ url: String, _ event: String = "message.created") throws {
            _ = try control("webhook-add", #"{"url":"\#(url)","secret":"s3cret","events":["\#(event)"]}"#)
        }

        /// The counts of the page `state`.
        func counts() throws -> JSON {
            let client = try RawClient(port: port)
            client.send("GET /_reference/state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return try #require(JSON.parse(client.readAnswer().body)["webhooks"])
        }

        /// Waits until no attempt is due or under way.
        func settled() throws -> JSON {
            let deadline = Date().addingTimeInterval(20)
            while true {
                let counts = try counts()
                if counts["due"]?.integer == 0 { return counts }
                guard Date() < deadline else { throw RawClient.Failure(description: "after 20 s: \(counts)") }
                usleep(2000)
            }
        }

        /// A token of Anna, who has the conversation …03 with Bert.
        func conversation() throws -> String {
            var token = ""
            for (name, phone) in [("bert", "+491700000002"), ("anna", "+491700000001")] {
                let answer = try post(
                    "/auth/register", #"{"phone":"\#(phone)","username":"\#(name)","password":"secret1"}"#)
                token = try #require(answer["access_token"]?.string)
            }
            try post("/chat/conversations/ensure", #"{"recipientId":"000000000001000000000001"}"#, token: token)
            return token
        }

        func say(_ text: String, token: String) throws {
            try post(
                "/chat/messages", #"{"conversationId":"000000000001000000000003","content":"\#(text)"}"#, token: token)
        }
    }

    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withServer(
        clock: ReferenceClock = .virtual(.virtualStart), _ body: (API, ReferenceServer) throws -> Void
    ) throws {
        var configuration = ReferenceServer.Configuration.inProcess
        configuration.clock = clock
        configuration.api.rateLimits = .off
        configuration.api.backend.passwordRounds = 1
        let server = try ReferenceServer.start(configuration, logger: WebhookTests.silent)
        defer { server.stop(within: .seconds(1)) }
        try body(API(port: server.port), server)
    }

    private func withReceiver(
        _ answer: @escaping @Sendable (Int) -> RawReceiver.Answer, _ body: (RawReceiver) throws -> Void
    ) throws {
        let receiver = try RawReceiver(answer)
        defer { receiver.stop() }
        try body(receiver)
    }

    @Test func theRequestHasItsHeadersAndBytes() throws {
        try withServer { api, _ in
            try withReceiver({ _ in .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                let request = try receiver.first(1)[0]
                #expect(request.head.hasPrefix("POST /hook?a=b HTTP/1.1\r\n"))
                #expect(request.header("host") == "127.0.0.1:\(receiver.port)")
                #expect(request.header("content-type") == "application/json")
                #expect(request.header("x-chatrix-event") == "message.created")
                #expect(
                    request.body == """
                        {"event":"message.created","data":{"id":"000000000001000000000004",\
                        "conversation_id":"000000000001000000000003","sender_id":"000000000001000000000002",\
                        "content":"hi","type":"text","created_at":"2023-04-10T12:00:00.003Z"},\
                        "timestamp":"2023-04-10T12:00:00.003Z"}
                        """)
                #expect(request.header("x-chatrix-signature") == (try pythonSignature(of: request.body)))
                #expect(try api.settled()["delivered"]?.integer == 1)
            }
        }
    }

    /// What Python's own hmac says.
    private func pythonSignature(of body: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            "import hmac,sys; print(hmac.new(b's3cret', sys.argv[1].encode(), 'sha256').hexdigest(), end='')", body,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text, as: UTF8.self)
    }

    /// WEBHOOK-SIG-06: an advance returns after all that fell due in it has been delivered.
    @Test func retriesComeAtTheirTimesAndBeforeTheAnswerOfTheAdvance() throws {
        try withServer { api, _ in
            try withReceiver({ _ in .status(503) }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                _ = try api.settled()
                var count = 1
                for seconds in [5, 30, 120, 600, 3600] {
                    try api.advance(seconds * 1000 - 1)
                    #expect(receiver.requests.count == count, "1 ms before \(seconds) s")
                    try api.advance(1)
                    count += 1
                    #expect(receiver.requests.count == count, "after \(seconds) s")
                }
                try api.advance(86_400_000)
                #expect(receiver.requests.count == 6)
                #expect(Set(receiver.requests.map { $0.head + $0.body }).count == 1, "a retry is not like the first")
                #expect(
                    try api.counts().description
                        == #"{"subscriptions":1,"waiting":0,"due":0,"delivered":0,"failed":1,"dropped":0}"#)
            }
        }
    }

    @Test func anAdvanceWithAQueryWaitsToo() throws {
        try withServer { api, _ in
            try withReceiver({ $0 == 0 ? .status(503) : .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                _ = try api.settled()
                _ = try api.control("clock-advance?x", #"{"milliseconds":5000}"#)
                #expect(receiver.requests.count == 2)
            }
        }
    }

    @Test func oneAdvanceCarriesADeliveryThroughAllItsRetries() throws {
        try withServer { api, _ in
            try withReceiver({ $0 < 5 ? .status(500) : .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                try api.advance(4_355_000)
                #expect(receiver.requests.count == 6)
                #expect(try api.counts()["delivered"]?.integer == 1)
            }
        }
    }

    @Test func aThousandDeliveriesArriveInOrder() throws {
        try withServer { api, _ in
            try withReceiver({ _ in .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                for number in 0..<1000 { try api.say("n\(number)", token: token) }
                let texts = try receiver.first(1000).map { try JSON.parse($0.body)["data"]?["content"]?.string }
                #expect(texts == (0..<1000).map { "n\($0)" })
                #expect(try api.settled()["delivered"]?.integer == 1000)
                #expect(receiver.requests.count == 1000)
                #expect(Set(receiver.requests.map { $0.header("x-chatrix-delivery") }).count == 1000)
            }
        }
    }

    /// Each of these is a failure, and the next attempt is taken.
    @Test(arguments: [
        "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nin the middle",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        "HTTP/1.1 200 OK\r\nContent-Le", "SSH-2.0-OpenSSH_9.6\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 99999 OK\r\n\r\n",
    ])
    func aFaultyAnswerIsAFailure(answer: String) throws {
        try withServer { api, _ in
            try withReceiver({ $0 == 0 ? .text(answer) : .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                #expect(try api.settled()["waiting"]?.integer == 1)
                try api.advance(5000)
                #expect(receiver.requests.count == 2)
                #expect(try api.counts()["delivered"]?.integer == 1)
            }
        }
    }

    @Test(arguments: [
        "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\nuntil the end of the stream",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + String(repeating: "x", count: 1_000_000),
    ])
    func anyGoodAnswerIsSuccess(answer: String) throws {
        try withServer { api, _ in
            try withReceiver({ _ in .text(answer) }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                #expect(try api.settled()["delivered"]?.integer == 1)
            }
        }
    }

    @Test(arguments: ["http://127.0.0.1:1/", "http://no-such-host.invalid/", "https://127.0.0.1:1/"])
    func aDeadReceiverIsAFailureAndHoldsUpNobody(url: String) throws {
        try withServer { api, _ in
            try withReceiver({ _ in .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(url)
                try api.webhook(receiver.url)
                for number in 1...3 { try api.say("n\(number)", token: token) }
                _ = try receiver.first(3)
                let counts = try api.settled()
                #expect(counts["delivered"]?.integer == 3)
                #expect(counts["waiting"]?.integer == 3)
            }
        }
    }

    /// TLS to a receiver that speaks none.
    @Test func aReceiverWithoutTLSIsAFailure() throws {
        try withServer { api, _ in
            try withReceiver({ _ in .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook("https://127.0.0.1:\(receiver.port)/")
                try api.say("hi", token: token)
                receiver.stop()
                #expect(try api.settled()["waiting"]?.integer == 1)
            }
        }
    }

    /// The server is its own receiver: it answers 404, and goes on.
    @Test func theServerMayBeItsOwnReceiver() throws {
        try withServer { api, server in
            let token = try api.conversation()
            try api.webhook("\(server.httpURL)/hook")
            try api.say("hi", token: token)
            #expect(try api.settled()["waiting"]?.integer == 1)
            try api.advance(4_355_000)
            #expect(try api.counts()["failed"]?.integer == 1)
        }
    }

    /// The first attempt uses up its 10 s, later ones do not wait for it.
    @Test func aSilentReceiverHoldsUpNothing() throws {
        try withServer { api, _ in
            try withReceiver({ _ in .silence }) { silent in
                try withReceiver({ _ in .ok }) { receiver in
                    let token = try api.conversation()
                    try api.webhook(silent.url)
                    try api.webhook(receiver.url)
                    try api.say("hi", token: token)
                    _ = try silent.first(1)
                    for number in 1...20 { try api.say("n\(number)", token: token) }
                    _ = try receiver.first(21)
                    #expect(silent.requests.count == 1, "one thread, one request at a time")
                    _ = try api.control("reset", "{}")
                    #expect(
                        try api.counts().description
                            == #"{"subscriptions":0,"waiting":0,"due":0,"delivered":0,"failed":0,"dropped":0}"#)
                }
            }
        }
    }

    @Test func anAdvanceWaitsForASilentReceiverAsLongAsAnAttemptTakes() throws {
        try withServer { api, _ in
            try withReceiver({ $0 == 0 ? .silence : .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                try api.advance(5000)
                #expect(receiver.requests.count == 2)
                #expect(try api.counts()["delivered"]?.integer == 1)
            }
        }
    }

    @Test func onTheRealClockARetryComesByItself() throws {
        try withServer(clock: .real) { api, _ in
            try withReceiver({ $0 == 0 ? .status(500) : .ok }) { receiver in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                try api.say("hi", token: token)
                let requests = try receiver.first(2)
                #expect(requests[0].head == requests[1].head)
                #expect(try api.settled()["delivered"]?.integer == 1)
            }
        }
    }

    /// Nothing but the first is sent before the stop, which waits for all the rest.
    @Test func stoppingSendsWhatIsDue() throws {
        let hasBegun = DispatchSemaphore(value: 0)
        try withReceiver({ number in
            if number == 0 { hasBegun.wait() }
            return .ok
        }) { receiver in
            try withServer { api, server in
                let token = try api.conversation()
                try api.webhook(receiver.url)
                for number in 1...200 { try api.say("n\(number)", token: token) }
                let port = server.port
                Thread.detachNewThread {
                    // A server that stops accepts nothing any more.
                    while (try? RawClient(port: port)) != nil { usleep(1000) }
                    hasBegun.signal()
                }
                server.stop(within: .seconds(60))
                #expect(receiver.requests.count == 200)
            }
        }
    }

    /// The stop waits for a silent receiver as long as it may, and no longer.
    @Test func stoppingDropsWhatIsNotSentInTime() throws {
        try withReceiver({ _ in .silence }) { silent in
            try withServer { api, server in
                let token = try api.conversation()
                try api.webhook(silent.url)
                for number in 1...3 { try api.say("n\(number)", token: token) }
                _ = try silent.first(1)
                let clock = ContinuousClock()
                let took = clock.measure { server.stop(within: .milliseconds(300)) }
                #expect(took >= .milliseconds(300), "it took \(took)")
                #expect(silent.requests.count == 1)
            }
        }
    }
}
