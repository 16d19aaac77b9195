/// `report.html`: one file that needs no script, no network and no other file.
package enum HTMLReport {
    private static let full = 1280.0
    private static let wide = 640.0
    private static let narrow = 380.0
    /// Violations with their window on the page, per guarantee; `run.sqlite` has all that were kept.
    private static let violationsShown = 20

    package static func html(_ data: RunReport) -> String {
        let summary = data.summary
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(summary.run.scenario.xmlEscaped) · chatrix run report</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            \(header(summary))
            \(tiles(summary))
            <div class="pair">
            \(guarantees(summary))
            \(thresholds(summary))
            </div>
            \(charts(data))
            \(metrics(summary))
            \(phases(summary))
            \(violations(summary))
            \(environment(summary))
            </main>
            </body>
            </html>

            """
    }

    // MARK: Head

    private static func header(_ summary: Summary) -> String {
        let run = summary.run
        let (style, word) =
            switch summary.outcome.exitCode {
            case 0: ("good", "Passed")
            case 1, 99: ("bad", "Failed")
            default: ("open", "No verdict")
            }
        let saturation = summary.outcome.saturation.map { "<p class=\"alert\">\($0.xmlEscaped)</p>" } ?? ""
        let (date, time) = (run.startedAt.prefix(10), run.startedAt.prefix(19).suffix(8))
        return """
            <header>
            <p class="kicker">Chatrix run report</p>
            <h1>\(run.scenario.xmlEscaped) <span class="badge \(style)">\(word)</span></h1>
            <p class="lead">\(summary.outcome.meaning.capitalizedFirst.xmlEscaped). Exit code \(summary.outcome.exitCode).</p>
            \(saturation)
            <dl class="facts">
            <div><dt>Started</dt><dd><time datetime="\(run.startedAt.xmlEscaped)">\
            \("\(date) \(time)".xmlEscaped) UTC</time></dd></div>
            <div><dt>Load</dt><dd>\(Figure.fixed(run.loadSeconds, 1)) s</dd></div>
            <div><dt>Users</dt><dd>\(Figure.count(run.users))</dd></div>
            <div><dt>Clock</dt><dd>\(run.clock.xmlEscaped)</dd></div>
            <div><dt>Seed</dt><dd>\(run.seed.xmlEscaped)</dd></div>
            </dl>
            </header>
            """
    }

    private static func tiles(_ summary: Summary) -> String {
        let counts = summary.counts
        func metric(_ name: String) -> Summary.Metric? { summary.metrics.first { $0.name == name } }
        func p99(_ name: String) -> String { metric(name).map { Figure.duration(milliseconds: $0.p99) } ?? "–" }
        func median(_ name: String) -> String {
            metric(name).map { "median \(Figure.duration(milliseconds: $0.med))" } ?? "nothing measured"
        }
        let bad = counts.eventsLost + counts.eventsDuplicated
        let tiles: [(value: String, label: String, note: String, style: String)] = [
            (
                Figure.count(counts.messagesDelivered), "messages delivered",
                Figure.rate(counts.messagesPerSecond) + " under load", ""
            ),
            (
                Figure.count(counts.requests), "requests",
                Figure.rate(counts.requestsPerSecond) + ", " + Figure.count(counts.requestsRefused) + " refused, "
                    + Figure.count(counts.requestsUnanswered) + " unanswered",
                counts.requestsUnanswered > 0 ? "bad" : ""
            ),
            (p99("http"), "HTTP answer, p99", median("http"), ""),
            (p99("delivery.message"), "message arrival, p99", median("delivery.message"), ""),
            (
                "\(Figure.count(counts.eventsLost)) / \(Figure.count(counts.eventsDuplicated))",
                "events lost / doubled",
                "of \(Figure.count(counts.eventsExpected)) expected", bad > 0 ? "bad" : ""
            ),
        ]
        let items = tiles.map { tile in
            "<div class=\"tile \(tile.style)\"><p class=\"value\">\(tile.value.xmlEscaped)</p>"
                + "<p class=\"label\">\(tile.label.xmlEscaped)</p><p class=\"note\">\(tile.note.xmlEscaped)</p></div>"
        }
        return "<section class=\"tiles\" aria-label=\"Key figures\">\n\(items.joined(separator: "\n"))\n</section>"
    }

    // MARK: Verdicts

    static func mark(_ state: String) -> String {
        switch state {
        case "valid", "held": "<span class=\"mark good\" role=\"img\" aria-label=\"held\">✓</span>"
        case "invalid", "crossed": "<span class=\"mark bad\" role=\"img\" aria-label=\"broken\">✗</span>"
        default: "<span class=\"mark open\" role=\"img\" aria-label=\"no verdict\">?</span>"
        }
    }

    private static func guarantees(_ summary: Summary) -> String {
        let items = summary.guarantees.map { guarantee in
            let notes = (guarantee.reasons + guarantee.remarks).map { "<p class=\"note\">\($0.xmlEscaped)</p>" }
            let number =
                guarantee.violations > 0
                ? " <a class=\"count\" href=\"#violations\">\(Figure.count(guarantee.violations)) "
                    + "\(guarantee.violations == 1 ? "violation" : "violations")</a>" : ""
            return """
                <li>\(mark(guarantee.verdict))<div><p><strong>\(guarantee.name.capitalizedFirst.xmlEscaped)</strong>\(number)</p>
                <p class="promise">\(guarantee.promise.xmlEscaped)</p>\(notes.joined())</div></li>
                """
        }
        return """
            <section class="card"><h2>Guarantees</h2>
            <ul class="verdicts">
            \(items.joined(separator: "\n"))
            </ul></section>
            """
    }

    private static func thresholds(_ summary: Summary) -> String {
        guard !summary.thresholds.isEmpty else {
            return "<section class=\"card\"><h2>Thresholds</h2><p class=\"empty\">The scenario sets none.</p></section>"
        }
        let rows = summary.thresholds.map { threshold in
            "<li>\(mark(threshold.state))<div><p><code>\(threshold.text.xmlEscaped)</code></p></div>"
                + "<p class=\"measured\">\(Figure.measured(threshold).xmlEscaped)</p></li>"
        }
        return """
            <section class="card"><h2>Thresholds</h2>
            <ul class="verdicts">
            \(rows.joined(separator: "\n"))
            </ul></section>
            """
    }

    // MARK: Charts and tables

    private static func charts(_ data: RunReport) -> String {
        let figures = Charts.all.compactMap { chart -> String? in
            guard let large = chart.svg(data, width: wide), let small = chart.svg(data, width: narrow) else {
                return nil
            }
            let legend = chart.legend.map { item in
                item.style.isEmpty
                    ? "<li class=\"plain\">\(item.label.xmlEscaped)</li>"
                    : "<li><span class=\"swatch \(item.style)\"></span>\(item.label.xmlEscaped)</li>"
            }
            let largest =
                chart.isFullWidth ? chart.svg(data, width: full).map { "<div class=\"full\">\($0)</div>" } ?? "" : ""
            return """
                <figure class="card\(chart.isFullWidth ? " row" : "")" id="\(chart.id)">
                <h2>\(chart.title.xmlEscaped)</h2>
                <figcaption>\(chart.caption.xmlEscaped)</figcaption>
                \(legend.isEmpty ? "" : "<ul class=\"legend\">\(legend.joined())</ul>")
                \(largest)
                <div class="wide">\(large)</div>
                <div class="narrow">\(small)</div>
                </figure>
                """
        }
        return "<div class=\"charts\">\n\(figures.joined(separator: "\n"))\n</div>"
    }

    private static func metrics(_ summary: Summary) -> String {
        guard !summary.metrics.isEmpty else { return "" }
        return """
            <section class="card"><h2>Latencies</h2>
            <p class="caption">Load without warm-up. http, websocket and delivery count from the scheduled time of the \
            operation, hops from one station to the next.</p>
            \(table(summary.metrics, label: "Latencies"))</section>
            """
    }

    private static func table(_ metrics: [Summary.Metric], label: String) -> String {
        let rows = metrics.map { metric in
            let cells = [metric.avg, metric.min, metric.med, metric.p90, metric.p95, metric.p99, metric.max]
                .map { "<td>\(Figure.duration(milliseconds: $0).xmlEscaped)</td>" }
            return "<tr><th scope=\"row\">\(metric.name.xmlEscaped)</th><td>\(Figure.count(metric.count))</td>"
                + cells.joined() + "</tr>"
        }
        let heads = ["count", "avg", "min", "med", "p90", "p95", "p99", "max"].map { "<th scope=\"col\">\($0)</th>" }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(label.xmlEscaped)"><table>
            <thead><tr><th scope="col">metric</th>\(heads.joined())</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private static func phases(_ summary: Summary) -> String {
        guard !summary.phases.isEmpty else { return "" }
        let rows = summary.phases.map { phase in
            func cell(_ name: String, _ value: KeyPath<Summary.Metric, Double>) -> String {
                let metric = phase.metrics.first { $0.name == name }
                return metric.map { Figure.duration(milliseconds: $0[keyPath: value]) } ?? "–"
            }
            let cells = [
                Figure.fixed(phase.start, 1) + " s", Figure.fixed(phase.end - phase.start, 1) + " s",
                Figure.count(phase.requests), Figure.rate(phase.requestsPerSecond), Figure.count(phase.requestsFailed),
                Figure.rate(phase.messagesPerSecond), cell("http", \.med), cell("http", \.p99),
                cell("delivery.message", \.med), cell("delivery.message", \.p99), cell("generator.lag", \.max),
            ]
            let mark = phase.warmUp ? " <span class=\"badge open\">warm-up, does not count</span>" : ""
            return "<tr><th scope=\"row\">\(phase.name.xmlEscaped)\(mark)</th>"
                + cells.map { "<td>\($0.xmlEscaped)</td>" }.joined() + "</tr>"
        }
        let heads = [
            "from", "length", "requests", "rate", "not accepted", "messages", "http med", "http p99", "message med",
            "message p99", "lag max",
        ].map { "<th scope=\"col\">\($0)</th>" }
        let details = summary.phases.filter { !$0.metrics.isEmpty }.map { phase in
            """
            <details><summary>All latencies of \(phase.name.xmlEscaped)</summary>
            \(table(phase.metrics, label: "Latencies of \(phase.name)"))</details>
            """
        }
        return """
            <section class="card" id="phases"><h2>Phases</h2>
            <p class="caption">An operation belongs to the phase in which it was scheduled.</p>
            <div class="scroll" tabindex="0" role="region" aria-label="Phases"><table>
            <thead><tr><th scope="col">phase</th>\(heads.joined())</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div>
            \(summary.phases.count > 1 ? details.joined(separator: "\n") : "")
            </section>
            """
    }

    private static func violations(_ summary: Summary) -> String {
        guard summary.guarantees.contains(where: { $0.verdict == "invalid" }) else { return "" }
        var parts: [String] = []
        for guarantee in summary.guarantees where guarantee.verdict == "invalid" {
            let all = summary.violations.filter { $0.guarantee == guarantee.name }
            for (index, violation) in all.prefix(violationsShown).enumerated() {
                let rows = violation.window.map {
                    "<tr><td>\(Figure.fixed($0.at, 6)) s</td><td>user \($0.user)</td>"
                        + "<td class=\"what\">\($0.what.xmlEscaped)</td></tr>"
                }
                parts.append(
                    """
                    <details\(index < 3 ? " open" : "")><summary><span class="badge bad">\(guarantee.name.xmlEscaped)</span> \
                    \(violation.statement.xmlEscaped)</summary>
                    <div class="scroll" tabindex="0" role="region" aria-label="Window of history"><table class="window">
                    <thead><tr><th scope="col">time</th><th scope="col">who</th><th scope="col">what</th></tr></thead>
                    <tbody>\(rows.joined(separator: "\n"))</tbody></table></div></details>
                    """)
            }
            let left = guarantee.violations - min(all.count, violationsShown)
            if left > 0 {
                parts.append(
                    "<p class=\"note\">\(Figure.count(left)) more of \(guarantee.name.xmlEscaped) are not shown here; the "
                        + "tables <code>violations</code> and <code>violation_entries</code> of run.sqlite keep up to a "
                        + "hundred.</p>")
            }
        }
        return """
            <section class="card" id="violations"><h2>Violations</h2>
            \(parts.joined(separator: "\n"))
            </section>
            """
    }

    private static func environment(_ summary: Summary) -> String {
        let facts = (summary.run.versions + summary.run.facts).map {
            "<div><dt>\($0.name.xmlEscaped)</dt><dd>\($0.value.xmlEscaped)</dd></div>"
        }
        let generator = summary.generator
        let kept: [(String, String)] = [
            ("Generator: steps", Figure.count(generator.dueSteps)), ("began late", Figure.count(generator.lateSteps)),
            ("late at worst", Figure.duration(milliseconds: generator.lagMax)),
            ("arrivals delayed", Figure.count(generator.arrivalsDelayed)),
            ("arrivals dropped", Figure.count(generator.arrivalsDropped)),
            ("awaits timed out", Figure.count(generator.awaitsTimedOut)),
            ("users not set up", Figure.count(generator.usersFailed)),
        ]
        let load = kept.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        return """
            <section class="card"><h2>Repeat this run</h2>
            <pre tabindex="0"><code>\(summary.run.command.xmlEscaped)</code></pre>
            <dl class="facts">\(load.joined(separator: "\n"))</dl>
            \(facts.isEmpty ? "" : "<dl class=\"facts\">\(facts.joined(separator: "\n"))</dl>")
            </section>
            """
    }
}

extension String {
    /// The first character in upper case.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
