import ChatrixReference
import Foundation
import HTTPTypes
import Testing

@testable import ChatrixServer

/// What honest HTTP/1 clients send.
@Suite struct HTTPFramingTests {
    @Test func keptConnectionServesOneRequestAfterAnother() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n")
            let first = try client.readAnswer()
            #expect(first.statusLine == "HTTP/1.1 200 OK")
            #expect(first.headers == ["Content-Type: text/plain", "Content-Length: 10"])
            #expect(first.body == "GET /one 0")
            client.send("POST /two?a=%20b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
            #expect(try client.readAnswer().body == "POST /two?a=%20b 5")
        }
    }

    @Test func onlyHeadersThatRulesReadArePassedOn() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send(
                """
                POST / HTTP/1.1\r\nHost: x\r\nauthorization: Bearer t\r\nCONTENT-TYPE: application/json\r\n\
                Accept-Language: id\r\nX-Device-Id: d\r\nUser-Agent: u\r\nCookie: c\r\nContent-Length: 2\r\n\r\n{}
                """)
            _ = try client.readAnswer()
            let request = try #require(journal.all.first)
            #expect(
                request.headers.map { "\($0.name.canonicalName): \($0.value)" } == [
                    "authorization: Bearer t", "content-type: application/json", "accept-language: id",
                    "x-device-id: d",
                ])
            #expect(request.body == Array("{}".utf8))
            #expect(request.peerAddress == "127.0.0.1")
        }
    }

    @Test func http10ConnectionEndsAfterTheAnswer() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.0\r\n\r\n")
            #expect(
                try client.readToEnd()
                    == "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET / 0"
            )
        }
    }

    @Test func http10ConnectionIsKeptOnRequest() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            for _ in 1...2 {
                client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                #expect(try client.readAnswer().headers.last == "Connection: keep-alive")
            }
        }
    }

    @Test func connectionCloseIsHonoured() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try client.readToEnd().hasSuffix("\r\nConnection: close\r\n\r\nGET / 0"))
        }
    }

    @Test func chunkedBodyIsPutTogether() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
            client.send("4;name=value\r\ndefg\r\n0\r\nTrailer: t\r\n\r\n")
            #expect(try client.readAnswer().body == "POST / 7")
            #expect(journal.all.map(\.body) == [Array("abcdefg".utf8)])
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send((1...500).map { "GET /\($0) HTTP/1.1\r\nHost: x\r\n\r\n" }.joined())
            for number in 1...500 { #expect(try client.readAnswer().body == "GET /\(number) 0") }
        }
    }

    @Test func pipelinedRequestWaitsForALateAnswer() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /next HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(eventually { journal.heldCount == 1 })
            #expect(journal.all.map(\.target) == ["/later"])
            journal.releaseHeld()
            #expect(try client.readAnswer().body == "late")
            #expect(try client.readAnswer().body == "GET /next 0")
        }
    }

    @Test func headAndNoContentHaveNoBody() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send(
                "HEAD /h HTTP/1.1\r\nHost: x\r\n\r\nDELETE /empty HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\n\r\n")
            #expect(try client.readAnswer(hasBody: false).headers.contains("Content-Length: 9"))
            let empty = try client.readAnswer()
            #expect(empty.statusLine == "HTTP/1.1 204 No Content")
            #expect(empty.headers == [])
            #expect(try client.readAnswer().body == "GET / 0")
        }
    }

    @Test(arguments: [
        ("http://example.com/a/b?c", "/a/b?c"), ("HTTPS://example.com?c", "/?c"), ("http://example.com", "/"),
        ("/http://x", "/http://x"), ("*", "*"),
    ])
    func targetLosesSchemeAndHost(sent: String, seen: String) throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("OPTIONS \(sent) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try client.readAnswer().body == "OPTIONS \(seen) 0")
        }
    }

    @Test func requestForAnUpgradeIsAnsweredAndTheConnectionEnded() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send(
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n"
            )
            #expect(try client.readToEnd().hasSuffix("\r\nConnection: close\r\n\r\nGET / 0"))
        }
    }

    @Test func expectationIsAnsweredBeforeTheBody() throws {
        try withEchoServer { server, _ in
            let client = try RawClient(port: server.port)
            client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.readAnswer().statusLine == "HTTP/1.1 100 Continue")
            client.send("abc")
            #expect(try client.readAnswer().body == "POST / 3")
        }
    }

    @Test func clientThatEndsItsOutputGetsItsAnswer() throws {
        try withEchoServer { server, journal in
            let client = try RawClient(port: server.port)
            client.send("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /later HTTP/1.1\r\nHost: x\r\n\r\n")
            client.closeOutput()
            #expect(try client.readAnswer().body == "GET /one 0")
            #expect(eventually { journal.heldCount == 1 })
            journal.releaseHeld()
            #expect(try client.readToEnd().hasSuffix("\r\nConnection: close\r\n\r\nlate"))
        }
    }

    @Test func stopLetsARequestUnderWayBeAnswered() throws {
        try withEchoServer { server, journal in
            let busy = try RawClient(port: server.port)
            let idle = try RawClient(port: server.port)
            busy.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(eventually { journal.heldCount == 1 })
            // A thread of its own: tests that block hold the threads that run tasks.
            Thread.detachNewThread { _ = try? server.stop(within: .seconds(10)) }
            #expect(try idle.readToEnd() == "")
            journal.releaseHeld()
            #expect(try busy.readToEnd().hasSuffix("\r\nlate"))
        }
    }

    @Test func takenPortIsNamed() throws {
        try withEchoServer { server, _ in
            let error = #expect(throws: ServerStartError.self) {
                try withEchoServer(port: server.port) { _, _ in }
            }
            #expect(
                error?.description
                    == "port \(server.port) on 127.0.0.1 is in use by another program; choose another with --port, or --port 0 for a free one"
            )
        }
    }
}
