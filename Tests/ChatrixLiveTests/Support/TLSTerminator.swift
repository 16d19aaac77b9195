import Foundation
import NIOCore
import NIOPosix
import NIOSSL

/// Takes TLS connections on a free port and passes what is in them on to a plain one, and back.
final class TLSTerminator: Sendable {
    private let channel: any Channel

    /// The certificate and its key in PEM files.
    init(to port: Int, certificate: String, key: String) async throws {
        let settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: key, format: .pem)))
        let context = try NIOSSLContext(configuration: settings)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: context), Relay(connectingTo: port))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    func stop() async throws { try await channel.close() }

    /// Passes bytes to its other half; what comes before that one is there waits.
    private final class Relay: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let port: Int?
        private var other: Relay?
        private var context: ChannelHandlerContext?
        private var early: [ByteBuffer] = []

        init(connectingTo port: Int?) { self.port = port }

        func handlerAdded(context: ChannelHandlerContext) {
            self.context = context
            guard let port else { return }
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            ClientBootstrap(group: context.eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let relay = Relay(connectingTo: nil)
                        try channel.pipeline.syncOperations.addHandler(relay)
                        relay.other = bound.value
                    }
                }
                .connect(host: "127.0.0.1", port: port)
                .whenComplete { result in
                    guard case .success(let channel) = result,
                        let relay = try? channel.pipeline.syncOperations.handler(type: Relay.self)
                    else {
                        bound.value.context?.close(promise: nil)
                        return
                    }
                    bound.value.other = relay
                    for bytes in bound.value.early { relay.pass(bytes) }
                    bound.value.early = []
                }
        }

        private func pass(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            if let other { other.pass(bytes) } else { early.append(bytes) }
        }

        func channelInactive(context: ChannelHandlerContext) {
            other?.context?.close(promise: nil)
            other = nil
            self.context = nil
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

/// A self-signed certificate for the name localhost, in a folder of its own.
struct TestCertificate {
    let folder: URL

    var certificate: String { folder.appendingPathComponent("certificate.pem").path }
    var key: String { folder.appendingPathComponent("key.pem").path }

    /// Nil where the program openssl is missing.
    init?() throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") else { return nil }
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("chatrix-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
    }

    func remove() throws { try FileManager.default.removeItem(at: folder) }
}
