import ChatrixModel

/// What came out of a run of checks, check by check and row by row of the catalogue.
package struct ConformanceReport: Sendable {
    package struct Result: Sendable {
        package let check: Check
        package let outcome: Check.Outcome
    }

    package enum Verdict: Sendable, Hashable {
        case held
        case failed
        /// A decided row does not hold on a target that need not follow the decisions.
        case differs
        case skipped(String)
    }

    package let target: String
    /// In the order of the checks.
    package let results: [Result]
    /// Whether a decided row that does not hold counts as failed.
    package let isStrict: Bool
    /// One verdict per row of the catalogue, in its order.
    package let rows: [(behaviour: Behaviour, verdict: Verdict)]

    package init(target: String, results: [Result], isStrict: Bool = true) {
        self.target = target
        self.results = results
        self.isStrict = isStrict
        var outcomes: [String: [Check.Outcome]] = [:]
        for result in results {
            for id in result.check.ids { outcomes[id, default: []].append(result.outcome) }
        }
        rows = Behaviour.all.map { ($0, Self.verdict(of: $0, outcomes[$0.id] ?? [], isStrict: isStrict)) }
    }

    /// A row fails with any of its checks and holds when at least one held and none failed.
    private static func verdict(
        of behaviour: Behaviour, _ outcomes: [Check.Outcome], isStrict: Bool
    ) -> Verdict {
        var reason = "has no check yet"
        var isHeld = false
        for outcome in outcomes {
            switch outcome {
            case .failed: return behaviour.strength == .decided && !isStrict ? .differs : .failed
            case .held: isHeld = true
            case .skipped(let cause): reason = cause
            }
        }
        return isHeld ? .held : .skipped(reason)
    }

    package var hasFailures: Bool { rows.contains { $0.verdict == .failed } }

    /// Runs checks one after the other, each on a target of its own making.
    package static func run(
        _ checks: [Check], on makeTarget: () -> any Target, isStrict: Bool = true
    ) -> ConformanceReport {
        var name = ""
        let results = checks.enumerated().map { number, check in
            var target = makeTarget()
            name = target.name
            return Result(check: check, outcome: check.run(on: &target, run: number + 1))
        }
        return ConformanceReport(target: name, results: results, isStrict: isStrict)
    }
}

extension ConformanceReport {
    /// A line per area, every failure with its request and answer, and last the sum of the rows.
    ///
    /// With `rows` given only these are counted.
    package func lines(counting isCounted: (Behaviour) -> Bool = { _ in true }) -> [String] {
        let counted = rows.filter { isCounted($0.behaviour) }
        var lines = ["target: \(target)", ""]
        for area in Behaviour.Area.allCases {
            let verdicts = counted.filter { $0.behaviour.area == area }.map(\.verdict)
            if !verdicts.isEmpty { lines.append("\(area.rawValue.padded(to: 14)) \(Count(verdicts))") }
        }
        for result in results {
            guard case .failed(let failure) = result.outcome else { continue }
            lines += ["", "failed: \(result.check)", "    " + "\(failure)".replacing("\n", with: "\n    ")]
        }
        let skips = Set(
            results.compactMap { result in
                if case .skipped(let reason) = result.outcome { "skipped: \(result.check): \(reason)" } else { nil }
            })
        if !skips.isEmpty { lines += [""] + skips.sorted() }
        let sum = Count(counted.map(\.verdict))
        return lines + ["", "behaviours: \(counted.count) rows, \(sum)"]
    }

    private struct Count: CustomStringConvertible {
        var held = 0
        var failed = 0
        var differing = 0
        var skipped = 0

        init(_ verdicts: [Verdict]) {
            for verdict in verdicts {
                switch verdict {
                case .held: held += 1
                case .failed: failed += 1
                case .differs: differing += 1
                case .skipped: skipped += 1
                }
            }
        }

        var description: String { "\(held) held, \(failed) failed, \(differing) differ, \(skipped) skipped" }
    }
}
