import ChatrixModel
import ChatrixReference
import NIOCore

/// What stands behind an `HTTPServer`. All calls come on the server's event loop, one at a time.
package protocol HTTPResponder: AnyObject {
    /// Answers one request whose body, as far as it may be read, is complete.
    func respond(to request: APIRequest) -> HTTPAnswer

    /// The time that an error envelope of the adapter shows (D-10).
    var now: Timestamp { get }

    /// What takes WebSocket connections; nil where nothing does.
    var webSockets: (any WebSocketResponder)? { get }
}

extension HTTPResponder {
    package var webSockets: (any WebSocketResponder)? { nil }
}

/// The answer of a responder.
package enum HTTPAnswer {
    case now(APIResponse)
    /// Released when the future succeeds; it has to belong to the server's event loop. A failure closes the connection.
    case later(EventLoopFuture<APIResponse>)
}
