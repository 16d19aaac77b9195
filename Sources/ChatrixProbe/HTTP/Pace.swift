import ChatrixConformance
import ChatrixModel

/// Keeps a run inside the rate limits of a deployment (D-85 to D-88): told of every answer, it says how long to wait
/// before the next request.
///
/// Times are milliseconds of the system's clock since 1970.
struct Pace: Sendable {
    private enum Class: Hashable {
        case auth, upload, other

        init(_ request: Exchange.Request, _ path: Substring) {
            switch path {
            case "/auth/register", "/auth/login", "/auth/refresh": self = request.method == "POST" ? .auth : .other
            case "/media/upload", "/storage/upload", "/storage/upload/multiple":
                self = request.method == "POST" ? .upload : .other
            default: self = .other
            }
        }

        var name: String {
            switch self {
            case .auth: "authentication requests"
            case .upload: "uploads"
            case .other: "other requests"
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

    private struct Key: Hashable {
        var limits: Class
        /// The credential; empty where the address is counted (D-86).
        var caller: String
    }

    private struct Window {
        var remaining: Int
        var end: Int64
    }

    struct Wait: Sendable, Hashable {
        var milliseconds: Int64
        /// What is waited for, to be shown.
        var reason: String
    }

    private let pathPrefix: String
    private let reset: Knobs.RateLimitReset
    private var windows: [Key: Window] = [:]

    init(pathPrefix: String, reset: Knobs.RateLimitReset) {
        self.pathPrefix = pathPrefix
        self.reset = reset
    }

    /// How long to wait before a request so that it is served; `nil` if it may go at once.
    func wait(before request: Exchange.Request, at now: Int64) -> Wait? {
        let key = key(of: request)
        guard let window = windows[key], window.remaining <= 0, window.end > now else { return nil }
        return Self.wait(window.end - now, for: key.limits)
    }

    /// Takes the limits from an answer. Returns how long to wait before the request is sent again if it was refused for
    /// its rate.
    mutating func note(_ answer: Exchange.Answer, to request: Exchange.Request, at now: Int64) -> Wait? {
        let key = key(of: request)
        let longest = key.limits.windowMilliseconds
        let end = answer.values("X-RateLimit-Reset").first.flatMap { resetTime($0, now) }
        if let remaining = answer.values("X-RateLimit-Remaining").first.flatMap({ Int($0) }) {
            // A clock that goes wrong must not make the run wait longer than a window lasts.
            windows[key] = Window(remaining: remaining, end: min(end ?? now + longest, now + longest))
        }
        guard answer.status == 429 else { return nil }
        let seconds = answer.values("Retry-After").first.flatMap { Int64($0) }
        let milliseconds = seconds.map { $0 * 1000 } ?? end.map { $0 - now } ?? longest
        windows[key] = nil
        return Self.wait(min(max(milliseconds, 1000), longest), for: key.limits)
    }

    private static func wait(_ milliseconds: Int64, for limits: Class) -> Wait {
        Wait(milliseconds: milliseconds, reason: "the window of \(limits.name) to end")
    }

    private func key(of request: Exchange.Request) -> Key {
        var path = request.target.prefix { $0 != "?" }
        if path.hasPrefix(pathPrefix) { path = path.dropFirst(pathPrefix.count) }
        let limits = Class(request, path)
        let isByAddress = limits == .auth || path.hasPrefix("/admin/") || path == "/ws"
        let caller = request.headers.first { $0.name.lowercased() == "authorization" }?.value
        return Key(limits: limits, caller: isByAddress ? "" : caller ?? "")
    }

    /// Milliseconds since 1970.
    private func resetTime(_ text: String, _ now: Int64) -> Int64? {
        switch reset {
        case .unixSeconds: Int64(text).map { $0 * 1000 }
        case .unixMilliseconds: Int64(text)
        case .iso8601: Timestamp(text)?.milliseconds
        case .deltaSeconds: Int64(text).map { now + $0 * 1000 }
        case .any: nil
        }
    }
}
