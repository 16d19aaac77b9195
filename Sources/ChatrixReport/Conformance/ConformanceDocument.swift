import ChatrixConformance
import ChatrixModel

/// A finished conformance run as files for people and programs.
package struct ConformanceDocument: Sendable {
    /// How the run was made.
    package struct Circumstances: Sendable {
        package var startedAt: Timestamp
        /// How long it took.
        package var seconds: Double
        /// Of the harness.
        package var version: String
        /// Repeats the run.
        package var command: String

        package init(startedAt: Timestamp, seconds: Double, version: String, command: String) {
            self.startedAt = startedAt
            self.seconds = seconds
            self.version = version
            self.command = command
        }
    }

    let report: ConformanceReport
    let circumstances: Circumstances

    package init(_ report: ConformanceReport, _ circumstances: Circumstances) {
        self.report = report
        self.circumstances = circumstances
    }
}

extension ConformanceDocument {
    /// The result as `docs/schemas/conformance.schema.json` describes it, with a line break at the end.
    package var jsonText: String { "\(json)\n" }

    private var json: JSON {
        [
            "target": .string(report.target),
            "version": .string(circumstances.version),
            "command": .string(circumstances.command),
            "started_at": .string("\(circumstances.startedAt)"),
            "seconds": .number(Figure.fixed(circumstances.seconds, 3)),
            "strict": .bool(report.isStrict),
            "profile": report.profile.name.map { .string($0) } ?? .null,
            "knobs": .array(
                report.profile.knobs.departures.map { departure in
                    [
                        "name": .string(departure.knob.name), "value": .string(departure.value),
                        "decision": .string(departure.knob.decision),
                    ]
                }),
            "counts": Self.json(report.count),
            "areas": .array(
                report.countByArea.map { entry in
                    ["area": .string(entry.area.rawValue), "counts": Self.json(entry.count)]
                }),
            "rows": .array(report.rows.map(Self.json)),
        ]
    }

    private static func json(_ count: ConformanceReport.Count) -> JSON {
        func number(_ value: Int) -> JSON { .number(String(value)) }
        return [
            "rows": number(count.rows), "held": number(count.held), "failed": number(count.failed),
            "differ": number(count.differing), "skipped": number(count.skipped), "waived": number(count.waived),
        ]
    }

    private static func json(_ row: ConformanceReport.Row) -> JSON {
        let behaviour = row.behaviour
        return [
            "id": .string(behaviour.id), "area": .string(behaviour.area.rawValue), "route": .string(behaviour.route),
            "says": .string(behaviour.says), "strength": .string(behaviour.strength.rawValue),
            "decision": behaviour.decision.map { .string($0) } ?? .null,
            "verdict": .string(row.verdict.word), "reason": row.verdict.reason.map { .string($0) } ?? .null,
            "checks": .array(row.results.map(json)),
        ]
    }

    private static func json(_ result: ConformanceReport.Result) -> JSON {
        var reason = JSON.null
        let word: String
        switch result.outcome {
        case .held: word = "held"
        case .failed: word = "failed"
        case .skipped(let text):
            word = "skipped"
            reason = .string(text)
        }
        return [
            "title": .string(result.check.title), "outcome": .string(word), "reason": reason,
            "failure": result.failure.map(json) ?? .null,
        ]
    }

    private static func json(_ failure: Check.Failure) -> JSON {
        let exchange = failure.exchange
        return [
            "what": .string(failure.what),
            "request": exchange.map { .string("\($0.request)") } ?? .null,
            "answer": exchange.map { .string("\($0.answer)") } ?? .null,
            "curl": exchange.map { .string($0.curl) } ?? .null,
        ]
    }
}

extension ConformanceDocument {
    /// The result as JUnit XML: a suite for each area, a case for each row. A row that differs is passed with a note.
    package var junit: String {
        let count = report.count
        let head = "tests=\"\(count.rows)\" failures=\"\(count.failed)\" errors=\"0\" skipped=\"\(count.skipped)\""
        let suites = report.countByArea.map { area, count in
            let cases = report.rows.filter { $0.behaviour.area == area }.map(Self.testCase)
            return """
                <testsuite name="chatrix \(area.rawValue)" tests="\(count.rows)" failures="\(count.failed)" errors="0" \
                skipped="\(count.skipped)" timestamp="\("\(circumstances.startedAt)".prefix(19))">
                <properties>
                <property name="target" value="\(report.target.xmlEscaped)"/>
                <property name="command" value="\(circumstances.command.xmlEscaped)"/>
                </properties>
                \(cases.joined(separator: "\n"))
                </testsuite>
                """
        }
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="chatrix conformance" \(head) time="\(Figure.fixed(circumstances.seconds, 3))">
            \(suites.joined(separator: "\n"))
            </testsuites>

            """
    }

    private static func testCase(_ row: ConformanceReport.Row) -> String {
        let name = "\(row.behaviour.id): \(row.behaviour.says)".xmlEscaped
        let head = "<testcase classname=\"chatrix.\(row.behaviour.area.rawValue)\" name=\"\(name)\" time=\"0\""
        let failures = row.results.compactMap { result in
            result.failure.map { "\(result.check.title)\n\($0)" }
        }
        let what = row.results.lazy.compactMap(\.failure?.what).first ?? ""
        switch row.verdict {
        case .held: return head + "/>"
        case .failed:
            return head
                + ">\n<failure message=\"\(what.xmlEscaped)\">\(failures.joined(separator: "\n\n").xmlEscaped)</failure>\n"
                + "</testcase>"
        case .differs:
            return head
                + ">\n<system-out>\("differs: \(failures.joined(separator: "\n\n"))".xmlEscaped)</system-out>\n</testcase>"
        case .waived(let reason):
            return head + ">\n<skipped message=\"\("waived: \(reason)".xmlEscaped)\"/>\n</testcase>"
        case .skipped(let reason): return head + ">\n<skipped message=\"\(reason.xmlEscaped)\"/>\n</testcase>"
        }
    }
}
