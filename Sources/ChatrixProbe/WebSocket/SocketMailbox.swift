import ChatrixConformance
import NIOCore
import NIOWebSocket

/// The frames that came on one connection. Lives on its event loop.
final class SocketMailbox: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Whole messages in order, the end included.
    private(set) var received: [SocketMessage] = []
    private var context: ChannelHandlerContext?
    private var isEnded = false
    private var pings: [UInt32: EventLoopPromise<Void>] = [:]
    private var endings: [EventLoopPromise<Void>] = []
    private let loop: any EventLoop
    private var pingsSent: UInt32 = 0
    private var fragments: (opcode: WebSocketOpcode, bytes: [UInt8])?

    init(loop: any EventLoop) {
        self.loop = loop
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    /// Sends one masked frame; nothing after the end.
    func write(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
        guard !isEnded, let context else { return }
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: ByteBuffer(bytes: bytes))
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// Fulfilled by the pong, or at the end of the connection.
    func ping() -> EventLoopFuture<Void> {
        guard !isEnded else { return loop.makeSucceededVoidFuture() }
        pingsSent += 1
        let pong = loop.makePromise(of: Void.self)
        pings[pingsSent] = pong
        write(.ping, withUnsafeBytes(of: pingsSent.bigEndian) { Array($0) })
        return pong.futureResult
    }

    /// Sends a close frame with code 1000; fulfilled at the end of the connection.
    func close() -> EventLoopFuture<Void> {
        guard !isEnded else { return loop.makeSucceededVoidFuture() }
        let ending = loop.makePromise(of: Void.self)
        endings.append(ending)
        write(.connectionClose, [0x03, 0xE8])
        return ending.futureResult
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        var bytes = frame.unmaskedData
        switch frame.opcode {
        case .ping: write(.pong, Array(bytes.readableBytesView))
        case .pong: bytes.readInteger(as: UInt32.self).flatMap { pings.removeValue(forKey: $0) }?.succeed()
        case .connectionClose:
            let code = bytes.readInteger(as: UInt16.self)
            write(.connectionClose, code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? [])
            end(.closed(code: code.map { Int($0) }))
        default: append(frame.opcode, Array(bytes.readableBytesView), isLast: frame.fin)
        }
    }

    private func append(_ opcode: WebSocketOpcode, _ bytes: [UInt8], isLast: Bool) {
        let message = (opcode: fragments?.opcode ?? opcode, bytes: (fragments?.bytes ?? []) + bytes)
        fragments = isLast ? nil : message
        guard isLast, !isEnded else { return }
        received.append(
            message.opcode == .text
                ? .text(String(decoding: message.bytes, as: UTF8.self)) : .binary(message.bytes))
    }

    private func end(_ message: SocketMessage) {
        guard !isEnded else { return }
        received.append(message)
        isEnded = true
        for waiting in pings.values + endings { waiting.succeed() }
        pings = [:]
        endings = []
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.closed(code: nil))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
