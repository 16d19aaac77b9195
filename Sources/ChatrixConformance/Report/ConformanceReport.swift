import ChatrixModel

/// What came out of a run of checks, check by check and row by row of the catalogue.
package struct ConformanceReport: Sendable {
    package struct Result: Sendable {
        package let check: Check
        package let outcome: Check.Outcome

        package var failure: Check.Failure? {
            if case .failed(let failure) = outcome { failure } else { nil }
        }
    }

    package enum Verdict: Sendable, Hashable {
        case held
        case failed
        /// A decided row does not hold on a target that need not follow the decisions.
        case differs
        /// The profile waives the row, with this reason; counted as skipped.
        case waived(String)
        case skipped(String)

        package var word: String {
            switch self {
            case .held: "held"
            case .failed: "failed"
            case .differs: "differs"
            case .waived: "waived"
            case .skipped: "skipped"
            }
        }

        /// Why a row has no verdict of its own.
        package var reason: String? {
            switch self {
            case .waived(let reason), .skipped(let reason): reason
            case .held, .failed, .differs: nil
            }
        }
    }

    /// What holds for one row of the catalogue.
    package struct Row: Sendable {
        package let behaviour: Behaviour
        package let verdict: Verdict
        /// Of the checks that name the row, in their order; empty if none was run.
        package let results: [Result]
    }

    package let target: String
    package let profile: Profile
    /// In the order of the checks.
    package let results: [Result]
    /// Whether a decided row that does not hold counts as failed.
    package let isStrict: Bool
    /// The rows asked for, in the order of the catalogue.
    package let rows: [Row]

    /// Rows that `isCounted` leaves out are not judged.
    package init(
        target: String, results: [Result], profile: Profile = Profile(), isStrict: Bool = true,
        counting isCounted: (Behaviour) -> Bool = { _ in true }
    ) {
        self.target = target
        self.profile = profile
        self.results = results
        self.isStrict = isStrict
        var byID: [String: [Result]] = [:]
        for result in results {
            for id in result.check.ids { byID[id, default: []].append(result) }
        }
        let waived = Dictionary(profile.waivers.map { ($0.id, $0.reason) }) { first, _ in first }
        rows = Behaviour.all.filter(isCounted).map { behaviour in
            let results = byID[behaviour.id] ?? []
            let verdict =
                waived[behaviour.id].map { Verdict.waived($0) }
                ?? Self.verdict(of: behaviour, results.map(\.outcome), isStrict: isStrict)
            return Row(behaviour: behaviour, verdict: verdict, results: results)
        }
    }

    /// A row fails with any of its checks and holds when at least one held and none failed.
    private static func verdict(
        of behaviour: Behaviour, _ outcomes: [Check.Outcome], isStrict: Bool
    ) -> Verdict {
        var reason = Unobservable.reasons[behaviour.id] ?? "no check names it yet"
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

    /// The sum of some or all rows.
    package struct Count: Sendable, Hashable, CustomStringConvertible {
        package private(set) var rows = 0
        package private(set) var held = 0
        package private(set) var failed = 0
        package private(set) var differing = 0
        /// Waived ones included.
        package private(set) var skipped = 0
        package private(set) var waived = 0

        init(_ verdicts: some Sequence<Verdict>) {
            for verdict in verdicts {
                rows += 1
                switch verdict {
                case .held: held += 1
                case .failed: failed += 1
                case .differs: differing += 1
                case .skipped: skipped += 1
                case .waived:
                    skipped += 1
                    waived += 1
                }
            }
        }

        package var description: String { "\(held) held, \(failed) failed, \(differing) differ, \(skipped) skipped" }
    }

    package var count: Count { Count(rows.lazy.map(\.verdict)) }

    /// The sums of the areas that have rows here, in the order of the catalogue.
    package var countByArea: [(area: Behaviour.Area, count: Count)] {
        Behaviour.Area.allCases.compactMap { area in
            let count = Count(rows.lazy.filter { $0.behaviour.area == area }.map(\.verdict))
            return count.rows > 0 ? (area, count) : nil
        }
    }

    /// The reasons why rows were skipped with their ids, most rows first, then by reason.
    package var skips: [(reason: String, ids: [String])] {
        var ids: [String: [String]] = [:]
        for row in rows {
            if let reason = row.verdict.reason {
                let isWaived = if case .waived = row.verdict { true } else { false }
                ids[isWaived ? "waived: \(reason)" : reason, default: []].append(row.behaviour.id)
            }
        }
        return ids.map { (reason: $0.key, ids: $0.value) }
            .sorted { ($1.ids.count, $0.reason) < ($0.ids.count, $1.reason) }
    }
}

extension ConformanceReport {
    /// A line per area, every failure with its request and answer, the skipped rows by reason, and last the sum.
    package var lines: [String] {
        var lines = ["target: \(target)\(isStrict ? "" : ", decided rows may differ")"]
        if let name = profile.name { lines.append("profile: \(name)") }
        for (knob, value) in profile.knobs.departures {
            lines.append("knob: \(knob.name): \(value.isEmpty ? "empty" : value) (\(knob.decision))")
        }
        lines.append("")
        lines += countByArea.map { "\($0.area.rawValue.padded(to: 14)) \($0.count)" }
        let judged = Set(rows.filter { $0.verdict == .failed || $0.verdict == .differs }.map(\.behaviour.id))
        for result in results where result.check.ids.contains(where: judged.contains) {
            guard let failure = result.failure else { continue }
            let verdict = rows.contains { $0.verdict == .failed && result.check.ids.contains($0.behaviour.id) }
            lines += [
                "", "\(verdict ? "failed" : "differs"): \(result.check)",
                "    " + "\(failure)".replacing("\n", with: "\n    "),
            ]
        }
        if !skips.isEmpty { lines.append("") }
        lines += skips.map { "skipped, \($0.ids.count): \($0.reason): \(Self.abridged($0.ids))" }
        return lines + ["", "behaviours: \(rows.count) rows, \(count)"]
    }

    private static func abridged(_ ids: [String]) -> String {
        let shown = 12
        let text = ids.prefix(shown).joined(separator: " ")
        return ids.count > shown ? "\(text) … and \(ids.count - shown) more" : text
    }
}
