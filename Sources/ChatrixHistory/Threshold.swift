/// A bound that a metric of a run has to keep, as scenario files write it: `http.send.p99 < 50ms`.
///
/// Form: metric, comparison, value with unit; after the metric a phase of the load in braces, as in
/// `http.send.p99{phase: peak} < 50ms`. Without one, warm-up phases do not count. Durations need `us`, `ms`, `s` or `m`; shares need `%`; rates may end in
/// `/s`; counts have no unit.
package struct Threshold: Sendable, Hashable {
    package enum Comparison: String, Sendable, CaseIterable {
        case less = "<", atMost = "<=", more = ">", atLeast = ">=", equal = "=="

        package func holds(_ value: Double, _ bound: Double) -> Bool {
            switch self {
            case .less: value < bound
            case .atMost: value <= bound
            case .more: value > bound
            case .atLeast: value >= bound
            case .equal: value == bound
            }
        }
    }

    package enum Unit: String, Sendable, CaseIterable {
        case microseconds = "us", milliseconds = "ms", seconds = "s", minutes = "m"
        case percent = "%"
        case perSecond = "/s"
        case count = ""

        var isDuration: Bool {
            switch self {
            case .microseconds, .milliseconds, .seconds, .minutes: true
            case .percent, .perSecond, .count: false
            }
        }

        /// What one of this unit is in the unit that metrics are measured in.
        var factor: Double {
            switch self {
            case .microseconds: 0.001
            case .milliseconds, .perSecond, .count: 1
            case .seconds: 1000
            case .minutes: 60_000
            case .percent: 0.01
            }
        }
    }

    package let metric: Metric
    /// Name of the phase of the load that is meant; `nil` for all but warm-up phases.
    package let phase: String?
    package let comparison: Comparison
    /// The number as written, in `unit`.
    package let value: Double
    package let unit: Unit
    /// The run ends early when the threshold is crossed.
    package var abortsOnFail = false
    /// How much load there has to be before `abortsOnFail` looks at the threshold, nanoseconds.
    package var abortDelay: Int64 = 0

    /// The bound in the metric's own unit: milliseconds, a count, a share 0…1 or a number per second.
    package var bound: Double { value * unit.factor }
    /// The metric has to be asked for as a share of `metric.whole`.
    package var isShare: Bool { unit == .percent }
}

extension Threshold: CustomStringConvertible {
    package var description: String {
        "\(metric)\(phase.map { "{phase: \($0)}" } ?? "") \(comparison.rawValue) "
            + "\(Threshold.number(value))\(unit.rawValue)"
    }

    /// Without `.0` where the number is whole.
    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}

// MARK: - Evaluation

extension Threshold {
    /// What became of a threshold in a run.
    package struct Outcome: Sendable, Hashable {
        package enum State: String, Sendable {
            case held, crossed
            /// The run has no value for the metric, so nothing is known.
            case unmeasured
        }

        package var threshold: Threshold
        /// In the unit of `Threshold.bound`; `nil` if unmeasured.
        package var measured: Double?
        package var state: State

        package init(threshold: Threshold, measured: Double?, state: State) {
            self.threshold = threshold
            self.measured = measured
            self.state = state
        }
    }

    /// Compares with what `value` says about a metric in a phase; `nil` from it means that nothing was measured.
    package func evaluated(by value: (Metric, _ phase: String?) -> Double?) -> Outcome {
        var measured = value(metric, phase)
        if isShare {
            let whole = metric.whole.flatMap { value($0, phase) } ?? 0
            measured = whole > 0 ? measured.map { $0 / whole } : nil
        }
        guard let measured else { return Outcome(threshold: self, measured: nil, state: .unmeasured) }
        return Outcome(
            threshold: self, measured: measured, state: comparison.holds(measured, bound) ? .held : .crossed)
    }
}

extension Threshold.Outcome {
    /// A crossed threshold asks for a count that only grows and has not grown far enough yet.
    package var canStillHold: Bool {
        switch (threshold.metric.quantity, threshold.comparison) {
        case (.count, .more), (.count, .atLeast): true
        case (.countOrShare, .more), (.countOrShare, .atLeast): !threshold.isShare
        case (.count, .equal), (.countOrShare, .equal): !threshold.isShare && measured ?? 0 < threshold.bound
        default: false
        }
    }
}

// MARK: - Reading

extension Threshold {
    /// Why a text is no threshold.
    package struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        /// The whole text.
        package var text: String
        /// Number of characters before the fault.
        package var offset: Int
        /// What is wrong and what was expected; one sentence without an end.
        package var problem: String
        /// The nearest right word, where there is one.
        package var nearest: String?

