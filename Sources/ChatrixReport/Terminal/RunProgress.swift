import ChatrixHistory

/// How far a live run is and how it stands, for those who wait for it.
package struct RunProgress: Sendable {
    package enum Stage: Sendable { case registering, conversing, load, settling }

    /// A part of the load. Nanoseconds.
    package struct Phase: Sendable {
        package var name: String
        package var elapsed: Int64
        package var duration: Int64

        package init(name: String, elapsed: Int64, duration: Int64) {
            self.name = name
            self.elapsed = elapsed
            self.duration = duration
        }
    }

    package var scenario: String
    package var seed: UInt64
    package var stage = Stage.registering
    /// Nanoseconds: of the run, of the load, and of the load in all.
    package var elapsed: Int64 = 0
    package var loadElapsed: Int64 = 0
    package var loadDuration: Int64 = 0
    package var phase: Phase?
    package var users = 0
    package var usersReady = 0
    package var usersFailed = 0
    package var sessionsUp = 0
    package var sessionsLost = 0
    /// Since the last look.
    package var requestsPerSecond = 0.0
    package var eventsPerSecond = 0.0
    package var refused = 0
    package var unanswered = 0
    package var inFlight = 0
    /// Nanoseconds.
    package var lag: Int64 = 0
    package var lateSteps = 0
    package var snapshot = RunSnapshot()

    package init(scenario: String, seed: UInt64) {
        self.scenario = scenario
        self.seed = seed
    }
}

extension RunProgress {
    /// A block of lines for a terminal, none wider than `width`.
    package func lines(width: Int, isColoured: Bool) -> [String] {
        let paint = Paint(isOn: isColoured)
        var lines = [row("run", "\(scenario.withoutControls), seed \(seed), \(clock(elapsed))")]
        switch stage {
        case .registering, .conversing:
            let what = stage == .registering ? "connected" : "set up"
            lines.append(
                row(
                    "setup",
                    bar(usersReady, users, width)
                        + " \(Figure.count(usersReady)) of \(Figure.count(users)) users \(what)"))
        case .load:
            if let phase {
                let left = max(0, phase.duration - phase.elapsed)
                lines.append(
                    row(
                        "phase",
                        bar(Int(phase.elapsed), Int(phase.duration), width)
                            + " \(phase.name.withoutControls), \(clock(left)) left"
                            + (phase.duration < loadDuration
                                ? ", \(clock(max(0, loadDuration - loadElapsed))) of the load" : "")))
            }
        case .settling: lines.append(row("settling", "waiting for what is under way"))
        }
        lines.append(
            row(
                "requests",
                "\(Figure.rate(requestsPerSecond)), \(Figure.count(refused)) refused, "
                    + "\(Figure.count(unanswered)) unanswered, \(Figure.count(inFlight)) in flight"))
        lines.append(
            row(
                "events",
                "\(Figure.rate(eventsPerSecond)), \(Figure.count(sessionsUp)) sessions up, "
                    + "\(Figure.count(sessionsLost)) lost"))
        lines.append(
            row("latency", "http \(latency(snapshot.http)), delivery \(latency(snapshot.delivery))"))
        lines.append(
            row(
                "generator",
                "\(Figure.duration(milliseconds: Double(lag) / 1e6)) late, \(Figure.count(lateSteps)) late steps"))
        if !snapshot.thresholds.isEmpty { lines.append(row("thresholds", thresholds)) }
        lines.append(row("violations", violations))
        return lines.map { line in
            let shown = RunProgress.cut(line, to: width)
            return isAlarming(line) ? paint.red(shown) : shown
        }
    }

    /// One line without the figures that only matter to people who watch.
    package var line: String {
        let errors = "\(refused) refused, \(unanswered) unanswered"
        switch stage {
        case .registering, .conversing:
            return "setup: \(usersReady) of \(users) users ready, \(usersFailed) failed"
        case .load:
            return
                "\(phase?.name.withoutControls ?? "load"): \(Int(requestsPerSecond)) requests/s, "
                + "\(Int(eventsPerSecond)) events/s, \(errors), http \(latency(snapshot.http)), "
                + "delivery \(latency(snapshot.delivery)), lag \(lag / 1_000_000) ms, \(violations), "
                + "\(clock(max(0, loadDuration - loadElapsed))) left"
        case .settling: return "settling: \(inFlight) requests in flight, \(errors), \(violations)"
        }
    }

    /// Characters that a line takes on the screen: colours take none.
    package static func width(of line: String) -> Int {
        var width = 0
        var isEscape = false
        for character in line {
            if character == "\u{1B}" { isEscape = true }
            if !isEscape { width += 1 }
            if isEscape, character == "m" { isEscape = false }
        }
        return width
    }

    private func row(_ name: String, _ text: String) -> String {
        "  " + name + String(repeating: " ", count: max(1, 11 - name.count)) + text
    }

    private func isAlarming(_ line: String) -> Bool {
        line.hasPrefix("  violations") && !snapshot.violations.allSatisfy { $0.count == 0 }
            || line.hasPrefix("  thresholds") && !crossedThresholds.isEmpty
    }

    private func bar(_ done: Int, _ all: Int, _ width: Int) -> String {
        let cells = max(10, min(30, width / 4))
        let full = all > 0 ? min(cells, max(0, Int(Double(done) / Double(all) * Double(cells)))) : 0
        return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full) + "]"
    }

    private func clock(_ nanoseconds: Int64) -> String {
        let seconds = nanoseconds / 1_000_000_000
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return seconds < 3600
            ? "\(seconds / 60):\(two(seconds % 60))"
            : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }

    private func latency(_ percentiles: RunSnapshot.Percentiles) -> String {
        guard let median = percentiles.median, let p99 = percentiles.p99 else { return "–" }
        return "p50 \(Figure.duration(milliseconds: median)) p99 \(Figure.duration(milliseconds: p99))"
    }

    /// Without those that more load can still fulfil.
    private var crossedThresholds: [Threshold.Outcome] {
        snapshot.thresholds.filter { $0.state == .crossed && !$0.canStillHold }
    }

    private var thresholds: String {
        let crossed = crossedThresholds
        let rest = snapshot.thresholds.count - crossed.count
        guard !crossed.isEmpty else { return "none of \(rest) crossed" }
        return "\(crossed.count) crossed, \(rest) not: " + crossed.map(\.threshold.description).joined(separator: ", ")
    }

    private var violations: String {
        let broken = snapshot.violations.filter { $0.count > 0 }
        guard !broken.isEmpty else { return "no violation so far" }
        return broken.map { "\(Figure.count($0.count)) \($0.guarantee.title)" }.joined(separator: ", ")
    }

    private static func cut(_ line: String, to width: Int) -> String {
        line.count <= width ? line : String(line.prefix(max(0, width - 1))) + "…"
    }
}
