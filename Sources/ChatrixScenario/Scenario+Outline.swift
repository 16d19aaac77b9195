import ChatrixHistory

/// What a scenario would do, as far as that can be known before it runs.
extension Scenario {
    /// Requests and WebSocket events of the load, at least and at most; `nil` where the speed of the server decides.
    package var expectedRequests: ClosedRange<Double>? {
        var low = 0.0
        var high = 0.0
        for phase in load {
            guard let flows = expectedFlows(of: phase) else { return nil }
            let weights = self.flows.map { phase.weights[$0.name] ?? $0.weight }
            let total = weights.reduce(0, +)
            for (flow, weight) in zip(self.flows, weights) where total > 0 {
                let calls = flow.steps.map(\.expectedCalls)
                low += flows * weight / total * calls.reduce(0) { $0 + $1.lowerBound }
                high += Step.share(flows * weight / total, calls.reduce(0) { $0 + $1.upperBound })
            }
        }
        return low...max(low, high)
    }

    /// Flows that begin in a phase; `nil` where that depends on how long they take.
    package func expectedFlows(of phase: Phase) -> Double? {
        switch phase.load {
        case .arrivals(let rates, _):
            let seconds = Double(phase.duration) / 1e9
            guard rates.count > 1 else { return (rates.first ?? 0) * seconds }
            let sums = zip(rates, rates.dropFirst()).map { ($0 + $1) / 2 }
            return sums.reduce(0, +) / Double(sums.count) * seconds
        case .users: return nil
        case .iterations(let count, _): return Double(count)
        }
    }

    /// A few lines: population, load, flows, requests. Each without an end of line.
    package var outline: [String] {
        var population = "\(users) users"
        if !roles.isEmpty { population += " (\(roles.map { "\($0.users) \($0.name)" }.joined(separator: ", ")))" }
        if devices > 1 { population += ", \(devices) devices each" }
        let channels = History.Channel.allCases.filter { self.channels.contains($0) }.map(\.rawValue)
        population += ", events over \(channels.joined(separator: " and "))"
        var lines = ["population: \(population)", "partners: \(pairsText)"]
        for phase in load {
            lines.append("phase \(phase.name): \(text(of: phase))")
        }
        let total = flows.reduce(0) { $0 + $1.weight }
        for flow in flows {
            let calls = flow.steps.map(\.expectedCalls)
            let range = Scenario.text(
                of: calls.reduce(0) { $0 + $1.lowerBound }...calls.reduce(0) { $0 + $1.upperBound })
            let roles = flow.roles.isEmpty ? "" : ", for \(flow.roles.joined(separator: ", "))"
            let share = total > 0 ? Int((flow.weight / total * 100).rounded()) : 0
            lines.append("flow \(flow.name): \(share)%, \(range) requests\(roles)")
        }
        for feeder in feeders {
            lines.append(
                "data \(feeder.name): \(feeder.rows.count) rows of \(feeder.columns.joined(separator: ", ")), "
                    + feeder.order.rawValue)
        }
        let requests = expectedRequests.map { "about \(Scenario.text(of: $0))" } ?? "as many as the server answers"
        lines.append("requests: \(requests) in \(Scenario.time(loadDuration)) of load")
        lines.append("thresholds: \(thresholds.count)")
        return lines
    }

    private var pairsText: String {
        switch pairs {
        case .ring(let degree): "the next \(degree) of a ring"
        case .random(let degree): "\(degree) drawn with the seed"
        case .star: "everyone with user 0"
        case .groups(let size): "groups of \(size)"
        }
    }

    private func text(of phase: Phase) -> String {
        let load =
            switch phase.load {
            case .arrivals(let rates, let spacing):
                rates.map { "\(Scenario.number($0))/s" }.joined(separator: " -> ")
                    + (spacing == .poisson ? ", as people come" : "")
            case .users(let start, let end): start == end ? "\(start) users" : "\(start) -> \(end) users"
            case .iterations(let count, let users): "\(count) flows by \(users) users"
            }
        let flows = expectedFlows(of: phase).map { ", about \(Scenario.number($0.rounded())) flows" } ?? ""
        return "\(Scenario.time(phase.duration)), \(load)\(flows)\(phase.isWarmUp ? ", warm-up" : "")"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && value < 1e15 ? String(Int(value)) : String((value * 100).rounded() / 100)
    }

    private static func text(of range: ClosedRange<Double>) -> String {
        let low = number(range.lowerBound.rounded())
        let high = number(range.upperBound.rounded())
        if range.upperBound == .infinity { return "\(low) or more" }
        return low == high ? low : "\(low) to \(high)"
    }

    /// Nanoseconds as files write them.
    private static func time(_ nanoseconds: Int64) -> String {
        let units: [(Int64, String)] = [(86_400_000_000_000, "d"), (3_600_000_000_000, "h"), (60_000_000_000, "m")]
        for (size, unit) in units where nanoseconds >= size && nanoseconds % size == 0 {
            return "\(nanoseconds / size)\(unit)"
        }
        return "\(number(Double(nanoseconds) / 1e9))s"
    }
}

extension Step {
    /// Calls of going through the step once, at least and at most.
    var expectedCalls: ClosedRange<Double> {
        func sum(_ steps: [Step]) -> ClosedRange<Double> {
            steps.map(\.expectedCalls).reduce(0...0) {
                ($0.lowerBound + $1.lowerBound)...($0.upperBound + $1.upperBound)
            }
        }
        switch self {
        case .call: return 1...1
        case .think, .await, .session, .assign: return 0...0
        case .when(let condition, let then, let otherwise):
            let (first, second) = (sum(then), sum(otherwise))
            if case .chance(let share) = condition.test {
                let low = first.lowerBound * share + second.lowerBound * (1 - share)
                let high = Step.share(first.upperBound, share) + Step.share(second.upperBound, 1 - share)
                return low...max(low, high)
            }
            return min(first.lowerBound, second.lowerBound)...max(first.upperBound, second.upperBound)
        case .repeat(let repetition, let steps):
            let once = sum(steps)
            var times = 0.0...Double.infinity
            if let count = repetition.times?.literal.flatMap(Double.init) { times = count...count }
            if let duration = repetition.duration, let every = repetition.every, every.shortest > 0 {
                let most = (Double(duration) / Double(every.shortest)).rounded(.up)
                times = min(times.lowerBound, 1)...min(times.upperBound, most)
            } else if repetition.duration != nil {
                times = min(times.lowerBound, 1)...times.upperBound
            }
            if repetition.condition != nil { times = 0...times.upperBound }
            let low = times.lowerBound * once.lowerBound
            return low...max(low, Step.share(times.upperBound, once.upperBound))
        case .choose(let branches):
            let total = branches.reduce(0) { $0 + $1.weight }
            var low = 0.0
            var high = 0.0
            for branch in branches where total > 0 {
                let calls = sum(branch.steps)
                low += calls.lowerBound * branch.weight / total
                high += calls.upperBound * branch.weight / total
            }
            return low...max(low, high)
        }
    }

    /// A product in which nothing stays nothing, also of what has no end.
    static func share(_ value: Double, _ share: Double) -> Double { value == 0 || share == 0 ? 0 : value * share }
}

extension Distribution {
    /// No time drawn is shorter, nanoseconds.
    fileprivate var shortest: Int64 {
        switch self {
        case .constant(let value): value
        case .uniform(let range): range.lowerBound
        case .normal, .exponential, .logNormal: 0
        case .bounded(let distribution, let bounds): max(distribution.shortest, bounds.lowerBound)
        }
    }
}
