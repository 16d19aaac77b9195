import ChatrixHistory

/// A bound on how far a metric of a new run may depart from that of a base run: `http.send.p99 <= +10%`,
/// `messages.rate >= -5%`, `delivery.lost <= +0`.
///
/// Form: a metric as in thresholds (with `{phase: NAME}`), a comparison, and a change with its sign: a share of the base (`%`), or
/// an amount in the unit of the metric (`us`, `ms`, `s`, `m`, `/s`, none for counts). Alternatives are joined by `or`:
/// `http.p95 <= +50% or +1ms` holds if one of them does.
package struct ChangeLimit: Sendable, Hashable, CustomStringConvertible {
    package enum Change: Sendable, Hashable {
        /// 0.1 for 10 %.
        case share(Double)
        /// In the unit of the metric: milliseconds, a count, a number per second.
        case amount(Double)
    }

    /// Why a text is no limit.
    package struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        package var text: String
        package var problem: String

        package var description: String { "'\(text)' is no limit: \(problem)" }
    }

    /// As it was written.
    package let description: String
    /// The metric, with its phase.
    package let metric: String
    package let comparison: Threshold.Comparison
    /// One of them has to hold.
    package let changes: [Change]

    /// Tolerant enough for shared machines, where the same program measures itself twice as slow now and then: medians and
    /// 95th percentiles rather than tails, and no alarm over changes of a millisecond.
    package static let defaults: [ChangeLimit] = {
        let texts = [
            "http.med <= +25% or +1ms", "http.p95 <= +50% or +2ms", "delivery.med <= +25% or +1ms",
            "delivery.p95 <= +50% or +2ms", "http.rate >= -10%", "messages.rate >= -10%",
        ]
        return texts.compactMap { try? ChangeLimit(parsing: $0) }
    }()

    package init(parsing text: String) throws(ParseError) {
        description = text
        func fail(_ problem: String) -> ParseError { ParseError(text: text, problem: problem) }
        // A phase may be called anything.
        let phaseEnd = text.firstIndex(of: "}") ?? text.startIndex
        guard let sign = text[phaseEnd...].firstIndex(where: { "<>=".contains($0) }) else {
            throw fail("it needs a comparison, as in 'http.p99 <= +10%'")
        }
        let after = text[sign...].firstIndex { !"<>=".contains($0) } ?? text.endIndex
        guard let comparison = Threshold.Comparison(rawValue: String(text[sign..<after])) else {
            throw fail("'\(text[sign..<after])' is no comparison, expected <, <=, >, >= or ==")
        }
        self.comparison = comparison
        let name = ChangeLimit.trimmed(text[..<sign])
        let bare = ChangeLimit.trimmed(name.prefix { $0 != "{" })
        guard let metric = Metric(bare) else {
            let nearest = Spelling.nearest(to: String(bare), in: Metric.names).map { "; did you mean '\($0)'?" } ?? ""
            throw fail("'\(bare)' is no metric\(nearest)")
        }
        self.metric = String(name)
        var changes: [Change] = []
        for part in String(text[after...]).components(joinedBy: " or ") {
            changes.append(try ChangeLimit.change(String(ChangeLimit.trimmed(part[...])), metric, fail))
        }
        self.changes = changes
    }

    private static func change(
        _ text: String, _ metric: Metric, _ fail: (String) -> ParseError
    ) throws(ParseError) -> Change {
        guard text.first == "+" || text.first == "-" else {
            throw fail("the change '\(text)' needs a sign: +10% allows a tenth more, -10% a tenth less")
        }
        let digits = text.dropFirst().prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let magnitude = Double(digits), magnitude.isFinite else {
            throw fail("'\(text)' is no change such as +10%")
        }
        let value = text.first == "-" ? -magnitude : magnitude
        let unit = String(text.dropFirst(1 + digits.count))
        switch (unit, metric.quantity) {
        case ("%", _): return .share(value / 100)
        case ("us", .duration), ("µs", .duration): return .amount(value / 1000)
        case ("ms", .duration): return .amount(value)
        case ("s", .duration): return .amount(value * 1000)
        case ("m", .duration): return .amount(value * 60_000)
        case ("/s", .rate), ("", .rate), ("", .count), ("", .countOrShare): return .amount(value)
        default: throw fail("'\(unit)' is no unit of a change of \(metric)")
        }
    }

    /// Whether the change from `base` to `new` keeps the limit. From 0 every growth exceeds every share.
    package func holds(base: Double, new: Double) -> Bool {
        changes.contains { change in
            switch change {
            case .share(let share): comparison.holds(new, base * (1 + share))
            case .amount(let amount): comparison.holds(new, base + amount)
            }
        }
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension String {
    /// The parts between the occurrences of a separator.
    fileprivate func components(joinedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
