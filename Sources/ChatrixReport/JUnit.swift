/// The summary as JUnit XML: one test case per guarantee and per threshold.
package enum JUnit {
    /// A broken guarantee or crossed threshold is a failure, an unknown one an error, for nothing was proved.
    package static func xml(_ summary: Summary) -> String {
        let guarantees = summary.guarantees.map { guarantee in
            testCase(guarantee.name, of: "guarantee", body: body(guarantee, summary))
        }
        let thresholds = summary.thresholds.map { threshold in
            testCase(threshold.text, of: "threshold", body: body(threshold))
        }
        var generator: [String] = []
        if let saturation = summary.outcome.saturation {
            generator = [testCase("generator keeps its schedule", of: "generator", body: element("error", saturation))]
        }
        let cases = guarantees + thresholds + generator
        let failures = cases.filter { $0.contains("<failure ") }.count
        let errors = cases.filter { $0.contains("<error ") }.count
        let name = "chatrix-sim \(summary.run.scenario)".xmlEscaped
        let seconds = Figure.fixed(summary.run.totalSeconds, 3)
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites tests="\(cases.count)" failures="\(failures)" errors="\(errors)" time="\(seconds)">
            <testsuite name="\(name)" tests="\(cases.count)" failures="\(failures)" errors="\(errors)" \
            time="\(seconds)" timestamp="\(summary.run.startedAt.prefix(19))">
            <properties>
            <property name="seed" value="\(summary.run.seed.xmlEscaped)"/>
            <property name="command" value="\(summary.run.command.xmlEscaped)"/>
            </properties>
            \(cases.joined(separator: "\n"))
            </testsuite>
            </testsuites>

            """
    }

    private static func testCase(_ name: String, of kind: String, body: String) -> String {
        let head = "<testcase classname=\"chatrix.\(kind)\" name=\"\(name.xmlEscaped)\" time=\"0\""
        return body.isEmpty ? head + "/>" : head + ">\n\(body)\n</testcase>"
    }

    private static func element(_ tag: String, _ message: String, _ text: String = "") -> String {
        "<\(tag) message=\"\(message.xmlEscaped)\">\(text.xmlEscaped)</\(tag)>"
    }

    private static func body(_ guarantee: Summary.Guarantee, _ summary: Summary) -> String {
        switch guarantee.verdict {
        case "invalid":
            let shown = summary.violations.filter { $0.guarantee == guarantee.name }.prefix(10)
            let text = shown.map { violation in
                ([violation.statement]
                    + violation.window.map { "  \(Figure.fixed($0.at, 6)) s  user \($0.user)  \($0.what)" })
                    .joined(separator: "\n")
            }
            return element(
                "failure", "\(guarantee.violations) violations; repeat with: \(summary.run.command)",
                text.joined(separator: "\n"))
        case "unknown": return element("error", "no verdict: " + guarantee.reasons.joined(separator: "; "))
        default: return ""
        }
    }

    private static func body(_ threshold: Summary.Threshold) -> String {
        switch threshold.state {
        case "crossed": element("failure", "measured \(Figure.measured(threshold))")
        case "unmeasured": element("error", "nothing was measured")
        default: ""
        }
    }
}
