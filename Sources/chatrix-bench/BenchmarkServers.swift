import ArgumentParser
import ChatrixReference
import ChatrixServer
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Started by `chatrix-bench server` as a process of its own: the reference without rate limits and MQTT.
struct ReferenceServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "reference-server", shouldDisplay: false)

    @Option var population = Population.none

    func run() throws {
        var configuration = ReferenceServer.Configuration.inProcess
        configuration.api.rateLimits = .off
        configuration.offersControl = false
        let bytesPerMessage = Mutex(0.0)
        configuration.api.fixtures = { [population] api, now in
            var populator = Populator(population, at: now)
            try populator.fill(&api)
            bytesPerMessage.withLock { $0 = populator.bytesPerMessage }
        }
        let server = try ReferenceServer.start(configuration, logger: Logger(label: "reference-server"))
        announce(port: server.port, bytesPerMessage: bytesPerMessage.withLock { $0 })
        waitForParent()
        server.stop()
    }
}

/// Started by `chatrix-bench server` as a process of its own: the least that SwiftNIO does for a request.
struct HelloServerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "hello-server", shouldDisplay: false)

    func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(HelloHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        announce(port: channel.localAddress?.port ?? 0)
        waitForParent()
        try channel.close().wait()
        try group.syncShutdownGracefully()
    }
}

/// The line that `ServerProcess` reads: the port, and what was measured on the way.
private func announce(port: Int, bytesPerMessage: Double = 0) {
    print("\(port) \(bytesPerMessage)")
    fflush(nil)
}

/// Returns when standard input ends, which it does when the parent is gone.
private func waitForParent() {
    while getchar() != EOF {}
}

/// Answers every request with 300 bytes of JSON.
private final class HelloHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let bodyByteCount = 300
    private let body: ByteBuffer
    private let headers: HTTPHeaders

    init() {
        let text = "{\"hello\":\"" + String(repeating: "x", count: HelloHandler.bodyByteCount - 12) + "\"}"
        body = ByteBuffer(string: text)
        headers = ["Content-Type": "application/json; charset=utf-8", "Content-Length": String(text.utf8.count)]
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .ok, headers: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
