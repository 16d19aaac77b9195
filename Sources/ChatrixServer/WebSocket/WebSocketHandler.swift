import ChatrixModel
import ChatrixReference
import Logging
import NIOCore
import NIOExtras
import NIOWebSocket

/// One WebSocket connection: puts messages together, keeps to RFC 6455, bounds what a client leaves unread.
///
/// Stands behind NIO's frame decoder. Messages are put together here and not by `NIOWebSocketFrameAggregator`, which keeps
/// every fragment: a megabyte of empty or one-byte fragments would cost it a hundred times as much.
final class WebSocketHandler: ChannelInboundHandler, WebSocketConnection {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum Phase {
        /// The answer to the handshake is not written yet.
        case opening
        case open
        /// The close frame is written; whatever still comes is thrown away.
        case closing
    }

    private let table: ConnectionTable
    private let responder: any WebSocketResponder
    private let peerAddress: String
    /// Nil before the connection is accepted and after the responder knows of its end.
    private var id: SocketID?
    private var context: ChannelHandlerContext?
    private var phase = Phase.opening
    /// The tick at which the close frame was written.
    private var closingTick = 0
    /// What has to be written once the answer to the handshake is.
    private var early: [WebSocketFrame] = []
    /// The text of a message whose last fragment has not come.
    private var fragments: ByteBuffer?
    private var isReading = false
    private var hasUnflushedFrame = false

    init(table: ConnectionTable, responder: any WebSocketResponder, peerAddress: String) {
        self.table = table
        self.responder = responder
        self.peerAddress = peerAddress
    }

    var isOpen: Bool { phase == .open }

    // MARK: Life of the connection

    func accepted(as id: SocketID) {
        self.id = id
        table.add(self)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let frames = early
        early = []
        if phase == .opening { phase = .open }
        for frame in frames { context.write(wrapOutboundOut(frame), promise: nil) }
        context.flush()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        abandon()
        context.fireChannelInactive()
    }

    /// The connection is gone.
    func abandon() {
        phase = .closing
        fragments = nil
        table.remove(self)
        tellEnd()
    }

    private func tellEnd() {
        guard let id else { return }
        self.id = nil
        responder.closed(id)
    }

    // MARK: Reading

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        let frame = unwrapInboundIn(data)
        guard phase == .open else {
            // The client has seen the close frame, so nothing more has to reach it.
            if frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        guard frame.maskKey != nil, !frame.rsv1, !frame.rsv2, !frame.rsv3 else { return fail(.protocolError) }
        switch frame.opcode {
        case .ping: write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
        case .pong: break
        case .connectionClose: answerClose(frame.unmaskedData, context)
        case .text where fragments == nil:
            if frame.fin { deliver(frame.unmaskedData) } else { fragments = frame.unmaskedData }
        // What a binary message holds is of no interest, so its end is not waited for.
        case .binary where fragments == nil: receive(.binary)
        case .continuation where fragments != nil: append(frame)
        default: fail(.protocolError)
        }
    }

    private func append(_ frame: WebSocketFrame) {
        var bytes = frame.unmaskedData
        guard (fragments?.readableBytes ?? 0) + bytes.readableBytes <= Limits.socketMessageBytesMax else {
            return fail(.messageTooBig)
        }
        fragments?.writeBuffer(&bytes)
        if frame.fin, let message = fragments {
            fragments = nil
            deliver(message)
        }
    }

    private func deliver(_ text: ByteBuffer) { receive(.text(Array(text.readableBytesView))) }

    private func receive(_ input: SocketInput) {
        if let id { responder.receive(input, on: id) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        flush()
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: fail(.messageTooBig)
        case is NIOWebSocketError: fail(.protocolError)
        // The decoder has given up; what still comes only has to be read away.
        case is ByteToMessageDecoderError: break
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { fail(.goingAway) }
        // The client sends nothing more, so it can neither answer nor take part in an orderly end.
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    // MARK: Writing

    func send(_ text: [UInt8]) {
        write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(bytes: text)))
    }

    private func write(_ frame: WebSocketFrame) {
        switch (phase, context) {
        case (.closing, _): return
        case (_, nil): early.append(frame)
        case (_, let context?):
            guard leavesRoom(for: frame.length, context) else {
                table.logger.notice("closed the WebSocket connection of \(peerAddress): it reads too slowly")
                return fail(.tooSlow)
            }
            context.write(wrapOutboundOut(frame), promise: nil)
            hasUnflushedFrame = true
        }
    }

    /// Whether the client has read enough of what was written before.
    private func leavesRoom(for byteCount: Int, _ context: ChannelHandlerContext) -> Bool {
        guard !context.channel.isWritable else { return true }
        context.flush()
        guard let options = context.channel.syncOptions,
            let unread = try? options.getOption(.bufferedWritableBytes)
        else { return context.channel.isWritable }
        return unread + byteCount <= table.limits.webSocketUnreadBytesMax
    }

    func flush() {
        guard hasUnflushedFrame, !isReading else { return }
        hasUnflushedFrame = false
        context?.flush()
    }

    // MARK: The end

    /// Ends the connection from this side.
    private func fail(_ code: SocketCloseCode) {
        close(code)
        tellEnd()
    }

    func close(_ code: SocketCloseCode) {
        guard phase != .closing else { return }
        beginClosing()
        var payload = ByteBuffer()
        payload.writeInteger(code.rawValue)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: payload)
        guard let context else {
            early.append(frame)
            return
        }
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
        // After these the client may send on for long, or what it sends cannot be read as frames: it has to notice the end.
        if code == .protocolError || code == .messageTooBig { context.close(mode: .output, promise: nil) }
    }

    /// Answers the close frame of a client with the same code.
    private func answerClose(_ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        guard let code = WebSocketHandler.closeCode(in: payload) else { return fail(.protocolError) }
        guard code.isTextValid else { return fail(.invalidText) }
        beginClosing()
        var answer = ByteBuffer()
        if let number = code.number { answer.writeInteger(number) }
        let written = context.writeAndFlush(
            wrapOutboundOut(WebSocketFrame(fin: true, opcode: .connectionClose, data: answer)))
        written.assumeIsolated().whenComplete { _ in self.closeNow() }
        tellEnd()
    }

    private func beginClosing() {
        phase = .closing
        closingTick = table.tick
        fragments = nil
    }

    /// The code of a close frame, absent in an empty one; nil where RFC 6455 allows no such frame (section 7.4).
    private static func closeCode(in payload: ByteBuffer) -> (number: UInt16?, isTextValid: Bool)? {
        var payload = payload
        if payload.readableBytes == 0 { return (nil, true) }
        guard let number = payload.readInteger(as: UInt16.self) else { return nil }
        switch number {
        case 1000...1003, 1007...1014, 3000...4999:
            return (number, String(validating: payload.readableBytesView, as: UTF8.self) != nil)
        default: return nil
        }
    }
}

extension WebSocketHandler: TableConnection {
    /// Whether the client lets the end wait too long.
    var isOverdue: Bool { phase == .closing && table.tick - closingTick > table.lingerTicks }

    func closeOverdue() { closeNow() }

    /// Ends the connection at once.
    func closeNow() { context?.close(promise: nil) }
}
