import ChatrixHistory
import ChatrixModel
import ChatrixScenario
import HTTPTypes
import NIOCore
import NIOHTTP1

/// The HTTP connection of one user: one request at a time, in the order in which they were issued, as on a phone.
///
/// Lives on the event loop of its `LiveLoop`. Opens itself for the next request when it was closed. Every request that it was
/// given is answered exactly once: read, or lost with a reason; the engine's deadline takes back what stays without answer.
final class UserConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private struct Request {
        var ticket: Engine.Ticket
        var endpoint: Endpoint.Name
        var head: HTTPRequestHead
        var body: ByteBuffer?
    }

    private enum State { case closed, connecting, open }

    let user: Int
    private unowned let owner: LiveLoop
    private var state = State.closed
    private var context: ChannelHandlerContext?
    private var waiting: [Request] = []
    /// On the wire.
    private var current: (ticket: Engine.Ticket, endpoint: Endpoint.Name)?
    private var status = 0
    private var isKeptAlive = true
    private var body: ByteBuffer?
    /// The headers of requests with a token; nil before the user has one.
    private var authorizedHeaders: HTTPHeaders?

    init(user: Int, owner: LiveLoop) {
        self.user = user
        self.owner = owner
    }

    /// Sends a request as soon as those before it are done.
    func send(_ ticket: Engine.Ticket, _ command: Command) {
        guard let wire = command.wireRequest() else {
            return owner.completed(
                ticket, AnswerReader.Answer(result: .lost(reason: "the command has no request")))
        }
        var headers = (wire.endpoint.access == .open ? nil : authorizedHeaders) ?? owner.commonHeaders
        if let deviceID = wire.deviceID { headers.add(name: "x-device-id", value: deviceID) }
        var body: ByteBuffer?
        if !wire.body.isEmpty {
            headers.add(name: "content-type", value: "application/json")
            body = ByteBuffer(bytes: wire.body)
        }
        if let length = body?.readableBytes {
            headers.add(name: "content-length", value: String(length))
        } else if wire.endpoint.method == .post {
            headers.add(name: "content-length", value: "0")
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: wire.endpoint.nioMethod, uri: owner.pathPrefix + wire.target, headers: headers)
        waiting.append(Request(ticket: ticket, endpoint: wire.endpoint.name, head: head, body: body))
        sendNext()
    }

    /// Forgets a request. One that is on the wire takes the connection with it, as its answer would be taken for another's.
    func abandon(_ ticket: Engine.Ticket) {
        if current?.ticket == ticket {
            current = nil
            isKeptAlive = false
            context?.close(promise: nil)
        } else {
            waiting.removeAll { $0.ticket == ticket }
        }
    }

    func close() {
        waiting.removeAll()
        current = nil
        context?.close(promise: nil)
    }

    private func sendNext() {
        guard current == nil, !waiting.isEmpty else { return }
        switch state {
        case .connecting: return
        case .closed:
            state = .connecting
            owner.connect(self)
        case .open:
            guard let context, isKeptAlive else { return }
            let request = waiting.removeFirst()
            current = (request.ticket, request.endpoint)
            context.write(wrapOutboundOut(.head(request.head)), promise: nil)
            if let body = request.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    /// The connection was not made: nothing that waited for it was sent.
    func connectFailed(_ reason: String) {
        state = .closed
        let lost = waiting
        waiting.removeAll()
        for request in lost { owner.completed(request.ticket, AnswerReader.Answer(result: .lost(reason: reason))) }
    }

    // MARK: - Channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

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
        if isPresent(context) { end("the server closed the connection before it answered") }
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
        body = nil
        if let request = current {
            current = nil
            owner.completed(request.ticket, AnswerReader.Answer(result: .lost(reason: reason)))
        }
        sendNext()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard isPresent(context) else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // 100 Continue and its like precede the answer.
            guard head.status.code >= 200 else { return }
            status = Int(head.status.code)
            if !head.isKeepAlive { isKeptAlive = false }
            body = nil
        case .body(var part):
            if body == nil { body = part } else { body?.writeBuffer(&part) }
        case .end:
            guard status > 0 else { return }
            finishAnswer(context)
        }
    }

    private func finishAnswer(_ context: ChannelHandlerContext) {
        let bytes = body ?? ByteBuffer()
        body = nil
        guard let request = current else { return }
        current = nil
        let answer = bytes.withUnsafeReadableBytes {
            AnswerReader.read(request.endpoint, status: status, body: $0)
        }
        status = 0
        if let token = answer.accessToken {
            var headers = owner.commonHeaders
            headers.add(name: "authorization", value: "Bearer \(token)")
            authorizedHeaders = headers
        }
        if !isKeptAlive { context.close(promise: nil) }
        owner.completed(request.ticket, answer)
        sendNext()
    }
}

extension Endpoint {
    fileprivate var nioMethod: NIOHTTP1.HTTPMethod {
        switch method {
        case .get: .GET
        case .post: .POST
        case .delete: .DELETE
        case .patch: .PATCH
        case .put: .PUT
        default: .RAW(value: method.rawValue)
        }
    }
}
