import Glibc
import Synchronization

/// Shows on standard error how far the checks are: one line that is rewritten on a terminal, a line now and then elsewhere.
final class ConformanceProgress: Sendable {
    private struct State {
        var nextShow = ContinuousClock.now
        var nextPlain = ContinuousClock.now + ConformanceProgress.plainInterval
        var isLineOpen = false
        var waitShown: String?
        var text = ""
    }

    private static let terminalInterval = Duration.milliseconds(100)
    /// Between two lines where they cannot be rewritten.
    private static let plainInterval = Duration.seconds(5)

    private let isQuiet: Bool
    private let isTerminal = isatty(2) == 1
    private let start = ContinuousClock.now
    private let state = Mutex(State())

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Seconds since this was made.
    var seconds: Double {
        let (whole, attoseconds) = (ContinuousClock.now - start).components
        return Double(whole) + Double(attoseconds) / 1e18
    }

    func show(done: Int, of all: Int, failed: Int, next: String) {
        state.withLock { state in
            let rate = Double(done) / max(seconds, 0.001)
            let unit = rate >= 10 ? "\(Int(rate)) checks/s" : "\(Int(rate * 60)) checks/min"
            state.text = "\(done) of \(all) checks, \(failed) failed, \(unit), at \(next)"
            state.waitShown = nil
            show(state.text, &state)
        }
    }

    /// Shows what is waited for; where lines cannot be rewritten, once each wait.
    func showWait(_ reason: String, milliseconds: Int64) {
        state.withLock { state in
            if !isTerminal {
                if state.waitShown == reason { return }
                state.nextPlain = .now
            }
            state.waitShown = reason
            state.nextShow = .now
            show("\(state.text); waiting \((milliseconds + 999) / 1000) s for \(reason)", &state)
        }
    }

    private func show(_ text: String, _ state: inout State) {
        let now = ContinuousClock.now
        guard !isQuiet else { return }
        if isTerminal {
            guard now >= state.nextShow else { return }
            state.nextShow = now + Self.terminalInterval
            write("\r\u{1B}[K" + text)
            state.isLineOpen = true
        } else if now >= state.nextPlain {
            state.nextPlain = now + Self.plainInterval
            write(text + "\n")
        }
    }

    /// Removes the rewritten line, so that the result stands in its place.
    func finish() {
        state.withLock { state in
            if state.isLineOpen { write("\r\u{1B}[K") }
            state.isLineOpen = false
        }
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}
