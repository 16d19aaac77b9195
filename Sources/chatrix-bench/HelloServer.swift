import NIOCore
import NIOHTTP1
import NIOPosix

/// The floor of any HTTP server on SwiftNIO: answers each request with the same 300 bytes of JSON.
///
/// Same event loop, socket options and NIO handlers as `HTTPServer`; only the request is not looked at.
enum HelloServer {
    /// Serves on 127.0.0.1 until the process ends, after it has printed its URL. Port 0 takes a free one.
    static func run(port: Int) throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let channel = try ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    var encoding = HTTPResponseEncoder.Configuration()
                    encoding.automaticallySetFramingHeaders = false
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withServerUpgrade: nil, withErrorHandling: false,
                        withOutboundHeaderValidation: false, withEncoderConfiguration: encoding,
                        withDecoderLimitConfiguration: NIOHTTPDecoderLimitConfiguration())
                    try channel.pipeline.syncOperations.addHandler(HelloHandler())
                }
            }
            .bind(host: "127.0.0.1", port: port).wait()
        print("http://127.0.0.1:\(channel.localAddress?.port ?? port)")
        try channel.closeFuture.wait()
    }
}

private final class HelloHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private static let body: ByteBuffer = {
        let start = "{\"hello\":\""
        let end = "\"}"
        return ByteBuffer(string: start + String(repeating: "x", count: 300 - start.count - end.count) + end)
    }()

    private static let head = HTTPResponseHead(
        version: .http1_1, status: .ok, headers: ["Content-Type": "application/json", "Content-Length": "300"])

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .end = unwrapInboundIn(data) else { return }
        context.write(wrapOutboundOut(.head(HelloHandler.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(HelloHandler.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
