import ChatrixLive
import ChatrixScenario
import Glibc
import Synchronization

/// Shows on standard error how far a run is: one line that is rewritten on a terminal, a line now and then elsewhere.
final class ProgressLine: Sendable {
    /// Seconds between two lines where they cannot be rewritten.
    private static let plainInterval: Int64 = 5

    private struct State {
        var operationsCompleted = 0
        var deliveries = 0
        var elapsed: Int64 = 0
        var nextPlainSecond: Int64 = 0
        var isLineOpen = false
    }

    private let isTerminal = isatty(2) == 1
    private let state = Mutex(State())

    func show(_ progress: LiveProgress) {
        state.withLock { state in
            let seconds = Double(progress.elapsed - state.elapsed) / 1e9
            guard seconds > 0 else { return }
            let counters = progress.counters
            let rate = Double(counters.operationsCompleted - state.operationsCompleted) / seconds
            let deliveryRate = Double(counters.deliveries - state.deliveries) / seconds
            state.operationsCompleted = counters.operationsCompleted
            state.deliveries = counters.deliveries
            state.elapsed = progress.elapsed
            let text = ProgressLine.text(progress, rate: rate, deliveryRate: deliveryRate)
            if isTerminal {
                print(text, ending: "", rewriting: true)
                state.isLineOpen = true
            } else {
                let second = progress.elapsed / 1_000_000_000
                guard second >= state.nextPlainSecond else { return }
                state.nextPlainSecond = second + ProgressLine.plainInterval
                print(text, ending: "\n", rewriting: false)
            }
        }
    }

    /// Ends the rewritten line, so that what follows stands below it.
    func finish() {
        state.withLock { state in
            if state.isLineOpen { print("", ending: "\n", rewriting: false) }
            state.isLineOpen = false
        }
    }

    private func print(_ text: String, ending: String, rewriting: Bool) {
        let bytes = Array(((rewriting ? "\r\u{1B}[K" : "") + text + ending).utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    static func text(_ progress: LiveProgress, rate: Double, deliveryRate: Double) -> String {
        let counters = progress.counters
        switch progress.stage {
        case .load:
            let left = max(0, progress.loadDuration - progress.loadElapsed) / 1_000_000_000
            let errors = counters.unreadable + counters.lost
            return """
                \(progress.phase ?? "load"): \(Int(rate)) requests/s, \(Int(deliveryRate)) events/s, \(errors) errors, \
                \(counters.inFlight) in flight, lag \(counters.lag / 1_000_000) ms, \(left) s left
                """
        case .settling:
            return "settling: \(counters.inFlight) requests in flight, \(counters.deliveries) events so far"
        case .auditing:
            return "reading what the state came to: \(counters.inFlight) requests in flight"
        default:
            return "setup: \(counters.usersReady) of \(progress.userCount) users ready, \(counters.usersFailed) failed"
        }
    }
}
