import ChatrixHistory
import ChatrixModel
import ChatrixScenario
import NIOCore

/// What a client's HTTP connection needs of its driver.
protocol ConnectionOwner: AnyObject {
    /// Opens a channel with the connection as its last handler; `connectFailed` is called if that fails.
    func connect(_ connection: ClientConnection)
    func encode(_ request: WireRequest, accessToken: String?) -> ByteBuffer
    func read(_ response: ResponseReader.Response, of endpoint: Endpoint.Name, wish: Engine.Wish) -> AnswerReader.Answer
    func completed(_ ticket: Engine.Ticket, _ answer: AnswerReader.Answer)
}

/// The HTTP connection of one client: one request at a time, in the order in which they were issued, as on a phone.
///
/// Lives on the event loop of its owner. Opens itself for the next request when it was closed. Every request that it was
/// given is answered exactly once: read, or lost with a reason; the engine's deadline takes back what stays without answer.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private struct Request {
        var ticket: Engine.Ticket
        var command: Command
        var wish: Engine.Wish
    }

    private enum State { case closed, connecting, open }

    let client: Int
    private unowned let owner: any ConnectionOwner
    private var state = State.closed
    private var context: ChannelHandlerContext?
    private var waiting: [Request] = []
    /// On the wire.
    private var current: (ticket: Engine.Ticket, endpoint: Endpoint.Name, wish: Engine.Wish)?
    private var reader = ResponseReader()
    private var isKeptAlive = true
    /// Of the last login or refresh, before one of the registration.
    private(set) var tokens: AnswerReader.Tokens?

    init(client: Int, owner: any ConnectionOwner) {
        self.client = client
        self.owner = owner
    }

    var isOpen: Bool { state == .open }

    /// Sends a request as soon as those before it are done.
    func send(_ ticket: Engine.Ticket, _ command: Command, _ wish: Engine.Wish) {
        let request = Request(ticket: ticket, command: command, wish: wish)
        // The usual case needs no queue, and so no memory while the client thinks.
        if current == nil, waiting.isEmpty, state == .open, isKeptAlive { return transmit(request) }
        waiting.append(request)
        sendNext()
    }

    /// Forgets a request. One that is on the wire takes the connection with it, as its answer would be taken for another's.
    /// Returns false if it is none of this connection's.
    func abandon(_ ticket: Engine.Ticket) -> Bool {
        if current?.ticket == ticket {
            current = nil
            isKeptAlive = false
            context?.close(promise: nil)
            return true
        }
        guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return false }
        waiting.remove(at: index)
        return true
    }

    /// Closes the connection when what is on the wire has been answered; what waits goes over the next one.
    func closeWhenIdle() {
        guard state == .open else { return }
        isKeptAlive = false
        if current == nil { context?.close(promise: nil) }
    }

    /// Closes the connection for good, with all that is outstanding.
    func close() {
        waiting.removeAll()
        current = nil
        context?.close(promise: nil)
    }

    private func sendNext() {
        while current == nil, !waiting.isEmpty {
            switch state {
            case .connecting: return
            case .closed:
                state = .connecting
                owner.connect(self)
                return
            case .open:
                guard isKeptAlive else { return }
                let request = waiting.removeFirst()
                if waiting.isEmpty { waiting = [] }
                transmit(request)
            }
        }
    }

    private func transmit(_ request: Request) {
        guard let wire = request.command.wireRequest(refreshToken: tokens?.refresh) else {
            let reason = "the command has no request, or no refresh token is known"
            return owner.completed(request.ticket, AnswerReader.Answer(result: .lost(reason: reason)))
        }
        current = (request.ticket, wire.endpoint.name, request.wish)
        context?.writeAndFlush(wrapOutboundOut(owner.encode(wire, accessToken: tokens?.access)), promise: nil)
    }

    /// The connection was not made: nothing that waited for it was sent.
    func connectFailed(_ reason: String) {
        state = .closed
        let lost = waiting
        waiting.removeAll()
        for request in lost { owner.completed(request.ticket, AnswerReader.Answer(result: .lost(reason: reason))) }
    }

    // MARK: - Channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        reader = ResponseReader()
    }

    // The handler moves on to a new channel, while the last words of the old one may still come.
    private func isPresent(_ context: ChannelHandlerContext) -> Bool { self.context === context }

    func handlerRemoved(context: ChannelHandlerContext) {
        if isPresent(context) { self.context = nil }
    }

    func channelActive(context: ChannelHandlerContext) {
        guard isPresent(context) else { return }
        state = .open
        isKeptAlive = true
        sendNext()
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard isPresent(context) else { return }
        if let response = reader.end(), current != nil { return finishAnswer(response, context) }
        end(reader.isBetweenResponses ? "the server closed the connection before it answered" : "the answer is cut off")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if isPresent(context) { end("the connection failed: \(error)") }
        context.close(promise: nil)
    }

    /// The connection is gone; what waits gets a new one.
    private func end(_ reason: String) {
        guard state != .closed else { return }
        // A failure before the greeting of TLS was complete would only repeat itself.
        if state == .connecting { return connectFailed(reason) }
        state = .closed
        if let request = current {
            current = nil
            owner.completed(request.ticket, AnswerReader.Answer(result: .lost(reason: reason)))
        }
        sendNext()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isPresent(context) else { return }
        reader.append(unwrapInboundIn(data))
        do {
            while isPresent(context), let response = try reader.next() {
                // An answer that nobody asked for would be taken for the next one's.
                guard current != nil else { return context.close(promise: nil) }
                finishAnswer(response, context)
            }
        } catch {
            let request = current
            current = nil
            isKeptAlive = false
            context.close(promise: nil)
            guard let request else { return }
            let reason = "the answer is no HTTP: \(error)"
            owner.completed(
                request.ticket, AnswerReader.Answer(result: .unreadable(status: error.status, reason: reason)))
        }
    }

    private func finishAnswer(_ response: ResponseReader.Response, _ context: ChannelHandlerContext) {
        guard let request = current else { return }
        current = nil
        let answer = owner.read(response, of: request.endpoint, wish: request.wish)
        // An account that a flow registers beside the user's own is left alone.
        if let tokens = answer.tokens, request.endpoint != .register || self.tokens == nil { self.tokens = tokens }
        if !response.isKeptAlive { isKeptAlive = false }
        if !response.hasLength { state = .closed }
        if !isKeptAlive { context.close(promise: nil) }
        owner.completed(request.ticket, answer)
        sendNext()
    }
}
