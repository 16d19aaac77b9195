import ChatrixConformance
import ChatrixModel
import ChatrixReport
import Foundation
import Testing

@Suite struct ConformanceDocumentTests {
    /// Answers every request with one text that would break a careless page.
    private struct Nasty: Target {
        let name = "https://nasty.test/<b>&\"'"
        let baseURL = "https://nasty.test"
        let capabilities: Set<Capability> = []

        mutating func prepare(rateLimits: RateLimitMode) {}
        mutating func send(_ request: Exchange.Request) -> Exchange.Answer {
            Exchange.Answer(
                status: 200, headers: [.init("Content-Type", "text/html")],
                body: Array("<script>alert(1)</script>\u{0}\u{1B}[31m ]]> & é".utf8))
        }
        mutating func publications(after sequence: Int) -> [Publication] { [] }
    }

    private static let checks = [
        Check(["AUTHZ-01"], "held") { _ in },
        Check(["PAGE-04"], "a decided row") { try $0.get("/x?a=<b>").expect(404) },
        Check(["PAGE-01"], "a documented <row>") { try $0.get("/x?a=<b>").expect(201) },
        Check(["AUTHZ-02"], "skipped", needs: [.clock]) { _ in },
        Check(["AUTHZ-03"], "waived") { try $0.get("/").expect(404) },
    ]

    private func document(isStrict: Bool = false, _ checks: [Check] = checks) -> ConformanceDocument {
        var knobs = Knobs.deployment
        knobs.badCursor = .ignore
        let profile = Profile(
            name: "staging & <co>", waivers: [.init(id: "AUTHZ-03", reason: "known <since> May")], knobs: knobs)
        var run = ConformanceRun(checks, on: Nasty(), profile: profile, isStrict: isStrict) {
            [.authz, .pagination].contains($0.area)
        }
        return ConformanceDocument(
            run.runAll(),
            .init(
                startedAt: Timestamp(milliseconds: 1_681_128_000_000), seconds: 1.25, version: "0",
                command: "chatrix-sim conformance --http 'https://nasty.test'"))
    }

    private func schema() throws -> JSONSchema {
        try JSONSchema(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("docs/schemas/conformance.schema.json").path)
    }

    @Test func documentFollowsItsSchema() throws {
        for isStrict in [false, true] {
            #expect(try schema().problems(in: Data(document(isStrict: isStrict).jsonText.utf8)) == [])
        }
        #expect(try schema().problems(in: Data(document([]).jsonText.utf8)) == [])
        let broken = document().jsonText.replacing(#""verdict":"held""#, with: #""verdict":"fine""#)
            .replacing(#""strict":false"#, with: #""strict":null"#)
        #expect(try schema().problems(in: Data(broken.utf8)).count == 2)
    }

    @Test func rowShowsItsVerdictWithRequestAnswerAndCurlLine() throws {
        let json = try JSON.parse(Array(document().jsonText.utf8))
        func row(_ id: String) throws -> JSON { try #require(json["rows"]?.array?.first { $0["id"]?.string == id }) }
        #expect(try row("AUTHZ-01")["verdict"] == "held")
        #expect(try row("PAGE-04")["verdict"] == "differs")
        #expect(try row("AUTHZ-02")["reason"] == "the target lacks: clock")
        #expect(try row("AUTHZ-03")["verdict"] == "waived")
        #expect(try row("AUTHZ-03")["reason"] == "known <since> May")
        let failure = try row("PAGE-01")["checks"]?[0]?["failure"]
        #expect(failure?["what"] == "expected status 201, found 200")
        #expect(failure?["request"] == "GET /x?a=<b>")
        #expect(failure?["answer"]?.string?.hasPrefix("200\nContent-Type: text/html\n<script>") == true)
        #expect(failure?["curl"] == "curl -si -X GET 'https://nasty.test/x?a=<b>'")
        #expect(json["counts"]?["failed"] == 1)
        #expect(json["counts"]?["differ"] == 1)
        #expect(json["counts"]?["waived"] == 1)
        #expect(
            json["knobs"]
                == [
                    ["name": "bad-cursor", "value": "ignore", "decision": "D-41"],
                    ["name": "admin-destructive", "value": "skip", "decision": "D-99"],
                ])
    }

    @Test func strictRunFailsWhereALenientOneDiffers() throws {
        #expect(document(isStrict: true).jsonText.contains(#""counts":{"rows":26,"held":1,"failed":2,"differ":0,"#))
        #expect(document().jsonText.contains(#""counts":{"rows":26,"held":1,"failed":1,"differ":1,"#))
    }

    @Test func junitIsWellFormedAndHasACaseForEachRow() throws {
        let xml = document().junit
        #expect(try XMLCheck.isWellFormed(xml))
        #expect(xml.components(separatedBy: "<testcase ").count - 1 == 26)
        #expect(xml.components(separatedBy: "<failure ").count - 1 == 1)
        #expect(xml.contains("<testsuite name=\"chatrix authz\" tests=\"17\""))
        #expect(xml.contains("<skipped message=\"waived: known &lt;since&gt; May\"/>"))
    }

    @Test func pageIsWellFormedAndNeedsNothingElse() throws {
        for document in [document(), document(isStrict: true), document([])] {
            var html = document.html
            for forbidden in ["<script", "<link", "src=", "url(", "@import", "<b>"] {
                #expect(!html.contains(forbidden), "\(forbidden)")
            }
            #expect(html.contains("prefers-color-scheme: dark"))
            html = html.replacing("<!DOCTYPE html>\n", with: "")
            for line in html.split(separator: "\n") where line.hasPrefix("<meta") {
                html = html.replacing(String(line), with: "")
            }
            html = html.replacing(try Regex(#"(<input [^>]*)>"#), with: { "\(html[$0.range].dropLast())/>" })
            #expect(try XMLCheck.isWellFormed(html))
        }
    }

    @Test func pageNamesEveryAnchorOnce() {
        var ids: Set<String> = []
        for part in document().html.components(separatedBy: " id=\"").dropFirst() {
            let id = String(part.prefix { $0 != "\"" })
            #expect(ids.insert(id).inserted, "the id \(id) stands twice")
        }
    }
}
