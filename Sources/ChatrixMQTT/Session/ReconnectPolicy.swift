/// When a session that lost or did not get its connection tries again.
package enum ReconnectPolicy: Sendable, Equatable {
    /// Never by itself; only `reconnect()` does.
    case never
    /// Always after the same time, without end (D-58: 5 s).
    case constant(Duration)
    /// Doubling from `initial` to `maximum`, each wait varied by up to a quarter either way so that thousands of
    /// sessions do not return at once. The variation depends only on the seed, the client ID and the attempt.
    case backoff(initial: Duration, maximum: Duration, seed: UInt64)

    /// The wait after the `failures`th failure in a row, counted from 1; nil when there is no further attempt.
    package func delay(afterFailures failures: Int, clientID: String) -> Duration? {
        switch self {
        case .never:
            return nil
        case .constant(let interval):
            return interval
        case .backoff(let initial, let maximum, let seed):
            let doubled = initial * (1 << min(max(failures, 1) - 1, 20))
            var state = seed &+ UInt64(failures) &* 0x9E37_79B9_7F4A_7C15
            for byte in clientID.utf8 { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            // SplitMix64's finalizer: neighbouring client IDs must not get neighbouring waits.
            state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
            state ^= state >> 31
            let fraction = Double(state >> 11) / Double(1 << 53)
            return min(min(doubled, maximum) * (0.75 + fraction / 2), maximum)
        }
    }
}
