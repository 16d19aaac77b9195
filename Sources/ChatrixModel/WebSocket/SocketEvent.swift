/// What a server tells over a WebSocket connection: the incoming events of the API document, in its order.
package enum SocketEvent: String, Sendable, CaseIterable {
    case message
    case messageUpdate = "message_update"
    case messageDelete = "message_delete"
    case typing, call
    case callAccept = "call_accept"
    case callReject = "call_reject"
    case callEnd = "call_end"
    case notification, presence

    /// The event that answers a faulty frame; no connection subscribes to it (D-90).
    package static let errorName = "error"
}

/// What a client asks for over a WebSocket connection: the outgoing events of the API document, in its order.
package enum SocketAction: String, Sendable, CaseIterable {
    case subscribe, unsubscribe, typing, call
    case callAccept = "call_accept"
    case callReject = "call_reject"
    case callEnd = "call_end"
    case message
    case messageUpdate = "message_update"
    case messageDelete = "message_delete"
}

/// A set of events, as small as a connection's subscription has to be.
package struct SocketEvents: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package init(_ event: SocketEvent) { rawValue = 1 << UInt16(SocketEvents.positions[event] ?? 0) }

    package static let all = SocketEvents(rawValue: 1 << UInt16(SocketEvent.allCases.count) - 1)

    private static let positions = Dictionary(
        uniqueKeysWithValues: zip(SocketEvent.allCases, SocketEvent.allCases.indices))
}

/// Why a WebSocket connection is ended (D-89 and RFC 6455, section 7.4.1).
package enum SocketCloseCode: UInt16, Sendable {
    case normal = 1000
    /// The server stops, or starts over (D-100).
    case goingAway = 1001
    case protocolError = 1002
    case unsupportedData = 1003
    case invalidText = 1007
    /// The client left too much unread.
    case tooSlow = 1008
    case messageTooBig = 1009
    /// No good token, or its user is gone.
    case unauthorized = 4401
}
