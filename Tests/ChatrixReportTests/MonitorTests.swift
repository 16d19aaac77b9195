import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Synchronization
import Testing

@testable import ChatrixReport

@Suite struct MonitorTests {
    private func monitor(
        _ texts: [String], delay: Int64 = 0, pace: RunMonitor.Pace = .inCall,
        onAbort: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> RunMonitor {
        let thresholds = try texts.map { text in
            var threshold = try Threshold(parsing: text)
            threshold.abortsOnFail = true
            threshold.abortDelay = delay
            return threshold
        }
        return RunMonitor(
            SampleRun(users: 4, seconds: 1, rate: 4).history.run, recorder: nil, thresholds: thresholds, pace: pace,
            onAbort: onAbort)
    }

    /// Feeds the sample second by second; returns the second after which the monitor wanted the end, if it did.
    private func feed(_ monitor: RunMonitor, _ history: History) -> Int? {
        var run = history.run
        run.loadEnd = 0
        run.end = 0
        monitor.update(run)
        monitor.append(History.Batch(users: history.users))
        for second in 0..<36 {
            let span = Int64(second) * 1_000_000_000..<Int64(second + 1) * 1_000_000_000
            monitor.append(
                History.Batch(
                    operations: history.operations.filter { span.contains($0.completed) },
                    deliveries: history.deliveries.filter { span.contains($0.at) },
                    sessionChanges: history.sessionChanges.filter { span.contains($0.at) }))
            if monitor.advance(to: span.upperBound) { return second }
        }
        return nil
    }

    @Test func aCrossedThresholdEndsTheRunAndIsNamed() throws {
        let named = Mutex<[String]>([])
        let monitor = try monitor(["http.max < 300ms"], onAbort: { text in named.withLock { $0.append(text) } })
        let history = SampleRun().history
        // The server stands still from 20.0 s to 20.6 s.
        #expect(feed(monitor, history) == 20)
        #expect(named.withLock { $0 } == ["http.max < 300ms"])
        var run = history.run
        run.isInterrupted = true
        let report = monitor.finish(run, RunEnvironment(command: "x"), isInterrupted: false)
        #expect(report.run.abortedBy == "http.max < 300ms")
        #expect(!report.run.isInterrupted)
        #expect(report.exitCode == .thresholdCrossed)
        #expect(
            report.summary.outcome.meaning == "ended early: the threshold http.max < 300ms was crossed")
    }

    @Test func anInterruptionAfterwardsStaysOne() throws {
        let monitor = try monitor(["http.max < 300ms"])
        let history = SampleRun().history
        #expect(feed(monitor, history) != nil)
        #expect(monitor.finish(history.run, RunEnvironment(command: "x"), isInterrupted: true).exitCode == .interrupted)
    }

    @Test func nothingEndsTheRunBeforeTheDelayIsOver() throws {
        let history = SampleRun().history
        #expect(feed(try monitor(["http.max < 1us"], delay: 10_000_000_000), history) == 12)
        #expect(feed(try monitor(["http.max < 1us"], delay: 100_000_000_000), history) == nil)
    }

    @Test func aCountThatCanStillGrowEndsNothing() throws {
        let history = SampleRun().history
        #expect(feed(try monitor(["messages.delivered >= 5000", "http.requests > 100000"]), history) == nil)
    }

    @Test func snapshotShowsTheLastSeconds() throws {
        let monitor = try monitor(["http.p99 < 50s"])
        _ = feed(monitor, SampleRun().history)
        let snapshot = monitor.snapshot
        let median = try #require(snapshot.http.median)
        #expect(median > 0.1 && median < 10)
        #expect(snapshot.thresholds.map(\.state) == [.held])
        #expect(snapshot.violations.map(\.count).reduce(0, +) == 0)
    }

    // MARK: progress

    private var progress: RunProgress {
        var progress = RunProgress(scenario: "busy\u{1B}[2J", seed: 7)
        progress.stage = .load
        progress.elapsed = 75_000_000_000
        progress.loadElapsed = 30_000_000_000
        progress.loadDuration = 90_000_000_000
        progress.phase = .init(name: "peak", elapsed: 15_000_000_000, duration: 60_000_000_000)
        progress.users = 200
        progress.usersReady = 200
        progress.sessionsUp = 198
        progress.sessionsLost = 2
        progress.requestsPerSecond = 1234
        progress.eventsPerSecond = 2345
        progress.unanswered = 3
        progress.snapshot.http = .init(median: 1.2, p99: 8.5)
        progress.snapshot.violations = [(.complete, 2), (.order, 0)]
        return progress
    }

    @Test func blockShowsEverythingAndFitsItsWidth() {
        let lines = progress.lines(width: 100, isColoured: false)
        let text = lines.joined(separator: "\n")
        for part in [
            "seed 7, 1:15", "peak, 0:45 left, 1:00 of the load", "1\u{202F}234/s, 0 refused, 3 unanswered",
            "198 sessions up, 2 lost", "http p50 1.20 ms p99 8.50 ms, delivery –", "2 complete",
        ] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        #expect(text.contains("[######...................]"))
        #expect(!text.contains("\u{1B}"))
        for width in [20, 40, 60] {
            #expect(progress.lines(width: width, isColoured: true).allSatisfy { RunProgress.width(of: $0) <= width })
        }
    }

    @Test func violationsAreRedOnlyWhereColoursAreWanted() {
        #expect(progress.lines(width: 80, isColoured: true).contains { $0.hasPrefix("\u{1B}[31m  violations") })
        #expect(progress.line.contains("2 complete, 1:00 left"))
        #expect(!progress.line.contains("\u{1B}"))
    }
}
