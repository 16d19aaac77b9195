import ChatrixModel

/// What conformance checks are run against: a backend that answers requests and whose publications can be observed.
///
/// An adapter carries bytes and judges nothing. It throws only when no answer came.
package protocol Target {
    /// One line for reports, such as a URL.
    var name: String { get }
    /// Scheme and authority, for the `curl` lines.
    var baseURL: String { get }
    var capabilities: Set<Capability> { get }

    /// Why the target lacks a capability and, if that can be helped, how.
    func reasonWithout(_ capability: Capability) -> String

    /// Makes the target ready for the next check: empty where it can start over, with the rate limits asked for.
    mutating func prepare(rateLimits: RateLimitMode) throws

    mutating func send(_ request: Exchange.Request) throws -> Exchange.Answer

    /// The MQTT publications after `sequence`, in their order, exact duplicates included (D-57).
    mutating func publications(after sequence: Int) throws -> [Publication]

    /// What a subscriber to these topics gets who comes only now.
    mutating func retained(on topics: [String]) throws -> [Publication]

    /// Asks for a WebSocket connection by a request target such as `/ws?token=…`.
    mutating func openSocket(_ target: String) throws -> Handshake

    /// Sends one message on a connection that is open.
    mutating func send(_ message: SocketMessage, on socket: Int) throws

    /// All that has come on a connection since it was opened, in order, the end included. A live target waits for what
    /// may still be under way.
    mutating func received(on socket: Int) throws -> [SocketMessage]

    /// Closes a connection from this side, with code 1000.
    mutating func closeSocket(_ socket: Int) throws

    /// The URL of a receiver of webhooks that answers the next requests with `answers` in order and all others with 200.
    mutating func openReceiver(answers: [WebhookReceiver.Answer]) throws -> WebhookReceiver

    /// What a receiver got so far, in order.
    mutating func received(by receiver: WebhookReceiver) throws -> [WebhookReceiver.Request]
}

/// The answer to a request for a WebSocket connection.
package struct Handshake: Sendable, Hashable {
    package var answer: Exchange.Answer
    /// The number of the connection; `nil` where the answer refuses it.
    package var socket: Int?

    package init(answer: Exchange.Answer, socket: Int?) {
        self.answer = answer
        self.socket = socket
    }
}

/// What travels on a WebSocket connection.
package enum SocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])
    /// The end, with its close code; `nil` where the connection went away without one.
    case closed(code: Int?)
}

/// A place that webhooks are sent to.
package struct WebhookReceiver: Sendable, Hashable {
    package var url: String

    package init(url: String) { self.url = url }

    /// What the receiver does with a request.
    package enum Answer: Sendable, Hashable {
        case status(Int)
        case redirect(to: String)
        /// No answer within the time that the sender allows.
        case silence
        /// The connection is refused, or reset before anything is read; so such a request is not among those received.
        case refusal
    }

    package struct Request: Sendable, Hashable {
        package var method: String
        package var headers: [Exchange.Header]
        package var body: [UInt8]
        /// Of the sender's clock, where it can be known.
        package var at: Timestamp?

        package init(method: String, headers: [Exchange.Header], body: [UInt8], at: Timestamp?) {
            self.method = method
            self.headers = headers
            self.body = body
            self.at = at
        }
    }
}

extension Target {
    package func reasonWithout(_ capability: Capability) -> String { "the target lacks: \(capability.rawValue)" }

    package mutating func retained(on topics: [String]) throws -> [Publication] {
        throw Check.Skip("no broker can be subscribed to")
    }

    package mutating func openSocket(_ target: String) throws -> Handshake {
        throw Check.Skip("WebSocket connections cannot be opened")
    }

    package mutating func send(_ message: SocketMessage, on socket: Int) throws {
        throw Check.Skip("WebSocket connections cannot be opened")
    }

    package mutating func received(on socket: Int) throws -> [SocketMessage] {
        throw Check.Skip("WebSocket connections cannot be opened")
    }

    package mutating func closeSocket(_ socket: Int) throws {
        throw Check.Skip("WebSocket connections cannot be opened")
    }

    package mutating func openReceiver(answers: [WebhookReceiver.Answer]) throws -> WebhookReceiver {
        throw Check.Skip("webhooks cannot be received")
    }

    package mutating func received(by receiver: WebhookReceiver) throws -> [WebhookReceiver.Request] {
        throw Check.Skip("webhooks cannot be received")
    }
}

/// What a target can do beyond answering requests.
package enum Capability: String, Sendable, CaseIterable {
    /// Publications can be seen.
    case events
    /// Publications come from the broker itself, with their quality of service and retain flag.
    case broker = "a broker"
    /// WebSocket connections can be opened.
    case webSocket = "WebSocket"
    /// Webhooks can be received.
    case webhooks
    /// Conversations of others may be cleaned up and deleted (D-99).
    case destructiveAdmin = "destructive admin calls"
    /// The clock stands still and can be moved.
    case clock
    /// `POST /_reference/<command>` is answered (D-100).
    case controlPlane = "control plane"
    /// Rate limits can be chosen.
    case rateLimitChoice = "choice of rate limits"
    /// Bounds that only a decision sets may be probed, such as the longest username.
    case decidedBounds = "the bounds of the decisions"
}

/// Whether requests are counted (D-88).
package enum RateLimitMode: String, Sendable { case documented, off }

/// One MQTT publication of a backend.
package struct Publication: Sendable, Hashable {
    /// Position in the order of publication, ascending.
    package var sequence: Int
    package var topic: String
    package var payload: JSON
    /// Quality of service, 0 to 2; `nil` where it cannot be seen.
    package var qos: Int?
    /// Whether the broker sent it from what it keeps; `nil` where that cannot be seen.
    package var isRetained: Bool?

    package init(sequence: Int, topic: String, payload: JSON, qos: Int? = nil, isRetained: Bool? = nil) {
        self.sequence = sequence
        self.topic = topic
        self.payload = payload
        self.qos = qos
        self.isRetained = isRetained
    }
}

/// A target did not do what every check presupposes.
package struct TargetError: Error, Sendable, CustomStringConvertible {
    package var operation: String
    package var subject: String
    package var cause: String

    package init(_ operation: String, _ subject: String, cause: String) {
        self.operation = operation
        self.subject = subject
        self.cause = cause
    }

    package var description: String { "\(operation) \(subject): \(cause)" }
}
