import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import Logging
import Testing

@testable import ChatrixServer

/// The reference behind its sockets: control plane, start and stop.
@Suite struct ReferenceServerTests {
    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func withServer(
        _ change: (inout ReferenceServer.Configuration) -> Void = { _ in }, _ body: (ReferenceServer) throws -> Void
    ) throws {
        var configuration = ReferenceServer.Configuration.inProcess
        change(&configuration)
        let server = try ReferenceServer.start(configuration, logger: ReferenceServerTests.silent)
        defer { server.stop(within: .seconds(1)) }
        try body(server)
    }

    private func answer(_ server: ReferenceServer, _ request: String) throws -> RawClient.Answer {
        let client = try RawClient(port: server.port)
        client.send(request)
        return try client.readAnswer()
    }

    @Test func controlPlaneMovesTheVirtualClock() throws {
        try withServer({ $0.clock = .virtual(.virtualStart) }) { server in
            #expect(server.controlURL == "http://127.0.0.1:\(server.port)/_reference")
            let advanced = try answer(
                server,
                """
                POST /_reference/clock-advance HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 21\r\n\r\n{"milliseconds":5000}
                """)
            #expect(advanced.body == "{\"now\":\"2023-04-10T12:00:05.000Z\"}")
            let missing = try answer(server, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(missing.statusLine == "HTTP/1.1 404 Not Found")
            #expect(missing.body.contains("\"timestamp\":\"2023-04-10T12:00:05.000Z\",\"path\":\"/nowhere\""))
            #expect(missing.headers.contains("X-RateLimit-Limit: 100"))
        }
    }

    @Test func aTokenOf100KiBIsJustABadToken() throws {
        try withServer { server in
            let token = String(repeating: "A", count: 100 << 10)
            let me = try answer(server, "GET /users/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n\r\n")
            #expect(me.statusLine == "HTTP/1.1 401 Unauthorized")
        }
    }

    /// CONTROL-01.
    @Test func controlPlaneThatIsOffIsAnUnknownRoute() throws {
        try withServer({ $0.offersControl = false }) { server in
            #expect(server.controlURL == nil)
            let health = try answer(server, "GET /_reference/health HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(health.statusLine == "HTTP/1.1 404 Not Found")
            #expect(health.headers.contains("X-RateLimit-Limit: 100"))
        }
    }

    @Test func controlPlaneIsRefusedWhereOthersReachIt() {
        #expect(throws: ServerStartError.controlNotOnLoopback(host: "0.0.0.0")) {
            try withServer({
                $0.host = "0.0.0.0"
                $0.offersControl = true
            }) { _ in }
        }
    }

    @Test func announcedOversizeIs413OfTheAPI() throws {
        try withServer { server in
            let refused = try answer(
                server,
                "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n")
            #expect(refused.statusLine == "HTTP/1.1 413 Payload Too Large")
            #expect(refused.body.contains("\"statusCode\":413"))
            let ignored = try answer(
                server, "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n")
            #expect(ignored.statusLine == "HTTP/1.1 404 Not Found")
        }
    }

    @Test func stoppedServerFreesItsPort() throws {
        var port = 0
        try withServer { port = $0.port }
        try withServer({ $0.port = port }) { #expect($0.port == port) }
    }

    @Test func readyLineHasItsKeysInOrder() throws {
        try withServer { server in
            let line = ReadyLine(server, seed: 18_446_744_073_709_551_615, processID: 4711, startupMilliseconds: 41)
            #expect(
                line.json == """
                    {"ready":true,"http":"http://127.0.0.1:\(server.port)","mqtt":null,\
                    "websocket":"ws://127.0.0.1:\(server.port)/ws",\
                    "control":"http://127.0.0.1:\(server.port)/_reference","seed":18446744073709551615,"pid":4711,\
                    "startup_ms":41}
                    """)
        }
    }
}
