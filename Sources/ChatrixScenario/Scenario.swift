import ChatrixHistory

/// What a scenario file says: who is there, who talks to whom, how much load, and what has to hold.
package struct Scenario: Sendable, Hashable {
    /// Users who have a part of their own; numbered one after the other, role after role.
    package struct Role: Sendable, Hashable {
        package var name: String
        package var users: Int
        /// Has all users whom no other role has, however many they are.
        package var isRest: Bool

        package init(name: String, users: Int, isRest: Bool = false) {
            self.name = name
            self.users = users
            self.isRest = isRest
        }
    }

    /// Rows of data that flows draw from: one row for each time a flow begins.
    package struct Feeder: Sendable, Hashable {
        package enum Order: String, Sendable, Hashable, CaseIterable {
            /// One row after the other over all flows, from the first again after the last.
            case sequential
            /// Any row, drawn with the seed.
            case random
            /// The row of the user's number, so that each user has his own, from the first again after the last.
            case user
        }

        package var name: String
        package var columns: [String]
        /// Each as long as `columns`.
        package var rows: [[String]]
        package var order: Order

        package init(name: String, columns: [String], rows: [[String]], order: Order) {
            self.name = name
            self.columns = columns
            self.rows = rows
            self.order = order
        }
    }

    /// Who a user writes to.
    package enum Pairs: Sendable, Hashable {
        /// Each user has the next `degree` users of the ring as partners.
        case ring(degree: Int)
        /// Each user has `degree` different partners, drawn with the seed.
        case random(degree: Int)
        /// User 0 has all others as partners, each other one has user 0.
        case star
        /// Consecutive users form groups of this size, in which everyone has all others as partners.
        case groups(size: Int)
    }

    /// A part of the load.
    package struct Phase: Sendable, Hashable {
        package enum Load: Sendable, Hashable {
            /// Open model: flows begin at this rate (per second), which moves evenly from one value to the next in equal parts
            /// of the phase; a single value is kept all the time.
            case arrivals([Double], Spacing)
            /// Closed model: this many users go through flows, one after the other; the number moves evenly.
            case users(start: Int, end: Int)
            /// Closed model: this many users share a number of flows; the phase ends with the last, or with its time.
            case iterations(Int, users: Int)
        }

        /// How arrivals of a rate are spaced.
        package enum Spacing: String, Sendable, Hashable, CaseIterable {
            case even
            /// As independent people come: drawn with the seed.
            case poisson
        }

        package var name: String
        package var load: Load
        /// Nanoseconds.
        package var duration: Int64
        /// Its figures do not count (`History.LoadPhase.isWarmUp`).
        package var isWarmUp: Bool
        /// Weights of flows in this phase, by name; the others keep their own.
        package var weights: [String: Double]

        package init(
            name: String, load: Load, duration: Int64, isWarmUp: Bool = false, weights: [String: Double] = [:]
        ) {
            self.name = name
            self.load = load
            self.duration = duration
            self.isWarmUp = isWarmUp
            self.weights = weights
        }
    }

    /// A course of steps that a user goes through.
    package struct Flow: Sendable, Hashable {
        package var name: String
        /// How often it is chosen, in relation to the other flows.
        package var weight: Double
        package var steps: [Step]
        /// Names of the roles whose users go through it; empty for all.
        package var roles: [String]

        package init(name: String, weight: Double, steps: [Step], roles: [String] = []) {
            self.name = name
            self.weight = weight
            self.steps = steps
            self.roles = roles
        }
    }

    package var name: String
    package var summary: String
    package var seed: UInt64
    package var users: Int
    /// Devices of each user, each with connections and sessions of its own.
    package var devices = 1
    /// Empty, or roles for all users.
    package var roles: [Role] = []
    package var pairs: Pairs
    package var feeders: [Feeder] = []
    /// The ways on which users listen to events from the start.
    package var channels: Set<History.Channel> = [.mqtt]
    /// Whether concurrent histories are checked against the reference (`Linearizability`).
    package var checksLinearizability = false
    package var load: [Phase]
    package var flows: [Flow]
    package var thresholds: [Threshold]
    /// How long to wait at the end for what is outstanding, nanoseconds.
    package var settle: Int64
    /// What the network of a run in virtual time is like; `nil` if the file says nothing.
    package var network: NetworkModel.Configuration?

    package static let usersMin = 2
    package static let usersMax = 1_000_000
    package static let devicesMax = 10
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
            if let problem = scenario.distributeRoles() { messages.append("with --users \(users): \(problem)") }
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

    /// Gives the role that has the rest its users; returns why the roles do not fit the population, if they do not.
    mutating func distributeRoles() -> String? {
        guard !roles.isEmpty else { return nil }
        let named = roles.reduce(0) { $0 + ($1.isRest ? 0 : $1.users) }
        guard let rest = roles.firstIndex(where: \.isRest) else {
            return named == users
                ? nil
                : "the roles have \(named) users together, the scenario has \(users); let one role leave out 'users'"
        }
        roles[rest].users = users - named
        return named < users
            ? nil
            : "the other roles have \(named) of the \(users) users, so that nobody is left for '\(roles[rest].name)'"
    }

    /// Why the pairs are impossible: with as many partners as users, someone would write to himself.
    var pairsProblem: String? {
        switch pairs {
        case .ring(let degree), .random(let degree):
            degree < users
                ? nil
                : "'degree' must be less than the number of users (\(users)), not \(degree): nobody writes to himself"
        case .star: nil
        case .groups(let size):
            size <= users ? nil : "'size' must be at most the number of users (\(users)), not \(size)"
        }
    }

    /// Why a phase is impossible.
    func problem(of phase: Phase) -> String? {
        let count =
            switch phase.load {
            case .users(let start, let end): max(start, end)
            case .iterations(_, let users): users
            case .arrivals: 0
            }
        guard count > users else { return nil }
        return "a phase with \(count) users needs a population of at least as many, not \(users)"
    }
}
