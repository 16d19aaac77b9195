import ChatrixHistory
import ChatrixLive
import ChatrixReport
import ChatrixScenario
import Foundation
import Glibc
import Synchronization

/// Shows a live run on standard error: a block of lines that is drawn anew on a terminal, a line now and then elsewhere.
///
/// The cursor always stands at the beginning of the line below the block and is never hidden, so whatever ends the program
/// leaves the terminal in order.
final class ProgressView: Sendable {
    /// Seconds between two lines where they cannot be drawn anew.
    private static let plainInterval: Int64 = 5

    private struct State {
        /// Widths of the lines on the screen, from the top.
        var drawn: [Int] = []
        var nextPlainSecond: Int64 = 0
        var isFinished = false
    }

    private let scenario: Scenario
    private let isTerminal: Bool
    private let isColoured: Bool
    private let state = Mutex(State())

    init(_ scenario: Scenario) {
        self.scenario = scenario
        let environment = ProcessInfo.processInfo.environment
        isTerminal = isatty(2) == 1 && environment["TERM"] != "dumb"
        isColoured = TerminalSummary.wantsColour(isTerminal: isTerminal, environment: environment)
    }

    func show(_ progress: LiveProgress, _ rates: (requests: Double, events: Double), _ snapshot: RunSnapshot) {
        let view = RunProgress(progress, rates, snapshot, scenario)
        state.withLock { state in
            guard !state.isFinished else { return }
            if isTerminal {
                draw(view, &state)
            } else {
                let second = progress.elapsed / 1_000_000_000
                guard second >= state.nextPlainSecond else { return }
                state.nextPlainSecond = second + ProgressView.plainInterval
                StandardStream.error.writeLine(view.line)
            }
        }
    }

    /// Removes the block, so that the result stands in its place.
    func finish() {
        state.withLock { state in
            state.isFinished = true
            guard !state.drawn.isEmpty else { return }
            StandardStream.error.write(erasing(state.drawn, columns: ProgressView.size().columns))
            state.drawn = []
        }
    }

    private func draw(_ view: RunProgress, _ state: inout State) {
        let (rows, columns) = ProgressView.size()
        let lines = Array(view.lines(width: columns - 1, isColoured: isColoured).prefix(max(1, rows - 1)))
        let text = erasing(state.drawn, columns: columns) + lines.map { $0 + "\n" }.joined()
        StandardStream.error.write(text)
        state.drawn = lines.map { min(RunProgress.width(of: $0), columns - 1) }
    }

    /// Moves to the top of the block and erases from there. A terminal that became narrower has broken lines in two.
    private func erasing(_ drawn: [Int], columns: Int) -> String {
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
        return (rows > 0 ? "\u{1B}[\(rows)A" : "") + "\r\u{1B}[J"
    }

    private static func size() -> (rows: Int, columns: Int) {
        var size = winsize()
        guard ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (24, 80) }
        return (Int(size.ws_row), max(20, Int(size.ws_col)))
    }
}

extension RunProgress {
    init(
        _ progress: LiveProgress, _ rates: (requests: Double, events: Double), _ snapshot: RunSnapshot,
        _ scenario: Scenario
    ) {
        self.init(scenario: scenario.name, seed: scenario.seed)
        let counters = progress.counters
        switch progress.stage {
        case .registering: stage = .registering
        case .conversing: stage = .conversing
        case .load: stage = .load
        default: stage = .settling
        }
        elapsed = progress.elapsed
        loadElapsed = progress.loadElapsed
        loadDuration = progress.loadDuration
        users = progress.userCount
        usersReady = counters.usersReady
        usersFailed = counters.usersFailed
        sessionsUp = counters.sessionsUp
        sessionsLost = counters.sessionsLost
        requestsPerSecond = rates.requests
        eventsPerSecond = rates.events
        refused = counters.refused
        unanswered = counters.unreadable + counters.lost
        inFlight = counters.inFlight
        lag = counters.lag
        lateSteps = counters.lateSteps
        self.snapshot = snapshot
        guard let name = progress.phase else { return }
        var start: Int64 = 0
        for planned in scenario.load {
            if progress.loadElapsed < start + planned.duration {
                phase = Phase(name: name, elapsed: progress.loadElapsed - start, duration: planned.duration)
                break
            }
            start += planned.duration
        }
    }
}
