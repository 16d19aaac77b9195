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
        try WebSocketHandshake.add(
            to: channel, host: host, target: target, frameBytesMax: 16 << 20,
            configure: { try $0.pipeline.syncOperations.addHandler(mailbox.value) },
            answered: { outcome in
                switch outcome {
                case .upgraded(let head): answered.succeed((answer(head, ByteBuffer()), true))
                case .refused(let head, let body): answered.succeed((answer(head, body), false))
                case .failed(let error): answered.fail(error)
                }
            })
    }

    private static func answer(_ head: HTTPResponseHead, _ body: ByteBuffer) -> Exchange.Answer {
        Exchange.Answer(
            status: Int(head.status.code), headers: head.headers.map { Exchange.Header($0.name, $0.value) },
            body: Array(body.readableBytesView))
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
