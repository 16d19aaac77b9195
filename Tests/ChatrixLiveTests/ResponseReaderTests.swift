import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import ChatrixLive

/// Responses as bytes, whole and in all pieces, against what NIO's own decoder makes of them.
struct ResponseReaderTests {
    struct Read: Equatable, CustomStringConvertible {
        var status: Int
        var body: String
        var isKeptAlive: Bool
        var description: String { "\(status) \(body) \(isKeptAlive)" }
    }

    static let good = [
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\nhello",
        "HTTP/1.1 200\r\ncontent-length:0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nConnection: close\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nTrailer: yes\r\nB: c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX-Long: \(String(repeating: "v", count: 3000))\r\n\r\nabc",
    ]

    private func read(_ pieces: [String]) throws -> [Read] {
        var reader = ResponseReader()
        var found: [Read] = []
        for piece in pieces {
            reader.append(ByteBuffer(string: piece))
            while let response = try reader.next() {
                found.append(
                    Read(
                        status: response.status, body: String(buffer: response.body), isKeptAlive: response.isKeptAlive)
                )
            }
        }
        #expect(reader.isBetweenResponses)
        return found
    }

    /// What NIO's decoder finds, without informational heads.
    private func decoded(_ text: String) throws -> [Read] {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            ByteToMessageHandler(HTTPResponseDecoder(informationalResponseStrategy: .drop)))
        // It has to know what was asked for, which is part of its own outbound side.
        try channel.pipeline.syncOperations.addHandler(HTTPRequestEncoder(), position: .first)
        for _ in 0..<3 {
            try channel.writeOutbound(HTTPClientRequestPart.head(.init(version: .http1_1, method: .GET, uri: "/")))
            try channel.writeOutbound(HTTPClientRequestPart.end(nil))
        }
        try channel.writeInbound(ByteBuffer(string: text))
        var found: [Read] = []
        while let part = try channel.readInbound(as: HTTPClientResponsePart.self) {
            switch part {
            case .head(let head):
                found.append(Read(status: Int(head.status.code), body: "", isKeptAlive: head.isKeepAlive))
            case .body(let bytes): found[found.count - 1].body += String(buffer: bytes)
            case .end: break
            }
        }
        return found
    }

    @Test(arguments: good)
    func agreesWithTheDecoderOfNIO(_ text: String) throws {
        #expect(try read([text]) == decoded(text))
    }

    @Test(arguments: good)
    func splitAnywhereItIsTheSame(_ text: String) throws {
        let whole = try read([text])
        #expect(!whole.isEmpty)
        // A long header line is cut at some places only.
        for cut in stride(from: 1, to: text.utf8.count, by: text.utf8.count > 500 ? 97 : 1) {
            let bytes = Array(text.utf8)
            let pieces = [bytes[..<cut], bytes[cut...]].map { String(decoding: $0, as: UTF8.self) }
            #expect(try read(pieces) == whole, "cut at \(cut)")
        }
        #expect(try read(text.utf8.map { String(decoding: [$0], as: UTF8.self) }) == whole)
    }

    @Test func bodyWithoutLengthEndsWithTheConnection() throws {
        var reader = ResponseReader()
        reader.append(ByteBuffer(string: "HTTP/1.1 200 OK\r\n\r\nsome"))
        let early = try reader.next()
        #expect(early == nil)
        reader.append(ByteBuffer(string: " more"))
        let later = try reader.next()
        #expect(later == nil)
        let end = reader.end()
        let response = try #require(end)
        #expect(String(buffer: response.body) == "some more")
        #expect(!response.isKeptAlive)
        #expect(!response.hasLength)
    }

    @Test func cutOffBodyIsNoResponse() throws {
        var reader = ResponseReader()
        reader.append(ByteBuffer(string: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"))
        let early = try reader.next()
        #expect(early == nil)
        let end = reader.end()
        #expect(end == nil)
        #expect(!reader.isBetweenResponses)
    }

    @Test(arguments: [
        ("SSH-2.0-OpenSSH_9.2p1\r\n\r\n", "no status line of HTTP/1.1"),
        ("HTTP/2 200\r\n\r\n", "no status line of HTTP/1.1"),
        ("HTTP/1.1 2x0 OK\r\n\r\n", "a status that is no number"),
        ("HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header without a name"),
        ("HTTP/1.1 200 OK\r\n: x\r\n\r\n", "a header without a name"),
        ("HTTP/1.1 200 OK\r\nContent-Length : 3\r\n\r\n", "a header without a name"),
        ("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n", "a header without a name"),
        ("HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\n", "a content-length that is no number"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n", "two different content-lengths"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
            "both content-length and transfer-encoding"
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", "a body of more than 268435456 bytes"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "a chunk without a size"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "a chunk is longer than its size"),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", "an upgrade unasked for"),
    ])
    func malformedResponseIsRefused(_ text: String, _ reason: String) {
        var reader = ResponseReader()
        reader.append(ByteBuffer(string: text))
        do throws(ResponseReader.Malformed) {
            while try reader.next() != nil {}
            Issue.record("it was read")
        } catch {
            #expect(error.description == reason)
        }
    }

    @Test func headWithoutEndIsRefused() throws {
        var reader = ResponseReader()
        reader.append(ByteBuffer(string: "HTTP/1.1 200 OK\r\n"))
        reader.append(ByteBuffer(string: String(repeating: "A: b\r\n", count: 12_000)))
        #expect(throws: ResponseReader.Malformed.self) { try reader.next() }
    }
}
