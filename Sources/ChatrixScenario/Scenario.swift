import ChatrixHistory

/// What a scenario file says: who is there, who talks to whom, how much load, and what has to hold.
package struct Scenario: Sendable, Hashable {
    /// Who a user writes to.
    package enum Pairs: Sendable, Hashable {
        /// Each user has the next `degree` users of the ring as partners.
        case ring(degree: Int)
        /// Each user has `degree` different partners, drawn with the seed.
        case random(degree: Int)
        /// User 0 has all others as partners, each other one has user 0.
        case star
    }

    /// A part of the load.
    package struct Phase: Sendable, Hashable {
        package enum Load: Sendable, Hashable {
            /// Open model: flows begin at this rate (per second), which moves evenly from start to end.
            case arrivals(startRate: Double, endRate: Double)
            /// Closed model: this many users go through flows, one after the other.
            case users(Int)
        }

        package var name: String
        package var load: Load
        /// Nanoseconds.
        package var duration: Int64

        package init(name: String, load: Load, duration: Int64) {
            self.name = name
            self.load = load
            self.duration = duration
        }
    }

    /// A course of steps that a user goes through.
    package struct Flow: Sendable, Hashable {
        package var name: String
        /// How often it is chosen, in relation to the other flows.
        package var weight: Double
        package var steps: [Step]

        package init(name: String, weight: Double, steps: [Step]) {
            self.name = name
            self.weight = weight
            self.steps = steps
        }
    }

    package var name: String
    package var summary: String
    package var seed: UInt64
    package var users: Int
    package var pairs: Pairs
    package var load: [Phase]
    package var flows: [Flow]
    package var thresholds: [Threshold]
    /// How long to wait at the end for what is outstanding, nanoseconds.
    package var settle: Int64
    /// What the network of a run in virtual time is like; `nil` if the file says nothing.
    package var network: NetworkModel.Configuration?

    package static let usersMin = 2
    package static let usersMax = 1_000_000
    package static let settleDefault: Int64 = 5_000_000_000

    package init(
        name: String, summary: String = "", seed: UInt64 = 1, users: Int, pairs: Pairs = .ring(degree: 1),
        load: [Phase], flows: [Flow], thresholds: [Threshold] = [], settle: Int64 = Scenario.settleDefault
    ) {
        self.name = name
        self.summary = summary
        self.seed = seed
        self.users = users
        self.pairs = pairs
        self.load = load
        self.flows = flows
        self.thresholds = thresholds
        self.settle = settle
    }

    /// Nanoseconds of all phases together.
    package var loadDuration: Int64 { load.reduce(0) { $0 + $1.duration } }

    /// The scenario with another seed or population, as a command line asks for it.
    ///
    /// Throws if the pairs or a phase do not fit the new number of users; `file` is named in the error.
    package func overriding(seed: UInt64?, users: Int?, file: String) throws(InputError) -> Scenario {
        var scenario = self
        if let seed { scenario.seed = seed }
        if let users {
            scenario.users = users
            var messages: [String] = []
            if !(Scenario.usersMin...Scenario.usersMax).contains(users) {
                messages.append("--users must be a whole number from \(Scenario.usersMin) to \(Scenario.usersMax)")
            }
            if let problem = scenario.pairsProblem { messages.append("with --users \(users): \(problem)") }
            messages += scenario.load.compactMap { phase in
                scenario.problem(of: phase).map { "with --users \(users): \($0)" }
            }
            if !messages.isEmpty {
                throw InputError(file: file, problems: messages.map { InputError.Problem(message: $0) })
            }
        }
        return scenario
    }

    /// Why the pairs are impossible: with as many partners as users, someone would write to himself.
    var pairsProblem: String? {
        switch pairs {
        case .ring(let degree), .random(let degree):
            degree < users
                ? nil
                : "'degree' must be less than the number of users (\(users)), not \(degree): nobody writes to himself"
        case .star: nil
        }
    }

    /// Why a phase is impossible.
    func problem(of phase: Phase) -> String? {
        guard case .users(let count) = phase.load, count > users else { return nil }
        return "a phase with \(count) users needs a population of at least as many, not \(users)"
    }
}
