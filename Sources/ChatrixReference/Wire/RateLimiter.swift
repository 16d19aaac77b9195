import ChatrixModel

/// RATE: counts the requests of each caller and class in fixed windows (D-85…D-87).
struct RateLimiter: Sendable {
    /// Whose requests are counted together (D-86).
    enum Key: Hashable, Sendable {
        case user(UserID)
        case address(String)
    }

    /// What the headers of a response say.
    struct State: Sendable {
        let limit: Int
        /// After this request, at least 0.
        let remaining: Int
        let resetsAt: Timestamp
        let isRefused: Bool
    }

    private struct WindowKey: Hashable {
        let rateClass: Endpoint.RateClass
        let key: Key
    }

    private struct Window {
        var servedCount: Int
        var end: Timestamp
    }

    /// Windows kept before those that have ended are cleared away.
    private static let windowsMax = 65_536

    private var windows: [WindowKey: Window] = [:]
    private var cleanupCount = windowsMax

    /// Counts one request, or refuses it without counting.
    mutating func count(_ rateClass: Endpoint.RateClass, _ key: Key, at now: Timestamp) -> State {
        let limit = rateClass.limit
        let windowKey = WindowKey(rateClass: rateClass, key: key)
        var window = windows[windowKey] ?? Window(servedCount: 0, end: now)
        if now >= window.end { window = Window(servedCount: 0, end: now + rateClass.windowMilliseconds) }
        let isRefused = window.servedCount >= limit
        if !isRefused { window.servedCount += 1 }
        windows[windowKey] = window
        if windows.count > cleanupCount { removeEnded(at: now) }
        return State(
            limit: limit, remaining: limit - window.servedCount, resetsAt: window.end, isRefused: isRefused)
    }

    private mutating func removeEnded(at now: Timestamp) {
        windows = windows.filter { $0.value.end > now }
        cleanupCount = max(RateLimiter.windowsMax, 2 * windows.count)
    }
}

extension Endpoint.RateClass {
    var limit: Int {
        switch self {
        case .auth: 10
        case .upload: 20
        case .other: 100
        }
    }

    var windowMilliseconds: Int64 {
        switch self {
        case .auth: 60_000
        case .upload: 3_600_000
        case .other: 900_000
        }
    }
}
