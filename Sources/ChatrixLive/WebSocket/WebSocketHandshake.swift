import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Asks for a WebSocket connection on a fresh channel (RFC 6455, section 4).
package enum WebSocketHandshake {
    package enum Outcome {
        case upgraded(HTTPResponseHead)
        /// An answer that is no 101, with its body; the channel is closed.
        case refused(HTTPResponseHead, body: ByteBuffer)
        /// The connection ended before there was an answer.
        case failed(any Error)
    }

    /// Adds what the handshake needs to a channel that is not yet active, behind TLS if there is some.
    ///
    /// `answered` is called once, on the channel's event loop; after `upgraded` the channel carries `WebSocketFrame`s, which
    /// `configure` has added handlers for.
    package static func add(
        to channel: any Channel, host: String, target: String, frameBytesMax: Int,
        configure: @escaping (any Channel) throws -> Void, answered: @escaping (Outcome) -> Void
    ) throws {
        let asking = AskingHandler(host: host, target: target, answered: answered)
        let bound = NIOLoopBound((asking: asking, configure: configure), eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: frameBytesMax, automaticErrorHandling: true) {
            channel, head in
            channel.eventLoop.makeCompletedFuture {
                try bound.value.configure(channel)
                bound.value.asking.succeed(head)
            }
        }
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(bound.value.asking, promise: nil)
                }
            ))
        try channel.pipeline.syncOperations.addHandler(asking)
    }
}

/// Sends the request of the handshake and takes an answer that is no 101.
private final class AskingHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let host: String
    private let target: String
    private var answered: ((WebSocketHandshake.Outcome) -> Void)?
    private var refusal: (head: HTTPResponseHead, body: ByteBuffer)?

    init(host: String, target: String, answered: @escaping (WebSocketHandshake.Outcome) -> Void) {
        self.host = host
        self.target = target
        self.answered = answered
    }

    func succeed(_ head: HTTPResponseHead) { answer(.upgraded(head)) }

    private func answer(_ outcome: WebSocketHandshake.Outcome) {
        let answered = answered
        self.answered = nil
        answered?(outcome)
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["Host": host])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): refusal = (head, ByteBuffer())
        case .body(var bytes): refusal?.body.writeBuffer(&bytes)
        case .end:
            if let refusal { answer(.refused(refusal.head, body: refusal.body)) }
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer(.failed(ChannelError.eof))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answer(.failed(error))
        context.close(promise: nil)
    }
}
