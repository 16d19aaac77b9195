import ChatrixConformance
import ChatrixModel

extension ConformanceDocument {
    /// The result as one page that needs no script, no network and no other file.
    package var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Chatrix conformance · \(report.target.xmlEscaped)</title>
        <style>\(HTMLReport.style)\(Self.style)</style>
        </head>
        <body>
        <main>
        \(header)
        \(tiles)
        \(circumstancesCard)
        \(areasCard)
        \(rowsCard)
        </main>
        </body>
        </html>

        """
    }

    // MARK: Head

    private var header: String {
        let count = report.count
        let (style, word) =
            count.failed > 0
            ? ("bad", "\(Figure.count(count.failed)) \(count.failed == 1 ? "row fails" : "rows fail")")
            : count.held > 0 ? ("good", "No row fails") : ("open", "Nothing was shown")
        let seconds = Figure.fixed(circumstances.seconds, 1)
        return """
            <header>
            <p class="kicker">Chatrix conformance</p>
            <h1>\(report.target.xmlEscaped) <span class="badge \(style)">\(word)</span></h1>
            <p class="lead">\(report.isStrict
                ? "Every row counts, also those that follow from a decision."
                : "A row that follows only from a decision may differ.")</p>
            <dl class="facts">
            <div><dt>Started</dt><dd><time datetime="\(circumstances.startedAt)">\
            \("\(circumstances.startedAt)".prefix(19).replacing("T", with: " ")) UTC</time></dd></div>
            <div><dt>Took</dt><dd>\(seconds) s</dd></div>
            <div><dt>Checks</dt><dd>\(Figure.count(report.results.count))</dd></div>
            <div><dt>Profile</dt><dd>\((report.profile.name ?? "none").xmlEscaped)</dd></div>
            <div><dt>Harness</dt><dd>\(circumstances.version.xmlEscaped)</dd></div>
            </dl>
            </header>
            """
    }

    private var tiles: String {
        let count = report.count
        let tiles: [(value: Int, label: String, note: String, style: String)] = [
            (count.held, "held", "of \(Figure.count(count.rows)) rows", ""),
            (count.failed, "failed", "documented, or decided and strict", count.failed > 0 ? "bad" : ""),
            (count.differing, "differ", "decided, not strict", ""),
            (count.skipped, "skipped", "\(Figure.count(count.waived)) of them waived", ""),
        ]
        let items = tiles.map { tile in
            "<div class=\"tile \(tile.style)\"><p class=\"value\">\(Figure.count(tile.value))</p>"
                + "<p class=\"label\">\(tile.label)</p><p class=\"note\">\(tile.note)</p></div>"
        }
        return "<section class=\"tiles\" aria-label=\"Key figures\">\n\(items.joined(separator: "\n"))\n</section>"
    }

    // MARK: Circumstances

    private var circumstancesCard: String {
        let knobs = report.profile.knobs.departures.map { knob, value in
            "<tr><th scope=\"row\"><code>\(knob.name): \((value.isEmpty ? "empty" : value).xmlEscaped)</code></th>"
                + "<td class=\"what\">\(knob.decision) · \(knob.summary.replacing("`", with: "").xmlEscaped)</td></tr>"
        }
        let waivers = report.profile.waivers.map { waiver in
            "<tr><th scope=\"row\"><code>waive \(waiver.id.xmlEscaped)</code></th>"
                + "<td class=\"what\">\(waiver.reason.xmlEscaped)</td></tr>"
        }
        let rows = knobs + waivers
        let table =
            rows.isEmpty
            ? "<p class=\"empty\">Every knob is at its default, and no row is waived.</p>"
            : "<p class=\"caption\">What holds here is stated relative to these.</p>"
                + "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Knobs and waivers\">"
                + "<table class=\"window\"><tbody>\(rows.joined(separator: "\n"))</tbody></table></div>"
        return """
            <section class="card"><h2>Circumstances</h2>
            \(table)
            <pre tabindex="0"><code>\(circumstances.command.xmlEscaped)</code></pre>
            </section>
            """
    }

    private var areasCard: String {
        let rows = report.countByArea.map { area, count in
            func cell(_ value: Int, _ style: String = "") -> String {
                "<td\(value > 0 && !style.isEmpty ? " class=\"\(style)\"" : "")>\(value > 0 ? Figure.count(value) : "–")</td>"
            }
            return "<tr><th scope=\"row\"><a href=\"#\(area.rawValue)\">\(area.rawValue)</a></th>"
                + "<td>\(Figure.count(count.rows))</td>" + cell(count.held, "good-text")
                + cell(count.failed, "bad-text")
                + cell(count.differing, "open-text") + cell(count.skipped) + "</tr>"
        }
        return """
            <section class="card areas"><h2>Areas</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="Areas"><table>
            <thead><tr><th scope="col">area</th><th scope="col">rows</th><th scope="col">held</th>\
            <th scope="col">failed</th><th scope="col">differ</th><th scope="col">skipped</th></tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody></table></div></section>
            """
    }

    // MARK: Rows

    private static let filters = ["all", "failed", "differs", "skipped", "waived", "held"]

    private var rowsCard: String {
        let counts = Dictionary(grouping: report.rows, by: \.verdict.word).mapValues(\.count)
        // What needs attention is shown first; a run without that shows everything.
        let start = ["failed", "differs"].first { counts[$0] != nil } ?? "all"
        let controls = Self.filters.filter { $0 == "all" || counts[$0] != nil }.map { word in
            let number = word == "all" ? report.rows.count : counts[word] ?? 0
            return "<input type=\"radio\" name=\"verdict\" id=\"show-\(word)\"\(word == start ? " checked=\"\"" : "")>"
                + "<label for=\"show-\(word)\">\(word) <span>\(Figure.count(number))</span></label>"
        }
        let areas = report.countByArea.map { area, _ in
            let rows = report.rows.filter { $0.behaviour.area == area }
            let words = Set(rows.map(\.verdict.word)).sorted().map { "has-\($0)" }.joined(separator: " ")
            return "<section class=\"area \(words)\" id=\"\(area.rawValue)\"><h3>\(area.rawValue)</h3>\n"
                + rows.map(row).joined(separator: "\n") + "</section>"
        }
        return """
            <section class="card rows"><h2>Rows</h2>
            <fieldset class="filter"><legend>Show</legend>\(controls.joined())</fieldset>
            \(areas.joined(separator: "\n"))
            </section>
            """
    }

    private func row(_ row: ConformanceReport.Row) -> String {
        let behaviour = row.behaviour
        let (style, sign) =
            switch row.verdict {
            case .held: ("good", "✓")
            case .failed: ("bad", "✗")
            case .differs: ("open", "≠")
            case .waived, .skipped: ("open", "–")
            }
        let word = row.verdict.word
        let source = [behaviour.strength.rawValue, behaviour.decision].compactMap { $0 }.joined(separator: " ")
        let reason = row.verdict.reason.map { "<p class=\"note\">\(word): \($0.xmlEscaped)</p>" } ?? ""
        return """
            <div class="row-\(word) row"><span class="mark \(style)" role="img" aria-label="\(word)">\(sign)</span>
            <div><p><code>\(behaviour.id)</code> <span class="note">\(behaviour.route.xmlEscaped) · \(source)</span></p>
            <p>\(Self.prose(behaviour.says))</p>\(reason)\(row.results.compactMap(failure).joined())</div></div>
            """
    }

    private func failure(_ result: ConformanceReport.Result) -> String? {
        guard let failure = result.failure else { return nil }
        let head = "<p class=\"promise\">\(result.check.title.xmlEscaped)</p>"
        let lines = failure.what.split(separator: "\n", maxSplits: 1)
        let summary = "<summary>\(String(lines.first ?? "").xmlEscaped)</summary>"
        let rest = lines.count > 1 ? "<pre tabindex=\"0\"><code>\(String(lines[1]).xmlEscaped)</code></pre>" : ""
        guard let exchange = failure.exchange else {
            return head + (rest.isEmpty ? "<p>\(failure.what.xmlEscaped)</p>" : "<details>\(summary)\(rest)</details>")
        }
        return """
            \(head)<details>\(summary)\(rest)
            <h4>Request</h4><pre tabindex="0"><code>\("\(exchange.request)".xmlEscaped)</code></pre>
            <h4>Answer</h4><pre tabindex="0"><code>\("\(exchange.answer)".xmlEscaped)</code></pre>
            <h4>Again</h4><pre tabindex="0"><code>\(exchange.curl.xmlEscaped)</code></pre></details>
            """
    }

    /// A sentence of the catalogue with its backquoted words set as code.
    private static func prose(_ text: String) -> String {
        text.split(separator: "`", omittingEmptySubsequences: false).enumerated().map { index, part in
            index % 2 == 1 ? "<code>\(String(part).xmlEscaped)</code>" : String(part).xmlEscaped
        }.joined()
    }

    /// The area that a link leads to is shown whole, whatever the filter.
    private static let style =
        """

