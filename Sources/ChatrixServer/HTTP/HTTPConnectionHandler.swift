import ChatrixModel
import ChatrixReference
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1

/// One connection: assembles a request, has it answered, writes the answer.
///
/// Stands behind NIO's `HTTPServerPipelineHandler`, which lets one request in at a time.
final class HTTPConnectionHandler: ChannelInboundHandler, RemovableChannelHandler, TableConnection {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        /// Between requests.
        case idle
        /// The head is there, the body is not complete.
        case collecting
        /// The request is complete; it is not answered before the client has read earlier answers.
        case stalled
        /// The responder answers later.
        case answering
        /// A long answer goes out piece by piece, as the client reads it.
        case sending
        /// The connection turns to WebSocket; what comes are its first bytes.
        case upgrading
        /// The last answer is written; whatever still comes is thrown away.
        case closing
    }

    private let table: ConnectionTable
    /// Set as long as the handler is in a pipeline.
    private var context: ChannelHandlerContext?
    private var peerAddress = ""
    private var phase = Phase.idle
    /// The tick at which the phase, or the body's current period, began; in `idle` when a header block began, or nil.
    private var phaseTick: Int?

    private var request = APIRequest(method: .get, target: "")
    private var version = HTTPVersion.http1_1
    private var keepsAlive = true
    /// The head of a request that asks for WebSocket.
    private var upgradeHead: HTTPRequestHead?
    private var upgraded: WebSocketHandler?
    /// What came before the handlers of WebSocket stood.
    private var earlyBytes: [NIOAny] = []
    private var bodyBytesMax = 0
    /// As announced, or the most there may be.
    private var bodyBytesExpected = 0
    private var bodyBytesAtPeriodStart = 0

    /// What is left of the answer under way.
    private var unsent: ArraySlice<UInt8> = []
    private var isSendingPieces = false

    /// Between `channelRead` and `channelReadComplete`; answers are flushed together at its end.
    private var isReading = false
    private var hasUnflushedAnswer = false
    private var sawPartInThisRead = false
    private var isInputClosed = false
    private var isOutputClosed = false

    init(table: ConnectionTable) {
        self.table = table
    }

    // MARK: Life of the connection

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    /// Only an upgrade removes the handler of a connection that is open.
    func removeHandler(context: ChannelHandlerContext, removalToken: ChannelHandlerContext.RemovalToken) {
        table.remove(self)
        upgraded = nil
        for bytes in earlyBytes { context.fireChannelRead(bytes) }
        if !earlyBytes.isEmpty { context.fireChannelReadComplete() }
        earlyBytes = []
        context.leavePipeline(removalToken: removalToken)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        peerAddress = context.remoteAddress?.ipAddress ?? "unknown"
        table.add(self)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        dropRequest()
        phase = .closing
        table.remove(self)
        upgraded?.abandon()
        context.fireChannelInactive()
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .upgrading else { return earlyBytes.append(data) }
        isReading = true
        sawPartInThisRead = true
        switch unwrapInboundIn(data) {
        case .head(let head): if phase == .idle { begin(head, context) }
        case .body(let bytes): if phase == .collecting { append(bytes, context) }
        case .end: if phase == .collecting { complete(context) }
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Bytes that made no part are the beginning of a header block.
        if !sawPartInThisRead, phase == .idle, phaseTick == nil { phaseTick = table.tick }
        sawPartInThisRead = false
        isReading = false
        flushAnswers(context)
        context.fireChannelReadComplete()
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let (request, facts) = APIRequest.make(from: head, peerAddress: peerAddress)
        self.request = request
        version = head.version
        upgradeHead = facts.asksForUpgrade && WebSocketUpgrade.isAsked(by: head) ? head : nil
        keepsAlive = head.isKeepAlive && !facts.asksForUpgrade
        bodyBytesMax = HTTPLimits.bodyBytesMax(contentType: facts.contentType)
        bodyBytesExpected = facts.contentLength ?? bodyBytesMax
        bodyBytesAtPeriodStart = 0
        phase = .collecting
        phaseTick = table.tick
        if let announced = facts.contentLength, announced > bodyBytesMax {
            answerOversized(byteCount: announced, context)
        } else if facts.expectsContinue, version.minor >= 1 {
            context.writeAndFlush(
                wrapOutboundOut(.head(HTTPResponseHead(version: version, status: .continue))), promise: nil)
        }
    }

    private func append(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        let count = request.body.count + bytes.readableBytes
        guard count <= bodyBytesMax else {
            answerOversized(byteCount: count, context)
            return
        }
        guard table.reserveBodyBytes(bytes.readableBytes) else {
            table.logger.warning(
                """
                closed the connection of \(peerAddress): unfinished bodies would hold more than \
                \(table.limits.unfinishedBodyBytesMax) bytes
                """)
            closeNow()
            return
        }
        if count > request.body.capacity, count >= bodyBytesExpected / HTTPLimits.bodyShareBeforeReserving {
            request.body.reserveCapacity(bodyBytesExpected)
        }
        request.body.append(contentsOf: bytes.readableBytesView)
    }

    private func complete(_ context: ChannelHandlerContext) {
        if !context.channel.isWritable {
            hasUnflushedAnswer = false
            context.flush()
            guard context.channel.isWritable else {
                phase = .stalled
                phaseTick = table.tick
                return
            }
        }
        table.releaseBodyBytes(request.body.count)
        answer(context)
    }

    /// Has a request answered of which too much was sent, and gives the connection up: the rest is not worth reading.
    private func answerOversized(byteCount: Int, _ context: ChannelHandlerContext) {
        table.releaseBodyBytes(request.body.count)
        request.body = []
        request.bodyByteCount = byteCount
        keepsAlive = false
        answer(context)
    }

    // MARK: Answering

    private func answer(_ context: ChannelHandlerContext) {
        if let head = upgradeHead {
            upgradeHead = nil
            // Before the request can be judged, so that what reaches this handler on the way is known for what it is.
            phase = .upgrading
            phaseTick = table.tick
            switch WebSocketUpgrade.start(head, request, context, table) {
            case .started(let handler):
                upgraded = handler
                request.body = []
                return
            case .refused(let response?): return write(response, context)
            case .refused(nil): break
            }
        }
        switch table.responder.respond(to: request) {
        case .now(let response):
            write(response, context)
        case .later(let future):
            phase = .answering
            phaseTick = nil
            future.assumeIsolated().whenComplete { result in
                guard self.phase == .answering, let context = self.context else { return }
                switch result {
                case .success(let response):
                    self.write(response, context)
                case .failure(let error):
                    self.table.logger.error("no answer to \(self.request.target): \(error)")
                    self.closeNow()
                }
            }
        }
    }

    private func write(_ response: APIResponse, _ context: ChannelHandlerContext) {
        if isInputClosed { keepsAlive = false }
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(response, version: version, closes: !keepsAlive))), promise: nil)
        unsent = request.method == .head ? [] : response.body[...]
        request.body = []
        if unsent.count > HTTPLimits.answerPieceBytes {
            phase = .sending
            sendPieces(context)
        } else {
            if !unsent.isEmpty { writePiece(context) }
            endAnswer(context)
        }
    }

    private func writePiece(_ context: ChannelHandlerContext) {
        let piece = unsent.prefix(HTTPLimits.answerPieceBytes)
        unsent = unsent.dropFirst(piece.count)
        context.write(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: piece)))), promise: nil)
    }

    /// Sends as much of a long answer as the client takes, so that one who reads slowly makes the server hold little.
    private func sendPieces(_ context: ChannelHandlerContext) {
        // Flushing reports that the channel is writable again before it returns.
        guard !isSendingPieces else { return }
        isSendingPieces = true
        while !unsent.isEmpty, context.channel.isWritable {
            writePiece(context)
            context.flush()
            phaseTick = table.tick
        }
        isSendingPieces = false
        if phase == .sending, unsent.isEmpty { endAnswer(context) }
    }

    private func endAnswer(_ context: ChannelHandlerContext) {
        let closes = !keepsAlive || isInputClosed
        // The end may bring the next request of a pipelining client in at once.
        phase = closes ? .closing : .idle
        phaseTick = closes ? table.tick : nil
        hasUnflushedAnswer = true
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        if !isReading || closes { flushAnswers(context) }
        if closes { closeOutput(context) }
    }

    private func flushAnswers(_ context: ChannelHandlerContext) {
        guard hasUnflushedAnswer else { return }
        hasUnflushedAnswer = false
        context.flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            switch phase {
            case .stalled:
                table.releaseBodyBytes(request.body.count)
                answer(context)
            case .sending: sendPieces(context)
            default: break
            }
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: The end

    /// Sends what is written and then the end of the stream. The connection ends when the client has sent its own, or
    /// after the linger time: closing at once would reset a client that is still sending, before it has read the answer.
    private func closeOutput(_ context: ChannelHandlerContext) {
        let done = context.eventLoop.makePromise(of: Void.self)
        done.futureResult.assumeIsolated().whenComplete { _ in
            self.isOutputClosed = true
            if self.isInputClosed { self.closeNow() }
        }
        context.close(mode: .output, promise: done)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            isInputClosed = true
            switch phase {
            case .idle, .collecting:
                dropRequest()
                phase = .closing
                phaseTick = table.tick
                flushAnswers(context)
                closeOutput(context)
            case .stalled, .answering, .sending: break
            case .upgrading: closeNow()
            case .closing: if isOutputClosed { closeNow() }
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case let error as HTTPParserError where phase == .idle || phase == .collecting:
            refuse(error, context)
        case is HTTPParserError, is ByteToMessageDecoderError:
            // What still comes after a refusal is no HTTP any more; it only has to be read away.
            if phase != .closing { closeNow() }
        default:
            closeNow()
        }
    }

    /// Answers what is no HTTP, or too much of it.
    private func refuse(_ error: HTTPParserError, _ context: ChannelHandlerContext) {
        let path = phase == .collecting ? String(request.target.prefix { $0 != "?" }) : "/"
        dropRequest()
        let response =
            error == .headerOverflow
            ? APIResponse.refusal(
                status: 431, phrase: "Request Header Fields Too Large",
                message: "The request line and header fields are too large", path: path, at: table.responder.now)
            : APIResponse.refusal(
                status: 400, phrase: "Bad Request", message: "This is not a valid HTTP/1.1 request", path: path,
                at: table.responder.now)
        version = .http1_1
        keepsAlive = false
        write(response, context)
    }

    private func dropRequest() {
        if phase == .collecting || phase == .stalled { table.releaseBodyBytes(request.body.count) }
        request.body = []
        unsent = []
    }

    /// Whether the client has used up the time of its phase. Called once a tick.
    var isOverdue: Bool {
        guard let phaseTick else { return false }
        let age = table.tick - phaseTick
        switch phase {
        case .idle: return age > table.headerTicks
        case .collecting: return age > table.bodyPeriodTicks && !startNextBodyPeriod()
        case .stalled, .sending: return age > table.unreadAnswerTicks
        case .answering: return false
        case .upgrading: return age > table.headerTicks
        case .closing: return age > table.lingerTicks
        }
    }

    /// Grants a growing body another period; false when it has not grown enough.
    private func startNextBodyPeriod() -> Bool {
        guard request.body.count - bodyBytesAtPeriodStart >= table.limits.bodyBytesPerPeriodMin else { return false }
        bodyBytesAtPeriodStart = request.body.count
        phaseTick = table.tick
        return true
    }

    func closeOverdue() {
        table.logger.debug("closed the connection of \(peerAddress): too slow while \(phase)")
        closeNow()
    }

    /// Ends the connection at once.
    func closeNow() {
        context?.close(promise: nil)
    }
}
