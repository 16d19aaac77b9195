/// A received message.
package struct MQTTMessage: Sendable {
    package var topic: String
    package var payload: [UInt8]
    package var qos: MQTTQoS
    package var retain: Bool
    /// The packet identifier, nil for QoS 0. A redelivery repeats it; libmosquitto does not hand out the DUP flag.
    package var packetIdentifier: UInt16?
    /// CLOCK_MONOTONIC right after the last byte was read.
    package var arrivalNanoseconds: UInt64
}

/// Names one publication of one session; tokens grow in the order of `publish`.
package struct MQTTToken: Sendable, Hashable, Comparable {
    package var number: UInt64

    package static func < (left: MQTTToken, right: MQTTToken) -> Bool { left.number < right.number }
}

/// A publication that will not be sent, or whose arrival at the broker is unknown.
package struct MQTTLoss: Sendable, Equatable {
    package enum Reason: Sendable, Equatable {
        /// More than the waiting limit were published without a connection; this was the oldest.
        case queueFull(limit: Int)
        /// QoS 0, and the connection broke before it was written.
        case notSent
        /// The session was removed while it waited; it was never sent.
        case closedWhileWaiting
        /// The session was removed before the acknowledgement came; it may have arrived.
        case closedUnacknowledged
        /// libmosquitto refused it.
        case refused(code: Int, message: String)
    }

    package var token: MQTTToken
    package var label: String
    package var reason: Reason
}

/// What happened to a session. Events of one session come in the order in which they happened.
package enum MQTTEvent: Sendable {
    /// The broker accepted the connection; subscriptions are on their way.
    case connected(MQTTSession)
    /// The broker answered a subscription; `refused` lists the filters that it did not grant.
    case subscribed(MQTTSession, filters: [String], refused: [String])
    case unsubscribed(MQTTSession, filters: [String])
    /// There is no connection any more, or an attempt failed. `retryIn` is the wait until the next attempt, nil when
    /// there is none.
    case disconnected(MQTTSession, MQTTFailure, retryIn: Duration?)
    case message(MQTTSession, MQTTMessage)
    /// QoS 1 and 2: acknowledged by the broker. QoS 0: written to the socket.
    case acknowledged(MQTTSession, MQTTToken)
    case lost(MQTTSession, MQTTLoss)
    /// The session was removed or the reactor stopped: the last event of a session, always.
    case closed(MQTTSession)

    package var session: MQTTSession {
        switch self {
        case .connected(let session), .subscribed(let session, _, _), .unsubscribed(let session, _),
            .disconnected(let session, _, _), .message(let session, _), .acknowledged(let session, _),
            .lost(let session, _), .closed(let session):
            session
        }
    }
}
