import ChatrixModel
import NIOCore
import NIOHTTP1
import NIOPosix

struct BenchmarkRequest: Sendable {
    var method: HTTPMethod
    var path: String
    var token: String?
    var body: [UInt8] = []
}

/// Keeps a number of connections busy with one request each, over and over.
struct BenchmarkClient {
    let port: Int
    let connectionCount: Int

    /// Sends `count` requests in all and waits for the answers; throws if any is no success.
    func run(_ request: BenchmarkRequest, count: Int) throws {
        let shares = (0..<connectionCount).map { count / connectionCount + ($0 < count % connectionCount ? 1 : 0) }
        let exchanges = shares.filter { $0 > 0 }.map { exchange(request, count: $0) }
        try EventLoopFuture.andAllSucceed(exchanges, on: MultiThreadedEventLoopGroup.singleton.next()).wait()
    }

    /// The body of the answer to one request.
    func answer(to request: BenchmarkRequest) throws -> JSON {
        try JSON.parse(Array(buffer: try exchange(request, count: 1).wait()))
    }

    /// Sends a request `count` times over a connection of its own; succeeds with the last body.
    private func exchange(_ request: BenchmarkRequest, count: Int) -> EventLoopFuture<ByteBuffer> {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let finished = loop.makePromise(of: ByteBuffer.self)
        let connected = ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        RepeatingHandler(request, count: count, finished: finished))
                }
            }
            .connect(host: "127.0.0.1", port: port)
        connected.whenFailure { finished.fail($0) }
        finished.futureResult.whenComplete { _ in connected.whenSuccess { $0.close(promise: nil) } }
        return finished.futureResult
    }
}

private final class RepeatingHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let requestBody: ByteBuffer
    private let finished: EventLoopPromise<ByteBuffer>
    private var remaining: Int
    private var status = HTTPResponseStatus.ok
    private var body = ByteBuffer()

    init(_ request: BenchmarkRequest, count: Int, finished: EventLoopPromise<ByteBuffer>) {
        var headers: HTTPHeaders = ["Host": "127.0.0.1"]
        if let token = request.token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        if request.method == .POST {
            headers.add(name: "Content-Type", value: "application/json")
            headers.add(name: "Content-Length", value: String(request.body.count))
        }
        head = HTTPRequestHead(version: .http1_1, method: request.method, uri: request.path, headers: headers)
        requestBody = ByteBuffer(bytes: request.body)
        remaining = count
        self.finished = finished
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    private func send(_ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if requestBody.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(requestBody))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = head.status
            body.clear()
        case .body(var part):
            body.writeBuffer(&part)
        case .end:
            guard (200..<300).contains(status.code) else {
                finished.fail(BenchmarkError("\(head.method) \(head.uri) answered \(status): \(String(buffer: body))"))
                return
            }
            remaining -= 1
            if remaining == 0 { finished.succeed(body) } else { send(context) }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        finished.fail(error)
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finished.fail(BenchmarkError("\(head.method) \(head.uri): the server closed the connection"))
    }
}
