import ChatrixModel
import HTTPTypes

/// A WebSocket connection, numbered in the order of opening; a number is never used again, not even after `reset`.
package struct SocketID: Sendable, Hashable, Comparable {
    package let number: Int

    package init(number: Int) { self.number = number }

    package static func < (a: SocketID, b: SocketID) -> Bool { a.number < b.number }
}

/// What came of a request to upgrade to WebSocket.
package enum SocketOpening: Sendable {
    /// To be answered with 101 and these headers besides those of the handshake.
    case accepted(SocketID, headers: HTTPFields)
    /// To be answered like any other request.
    case refused(APIResponse)
}

/// A whole message of a client, its fragments put together.
package enum SocketInput: Sendable {
    case text([UInt8])
    case binary
}

/// What a connection is to be sent, in order.
package enum SocketOutput: Sendable, Hashable {
    /// A text frame.
    case frame(SocketID, [UInt8])
    /// The end; nothing follows for this connection, and what it sends is of no interest any more.
    case close(SocketID, SocketCloseCode)
}
