import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// What a client's WebSocket connection needs of its driver.
protocol SocketOwner: AnyObject {
    var loop: any EventLoop { get }
    /// Where connections are opened, and what opens them.
    var webSocketBase: HTTPBase { get }
    var webSocketConnector: Connector { get }
    /// Nanoseconds of the run.
    var now: Int64 { get }
    var isEnded: Bool { get }
    func split(_ client: Int) -> (user: Int, device: Int)
    func accessToken(of client: Int) -> String?
    /// The wait after so many failures in a row; `nil` to give up.
    func retryDelay(_ client: Int, afterFailures failures: Int) -> Duration?
    func completed(_ ticket: Engine.Ticket, _ answer: AnswerReader.Answer)
    func socketReceived(_ delivery: History.Delivery)
    func socketChanged(_ client: Int, isUp: Bool, reason: String)
    /// An attempt to connect failed.
    func socketFailed(_ client: Int, reason: String)
}

/// The WebSocket connection of one client: comes back by itself when it breaks, until it is closed.
///
/// Lives on the event loop of its owner. It is up when it has subscribed to all events (D-91) and the server has answered a
/// ping sent after that, so everything from then on is due to it. Every event that it was given to send is completed exactly
/// once, unless it is abandoned.
final class SocketSession: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// From asking for the connection to the answer to the first ping.
    static let openLimit = TimeAmount.seconds(10)
    /// A connection on which a ping stays without answer so long is given up.
    static let pingInterval = TimeAmount.seconds(20)
    private static let messageBytesMax = 16 << 20

    private enum State { case closed, connecting, greeting, up, waitingToRetry }

    private struct Outstanding {
        /// `nil` of what nobody waits for any longer; its confirmation is still to come.
        var ticket: Engine.Ticket?
        var request: SocketRequest
    }

    let client: Int
    private let id: UserID
    private unowned let owner: any SocketOwner
    private var state = State.closed
    /// Of the present attempt, from its beginning.
    private var channel: (any Channel)?
    /// Once frames are spoken.
    private var context: ChannelHandlerContext?
    /// In the order in which they were sent.
    private var outstanding: [Outstanding] = []
    private var failures = 0
    /// Counts the attempts; deadlines of an earlier one are void.
    private var attempt: UInt32 = 0
    private var awaitsPong = false
    private var index = JSONIndex()

    init(client: Int, id: UserID, owner: any SocketOwner) {
        self.client = client
        self.id = id
        self.owner = owner
    }

    var isUp: Bool { state == .up }
    var isWaitingToRetry: Bool { state == .waitingToRetry }

    /// Connects, unless it does already; one that waits for its next attempt tries at once.
    func open() {
        guard state == .closed || state == .waitingToRetry else { return }
        attempt += 1
        let attempt = attempt
        guard let token = owner.accessToken(of: client) else { return fail("the client has no access token") }
        state = .connecting
        let base = owner.webSocketBase
        let target = "\(base.prefix)?token=\(token.percentEncoded)"
        owner.webSocketConnector.connect { channel in
            // Its turn came after it was given up.
            guard self.attempt == attempt else { throw ChannelError.alreadyClosed }
            self.channel = channel
            try WebSocketHandshake.add(
                to: channel, host: base.authority, target: target, frameBytesMax: SocketSession.messageBytesMax,
                configure: { channel in
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOWebSocketFrameAggregator(
                            minNonFinalFragmentSize: 0, maxAccumulatedFrameCount: 1 << 16,
                            maxAccumulatedFrameSize: SocketSession.messageBytesMax), self)
                },
                answered: { outcome in
                    guard self.attempt == attempt, self.state == .connecting else { return channel.close(promise: nil) }
                    switch outcome {
                    case .upgraded: self.greet()
                    case .refused(let head, _): self.fail("the server answered \(head.status.code) instead of 101")
                    case .failed(let error): self.fail("the handshake failed: \(error)")
                    }
                })
        } failed: {
            if self.attempt == attempt, self.state == .connecting { self.fail($0) }
        }
        owner.loop.assumeIsolated().scheduleTask(in: SocketSession.openLimit) {
            guard self.attempt == attempt, self.state == .connecting || self.state == .greeting else { return }
            self.fail("not open within \(SocketSession.openLimit.nanoseconds / 1_000_000_000) s")
        }
    }

    /// Ends the session until it is opened again; what is outstanding is lost.
    func close() {
        guard state != .closed else { return }
        if state == .up || state == .greeting { write(.connectionClose, [0x03, 0xE8]) }
        end("closed by the client", .closed)
    }

    /// Sends an event; without a connection it is lost.
    func send(_ ticket: Engine.Ticket, _ request: SocketRequest) {
        guard state == .up, let context else {
            return owner.completed(ticket, .init(result: .lost(reason: "the WebSocket connection is not up")))
        }
        let frame = frame(.text, request.frame())
        if request.confirmation != nil {
            outstanding.append(Outstanding(ticket: ticket, request: request))
            return context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { result in
            let answer =
                switch result {
                case .success: AnswerReader.Answer(result: .accepted(status: 0))
                case .failure(let error): AnswerReader.Answer(result: .lost(reason: "not written: \(error)"))
                }
            bound.value.owner.completed(ticket, answer)
        }
        context.writeAndFlush(wrapOutboundOut(frame), promise: written)
    }

    /// Forgets who waits for a confirmation, not that it is to come.
    func abandon(_ ticket: Engine.Ticket) {
        for index in outstanding.indices where outstanding[index].ticket == ticket { outstanding[index].ticket = nil }
    }

    /// Asks whether the other end is still there; ends the connection if the last question stayed without answer.
    func ping() {
        guard state == .up else { return }
        if awaitsPong {
            return fail("no answer to a ping within \(SocketSession.pingInterval.nanoseconds / 1_000_000_000) s")
        }
        awaitsPong = true
        write(.ping, [])
    }

    private func greet() {
        state = .greeting
        write(.text, SocketRequest.subscribe(SocketEvent.allCases).frame())
        write(.ping, [])
    }

    private func frame(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) -> WebSocketFrame {
        WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: bytes))
    }

    private func write(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
        context?.writeAndFlush(wrapOutboundOut(frame(opcode, bytes)), promise: nil)
    }

    // MARK: - End

    /// Ends the connection or the attempt and plans the next one.
    private func fail(_ reason: String) {
        failures += 1
        end(reason, .waitingToRetry)
        let wait = owner.retryDelay(client, afterFailures: failures)
        guard let wait, !owner.isEnded else { return }
        let attempt = attempt
        owner.loop.assumeIsolated().scheduleTask(in: TimeAmount(wait)) {
            if self.attempt == attempt, self.state == .waitingToRetry, !self.owner.isEnded { self.open() }
        }
    }

    private func end(_ reason: String, _ next: State) {
        let wasUp = state == .up
        state = next
        attempt += 1
        awaitsPong = false
        let channel = channel
        (self.channel, context) = (nil, nil)
        channel?.close(promise: nil)
        let lost = outstanding
        outstanding = []
        for entry in lost {
            guard let ticket = entry.ticket else { continue }
            owner.completed(ticket, AnswerReader.Answer(result: .lost(reason: reason)))
        }
        if wasUp {
            owner.socketChanged(client, isUp: false, reason: reason)
        } else if next == .waitingToRetry {
            owner.socketFailed(client, reason: reason)
        }
    }

    // MARK: - Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    private func isPresent(_ context: ChannelHandlerContext) -> Bool { self.context === context }

    func channelInactive(context: ChannelHandlerContext) {
        if isPresent(context) { fail("the server closed the connection") }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isPresent(context) { fail("the connection failed: \(error)") }
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isPresent(context) else { return }
        let frame = unwrapInboundIn(data)
        var bytes = frame.unmaskedData
        switch frame.opcode {
        case .text: bytes.withUnsafeReadableBytes { receive($0) }
        case .ping: write(.pong, Array(bytes.readableBytesView))
        case .pong:
            awaitsPong = false
            if state == .greeting {
                state = .up
                failures = 0
                owner.socketChanged(client, isUp: true, reason: "")
            }
        case .connectionClose:
            let code = bytes.readInteger(as: UInt16.self)
            write(.connectionClose, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [])
            fail("the server closed the connection with \(code.map { "code \($0)" } ?? "no code")")
        default:
            // Only text frames are promised (D-90).
            let (user, device) = owner.split(client)
            var delivery = History.Delivery(
                user: user, at: owner.now, kind: .unreadable, note: "a frame that is no text")
            (delivery.device, delivery.channel) = (device, .webSocket)
            owner.socketReceived(delivery)
        }
    }

    /// A confirmation completes what it confirms, an error what it refuses; anything else is a delivery.
    private func receive(_ bytes: UnsafeRawBufferPointer) {
        let now = owner.now
        let (user, device) = owner.split(client)
        enum Meaning {
            case confirmation(Int, AnswerReader.Answer)
            case delivery(History.Delivery)
        }
        let meaning: Meaning? =
            (try? index.read(bytes) { frame -> Meaning? in
                guard let data = frame["data"],
                    let delivery = History.Delivery(frame: frame, bytes, to: user, id, device: device, at: now)
                else { return nil }
                if delivery.kind == .socketError {
                    let position = data["event"]?.string.flatMap { name in
                        outstanding.firstIndex { $0.request.action.rawValue == name }
                    }
                    guard let position, let status = data["statusCode"]?.integer else { return .delivery(delivery) }
                    return .confirmation(position, .init(result: .refused(status: status), body: data.tree))
                }
                let position = outstanding.firstIndex { $0.request.isConfirmed(by: delivery, data, of: id) }
                guard let position else { return .delivery(delivery) }
                var answer = AnswerReader.Answer(result: .accepted(status: 0), body: data.tree)
                if delivery.kind == .message, let message = delivery.message, let createdAt = delivery.stamp {
                    answer.facts = .message(message, createdAt: createdAt)
                }
                return .confirmation(position, answer)
            }) ?? nil
        switch meaning {
        case .confirmation(let position, let answer):
            if let ticket = outstanding.remove(at: position).ticket { owner.completed(ticket, answer) }
        case .delivery(let delivery): owner.socketReceived(delivery)
        case nil:
            owner.socketReceived(
                History.Delivery(unreadableFrame: bytes, to: user, device: device, at: now))
        }
    }
}

extension SocketRequest {
    /// Whether an event is what the sender's own connection hears of this (D-92), rather than news of another's step.
    ///
    /// A call that both end at once is told of twice with nothing to tell the two apart; the first one counts as the
    /// confirmation.
    fileprivate func isConfirmed(by event: History.Delivery, _ data: JSONView, of user: UserID) -> Bool {
        guard let confirmation, event.kind == History.Delivery.Kind(confirmation) else { return false }
        switch self {
        case .subscribe, .unsubscribe, .typing: return false
        case .message(let conversation, let draft):
            return event.actor == user && event.conversation == conversation
                && event.contentDigest == History.digest(of: draft.content)
        case .messageUpdate(let message, let content):
            return event.message == message && event.contentDigest == History.digest(of: content)
        case .messageDelete(let message): return event.message == message
        case .call(let draft):
            return event.actor == draft.recipient && data["caller_id"]?.id(of: Entity.User.self) == user
        case .callAccept(let call, _), .callReject(let call), .callEnd(let call): return event.call == call
        }
    }
}
