import ChatrixReference
import Glibc
import Testing

@testable import ChatrixServer

/// Clients that are slow, broken or hostile. Each gets its answer or a closed connection, and the next is served.
@Suite struct HostileClientTests {
    private static let badRequest = """
        {"statusCode":400,"message":"This is not a valid HTTP/1.1 request","error":"Bad Request",\
        "timestamp":"2023-04-10T12:00:00.000Z","path":"/"}
        """

    private func expectService(_ server: HTTPServer) throws {
        let client = try RawClient(port: server.port)
        client.send("GET /honest HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(try client.readAnswer().body == "GET /honest 0")
    }

    @Test(arguments: [
        Array("hello, is this a chat?\r\n\r\n".utf8), Array("GET\r\n\r\n".utf8), Array("GET / HTTP/3.7\r\n\r\n".utf8),
        [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03], [0, 0, 0, 0],
        Array("GET / HTTP/1.1\r\nbad header\r\n\r\n".utf8),
        Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8),
    ])
    func garbageIsRefusedWithTheEnvelope(bytes: [UInt8]) throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send(bytes)
            #expect(
                try client.readToEnd() == """
                    HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 139\r\n\
                    Connection: close\r\n\r\n\(Self.badRequest)
                    """)
            #expect(journal.all.isEmpty)
            try expectService(server)
        }
    }

    @Test func garbageInABodyIsRefusedUnderItsPath() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send("POST /a?b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n")
            let answer = try client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(answer.hasSuffix("\"path\":\"/a\"}"))
            #expect(journal.all.isEmpty)
            try expectService(server)
        }
    }

    @Test func requestBeforeGarbageIsAnsweredFirst() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET /good HTTP/1.1\r\nHost: x\r\n\r\n\u{1}\u{2}\u{3}")
            #expect(try client.readAnswer().body == "GET /good 0")
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 400 Bad Request")
        }
    }

    @Test(arguments: [
        "X-Long: \(String(repeating: "x", count: 200 << 10))\r\n",
        (1...200).map { "X-\($0): \(String(repeating: "x", count: 1024))\r\n" }.joined(),
        (1...300).map { "X-\($0): y\r\n" }.joined(),
    ])
    func tooLargeHeaderBlockIsRefused(fields: String) throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\n\(fields)\r\n")
            let answer = try client.readToEnd()
            #expect(answer.hasPrefix("HTTP/1.1 431 Request Header Fields Too Large\r\n"))
            #expect(answer.contains("\"statusCode\":431"))
            try expectService(server)
        }
    }

    @Test func largeHeaderBlockIsServed() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nX-Long: \(String(repeating: "x", count: 120 << 10))\r\n\r\n")
            #expect(try client.readAnswer().body == "GET / 0")
        }
    }

    @Test func announcedOversizeIsAnsweredInPlaceOf100() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n")
            #expect(
                try client.readToEnd()
                    == "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
            #expect(journal.all.map(\.bodyByteCount) == [1_048_577])
            #expect(journal.all.map(\.body) == [[]])
            try expectService(server)
        }
    }

    @Test func clientThatSendsTooMuchCanReadItsAnswer() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n")
            #expect(client.send([UInt8](repeating: 1, count: 20_000_000)) == 20_000_000)
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 413 Payload Too Large")
        }
    }

    @Test func endlessChunkedBodyIsCutOff() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 120, count: 65536) + Array("\r\n".utf8)
            for _ in 1...20 { client.send(chunk) }
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 413 Payload Too Large")
        }
    }

    @Test func bodyOfExactlyTheLimitIsServed() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n")
            client.send([UInt8](repeating: 1, count: 1_048_576))
            #expect(try client.readAnswer().body == "POST / 1048576")
        }
    }

    @Test func formMayBeLargerThanJSON() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: Multipart/form-data; boundary=b\r\nContent-Length: 3000000\r\n\r\n"
            )
            client.send([UInt8](repeating: 1, count: 3_000_000))
            #expect(try client.readAnswer().body == "POST / 3000000")
        }
    }

    @Test func unfinishedBodiesTogetherAreBounded() throws {
        var limits = HTTPLimits()
        limits.unfinishedBodyBytesMax = 100_000
        try withEchoServer(limits: limits) { server, _ in
            let first = try RawClient(port: server.port)
            first.send("POST /first HTTP/1.1\r\nHost: x\r\nContent-Length: 80000\r\n\r\n")
            first.send([UInt8](repeating: 1, count: 60_000))
            let second = try RawClient(port: server.port)
            second.send("POST /second HTTP/1.1\r\nHost: x\r\nContent-Length: 80000\r\n\r\n")
            second.send([UInt8](repeating: 1, count: 60_000))
            // Whichever comes later is closed; the other one goes on.
            let (survivor, name) = try second.isClosed(before: first) ? (first, "first") : (second, "second")
            survivor.send([UInt8](repeating: 1, count: 20_000))
            #expect(try survivor.readAnswer().body == "POST /\(name) 80000")
            // What they held is given back.
            let third = try RawClient(port: server.port)
            third.send("POST /third HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n")
            third.send([UInt8](repeating: 1, count: 90_000))
            #expect(try third.readAnswer().body == "POST /third 90000")
        }
    }

    @Test func headerThatNeverEndsIsClosed() throws {
        var limits = HTTPLimits()
        limits.headerTime = .milliseconds(40)
        try withEchoServer(limits: limits) { server, _ in
            let idle = try RawClient(port: server.port)
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: ")
            #expect(try client.readToEnd() == "")
            // A connection that has sent nothing is not slow, only idle.
            idle.send("GET /idle HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try idle.readAnswer().body == "GET /idle 0")
            idle.send("G")
            #expect(try idle.readToEnd() == "")
        }
    }

    @Test func bodyThatStandsStillIsClosed() throws {
        var limits = HTTPLimits()
        limits.bodyPeriod = .milliseconds(40)
        try withEchoServer(limits: limits) { server, journal in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            #expect(try client.readToEnd() == "")
            #expect(journal.all.isEmpty)
            try expectService(server)
        }
    }

    @Test func bodyThatGrowsIsWaitedFor() throws {
        var limits = HTTPLimits()
        limits.bodyPeriod = .milliseconds(200)
        limits.bodyBytesPerPeriodMin = 1
        try withEchoServer(limits: limits) { server, _ in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\n")
            for _ in 1...30 {
                client.send("x")
                poll(nil, 0, 20)
            }
            #expect(try client.readAnswer().body == "POST / 30")
        }
    }

    @Test func halfClosedSocketInABodyIsRefused() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send("POST /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            client.closeOutput()
            #expect(try client.readToEnd().hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(journal.all.isEmpty)
            try expectService(server)
        }
    }

    @Test func halfClosedIdleSocketIsClosed() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.closeOutput()
            #expect(try client.readToEnd() == "")
            #expect(try eventually { try server.connectionCount() == 0 })
        }
    }

    @Test func resetConnectionLeavesNothingBehind() throws {
        try withEchoServer { server, journal in
            do {
                let client = try RawClient(port: server.port)
                client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
                #expect(try eventually { try server.connectionCount() == 1 })
                client.reset()
            }
            do {
                let client = try RawClient(port: server.port)
                client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(eventually { journal.heldCount == 1 })
                client.reset()
            }
            #expect(try eventually { try server.connectionCount() == 0 })
            journal.releaseHeld()
            try expectService(server)
        }
    }

    @Test func clientThatDoesNotReadIsNotAnsweredFurther() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port, receiveBuffer: 4096)
            client.send(String(repeating: "GET /big HTTP/1.1\r\nHost: x\r\n\r\n", count: 200))
            #expect(eventually { !journal.all.isEmpty })
            try expectService(server)
            // Each answer is a megabyte; the kernel's buffers take a few of them.
            #expect(journal.all.filter { $0.target == "/big" }.count < 20)
            for _ in 1...200 { #expect(try client.readAnswer().body.utf8.count == 1 << 20) }
        }
    }

    @Test func clientThatNeverReadsIsClosed() throws {
        var limits = HTTPLimits()
        limits.unreadAnswerTime = .milliseconds(40)
        try withEchoServer(limits: limits) { server, _ in
            let client = try RawClient(port: server.port, receiveBuffer: 4096)
            client.send(String(repeating: "GET /big HTTP/1.1\r\nHost: x\r\n\r\n", count: 200))
            #expect(try eventually { try server.connectionCount() == 1 })
            #expect(try eventually { try server.connectionCount() == 0 })
            withExtendedLifetime(client) {}
        }
    }

    @Test func clientThatReadsALongAnswerSlowlyGetsItWhole() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port, receiveBuffer: 4096)
            client.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(eventually { !journal.all.isEmpty })
            try expectService(server)
            // The rest of the answer waits for its reader, and the next request for the answer.
            #expect(!journal.all.contains { $0.target == "/next" })
            let answer = try client.readAnswer(within: 30)
            #expect(Array(answer.body.utf8) == EchoResponder.huge)
            #expect(try client.readAnswer().body == "GET /next 0")
        }
    }

    @Test func clientThatDoesNotReadALongAnswerIsClosed() throws {
        var limits = HTTPLimits()
        limits.unreadAnswerTime = .milliseconds(40)
        try withEchoServer(limits: limits) { server, journal in
            let client = try RawClient(port: server.port, receiveBuffer: 4096)
            client.send("GET /huge HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(eventually { !journal.all.isEmpty })
            #expect(try eventually { try server.connectionCount() == 0 })
            withExtendedLifetime(client) {}
        }
    }

    @Test func bodiesThatWaitedBehindUnreadAnswersAreGivenBack() throws {
        var limits = HTTPLimits()
        limits.unfinishedBodyBytesMax = 100_000
        try withEchoServer(limits: limits) { server, _ in
            let client = try RawClient(port: server.port, receiveBuffer: 4096)
            let body = String(repeating: "x", count: 1000)
            client.send(
                String(repeating: "POST /big HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n\(body)", count: 40))
            for _ in 1...40 { #expect(try client.readAnswer().body.utf8.count == 1 << 20) }
            client.send("POST /last HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n")
            client.send([UInt8](repeating: 1, count: 90_000))
            #expect(try client.readAnswer().body == "POST /last 90000")
        }
    }

    @Test func clientThatKeepsTheLastAnswerOpenIsClosed() throws {
        var limits = HTTPLimits()
        limits.lingerTime = .milliseconds(40)
        try withEchoServer(limits: limits) { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try client.readToEnd().hasSuffix("GET / 0"))
            #expect(try eventually { try server.connectionCount() == 0 })
        }
    }

    @Test func manyIdleConnectionsAreKept() throws {
        let count = min(5000, descriptorsLeft() / 2 - 100)
        try withEchoServer { server, _ in
            let clients = try (0..<count).map { _ in try RawClient(port: server.port) }
            #expect(try eventually { try server.connectionCount() == count })
            try expectService(server)
            let last = try #require(clients.last)
            last.send("GET /last HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try last.readAnswer().body == "GET /last 0")
        }
    }

    private func descriptorsLeft() -> Int {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
