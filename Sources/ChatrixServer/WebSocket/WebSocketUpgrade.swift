import ChatrixModel
import ChatrixReference
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// The handshake of RFC 6455 on a connection whose request is complete and not answered yet.
///
/// Uses NIO's upgrader, but not NIO's `HTTPServerUpgradeHandler`: that decides at the head of a request, takes only the
/// first one of a connection, and stands in the way of all the others.
enum WebSocketUpgrade {
    enum Result {
        /// The request is answered like any other, by this response if it is there already.
        case refused(APIResponse?)
        /// The upgrade is under way; ends with the connection ready for frames or closed.
        case started(WebSocketHandler)
    }

    /// Whether a request asks for an upgrade that the parser has noticed too, so that it reads nothing after it.
    static func isAsked(by head: HTTPRequestHead) -> Bool {
        head.method == .GET
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }

    /// Has the request judged and, if it is accepted, turns the connection of `context` from HTTP to WebSocket.
    ///
    /// The handler of `context` has to pass on whatever reaches it as `ByteBuffer` when it is removed, which happens last.
    static func start(
        _ head: HTTPRequestHead, _ request: APIRequest, _ context: ChannelHandlerContext, _ table: ConnectionTable
    ) -> Result {
        guard let responder = table.responder.webSockets else { return .refused(nil) }
        let handler = WebSocketHandler(table: table, responder: responder, peerAddress: request.peerAddress)
        let state = NIOLoopBound(State(handler, responder, request), eventLoop: context.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: Limits.socketMessageBytesMax, automaticErrorHandling: false,
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(state.value.open()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(state.value.handler)
                }
            })
        let handshake = upgrader.buildUpgradeResponse(
            channel: context.channel, upgradeRequest: head, initialResponseHeaders: HTTPHeaders())
        // Everything that the handshake waits for happens at once and on this event loop.
        handshake.assumeIsolated().whenSuccess { headers in
            turn(context, headers, head, upgrader, handler)
        }
        return state.value.isAccepted ? .started(handler) : .refused(state.value.refusal)
    }

    /// Replaces the HTTP handlers; whatever goes wrong closes the connection.
    private static func turn(
        _ context: ChannelHandlerContext, _ headers: HTTPHeaders, _ head: HTTPRequestHead,
        _ upgrader: NIOWebSocketServerUpgrader, _ handler: WebSocketHandler
    ) {
        let pipeline = context.pipeline.syncOperations
        do {
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let pipelining = try pipeline.context(handlerType: HTTPServerPipelineHandler.self)
            let encoder = try pipeline.context(handlerType: HTTPResponseEncoder.self)
            pipeline.removeHandler(context: pipelining).and(pipeline.removeHandler(context: decoder))
                .assumeIsolated()
                .flatMap { _ in
                    let answer = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
                    return context.writeAndFlush(
                        NIOAny(HTTPServerResponsePart.head(answer)))
                }
                .flatMap { pipeline.removeHandler(context: encoder) }
                .flatMap { upgrader.upgrade(context: context, upgradeRequest: head) }
                .flatMap { pipeline.removeHandler(context: context) }
                .whenFailure { _ in
                    handler.abandon()
                    context.close(promise: nil)
                }
        } catch {
            handler.abandon()
            context.close(promise: nil)
        }
    }

    /// What the steps of one handshake share.
    private final class State {
        let handler: WebSocketHandler
        private let responder: any WebSocketResponder
        private let request: APIRequest
        private(set) var isAccepted = false
        private(set) var refusal: APIResponse?

        init(_ handler: WebSocketHandler, _ responder: any WebSocketResponder, _ request: APIRequest) {
            self.handler = handler
            self.responder = responder
            self.request = request
        }

        /// The headers of the answer; nil where the request is refused.
        func open() -> HTTPHeaders? {
            switch responder.open(request, handler) {
            case .accepted(let id, let headers):
                isAccepted = true
                handler.accepted(as: id)
                return HTTPHeaders(headers.map { ($0.name.rawName, $0.value) })
            case .refused(let response):
                refusal = response
                return nil
            }
        }
    }
}
