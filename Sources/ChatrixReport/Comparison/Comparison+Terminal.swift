extension Comparison {
    /// The comparison for a terminal; lines end with `\n`.
    package func terminalText(isColoured: Bool = false) -> String {
        let paint = Paint(isOn: isColoured)
        var sections: [[String]] = [heads]
        if !differences.isEmpty { sections.append(differenceLines(paint)) }
        sections.append(limitLines(paint))
        if !guarantees.isEmpty { sections.append(guaranteeLines(paint)) }
        sections.append(countLines(paint))
        sections.append(latencyLines(paint))
        let verdict = "\(meaning) (exit code \(exitCode))"
        var closing = [["verdict", exitCode == 0 ? paint.green(verdict) : paint.red(verdict)]]
        if exitCode != 0 {
            closing.append(["seed", new.seed])
            closing.append(["repeat", new.command.withoutControls])
        }
        sections.append(ChatrixReport.Table(rows: closing, alignments: [.left, .left]).lines)
        return sections.map { $0.map { "  " + $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    private var heads: [String] {
        func row(_ name: String, _ side: Side) -> [String] {
            [
                name, side.path.withoutControls, String(side.startedAt.prefix(19)).replacing("T", with: " "),
                side.meaning.withoutControls,
            ]
        }
        return ChatrixReport.Table(
            rows: [row("base", base), row("new", new)], alignments: [.left, .left, .left, .left]
        ).lines
    }

    private func differenceLines(_ paint: Paint) -> [String] {
        let table = ChatrixReport.Table(
            rows: differences.map { [$0.name.withoutControls, $0.base.withoutControls, "->", $0.new.withoutControls] },
            alignments: [.left, .left, .left, .left])
        return [paint.bold("CIRCUMSTANCES") + paint.dim("  ! makes the figures hard to compare")]
            + zip(differences, table.lines).map { ($0.isWarning ? paint.yellow("! ") : "  ") + $1 }
    }

    private func limitLines(_ paint: Paint) -> [String] {
        let rows = limits.map { limit -> [String] in
            let figure = figure(limit.metric)
            return [
                limit.text, figure.map { Comparison.text($0.base, $0.quantity) } ?? "–", "->",
                figure.map { Comparison.text($0.new, $0.quantity) } ?? "–", figure.map(Comparison.change) ?? "",
            ]
        }
        let table = ChatrixReport.Table(rows: rows, alignments: [.left, .right, .left, .right, .right])
        return [paint.bold("LIMITS")]
            + zip(limits, table.lines).map { limit, line in
                switch limit.state {
                case "held": "\(paint.green("✓")) \(line)"
                case "crossed": "\(paint.red("✗")) \(line)"
                default: "\(paint.yellow("?")) \(line)"
                }
            }
    }

    private func guaranteeLines(_ paint: Paint) -> [String] {
        func text(_ verdict: String, _ violations: Int) -> String {
            verdict == "invalid"
                ? "\(ChatrixReport.Figure.count(violations)) violation\(violations == 1 ? "" : "s")" : verdict
        }
        let table = ChatrixReport.Table(
            rows: guarantees.map { [$0.name, text($0.base, $0.baseViolations), "->", text($0.new, $0.newViolations)] },
            alignments: [.left, .left, .left, .left])
        return [paint.bold("GUARANTEES")]
            + zip(guarantees, table.lines).map { guarantee, line in
                switch guarantee.new {
                case "valid": "\(paint.green("✓")) \(line)"
                case "invalid": "\(paint.red("✗")) \(line)"
                default: "\(paint.yellow("?")) \(line)"
                }
            }
    }

    private func countLines(_ paint: Paint) -> [String] {
        let rows = figures.filter {
            $0.quantity != "milliseconds" && !$0.name.contains("{") && ($0.base ?? 0 != 0 || $0.new ?? 0 != 0)
        }
        let table = ChatrixReport.Table(
            rows: rows.map {
                [
                    $0.name, Comparison.text($0.base, $0.quantity), "->", Comparison.text($0.new, $0.quantity),
                    Comparison.change($0),
                ]
            }, alignments: [.left, .right, .left, .right, .right])
        return [paint.bold("COUNTS AND RATES")] + table.lines.map { "  " + $0 }
    }

    /// Median and 99th percentile of each metric; the others, and those of phases, are in the JSON and on the page.
    private func latencyLines(_ paint: Paint) -> [String] {
        var rows = [["", "med", "", "", "", "p99", "", "", ""]]
        for name in latencyNames where name.phase.isEmpty {
            func cells(_ statistic: String) -> [String] {
                guard let figure = figure("\(name.metric).\(statistic)\(name.phase)") else {
                    return ["–", "", "–", ""]
                }
                return [
                    Comparison.text(figure.base, figure.quantity), "->", Comparison.text(figure.new, figure.quantity),
                    Comparison.change(figure),
                ]
            }
            rows.append([name.metric + name.phase] + cells("med") + cells("p99"))
        }
        let table = ChatrixReport.Table(
            rows: rows,
            alignments: [.left, .right, .left, .right, .right, .right, .left, .right, .right])
        return [paint.bold("LATENCIES") + paint.dim("  from the scheduled time, load without warm-up")]
            + table.lines.enumerated().map { "  " + ($0.offset == 0 ? paint.dim($0.element) : $0.element) }
    }

    /// Metrics with durations, and their phase in braces or nothing.
    var latencyNames: [(metric: String, phase: String)] {
        figures.compactMap { figure in
            guard figure.quantity == "milliseconds" else { return nil }
            let metric = figure.name.prefix { $0 != "{" }
            guard metric.hasSuffix(".med") else { return nil }
            return (String(metric.dropLast(4)), String(figure.name.dropFirst(metric.count)))
        }
    }

    func figure(_ name: String) -> Figure? {
        func plain(_ text: String) -> String { text.filter { $0 != " " }.replacing(".p50", with: ".med") }
        let wanted = plain(name)
        return figures.first { plain($0.name) == wanted }
    }

    static func text(_ value: Double?, _ quantity: String) -> String {
        guard let value else { return "–" }
        return switch quantity {
        case "milliseconds": ChatrixReport.Figure.duration(milliseconds: value)
        case "per second": ChatrixReport.Figure.rate(value)
        default: ChatrixReport.Figure.count(Int(value))
        }
    }

    static func change(_ figure: Figure) -> String {
        guard let change = figure.change else {
            return figure.base == 0 && figure.new == 0 ? "" : figure.base == nil || figure.new == nil ? "" : "new"
        }
        let percent = change * 100
        if abs(percent) < 0.05 { return "0.0 %" }
        return (percent > 0 ? "+" : "") + ChatrixReport.Figure.fixed(percent, abs(percent) < 99.95 ? 1 : 0) + " %"
    }
}
