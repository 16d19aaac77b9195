import ChatrixHistory
import ChatrixModel

/// A scenario as flat programs and tables: what the engine runs. The same scenario gives the same plan.
///
/// Nothing in it, and nothing that the engine draws, depends on which users take part in one process: names, partners,
/// random streams and arrivals are functions of the seed and of numbers that are the same everywhere. A population can
/// therefore be split over processes by the user's number; the numbers of operations then have to be interleaved, and
/// what a flow does on its partner's side has to go to the process that holds the partner.
package struct Plan: Sendable {
    /// What does not depend on the scenario.
    package struct Options: Sendable {
        /// How long to wait for the answer to a request, nanoseconds.
        package var requestTimeout: Int64 = 10_000_000_000
        /// How long a client's event sessions may take to come up, nanoseconds.
        package var sessionTimeout: Int64 = 30_000_000_000
        /// Users that are set up, or audited, at a time.
        package var setupConcurrency = 64
        /// Requests of setup per second; `nil` for as many as get answered. For deployments that limit rates.
        package var setupRate: Double?
        /// How long setup goes on without any success while requests are refused with 429, nanoseconds: longer than the
        /// windows of documented rate limits.
        package var rateLimitPatience: Int64 = 1_200_000_000_000
        /// The ways to events that the driver has. Sessions on others are not opened; without any, `await` steps are skipped.
        package var channels = Set(History.Channel.allCases)
        /// Whether all lists of conversations and pages of messages are told in `History.observations`, as a scenario with
        /// `checksLinearizability` needs it anyway; else only those of the audit are.
        package var observesReads = false
        /// Whether a run ends with reads that show what the state came to.
        package var audits = true
        /// For how long reads of the audit begin, nanoseconds.
        package var auditTimeout: Int64 = 60_000_000_000
        /// Conversations of each user whose newest messages are read in the audit.
        package var auditedConversations = 3

        package init() {}
    }

    struct Flow: Sendable {
        var name: String
        /// Instructions; those of a flow stand one after the other.
        var start: Int32
        var end: Int32
        /// The events that some step awaits.
        var awaited: EventMask
        var variableCount: Int
        /// The feeders that a row is drawn from when the flow begins.
        var feeders: [Int]
        /// Roles whose users go through it.
        var roles: [Int]
    }

    /// How often each flow is chosen.
    struct Mix: Sendable {
        /// Sums of the weights up to and including each flow's.
        private var sums: [Double] = []

        init(weights: [Double]) {
            var sum = 0.0
            for weight in weights {
                sum += max(0, weight)
                sums.append(sum)
            }
        }

        var isEmpty: Bool { (sums.last ?? 0) <= 0 }

        /// The flow that a number from 0 up to 1 picks.
        func flow(at unit: Double) -> Int {
            let target = unit * (sums.last ?? 0)
            return sums.firstIndex { target < $0 } ?? max(0, sums.count - 1)
        }
    }

    enum Load: Sendable {
        case arrivals(RateCurve, Scenario.Phase.Spacing)
        case users(start: Int, end: Int)
        case iterations(Int, users: Int)
    }

    struct Phase: Sendable {
        var name: String
        var load: Load
        /// Nanoseconds.
        var duration: Int64
        var isWarmUp: Bool
        /// Of arrivals, whoever comes.
        var mix: Mix
        /// Of the users of each role.
        var roleMixes: [Mix]
    }

    /// Two users who share a conversation. `first` opens it in setup.
    struct Pair: Sendable, Hashable {
        var first: Int32
        var second: Int32

        func partner(of user: Int) -> Int { Int(first) == user ? Int(second) : Int(first) }
    }

    package let scenario: Scenario
    package let options: Options
    let instructions: [Instruction]
    let flows: [Flow]
    /// The events that some flow awaits.
    let awaited: EventMask
    let phases: [Phase]
    /// The first user of each role, and the number of users; without roles, all users have one.
    let roleStarts: [Int]
    /// The sessions that are opened in setup.
    let channels: ChannelSet
    let pairs: [Pair]
    /// The pairs of user u are `userPairs[pairStarts[u]..<pairStarts[u + 1]]`: those that he begins flows with.
    let pairStarts: [Int32]
    let userPairs: [Int32]

    package var userCount: Int { scenario.users }
    package var devices: Int { scenario.devices }
    package var clientCount: Int { scenario.users * scenario.devices }
    package var seed: UInt64 { scenario.seed }

    /// Names for `History.Operation.flow`.
    package var flowNames: [String] { flows.map(\.name) }

    /// Whether answers are asked for what they show, beside those of the audit.
    var observesReads: Bool { options.observesReads || scenario.checksLinearizability }

    package init(_ scenario: Scenario, options: Options = Options()) {
        self.init(scenario, options: options) { StepDeclaration.named($0)?.call }
    }

    /// With the calls that `declaration` knows by the names of their steps.
    init(_ scenario: Scenario, options: Options, declaration: (String) -> CallDeclaration?) {
        self.scenario = scenario
        self.options = options
        channels = ChannelSet(scenario.channels.intersection(options.channels))

        var starts = [0]
        for role in scenario.roles { starts.append(starts[starts.count - 1] + role.users) }
        // Users beyond the last role have it too: a population may be enlarged from outside.
        if starts.count == 1 { starts.append(scenario.users) } else { starts[starts.count - 1] = scenario.users }
        starts = starts.map { min($0, scenario.users) }
        roleStarts = starts

        var instructions: [Instruction] = []
        var flows: [Flow] = []
        var awaited = EventMask()
        for flow in scenario.flows {
            var compiler = Compiler(
                after: instructions, feeders: scenario.feeders, readVariables: Set(flow.steps.flatMap(\.readVariables)))
            compiler.add(flow.steps, declaration)
            let roles = (0..<(starts.count - 1)).filter { role in
                flow.roles.isEmpty || scenario.roles.isEmpty || flow.roles.contains(scenario.roles[role].name)
            }
            flows.append(
                Flow(
                    name: flow.name, start: Int32(instructions.count), end: Int32(compiler.instructions.count),
                    awaited: compiler.awaited, variableCount: compiler.variables.count,
                    feeders: compiler.drawnFeeders, roles: roles))
            awaited.formUnion(compiler.awaited)
            instructions = compiler.instructions
        }
        self.instructions = instructions
        self.flows = flows
        self.awaited = awaited
        phases = scenario.load.map { [starts] phase in
            Plan.makePhase(phase, scenario: scenario, flows: flows, roleStarts: starts)
        }
        (pairs, pairStarts, userPairs) = Plan.makePairs(scenario)
    }

    private static func makePhase(
        _ phase: Scenario.Phase, scenario: Scenario, flows: [Flow], roleStarts: [Int]
    ) -> Phase {
        let load: Load =
            switch phase.load {
            case .arrivals(let rates, let spacing): .arrivals(RateCurve(rates, duration: phase.duration), spacing)
            case .users(let start, let end): .users(start: start, end: end)
            case .iterations(let count, let users): .iterations(count, users: users)
            }
        let weights = scenario.flows.map { phase.weights[$0.name] ?? $0.weight }
        let roles = 0..<(roleStarts.count - 1)
        return Phase(
            name: phase.name, load: load, duration: phase.duration, isWarmUp: phase.isWarmUp,
            mix: Mix(
                weights: flows.indices.map { flow in
                    flows[flow].roles.contains { roleStarts[$0] < roleStarts[$0 + 1] } ? weights[flow] : 0
                }),
            roleMixes: roles.map { role in
                Mix(weights: flows.indices.map { flows[$0].roles.contains(role) ? weights[$0] : 0 })
            })
    }

    /// One device of a user.
    package func client(_ user: Int, device: Int) -> Int { user * devices + device }

    /// The user and the number of the device.
    package func parts(ofClient client: Int) -> (user: Int, device: Int) {
        devices == 1 ? (client, 0) : (client / devices, client % devices)
    }

    /// O(roles).
    func role(of user: Int) -> Int {
        var role = 0
        while role + 2 < roleStarts.count, user >= roleStarts[role + 1] { role += 1 }
        return role
    }
}
