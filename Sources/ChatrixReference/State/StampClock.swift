import ChatrixModel

/// Turns readings of the clock source into times that never go back, and into stamps that strictly increase (D-06).
struct StampClock: Sendable {
    private(set) var lastStamp = Timestamp(milliseconds: 0)

    /// For error timestamps, tokens, `last_seen`, expiry and rate windows.
    func now(_ source: Timestamp) -> Timestamp { max(source, lastStamp) }

    /// For every stored time; becomes the last stamp.
    mutating func stamp(_ source: Timestamp) -> Timestamp {
        lastStamp = max(source, lastStamp + 1)
        return lastStamp
    }
}
