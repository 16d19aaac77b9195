import ChatrixConformance
import ChatrixLive
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A client's WebSocket connection for checks: nothing is sent but what is asked for. Blocks; every wait has a deadline.
final class WebSocketConnection {
    static let connectLimit = TimeAmount.seconds(10)
    static let answerLimit = TimeAmount.seconds(20)

    /// The answer to the handshake.
    let answer: Exchange.Answer
    /// Whether the answer was 101.
    let isUpgraded: Bool
    private let channel: any Channel
    private let mailbox: NIOLoopBound<SocketMailbox>
    private let subject: String

    /// Connects and asks for an upgrade; a refusal is an answer too, and no error.
    init(_ access: HTTPAccess, target: String) throws {
        let base = access.base
        subject = "\(base.usesTLS ? "wss" : "ws")://\(base.authority)\(target.prefix { $0 != "?" })"
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answered = loop.makePromise(of: (answer: Exchange.Answer, isUpgraded: Bool).self)
        let mailbox = try loop.submit { NIOLoopBound(SocketMailbox(loop: loop), eventLoop: loop) }.wait()
        self.mailbox = mailbox
        let alarm = loop.scheduleTask(in: Self.answerLimit) {
            answered.fail(TargetError("upgrade", target, cause: "no answer in time"))
        }
        defer { alarm.cancel() }
        do {
            channel = try ClientBootstrap(group: loop)
                .connectTimeout(Self.connectLimit)
                .channelOption(.socketOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls = try access.makeTLSHandler() {
                            try channel.pipeline.syncOperations.addHandler(tls)
                        }
                        try Self.configure(channel, host: base.authority, target, answered, mailbox)
                    }
                }
                .connect(host: base.host, port: base.port).wait()
        } catch {
            answered.fail(error)
            throw TargetError("connect to", subject, cause: "\(error)")
        }
        do {
            (answer, isUpgraded) = try answered.futureResult.wait()
        } catch {
            channel.close(promise: nil)
            throw TargetError("upgrade", subject, cause: "\(error)")
        }
    }

    deinit { channel.close(promise: nil) }

    private static func configure(
        _ channel: any Channel, host: String, _ target: String,
        _ answered: EventLoopPromise<(answer: Exchange.Answer, isUpgraded: Bool)>,
        _ mailbox: NIOLoopBound<SocketMailbox>
    ) throws {
        let asking = HandshakeHandler(host: host, target: target, answered: answered)
        let upgrader = NIOWebSocketClientUpgrader(maxFrameSize: 16 << 20, automaticErrorHandling: true) {
            channel, head in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(mailbox.value)
                let headers = head.headers.map { Exchange.Header($0.name, $0.value) }
                answered.succeed((Exchange.Answer(status: 101, headers: headers, body: []), true))
            }
        }
        let bound = NIOLoopBound(asking, eventLoop: channel.eventLoop)
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                }
            ))
        try channel.pipeline.syncOperations.addHandler(asking)
    }

    /// Sends one message in one frame and waits until the other end has read it: its answer to a ping comes after it.
    func send(_ message: SocketMessage) throws {
        let mailbox = mailbox
        switch message {
        case .closed: return try close()
        case .text(let text): channel.eventLoop.execute { mailbox.value.write(.text, Array(text.utf8)) }
        case .binary(let bytes): channel.eventLoop.execute { mailbox.value.write(.binary, bytes) }
        }
        try wait("the answer to a ping on") { $0.ping() }
    }

    /// All that has come. The other end has sent what it knew of when this was asked; then `waiting` is given for what is
    /// still under way.
    func received(waiting: TimeAmount) throws -> [SocketMessage] {
        try wait("the answer to a ping on") { $0.ping() }
        let mailbox = mailbox
        let loop = channel.eventLoop
        if waiting > .zero { try loop.scheduleTask(in: waiting) {}.futureResult.wait() }
        return try loop.submit { mailbox.value.received }.wait()
    }

    /// Sends a close frame with code 1000 and waits for the other end's.
    func close() throws {
        try wait("the end of") { $0.close() }
    }

    private func wait(
        _ what: String, for start: @escaping @Sendable (SocketMailbox) -> EventLoopFuture<Void>
    ) throws {
        let mailbox = mailbox
        let loop = channel.eventLoop
        let done = loop.makePromise(of: Void.self)
        loop.execute { start(mailbox.value).cascade(to: done) }
        let subject = subject
        let alarm = loop.scheduleTask(in: Self.answerLimit) {
            done.fail(TargetError("wait for \(what)", subject, cause: "nothing for \(Self.answerLimit)"))
        }
        defer { alarm.cancel() }
        try done.futureResult.wait()
    }
}

/// Sends the request of the handshake and takes an answer that is no 101.
private final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let host: String
    private let target: String
    private let answered: EventLoopPromise<(answer: Exchange.Answer, isUpgraded: Bool)>
    private var refusal: Exchange.Answer?

    init(
        host: String, target: String, answered: EventLoopPromise<(answer: Exchange.Answer, isUpgraded: Bool)>
    ) {
        self.host = host
        self.target = target
        self.answered = answered
    }

    func channelActive(context: ChannelHandlerContext) {
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: ["Host": host])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            let headers = head.headers.map { Exchange.Header($0.name, $0.value) }
            refusal = Exchange.Answer(status: Int(head.status.code), headers: headers, body: [])
        case .body(let bytes): refusal?.body += Array(bytes.readableBytesView)
        case .end:
            if let refusal { answered.succeed((refusal, false)) }
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answered.fail(ChannelError.eof)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        answered.fail(error)
        context.close(promise: nil)
    }
}
