import ChatrixReference
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One attempt of a webhook on a connection of its own. Lives on an event loop.
final class WebhookExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// How it ended.
    enum Result: Sendable, Equatable {
        case answered(status: Int)
        /// No complete answer came, with the reason.
        case failed(String)

        /// Only 2xx; a redirect is none (D-96).
        var isSuccess: Bool { if case .answered(let status) = self { (200...299).contains(status) } else { false } }
    }

    /// From the start to the end of the answer, on the real clock (D-96).
    static let timeout = TimeAmount.seconds(10)
    /// Of an answer's body no more is read: the status is known by then.
    private static let answerBytesMax = 65_536

    private let attempt: WebhookAttempt
    private let loop: any EventLoop
    private var onEnd: ((Result) -> Void)?
    private var channel: (any Channel)?
    private var deadline: Scheduled<Void>?
    private var status: Int?
    private var answerBytes = 0

    /// `onEnd` is called exactly once, unless the exchange is abandoned.
    init(_ attempt: WebhookAttempt, on loop: any EventLoop, onEnd: @escaping (Result) -> Void) {
        self.attempt = attempt
        self.loop = loop
        self.onEnd = onEnd
    }

    /// Connects and sends. `makeTLSContext` is only called for `https`.
    func start(makeTLSContext: () throws -> NIOSSLContext) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        deadline = loop.scheduleTask(in: WebhookExchange.timeout) {
            bound.value.end(
                .failed("no complete answer within \(WebhookExchange.timeout.nanoseconds / 1_000_000_000) s"))
        }
        let url = attempt.url
        let tls: NIOSSLContext?
        do {
            tls = url.usesTLS ? try makeTLSContext() : nil
        } catch {
            end(.failed("TLS: \(error)"))
            return
        }
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(WebhookExchange.timeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(try WebhookExchange.makeTLSHandler(tls, host: url.host)) }
                    try pipeline.addHTTPClientHandlers(leftOverBytesStrategy: .dropBytes)
                    try pipeline.addHandler(bound.value)
                }
            }
        // A name is resolved on another thread, an address needs no such detour.
        let connected =
            if let address = try? SocketAddress(ipAddress: url.host, port: url.port) {
                bootstrap.connect(to: address)
            } else {
                bootstrap.connect(host: url.host, port: url.port)
            }
        connected.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel):
                self.channel = channel
                if self.onEnd == nil { channel.close(promise: nil) }
            case .failure(let error): self.end(.failed("cannot connect: \(error)"))
            }
        }
    }

    private static func makeTLSHandler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
        do {
            return try NIOSSLClientHandler(context: context, serverHostname: host)
        } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
            return try NIOSSLClientHandler(context: context, serverHostname: nil)
        }
    }

    /// Ends it without telling anybody.
    func abandon() {
        onEnd = nil
        close()
    }

    private func end(_ result: Result) {
        guard let onEnd else { return }
        self.onEnd = nil
        close()
        onEnd(result)
    }

    private func close() {
        deadline?.cancel()
        deadline = nil
        channel?.close(promise: nil)
    }

    // MARK: The connection

    func channelActive(context: ChannelHandlerContext) {
        channel = context.channel
        guard onEnd != nil else {
            context.close(promise: nil)
            return
        }
        var head = HTTPRequestHead(version: .http1_1, method: .POST, uri: attempt.url.target)
        head.headers.add(name: "Host", value: attempt.url.authority)
        for (name, value) in attempt.headers { head.headers.add(name: name, value: value) }
        head.headers.add(name: "Content-Length", value: String(attempt.body.count))
        head.headers.add(name: "Connection", value: "close")
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let body = context.channel.allocator.buffer(bytes: attempt.body)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let bytes):
            answerBytes += bytes.readableBytes
            if answerBytes > WebhookExchange.answerBytesMax { answered() }
        case .end: answered()
        }
    }

    private func answered() {
        guard let status else { return }
        end(.answered(status: status))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failed("no HTTP answer: \(error)"))
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.failed("the connection ended before the answer was complete"))
        context.fireChannelInactive()
    }
}
