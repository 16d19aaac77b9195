import ChatrixHistory
import ChatrixModel

/// A scenario as flat programs and tables: what the engine runs. The same scenario gives the same plan.
package struct Plan: Sendable {
    /// What does not depend on the scenario.
    package struct Options: Sendable {
        /// How long to wait for the answer to a request, nanoseconds.
        package var requestTimeout: Int64 = 10_000_000_000
        /// How long a user's event session may take to come up in setup, nanoseconds.
        package var sessionTimeout: Int64 = 30_000_000_000
        /// Users that are registered and connected at a time.
        package var setupConcurrency = 64
        /// Whether the users listen to events. Without, `await` steps are skipped.
        package var observesEvents = true

        package init() {}
    }

    /// A call of some step, ready to be made.
    ///
    /// A class, so that looking at it does not copy what it holds.
    final class Call: Sendable {
        let declaration: CallDeclaration
        let actor: Step.Actor
        let arguments: [Step.Argument?]
        let captures: [Step.Capture]
        let expectedStatus: Int?

        init(_ call: Step.Call, _ declaration: CallDeclaration) {
            self.declaration = declaration
            actor = call.actor
            arguments = call.arguments
            captures = call.captures
            expectedStatus = call.expectedStatus
        }
    }

    enum Instruction: Sendable {
        case call(Call)
        case think(Distribution)
        case await(Step.Await)
    }

    struct Flow: Sendable {
        var name: String
        /// Instructions; those of a flow stand one after the other, one for each step.
        var start: Int32
        var end: Int32
        /// Sum of the weights up to and including this flow's.
        var cumulativeWeight: Double
        /// The events that some step awaits.
        var awaited: EventMask
    }

    enum Load: Sendable {
        case arrivals(RateCurve)
        case users(Int)
    }

    struct Phase: Sendable {
        var name: String
        var load: Load
        /// Nanoseconds since the beginning of the load.
        var start: Int64
        var end: Int64
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
    let phases: [Phase]
    let pairs: [Pair]
    /// The pairs of user u are `userPairs[pairStarts[u]..<pairStarts[u + 1]]`: those that he begins flows with.
    let pairStarts: [Int32]
    let userPairs: [Int32]

    package var userCount: Int { scenario.users }
    package var seed: UInt64 { scenario.seed }

    /// Names for `History.Operation.flow` and `.step`.
    package var flowNames: [String] { flows.map(\.name) }

    /// Requests of the load in an open model, about; 0 for what cannot be known. For reserving memory.
    var expectedOperations: Int {
        let weights = flows.last?.cumulativeWeight ?? 1
        var calls = 0.0
        var before = 0.0
        for flow in flows {
            let share = (flow.cumulativeWeight - before) / weights
            before = flow.cumulativeWeight
            calls +=
                share
                * Double(
                    instructions[Int(flow.start)..<Int(flow.end)].count { if case .call = $0 { true } else { false } })
        }
        let arrivals = phases.reduce(0) { sum, phase in
            if case .arrivals(let curve) = phase.load { sum + curve.count } else { sum }
        }
        return userCount * 2 + pairs.count + Int(min(Double(arrivals) * calls * 1.1, 20_000_000))
    }

    package init(_ scenario: Scenario, options: Options = Options()) {
        self.scenario = scenario
        self.options = options
        var instructions: [Instruction] = []
        var flows: [Flow] = []
        var weight = 0.0
        for flow in scenario.flows {
            let start = Int32(instructions.count)
            var awaited = EventMask()
            for step in flow.steps {
                guard let instruction = Plan.instruction(for: step) else { continue }
                if case .await(let wait) = instruction { awaited.insert(EventMask(wait.kind, at: wait.place)) }
                instructions.append(instruction)
            }
            weight += flow.weight
            flows.append(
                Flow(
                    name: flow.name, start: start, end: Int32(instructions.count), cumulativeWeight: weight,
                    awaited: awaited))
        }
        self.instructions = instructions
        self.flows = flows

        var time: Int64 = 0
        phases = scenario.load.map { phase in
            let load: Load =
                switch phase.load {
                case .arrivals(let rates, _):
                    .arrivals(
                        RateCurve(
                            startRate: rates.first ?? 0, endRate: rates.last ?? 0, duration: phase.duration))
                case .users(_, let count), .iterations(_, let count): .users(count)
                }
            defer { time += phase.duration }
            return Phase(name: phase.name, load: load, start: time, end: time + phase.duration)
        }
        (pairs, pairStarts, userPairs) = Plan.makePairs(scenario)
    }

    private static func instruction(for step: Step) -> Instruction? {
        switch step {
        case .call(let call): StepDeclaration.named(call.name)?.call.map { .call(Call(call, $0)) }
        case .think(let time): .think(time)
        case .await(let wait): .await(wait)
        case .session, .assign, .when, .repeat, .choose: nil
        }
    }

    /// The flow that a number from 0 up to 1 picks.
    func flow(at unit: Double) -> Int {
        let target = unit * (flows.last?.cumulativeWeight ?? 0)
        return flows.firstIndex { target < $0.cumulativeWeight } ?? flows.count - 1
    }
}

/// A set of event kinds, each at the user of the flow or at his partner.
struct EventMask: OptionSet, Sendable, Hashable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ kind: History.Delivery.Kind, at place: Step.Actor) {
        let bit: UInt64 =
            switch kind {
            case .message: 0
            case .conversationUpdated: 1
            case .readReceipt: 2
            case .messagesStatus: 3
            case .messagesRead: 4
            case .messageUpdate: 5
            case .messageDelete: 6
            case .typing: 7
            case .call: 8
            case .callAccept: 9
            case .callReject: 10
            case .callEnd: 11
            case .notification: 12
            case .presence: 13
            case .socketError: 14
            case .unreadable: 15
            }
        rawValue = 1 << (bit + (place == .peer ? 32 : 0))
    }
}
