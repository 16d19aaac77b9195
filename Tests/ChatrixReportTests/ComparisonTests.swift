import ChatrixHistory
import Foundation
import Testing

@testable import ChatrixReport

@Suite struct ComparisonTests {
    private func compare(
        _ base: Summary, _ new: Summary, _ limits: [String]? = nil
    ) throws -> Comparison {
        try Comparison(
            base: base, basePath: "a", new: new, newPath: "b", limits: limits?.map { try ChangeLimit(parsing: $0) })
    }

    private func summary(_ fault: SampleRun.Fault = .none, med: Double? = nil) throws -> Summary {
        var summary = try sampleReport(fault).summary
        if let med, let index = summary.metrics.firstIndex(where: { $0.name == "http" }) {
            summary.metrics[index].med = med
        }
        return summary
    }

    // MARK: limits

    @Test(arguments: [
        ("http.p99 <= +10%", 100.0, 110.0, true), ("http.p99 <= +10%", 100, 110.1, false),
        ("http.p99 <= +10%", 100, 10, true), ("messages.rate >= -5%", 100, 95, true),
        ("messages.rate >= -5%", 100, 94.9, false), ("delivery.lost <= +0", 0, 0, true),
        ("delivery.lost <= +0", 0, 1, false), ("http.p99 <= +5ms", 1, 6, true), ("http.p99 <= +5ms", 1, 6.1, false),
        ("http.med <= +10% or +1ms", 1, 1.9, true), ("http.med <= +10% or +1ms", 1, 2.1, false),
        ("http.p99 <= +10%", 0, 0, true), ("http.p99 <= +10%", 0, 1, false),
        ("http.p99{phase: a < b} <= +1s", 1, 1001, true),
    ])
    func limitsBoundTheChange(text: String, base: Double, new: Double, holds: Bool) throws {
        #expect(try ChangeLimit(parsing: text).holds(base: base, new: new) == holds)
    }

    @Test(arguments: [
        ("http.p99", "it needs a comparison, as in 'http.p99 <= +10%'"),
        ("htp.p99 <= +10%", "'htp.p99' is no metric; did you mean 'http.p99'?"),
        ("http.p99 <= 10%", "the change '10%' needs a sign: +10% allows a tenth more, -10% a tenth less"),
        ("http.p99 <= +10/s", "'/s' is no unit of a change of http.p99"),
        ("delivery.lost <= +5ms", "'ms' is no unit of a change of delivery.lost"),
        ("http.p99 => +10%", "'=>' is no comparison, expected <, <=, >, >= or =="),
        ("http.p99 <= +x", "'+x' is no change such as +10%"),
    ])
    func textsThatAreNoLimitsAreRefusedWithTheReason(text: String, problem: String) {
        let error = #expect(throws: ChangeLimit.ParseError.self) { try ChangeLimit(parsing: text) }
        #expect(error?.problem == problem)
    }

    @Test func defaultLimitsCanAllBeRead() { #expect(ChangeLimit.defaults.count == 6) }

    // MARK: exit codes

    @Test func exitCodesFollowGuaranteesThenLimits() throws {
        let base = try summary(med: 10)
        #expect(try compare(base, base).exitCode == 0)
        #expect(try compare(base, summary(med: 12)).exitCode == 0)
        #expect(try compare(base, summary(med: 13)).exitCode == 99)
        #expect(try compare(base, summary(med: 13), ["http.med <= +50%"]).exitCode == 0)
        #expect(try compare(base, summary(.lost, med: 13)).exitCode == 1)
        // What the base broke as well is no regression.
        #expect(try compare(summary(.lost, med: 10), summary(.lost, med: 10)).exitCode == 0)
    }

    @Test func limitOnSomethingUnmeasuredIsRefused() throws {
        let error = #expect(throws: Comparison.Unmeasured.self) {
            try compare(summary(), summary(), ["http.block.p99 <= +10%"])
        }
        #expect(error?.description == "the limit 'http.block.p99 <= +10%' cannot be judged: a has no such figure")
    }

    // MARK: circumstances

    @Test func circumstancesThatDifferAreNamed() throws {
        let base = try summary()
        var new = base
        new.run.clock = "virtual"
        new.run.seed = "7"
        new.run.users = 100
        new.run.facts.append(.init(name: "processors", value: "8"))
        new.run.facts.append(.init(name: "kernel note", value: "x"))
        let differences = try compare(base, new).differences
        #expect(differences.filter(\.isWarning).map(\.name) == ["clock", "users", "seed", "processors"])
        #expect(differences.filter { !$0.isWarning }.map(\.name) == ["kernel note"])
        #expect(try compare(base, base).differences.isEmpty)
    }

    // MARK: output

