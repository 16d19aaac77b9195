import ChatrixModel

/// A claim about a backend, with the way to find out whether it holds.
package struct Check: Sendable {
    /// The behaviours that the check shows, at least one.
    package let ids: [String]
    /// What holds, as a short sentence.
    package let title: String
    /// Without these the check is skipped.
    package let needs: Set<Capability>
    /// What the check wants to be counted; most want nothing to stand in their way.
    package let rateLimits: RateLimitMode
    private let body: @Sendable (inout Lab) throws -> Void

    package init(
        _ ids: [String], _ title: String, needs: Set<Capability> = [], rateLimits: RateLimitMode = .off,
        _ body: @escaping @Sendable (inout Lab) throws -> Void
    ) {
        precondition(!ids.isEmpty, "a check names the behaviours it shows")
        self.ids = ids
        self.title = title
        self.needs = needs
        self.rateLimits = rateLimits
        self.body = body
    }

    /// What came out. A check that a target cannot carry is skipped, and never counts as held.
    package enum Outcome: Sendable, Hashable {
        case held
        case failed(Failure)
        case skipped(String)
    }

    /// Runs the check on a target that it may change; `run` distinguishes its users from those of other checks.
    package func run(on target: inout any Target, run: Int) -> Outcome {
        var setting = Setting(nextName: run * 1000 + 1)
        return self.run(on: &target, in: &setting)
    }

    /// Runs the check on a target that it may change; names that it used up are not given out again.
    package func run(on target: inout any Target, in setting: inout Setting) -> Outcome {
        if let reason = reasonToSkip(target, setting.knobs) { return .skipped(reason) }
        do {
            try target.prepare(rateLimits: rateLimits)
            var lab = Lab(target: target, setting: setting)
            defer {
                target = lab.target
                setting.nextName = lab.nextName
            }
            try body(&lab)
            return .held
        } catch let failure as Failure {
            return .failed(failure)
        } catch let skip as Skip {
            return .skipped(skip.reason)
        } catch {
            return .failed(Failure("the target failed: \(error)", exchange: nil))
        }
    }

    private func reasonToSkip(_ target: any Target, _ knobs: Knobs) -> String? {
        if rateLimits == .documented, knobs.rateLimits != .documented {
            return "the profile says rate-limits: \(knobs.rateLimits.rawValue)"
        }
        for capability in Capability.allCases where needs.contains(capability) {
            if let reason = knobs.reasonWithout(capability) { return reason }
            if !target.capabilities.contains(capability) { return target.reasonWithout(capability) }
        }
        return nil
    }

    /// What was expected and not found, with the exchange that shows it.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package var what: String
        package var exchange: Exchange?

        package init(_ what: String, exchange: Exchange?) {
            self.what = what
            self.exchange = exchange
        }

        package var description: String {
            guard let exchange else { return what }
            return """
                \(what)
                --- request
                \(exchange.request)
                --- answer
                \(exchange.answer)
                --- again
                \(exchange.curl)
                """
        }
    }

    /// Thrown by a check that finds out while running that the target cannot carry it.
    package struct Skip: Error, Sendable {
        package var reason: String

        package init(_ reason: String) { self.reason = reason }
    }
}

extension Check: CustomStringConvertible {
    package var description: String { "\(ids.joined(separator: " ")): \(title)" }
}
