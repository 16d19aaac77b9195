import ChatrixHistory

/// What linearizability comes to on a run, in the shape of a guarantee's `Finding`.
package struct LinearizabilityFinding: Sendable, Hashable {
    package enum Verdict: Sendable, Hashable {
        case valid
        case invalid([Violation])
        /// Why, one sentence each.
        case unknown([String])

        package var name: String {
            switch self {
            case .valid: "valid"
            case .invalid: "invalid"
            case .unknown: "unknown"
            }
        }
    }

    package struct Violation: Sendable, Hashable {
        package var statement: String
        /// In the order of time.
        package var window: [ChatrixCheck.Violation.Entry]
    }

    package static let name = "linearizable"
    package static let promise =
        "Concurrent operations got the answers that the reference gives to them one at a time, in some order within their times."

    package var verdict: Verdict
    /// Of all violations, kept or not.
    package var violationCount: Int
    package var remarks: [String]
    package var operationCount: Int

    /// At most `violationsKept` violations, and as many reasons of an unknown verdict.
    package init(_ result: Linearizability.Result, violationsKept: Int = 100) {
        var violations: [Violation] = []
        var unknowns: [String] = []
        violationCount = 0
        var unknownCount = 0
        for partition in result.partitions {
            switch partition.verdict {
            case .linearizable: break
            case .illegal(let illegal):
                violationCount += 1
                guard violations.count < violationsKept else { continue }
                violations.append(
                    Violation(statement: illegal.statement, window: illegal.window.map { .operation($0) }))
            case .unknown(let reason):
                unknownCount += 1
                if unknowns.count < violationsKept { unknowns.append("\(partition.subject): \(reason)") }
            }
        }
        if unknownCount > unknowns.count {
            unknowns.append("and \(unknownCount - unknowns.count) further partitions")
        }
        verdict = violationCount > 0 ? .invalid(violations) : unknownCount > 0 ? .unknown(unknowns) : .valid
        remarks = (violationCount > 0 ? unknowns : []) + result.remarks
        operationCount = result.operationCount
    }
}
