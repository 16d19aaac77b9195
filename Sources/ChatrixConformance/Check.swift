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
        if let missing = Capability.allCases.first(where: { needs.contains($0) && !target.capabilities.contains($0) }) {
            return .skipped("the target lacks: \(missing.rawValue)")
        }
        do {
            try target.prepare(rateLimits: rateLimits)
            var lab = Lab(target: target, run: run)
            defer { target = lab.target }
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
