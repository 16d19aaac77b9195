/// The page of a comparison: one file that needs no script, no network and no other file.
package enum ComparisonPage {
    package static func html(_ comparison: Comparison) -> String {
        let (style, word) =
            switch comparison.exitCode {
            case 0: ("good", "Within limits")
            case 1: ("bad", "Guarantee broken")
            default: ("bad", "Limit exceeded")
            }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(comparison.new.scenario.xmlEscaped) · chatrix comparison</title>
            <style>\(HTMLReport.style)</style>
            </head>
            <body>
            <main>
            <header>
            <p class="kicker">Chatrix comparison of two runs</p>
            <h1>\(comparison.new.scenario.xmlEscaped) <span class="badge \(style)">\(word)</span></h1>
            <p class="lead">\(comparison.meaning.capitalizedFirst.xmlEscaped). Exit code \(comparison.exitCode).</p>
            </header>
            <div class="pair top">
            \(side("Base", comparison.base))
            \(side("New", comparison.new))
            </div>
            \(differences(comparison))
            <div class="pair">
            \(limits(comparison))
            \(guarantees(comparison))
            </div>
            \(latencies(comparison))
            \(counts(comparison))
            </main>
            </body>
            </html>

            """
    }

    private static func side(_ title: String, _ side: Comparison.Side) -> String {
        """
        <section class="card"><h2>\(title)</h2>
        <dl class="facts">
        <div><dt>Run</dt><dd>\(side.path.xmlEscaped)</dd></div>
        <div><dt>Started</dt><dd>\(String(side.startedAt.prefix(19)).replacing("T", with: " ").xmlEscaped) UTC</dd></div>
        <div><dt>Seed</dt><dd>\(side.seed.xmlEscaped)</dd></div>
        <div><dt>Verdict</dt><dd>\(side.meaning.xmlEscaped)</dd></div>
        </dl>
        <pre tabindex="0"><code>\(side.command.xmlEscaped)</code></pre>
        </section>
        """
    }

    private static func differences(_ comparison: Comparison) -> String {
        guard !comparison.differences.isEmpty else { return "" }
        let rows = comparison.differences.map { row in
            let mark = row.isWarning ? "<span class=\"badge open\">hard to compare</span>" : ""
            return "<tr><th scope=\"row\">\(row.name.xmlEscaped)</th><td>\(row.base.xmlEscaped)</td>"
                + "<td>\(row.new.xmlEscaped)</td><td>\(mark)</td></tr>"
        }
        return table(
            "Circumstances that differ", nil, ["what", "base", "new", ""], rows, isText: true)
    }

    private static func limits(_ comparison: Comparison) -> String {
        let rows = comparison.limits.map { limit in
            let figure = comparison.figure(limit.metric)
            let text =
                figure.map {
                    "\(Comparison.text($0.base, $0.quantity)) → \(Comparison.text($0.new, $0.quantity)) "
                        + Comparison.change($0)
                } ?? "not measured"
            return "<li>\(HTMLReport.mark(limit.state))<div><p><code>\(limit.text.xmlEscaped)</code></p></div>"
                + "<p class=\"measured\">\(text.xmlEscaped)</p></li>"
        }
        return
            "<section class=\"card\"><h2>Limits</h2>\n<ul class=\"verdicts\">\n\(rows.joined(separator: "\n"))\n</ul></section>"
    }

    private static func guarantees(_ comparison: Comparison) -> String {
        let rows = comparison.guarantees.map { row in
            let violations = [row.baseViolations, row.newViolations].map(Figure.count)
            let text =
                row.baseViolations + row.newViolations > 0
                ? "\(violations[0]) → \(violations[1]) violations" : "\(row.base) → \(row.new)"
            return
                "<li>\(HTMLReport.mark(row.new))<div><p><strong>\(row.name.capitalizedFirst.xmlEscaped)</strong></p></div>"
                + "<p class=\"measured\">\(text.xmlEscaped)</p></li>"
        }
        return
            "<section class=\"card\"><h2>Guarantees</h2>\n<ul class=\"verdicts\">\n\(rows.joined(separator: "\n"))\n</ul></section>"
    }

    private static func latencies(_ comparison: Comparison) -> String {
        let statistics = ["med", "p95", "p99"]
        let rows = comparison.latencyNames.map { name in
            let cells = statistics.map { statistic -> String in
                guard let figure = comparison.figure("\(name.metric).\(statistic)\(name.phase)") else {
                    return "<td>–</td><td>–</td><td></td>"
                }
                return "<td>\(Comparison.text(figure.base, figure.quantity).xmlEscaped)</td>"
                    + "<td>\(Comparison.text(figure.new, figure.quantity).xmlEscaped)</td>"
                    + "<td class=\"\(style(figure.change))\">\(Comparison.change(figure).xmlEscaped)</td>"
            }
            return "<tr><th scope=\"row\">\((name.metric + " " + name.phase).xmlEscaped)</th>\(cells.joined())</tr>"
        }
        let heads = ["metric"] + statistics.flatMap { ["\($0) base", "\($0) new", "change"] }
        return table(
            "Latencies", "From the scheduled time; load without warm-up, then each phase. Coloured from a tenth on.",
            heads, rows)
    }

    private static func counts(_ comparison: Comparison) -> String {
        let rows = comparison.figures.filter {
            $0.quantity != "milliseconds" && ($0.base ?? 0 != 0 || $0.new ?? 0 != 0)
        }
        .map { figure in
            "<tr><th scope=\"row\">\(figure.name.xmlEscaped)</th>"
                + "<td>\(Comparison.text(figure.base, figure.quantity).xmlEscaped)</td>"
                + "<td>\(Comparison.text(figure.new, figure.quantity).xmlEscaped)</td>"
                + "<td>\(Comparison.change(figure).xmlEscaped)</td></tr>"
        }
        return table("Counts and rates", nil, ["metric", "base", "new", "change"], rows)
    }

    private static func style(_ change: Double?) -> String {
        guard let change, abs(change) >= 0.1 else { return "" }
        return change > 0 ? "worse" : "better"
    }

    private static func table(
        _ title: String, _ caption: String?, _ heads: [String], _ rows: [String], isText: Bool = false
    ) -> String {
        """
        <section class="card"><h2>\(title)</h2>
        \(caption.map { "<p class=\"caption\">\($0)</p>" } ?? "")
        <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table\(isText ? " class=\"text\"" : "")>
        <thead><tr>\(heads.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
        <tbody>
        \(rows.joined(separator: "\n"))
        </tbody></table></div></section>
        """
    }
}
