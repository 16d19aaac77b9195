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

    /// Makes the target ready for the next check: empty where it can start over, with the rate limits asked for.
    mutating func prepare(rateLimits: RateLimitMode) throws

    mutating func send(_ request: Exchange.Request) throws -> Exchange.Answer

    /// The MQTT publications after `sequence`, in their order, exact duplicates included (D-57).
    mutating func publications(after sequence: Int) throws -> [Publication]
}

/// What a target can do beyond answering requests.
package enum Capability: String, Sendable, CaseIterable {
    /// Publications can be seen.
    case events
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

    package init(sequence: Int, topic: String, payload: JSON) {
        self.sequence = sequence
        self.topic = topic
        self.payload = payload
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