        package var description: String {
            nearest.map { "\(problem); did you mean '\($0)'?" } ?? problem
        }
    }

    /// Reads `metric comparison value`; spaces around the comparison are optional.
    package init(parsing text: String) throws(ParseError) {
        // A phase may be called anything, also `a < b`.
        let open = text.firstIndex(of: "{")
        let close = open.flatMap { text[$0...].firstIndex(of: "}") }
        let afterPhase = close.map(text.index(after:)) ?? text.startIndex
        guard let start = text[afterPhase...].firstIndex(where: { "<>=!".contains($0) }) else {
            throw ParseError(
                text: text, offset: 0,
                problem: "a threshold needs a comparison (<, <=, >, >= or ==), for example 'http.send.p99 < 50ms'")
        }
        let afterSign = text[start...].firstIndex { !"<>=!".contains($0) } ?? text.endIndex
        let offset = text.distance(from: text.startIndex, to: start)
        guard let comparison = Comparison(rawValue: String(text[start..<afterSign])) else {
            throw ParseError(
                text: text, offset: offset,
                problem: "'\(text[start..<afterSign])' is no comparison, expected <, <=, >, >= or ==",
                nearest: text[start..<afterSign] == "=" ? "==" : nil)
        }
        let name = text[..<(open.map { min($0, start) } ?? start)].trimmed
        guard let metric = Metric(name) else {
            throw ParseError(
                text: text, offset: text.prefix { $0 == " " }.count, problem: "'\(name)' is no metric",
                nearest: Spelling.nearest(to: String(name), in: Metric.names))
        }
        self.metric = metric
        phase = try Threshold.phase(in: text, from: open, before: start, of: metric)
        self.comparison = comparison
        (value, unit) = try Threshold.amount(in: text, from: afterSign, of: metric)
        try checkPossible(text, offset: offset)
    }

    /// Reads `{phase: NAME}` between the metric and the comparison.
    private static func phase(
        in text: String, from open: String.Index?, before end: String.Index, of metric: Metric
    ) throws(ParseError) -> String? {
        guard let open, open < end else { return nil }
        let offset = text.distance(from: text.startIndex, to: open)
        let part = text[open..<end].trimmed
        let words = part.dropFirst().dropLast().split(separator: ":", maxSplits: 1).map(\.trimmed)
        guard part.last == "}", words.count == 2, words[0] == "phase", !words[1].isEmpty else {
            throw ParseError(
                text: text, offset: offset, problem: "expected '{phase: NAME}' after the metric, got '\(part)'")
        }
        guard metric.hasPhases else {
            throw ParseError(
                text: text, offset: offset, problem: "\(metric) is counted over the whole run, not by phase")
        }
        return String(words[1])
    }

    private static func amount(
        in text: String, from start: String.Index, of metric: Metric
    ) throws(ParseError) -> (Double, Unit) {
        let begin = text[start...].firstIndex { $0 != " " } ?? text.endIndex
        let offset = text.distance(from: text.startIndex, to: begin)
        let amount = text[begin...].trimmed
        let digits = amount.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-" || $0 == "_") }
        guard let value = Double(String(digits.filter { $0 != "_" })), value.isFinite else {
            throw ParseError(text: text, offset: offset, problem: "expected a number, got '\(amount)'")
        }
        let word = amount.dropFirst(digits.count).trimmed
        guard let unit = Unit(rawValue: word == "µs" ? "us" : String(word)) else {
            throw ParseError(
                text: text, offset: offset + digits.count + amount.dropFirst(digits.count).prefix { $0 == " " }.count,
                problem: "'\(word)' is no unit, expected us, ms, s, m, %, /s or none for a count")
        }
        let expected: String? =
            switch metric.quantity {
            case .duration: unit.isDuration ? nil : "a duration such as 50ms"
            case .count: unit == .count ? nil : "a count without unit"
            case .countOrShare: unit == .count || unit == .percent ? nil : "a count or a share such as 1%"
            case .rate: unit == .count || unit == .perSecond ? nil : "a number per second such as 100/s"
            }
        if let expected {
            throw ParseError(
                text: text, offset: offset, problem: "\(metric) is compared with \(expected), not with '\(amount)'")
        }
        return (value, unit)
    }

    /// Refuses what no run can keep, and what every run keeps.
    private func checkPossible(_ text: String, offset: Int) throws(ParseError) {
        let impossible =
            switch comparison {
            case .less: bound <= 0
            case .atMost, .equal: bound < 0
            case .more: isShare && bound >= 1 && metric.isBoundedShare
            case .atLeast: isShare && bound > 1 && metric.isBoundedShare
            }
        if impossible || (comparison == .equal && isShare && bound > 1 && metric.isBoundedShare) {
            throw ParseError(text: text, offset: offset, problem: "no run can keep '\(self)'")
        }
        if bound < 0 {
            throw ParseError(text: text, offset: offset, problem: "every run keeps '\(self)', as nothing is negative")
        }
    }
}

extension Metric {
    /// A share of it cannot exceed 100 %.
    fileprivate var isBoundedShare: Bool {
        switch self {
        case .deliveryCount(.duplicated): false
        default: true
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
