import ChatrixConformance
import Foundation
import Testing

/// `docs/conformance.md` says what the code says.
@Suite struct ConformancePageTests {
    private func page() throws -> String {
        try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appendingPathComponent("docs/conformance.md"), encoding: .utf8)
    }

    @Test func everyKnobIsExplainedWithItsValues() throws {
        let page = try page()
        for knob in Knob.all {
            let values =
                switch knob.values {
                case .words(let words): words.map { "`\($0)`" }.joined(separator: ", ")
                case .number: "milliseconds, default `\(knob.defaultValue)`"
                case .pathPrefix: "a path such as `/api`, default empty"
                }
            let line = "| `\(knob.name)` | \(values) | \(knob.decision) | \(knob.summary) |"
            #expect(page.contains(line), "the table of knobs lacks:\n\(line)")
        }
        #expect(page.split(separator: "\n").count { $0.hasPrefix("| `") && $0.contains("| D-") } == Knob.all.count)
    }

    @Test func everyUnobservableRowIsListedWithItsReason() throws {
        let page = try page()
        for (id, reason) in Unobservable.reasons.sorted(by: { $0.key < $1.key }) {
            #expect(page.contains("| `\(id)` | \(reason) |"), "the table of unobservable rows lacks \(id): \(reason)")
        }
    }
}
