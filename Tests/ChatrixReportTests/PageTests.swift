import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Foundation
import Testing

@testable import ChatrixReport

@Suite struct PageTests {
    private func page(_ report: RunReport) -> String {
        HTMLReport.html(report)
    }

    @Test func pageNeedsNothingElse() throws {
        let html = page(try sampleReport(.lost))
        for forbidden in ["<script", "<link", "src=", "url(", "@import", "http://localhost", "https://"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        #expect(html.contains("prefers-color-scheme: dark"))
    }

    @Test func pageIsWellFormed() throws {
        for fault in SampleRun.Fault.allCases {
            var html = page(try sampleReport(fault))
            html = html.replacing("<!DOCTYPE html>\n", with: "")
            html = html.replacing("<meta charset=\"utf-8\">", with: "").replacing("<details open>", with: "<details>")
            for line in html.split(separator: "\n") where line.hasPrefix("<meta") {
                html = html.replacing(String(line), with: "")
            }
            #expect(try XMLCheck.isWellFormed(html), "\(fault)")
        }
    }

    @Test func textFromOutsideIsEscaped() throws {
        let report = try sampleReport(.leaked)
        #expect(page(report).contains("busy &lt;evening&gt; &amp; &quot;late&quot;"))
        #expect(!page(report).contains("<evening>"))
    }

    @Test func everyChartIsNamedForScreenReaders() throws {
        let html = page(try sampleReport(.lost))
        let pictures = html.components(separatedBy: "<svg ").count - 1
        #expect(pictures == Charts.all.count * 2 + Charts.all.count { $0.isFullWidth })
        #expect(html.components(separatedBy: "role=\"img\" aria-labelledby=").count - 1 == pictures)
        var ids: Set<String> = []
        for part in html.components(separatedBy: " id=\"").dropFirst() {
            let id = String(part.prefix { $0 != "\"" })
            #expect(ids.insert(id).inserted, "the id \(id) stands twice")
        }
    }

    @Test(arguments: [0, 1, 2])
    func chartsSurviveEmptyAndTinyRuns(operations: Int) throws {
        var history = SampleRun(users: 4, seconds: 1, rate: 8).history
        history.operations = Array(history.operations.prefix(operations))
        history.deliveries = []
        // The one word on the page that is spelt like a broken figure.
        let html = page(report(of: history)).replacing("unanswered", with: "")
        for broken in ["nan", "NaN", "inf\"", "-inf"] { #expect(!html.contains(broken), "\(broken)") }
    }

    @Test func brokenGuaranteeShowsItsWindow() throws {
        let html = page(try sampleReport(.doubled))
        #expect(html.contains("<span class=\"badge bad\">Failed</span>"))
        #expect(html.contains("<details open><summary><span class=\"badge bad\">unique</span> message 0000000000e5"))
        #expect(html.contains("arrived twice at user"))
    }

    // MARK: terminal

    @Test func terminalTellsThresholdsFirst() throws {
        let text = TerminalSummary.text(try sampleReport(.lost).summary, folder: "reports/x")
        let heads = ["THRESHOLDS", "GUARANTEES", "TOTALS", "LATENCIES", "VIOLATIONS", "verdict"]
        let places = heads.compactMap { text.range(of: $0)?.lowerBound }
        #expect(places.count == heads.count && places == places.sorted())
        #expect(text.contains("✗ delivery.lost == 0"))
        #expect(text.contains("✗ complete    3 violations"))
        #expect(text.contains("repeat   chatrix-sim run scenarios/smoke.yaml --seed 42 --users 200"))
        #expect(text.contains("a guarantee was broken (exit code 1)"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func columnsAreAligned() throws {
        let text = TerminalSummary.text(try sampleReport().summary)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let start = try #require(lines.firstIndex { $0.contains("LATENCIES") })
        let table = lines[(start + 1)...].prefix { !$0.isEmpty }
        #expect(Set(table.map(\.count)).count == 1, "\(table.joined(separator: "\n"))")
    }

    @Test func colourOnlyWhenAskedFor() throws {
        let summary = try sampleReport().summary
        #expect(TerminalSummary.text(summary, isColoured: true).contains("\u{1B}[32m✓\u{1B}[0m"))
        #expect(!TerminalSummary.text(summary, isColoured: false).contains("\u{1B}"))
        #expect(TerminalSummary.wantsColour(isTerminal: true, environment: [:]))
        #expect(!TerminalSummary.wantsColour(isTerminal: true, environment: ["NO_COLOR": "1"]))
        #expect(TerminalSummary.wantsColour(isTerminal: true, environment: ["NO_COLOR": ""]))
        #expect(!TerminalSummary.wantsColour(isTerminal: true, environment: ["TERM": "dumb"]))
        #expect(!TerminalSummary.wantsColour(isTerminal: false, environment: [:]))
    }

    @Test func textFromOutsideCannotSteerTheTerminal() throws {
        var summary = try sampleReport(.lost).summary
        summary.violations[0].statement = "evil \u{1B}[2J\u{7}"
        #expect(!TerminalSummary.text(summary).contains("\u{1B}"))
    }

    @Test(arguments: [
        (0.0, "0 ms"), (0.0124, "12 µs"), (0.9996, "1.00 ms"), (1.234, "1.23 ms"), (9.996, "10.0 ms"),
        (12.34, "12.3 ms"),
        (99.96, "100 ms"), (999.6, "1.00 s"), (1234, "1.23 s"), (123_456, "123 s"),
    ])
    func durationsHaveAFittingUnit(milliseconds: Double, text: String) {
        #expect(Figure.duration(milliseconds: milliseconds) == text)
    }

    /// With `CHATRIX_SAMPLE_REPORTS` the pages are left there to be looked at.
    @Test func writesEveryFileOfAFolder() throws {
        let parent = try TemporaryFolder()
        let keep = ProcessInfo.processInfo.environment["CHATRIX_SAMPLE_REPORTS"]
        for fault in SampleRun.Fault.allCases {
            let report = try sampleReport(fault)
            let folder = RunFolder(path: (keep ?? parent.path) + "/\(fault.rawValue)")
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
            try report.write(to: folder)
            try RunFolder.write(
                TerminalSummary.text(report.summary, folder: folder.path), to: folder.path + "/terminal.txt")
            for path in [folder.summary, folder.junit, folder.html] {
                #expect(FileManager.default.fileExists(atPath: path), "\(path)")
            }
        }
    }
}
