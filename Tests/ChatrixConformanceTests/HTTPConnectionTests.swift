import ChatrixConformance
import ChatrixLive
import Foundation
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Testing

@testable import ChatrixProbe

/// A server that answers every request with bytes of the test's choice, over TCP or TLS.
private final class ScriptedServer: Sendable {
    /// What a request was answered with, and whether the connection ends then.
    struct Script: Sendable {
        var bytes: String
        var isClosing = false
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: @Sendable (String) -> Script?
        private var received = ""

        init(_ script: @escaping @Sendable (String) -> Script?) { self.script = script }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            received += String(buffer: unwrapInboundIn(data))
            guard let script = script(received) else { return }
            received = ""
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: script.bytes))).whenComplete { _ in
                if script.isClosing { bound.value.close(promise: nil) }
            }
        }
    }

    private let channel: any Channel
    var port: Int { channel.localAddress?.port ?? 0 }

    /// `script` gets what came since the last answer, and answers nothing as long as it is not a whole request.
    init(
        host: String = "127.0.0.1", tls: NIOSSLContext? = nil, _ script: @escaping @Sendable (String) -> Script?
    ) throws {
        channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(Handler(script))
                }
            }
            .bind(host: host, port: 0).wait()
    }

    deinit { channel.close(promise: nil) }
}

@Suite struct HTTPConnectionTests {
    private static let get = Exchange.Request(method: "GET", target: "/x")

    private func access(_ server: ScriptedServer, _ scheme: String = "http", host: String = "127.0.0.1") throws
        -> HTTPAccess
    {
        try HTTPAccess(HTTPBase(parsing: "\(scheme)://\(host):\(server.port)"))
    }

    @Test func requestTravelsAsItStandsWithHostAndLength() throws {
        let server = try ScriptedServer { request in
            guard request.hasSuffix("\r\n\r\nbody") else { return nil }
            return .init(bytes: "HTTP/1.1 200 OK\r\nContent-Length: \(request.utf8.count)\r\n\r\n\(request)")
        }
        let connection = try HTTPConnection(access(server))
        let request = Exchange.Request(
            method: "BREW", target: "/a%20b?c=%zz", headers: [.init("x-Odd", "1"), .init("X-odd", "2")],
            body: Array("body".utf8))
        let (answer, isReusable) = try connection.exchange(request)
        #expect(
            String(decoding: answer.body, as: UTF8.self)
                == "BREW /a%20b?c=%zz HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\nx-Odd: 1\r\nX-odd: 2\r\n"
                + "Content-Length: 4\r\n\r\nbody")
        #expect(isReusable)
    }

    @Test func oneConnectionCarriesManyRequestsAndEveryFraming() throws {
        let server = try ScriptedServer { request in
            guard request.hasSuffix("\r\n\r\n") else { return nil }
            let path = request.split(separator: " ")[1]
            return switch path {
            case "/chunked":
                .init(bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
            case "/empty": .init(bytes: "HTTP/1.1 204 No Content\r\n\r\n")
            case "/continue":
                .init(bytes: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 1\r\n\r\nx")
            case "/head": .init(bytes: "HTTP/1.1 405 No\r\nContent-Length: 50\r\n\r\n")
            default: .init(bytes: "HTTP/1.1 200 OK\r\n\r\nuntil the end", isClosing: true)
            }
        }
        let connection = try HTTPConnection(access(server))
        func exchange(_ method: String, _ path: String) throws -> (String, Int, Bool) {
            let (answer, isReusable) = try connection.exchange(Exchange.Request(method: method, target: path))
            return (String(decoding: answer.body, as: UTF8.self), answer.status, isReusable)
        }
        #expect(try exchange("GET", "/chunked") == ("abcde", 200, true))
        #expect(try exchange("GET", "/empty") == ("", 204, true))
        #expect(try exchange("HEAD", "/head") == ("", 405, true))
        #expect(try exchange("GET", "/continue") == ("x", 201, true))
        #expect(try exchange("GET", "/last") == ("until the end", 200, false))
    }

    @Test func answerThatIsNoneIsAClearError() throws {
        let garbage = try ScriptedServer { _ in .init(bytes: "220 mail.example.com ESMTP\r\n\r\n") }
        let error = try #require(throws: TargetError.self) { try HTTPConnection(access(garbage)).exchange(Self.get) }
        #expect(error.description.contains("what came is no HTTP answer"), "\(error)")
        let cut = try ScriptedServer { _ in
            .init(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", isClosing: true)
        }
        let cutError = try #require(throws: TargetError.self) { try HTTPConnection(access(cut)).exchange(Self.get) }
        #expect(cutError.description.hasPrefix("exchange GET /x: "), "\(cutError)")
        let silent = try ScriptedServer { _ in .init(bytes: "", isClosing: true) }
        #expect(throws: TargetError.self) { try HTTPConnection(access(silent)).exchange(Self.get) }
    }

    @Test(arguments: ["::1", "localhost"])
    func namesAndIPv6AreReached(host: String) throws {
        let server = try ScriptedServer(host: host) { _ in .init(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let literal = host.contains(":") ? "[\(host)]" : host
        let connection = try HTTPConnection(access(server, host: literal))
        #expect(try connection.exchange(Self.get).answer.status == 200)
    }

    @Test func certificateIsChecked() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("chatrix-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        let maker = Process()
        maker.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        maker.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", "\(folder)/key.pem", "-out", "\(folder)/cert.pem",
        ]
        maker.standardError = FileHandle.nullDevice
        try maker.run()
        maker.waitUntilExit()
        try #require(maker.terminationStatus == 0)
        let settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile("\(folder)/cert.pem").map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: "\(folder)/key.pem", format: .pem)))
        let server = try ScriptedServer(tls: NIOSSLContext(configuration: settings)) { _ in
            .init(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
        for host in ["localhost", "127.0.0.1"] {
            let base = try HTTPBase(parsing: "https://\(host):\(server.port)")
            let trusting = try HTTPConnection(HTTPAccess(base, authorities: "\(folder)/cert.pem"))
            #expect(try trusting.exchange(Self.get).answer.body == Array("ok".utf8))
            let error = try #require(throws: TargetError.self) { try HTTPConnection(HTTPAccess(base)) }
            #expect(error.description.hasPrefix("connect to \(base): TLS"), "\(error)")
        }
        let plain = try HTTPBase(parsing: "http://127.0.0.1:\(server.port)")
        #expect(throws: TargetError.self) { try HTTPConnection(HTTPAccess(plain)).exchange(Self.get) }
    }

    @Test func absentServerIsNamedInOneLine() throws {
        let error = try #require(throws: TargetError.self) {
            try HTTPConnection(HTTPAccess(HTTPBase(parsing: "http://127.0.0.1:1/api")))
        }
        #expect(error.description == "connect to http://127.0.0.1:1/api: Connection refused")
    }
}
