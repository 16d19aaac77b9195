import ChatrixModel

/// The clock source of a server (D-06): the real clock, or one that stands still until it is moved.
package enum ReferenceClock: Sendable, Hashable {
    case real
    case virtual(Timestamp)

    /// The source's reading, given the real clock's.
    package func now(systemTime: Timestamp) -> Timestamp {
        switch self {
        case .real: systemTime
        case .virtual(let time): time
        }
    }
}