        .good-text { color: var(--good); } .bad-text { color: var(--bad); } .open-text { color: var(--open); }
        h3 { font-size: 14px; margin: 18px 0 2px; color: var(--soft); font-weight: 600; }
        h4 { font-size: 12.5px; margin: 10px 0 0; color: var(--soft); font-weight: 500; }
        .filter { border: 0; margin: 8px 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 6px; }
        .filter legend { float: left; color: var(--soft); font-size: 13.5px; padding: 5px 8px 0 0; }
        .filter input { position: absolute; opacity: 0; width: 1px; height: 1px; }
        .filter label { padding: 4px 12px; border: 1px solid var(--line); border-radius: 999px; cursor: pointer; font-size: 14px; }
        .filter label span { color: var(--soft); font-variant-numeric: tabular-nums; }
        .filter input:checked + label { background: var(--text); color: var(--card); border-color: var(--text); }
        .filter input:checked + label span { color: inherit; }
        .filter input:focus-visible + label { outline: 2px solid var(--s1); outline-offset: 2px; }
        .rows .row { display: flex; gap: 12px; padding: 9px 0; border-top: 1px solid var(--line); align-items: flex-start; }
        .rows .row > div { flex: 1; min-width: 0; overflow-wrap: anywhere; }
        .rows details { border-top: 0; padding: 4px 0; }
        @media (max-width: 560px) {
          .areas th, .areas td { padding: 6px 4px; font-size: 13px; }
          .areas th:last-child, .areas td:last-child { padding-right: 0; }
        }
        .rows pre { white-space: pre-wrap; overflow-wrap: anywhere; }
        """
        + filters.dropFirst().map { word in
            """

            .rows:has(#show-\(word):checked) .area:not(:target) .row:not(.row-\(word)) { display: none; }
            .rows:has(#show-\(word):checked) .area:not(.has-\(word)):not(:target) { display: none; }
            """
        }.joined()
}
