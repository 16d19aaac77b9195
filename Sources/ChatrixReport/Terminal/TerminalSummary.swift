/// The summary as people read it at the end of a run.
package enum TerminalSummary {
    /// Violations shown per guarantee; the others are in the report.
    private static let violationsShown = 3

    /// Lines end with `\n`. `isColoured`: with ANSI colours, for terminals whose user did not set `NO_COLOR`.
    /// `folder` is where the reports were written. `showsFigures`: beside the verdicts.
    package static func text(
        _ summary: Summary, isColoured: Bool = false, folder: String? = nil, showsFigures: Bool = true
    ) -> String {
        let paint = Paint(isOn: isColoured)
        var sections: [[String]] = []
        if !summary.thresholds.isEmpty { sections.append(thresholds(summary, paint)) }
        sections.append(guarantees(summary, paint))
        if showsFigures {
            sections.append(totals(summary, paint))
            if !summary.metrics.isEmpty { sections.append(metrics(summary, paint)) }
            if !summary.run.facts.isEmpty { sections.append(circumstances(summary, paint)) }
        }
        if !summary.violations.isEmpty { sections.append(violations(summary, paint)) }
        sections.append(closing(summary, folder, paint))
        return sections.map { $0.map { "  " + $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    /// Whether colours suit the output: a terminal that can show them, and no `NO_COLOR` with a value (no-color.org).
    package static func wantsColour(isTerminal: Bool, environment: [String: String]) -> Bool {
        isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    private static func thresholds(_ summary: Summary, _ paint: Paint) -> [String] {
        let table = Table(
            rows: summary.thresholds.map { [$0.text, Figure.measured($0)] }, alignments: [.left, .right])
        return [paint.bold("THRESHOLDS")]
            + zip(summary.thresholds, table.lines).map { threshold, line in
                let mark =
                    switch threshold.state {
                    case "held": paint.green("✓")
                    case "crossed": paint.red("✗")
                    default: paint.yellow("?")
                    }
                return "\(mark) \(line)"
            }
    }

    /// Where the run took place and what it took: processors, memory per user, addresses.
    private static func circumstances(_ summary: Summary, _ paint: Paint) -> [String] {
        let table = Table(
            rows: summary.run.facts.map { [$0.name.withoutControls, $0.value.withoutControls] },
            alignments: [.left, .left])
        return [paint.bold("CIRCUMSTANCES")] + table.lines.map { "  " + $0 }
    }

    private static func guarantees(_ summary: Summary, _ paint: Paint) -> [String] {
        var lines = [paint.bold("GUARANTEES")]
        let width = summary.guarantees.map(\.name.count).max() ?? 0
        for guarantee in summary.guarantees {
            let name = guarantee.name + String(repeating: " ", count: width - guarantee.name.count)
            switch guarantee.verdict {
            case "valid": lines.append("\(paint.green("✓")) \(name)  \(guarantee.promise)")
            case "invalid":
                let number =
                    Figure.count(guarantee.violations) + (guarantee.violations == 1 ? " violation" : " violations")
                lines.append("\(paint.red("✗")) \(name)  \(paint.red(number))")
            default:
                lines.append("\(paint.yellow("?")) \(name)  \(paint.yellow("no verdict"))")
            }
            for remark in guarantee.reasons + guarantee.remarks {
                lines.append("  " + String(repeating: " ", count: width) + "  " + paint.dim(remark.withoutControls))
            }
        }
        return lines
    }

    private static func totals(_ summary: Summary, _ paint: Paint) -> [String] {
        let counts = summary.counts
        var rows = [
            [
                "requests", Figure.count(counts.requests), Figure.rate(counts.requestsPerSecond),
                "\(Figure.count(counts.requestsRefused)) refused, \(Figure.count(counts.requestsUnanswered)) unanswered",
            ],
            [
                "messages", Figure.count(counts.messagesDelivered), Figure.rate(counts.messagesPerSecond),
                "\(Figure.count(counts.messagesSent)) sent with an answer",
            ],
            [
                "events", Figure.count(counts.eventsDelivered), "",
                "\(Figure.count(counts.eventsExpected)) expected, \(Figure.count(counts.eventsLost)) lost, "
                    + "\(Figure.count(counts.eventsDuplicated)) doubled, \(Figure.count(counts.eventsRedelivered)) "
                    + "redelivered, \(Figure.count(counts.eventsExcused)) excused",
            ],
            [
                "users", Figure.count(summary.run.users), "",
                "\(Figure.count(counts.disconnects)) lost sessions",
            ],
            [
                "time", Figure.fixed(summary.run.totalSeconds, 1) + " s", "",
                "\(Figure.fixed(summary.run.loadSeconds, 1)) s of load, \(summary.run.clock) clock",
            ],
        ]
        let generator = summary.generator
        let troubles = [
            (generator.usersFailed, "users not set up"), (generator.arrivalsDelayed, "arrivals delayed"),
            (generator.arrivalsDropped, "arrivals dropped"), (generator.awaitsTimedOut, "awaits timed out"),
            (generator.lateSteps, "late steps"),
        ].filter { $0.0 > 0 }.map { "\(Figure.count($0.0)) \($0.1)" }
        let kept = troubles.isEmpty ? "kept to its plan" : troubles.joined(separator: ", ")
        rows.append([
            "generator", Figure.count(generator.dueSteps), "",
            "steps, \(kept), \(Figure.duration(milliseconds: generator.lagMax)) late at worst",
        ])
        return [paint.bold("TOTALS")]
            + Table(rows: rows, alignments: [.left, .right, .right, .left]).lines.map { "  " + $0 }
    }

    private static func metrics(_ summary: Summary, _ paint: Paint) -> [String] {
        let head = ["", "count", "avg", "min", "med", "p90", "p95", "p99", "max"]
        let rows = summary.metrics.map { metric in
            [metric.name, Figure.count(metric.count)]
                + [metric.avg, metric.min, metric.med, metric.p90, metric.p95, metric.p99, metric.max]
                .map(Figure.duration(milliseconds:))
        }
        let lines = Table(
            rows: [head] + rows, alignments: [.left] + Array(repeating: .right, count: head.count - 1)
        ).lines
        return [paint.bold("LATENCIES") + paint.dim("  from the scheduled time, load phase")]
            + lines.enumerated().map { "  " + ($0.offset == 0 ? paint.dim($0.element) : $0.element) }
    }

    private static func violations(_ summary: Summary, _ paint: Paint) -> [String] {
        var lines = [paint.bold("VIOLATIONS")]
        for guarantee in summary.guarantees where guarantee.verdict == "invalid" {
            let all = summary.violations.filter { $0.guarantee == guarantee.name }
            for violation in all.prefix(violationsShown) {
                lines.append("\(paint.red("✗ " + guarantee.name))  \(violation.statement.withoutControls)")
                let rows = violation.window.map {
                    [Figure.fixed($0.at, 6) + " s", "user \($0.user)", $0.what.withoutControls]
                }
                lines += Table(rows: rows, alignments: [.right, .left, .left]).lines.map { "    " + paint.dim($0) }
            }
            let left = guarantee.violations - min(all.count, violationsShown)
            if left > 0 { lines.append(paint.dim("  and \(Figure.count(left)) more of \(guarantee.name)")) }
        }
        return lines
    }

    private static func closing(_ summary: Summary, _ folder: String?, _ paint: Paint) -> [String] {
        let outcome = summary.outcome
        let verdict = "\(outcome.meaning) (exit code \(outcome.exitCode))"
        var rows = [["verdict", outcome.exitCode == 0 ? paint.green(verdict) : paint.red(verdict)]]
        if let saturation = outcome.saturation { rows.append(["generator", paint.red(saturation.withoutControls)]) }
        rows.append(["seed", summary.run.seed])
        rows.append(["repeat", summary.run.command.withoutControls])
        if let folder { rows.append(["report", folder]) }
        return Table(rows: rows, alignments: [.left, .left]).lines
    }
}

/// Columns of text, as wide as their widest cell, two spaces apart.
struct Table {
    enum Alignment { case left, right }

    let rows: [[String]]
    let alignments: [Alignment]

    /// Without trailing spaces.
    var lines: [String] {
        let widths = alignments.indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let gap = String(repeating: " ", count: max(widths[column] - cell.count, 0))
                line += (column > 0 ? "  " : "") + (alignments[column] == .left ? cell + gap : gap + cell)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

extension String {
    /// Control characters, which could steer a terminal, as U+FFFD.
    var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}