    @Test func jsonFulfilsItsSchema() throws {
        let schema = try JSONSchema(contentsOf: Repository.file("docs/schemas/comparison.schema.json").path)
        let text = try compare(summary(), summary(.lost)).jsonText
        #expect(try schema.problems(in: Data(text.utf8)) == [])
        #expect(try schema.problems(in: Data(text.replacing("\"crossed\"", with: "\"fine\"").utf8)) == [])
        #expect(try schema.problems(in: Data(text.replacing("\"exit_code\"", with: "\"code\"").utf8)) != [])
    }

    @Test func terminalShowsBaseNewAndChange() throws {
        let text = try compare(summary(med: 10), summary(.lost, med: 13)).terminalText()
        #expect(text.contains("✗ http.med <= +25% or +1ms"))
        #expect(text.contains("10.0 ms  ->  13.0 ms  +30.0 %"), "\(text)")
        #expect(text.contains("✗ complete    valid  ->  3 violations"), "\(text)")
        #expect(text.contains("the new run broke a guarantee that the base held (exit code 1)"))
        #expect(text.contains("repeat   chatrix-sim run scenarios/smoke.yaml --seed 42 --users 200"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test func pageIsWellFormedAndNeedsNothingElse() throws {
        var html = ComparisonPage.html(try compare(summary(), summary(.leaked)))
        for forbidden in ["<script", "<link", "src=", "url(", "@import", "<evening>"] {
            #expect(!html.contains(forbidden), "\(forbidden)")
        }
        html = html.replacing("<!DOCTYPE html>\n", with: "")
        for line in html.split(separator: "\n") where line.hasPrefix("<meta") {
            html = html.replacing(String(line), with: "")
        }
        #expect(try XMLCheck.isWellFormed(html))
    }
}

@Suite struct PrometheusTests {
    @Test func textFollowsTheFormat() throws {
        var summary = try sampleReport(thresholds: ["http.p99 < 50ms"]).summary
        summary.run.scenario = "a \"b\" \\ c\nd"
        summary.metrics = [
            .init(name: "http", count: 4, avg: 2.5, min: 1, med: 2, p90: 3, p95: 3.5, p99: 4, max: 4.25),
            .init(name: "http.send", count: 2, avg: 1.5, min: 1, med: 1, p90: 2, p95: 2, p99: 2, max: 2),
        ]
        summary.phases = []
        let text = Prometheus.text(summary)
        #expect(
            text.contains(
                #"chatrix_run_info{scenario="a \"b\" \\ c\nd",seed="42",clock="real",command="chatrix-sim run "#))
        #expect(
            text.contains(
                """
                # HELP chatrix_http_duration_seconds Scheduled time to complete answer. The label value all means all together.
                # TYPE chatrix_http_duration_seconds summary
                chatrix_http_duration_seconds{endpoint="all",phase="all",quantile="0"} 0.001
                chatrix_http_duration_seconds{endpoint="all",phase="all",quantile="0.5"} 0.002
                chatrix_http_duration_seconds{endpoint="all",phase="all",quantile="0.9"} 0.003
                chatrix_http_duration_seconds{endpoint="all",phase="all",quantile="0.95"} 0.0035
                chatrix_http_duration_seconds{endpoint="all",phase="all",quantile="0.99"} 0.004
                chatrix_http_duration_seconds{endpoint="all",phase="all",quantile="1"} 0.00425
                chatrix_http_duration_seconds_sum{endpoint="all",phase="all"} 0.01
                chatrix_http_duration_seconds_count{endpoint="all",phase="all"} 4
                chatrix_http_duration_seconds{endpoint="send",phase="all",quantile="0"} 0.001

                """))
        #expect(text.contains("chatrix_guarantee_verdict{guarantee=\"complete\",verdict=\"valid\"} 1\n"))
        #expect(text.contains("chatrix_threshold_held{threshold=\"http.p99 < 50ms\"} "))
        #expect(text.contains("# TYPE chatrix_events_total counter\nchatrix_events_total{state=\"expected\"} "))
    }

    @Test func everyFamilyIsDescribedOnceBeforeItsSamples() throws {
        var seen: Set<String> = []
        var family = ""
        for line in Prometheus.text(try sampleReport(.lost).summary).split(separator: "\n") {
            if line.hasPrefix("# HELP ") {
                family = String(line.split(separator: " ")[2])
                #expect(seen.insert(family).inserted, "\(family) stands twice")
            } else if line.hasPrefix("# TYPE ") {
                #expect(line.split(separator: " ")[2] == family)
            } else {
                let name = line.prefix { $0 != "{" && $0 != " " }
                #expect(name == family || name == family + "_sum" || name == family + "_count", "\(line)")
                #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
            }
        }
    }
}
