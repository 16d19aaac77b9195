import ChatrixHistory
import ChatrixModel

extension Plan {
    /// A call of some step, ready to be made.
    ///
    /// A class, so that looking at it does not copy what it holds.
    final class Call: Sendable {
        enum Argument: Sendable {
            case fixed(CallContext.Value?)
            case text(CompiledText)
            case texts([CompiledText])
        }

        /// What is kept of the answer, and the place of its variable.
        struct Capture: Sendable {
            var variable: Int
            var path: [Step.Capture.Element]
            /// Only an accepted call changes the variable.
            var needsSuccess: Bool
        }

        let declaration: CallDeclaration
        let actor: Step.Actor
        let arguments: [Argument]
        /// The arguments, if none of them has anything to fill in.
        let fixedArguments: [CallContext.Value?]?
        let captures: [Capture]
        let expectedStatus: Int?
        /// `History.Operation.step`.
        let step: Int16
        let isSend: Bool

        init(
            _ call: Step.Call, _ declaration: CallDeclaration, step: Int, arguments: [Argument],
            captures: [Capture]
        ) {
            self.declaration = declaration
            self.arguments = arguments
            self.captures = captures
            self.step = Int16(clamping: step)
            actor = call.actor
            expectedStatus = call.expectedStatus
            isSend = declaration.request == .http(.send) || declaration.request == .socket(.message)
            var fixed: [CallContext.Value?]? = []
            for argument in arguments {
                if case .fixed(let value) = argument { fixed?.append(value) } else { fixed = nil }
            }
            fixedArguments = fixed
        }
    }

    /// How a repetition goes on.
    final class Repetition: Sendable {
        let times: CompiledText?
        let condition: CompiledCondition?
        let duration: Int64?
        let every: Distribution?

        init(times: CompiledText?, condition: CompiledCondition?, duration: Int64?, every: Distribution?) {
            self.times = times
            self.condition = condition
            self.duration = duration
            self.every = every
        }
    }

    /// What the program of a flow is made of. Targets are indices of `Plan.instructions`.
    enum Instruction: Sendable {
        case call(Call)
        case think(Distribution)
        case await(EventMask, within: Int64)
        case session(Step.Actor, isUp: Bool, ChannelSet, closesHTTP: Bool)
        case assign(variable: Int, CompiledText)
        case jump(Int32)
        /// Goes on behind it if the condition holds.
        case unless(CompiledCondition, Int32)
        /// Goes on at the target of the branch that is drawn; weights are sums up to and including each branch.
        case choose([(weight: Double, target: Int32)])
        /// Begins a repetition; its test follows.
        case enter(Repetition)
        /// Before each time: goes on behind it, or ends the repetition and goes on at `exit`.
        case test(Repetition, exit: Int32)
        /// After each time: back to the test, when the next time is due.
        case again(Repetition, test: Int32)
    }

    /// Turns the tree of a flow into instructions.
    ///
    /// Steps are counted in the order of the file, nested ones where they stand.
    struct Compiler {
        typealias Declarations = (String) -> CallDeclaration?

        private let feeders: [Scenario.Feeder]
        private(set) var instructions: [Instruction]
        private(set) var variables: [String: Int] = [:]
        /// The feeders that the flow draws rows from, in the order of their first use.
        private(set) var drawnFeeders: [Int] = []
        private(set) var awaited = EventMask()
        private var stepCount = 0
        private let readVariables: Set<String>

        /// Goes on behind the instructions of other flows; `readVariables` are those that a step of the flow reads.
        init(after instructions: [Instruction], feeders: [Scenario.Feeder], readVariables: Set<String>) {
            self.readVariables = readVariables
            self.instructions = instructions
            self.feeders = feeders
        }

        private var here: Int32 { Int32(instructions.count) }

        /// Adds the instructions of steps; a call without declaration is left out.
        mutating func add(_ steps: [Step], _ declaration: Declarations) {
            for step in steps { add(step, declaration) }
        }

        private mutating func add(_ step: Step, _ declaration: Declarations) {
            let number = stepCount
            stepCount += 1
            switch step {
            case .call(let call): if let declaration = declaration(call.name) { add(call, declaration, step: number) }
            case .think(let time): instructions.append(.think(time))
            case .await(let wait):
                let mask = EventMask(wait.kind, at: wait.place)
                awaited.insert(mask)
                instructions.append(.await(mask, within: wait.within))
            case .session(let session):
                instructions.append(
                    .session(
                        session.actor, isUp: session.isUp, ChannelSet(session.connections),
                        closesHTTP: !session.isUp && session.connections.contains(.http)))
            case .assign(let name, let template):
                let text = compiled(template)
                instructions.append(.assign(variable: variable(name), text))
            case .when(let condition, let then, let otherwise): add(condition, then, otherwise, declaration)
            case .repeat(let repetition, let steps): add(repetition, steps, declaration)
            case .choose(let branches): add(branches, declaration)
            }
        }

        private mutating func add(_ call: Step.Call, _ declaration: CallDeclaration, step: Int) {
            let arguments = call.arguments.map { argument -> Call.Argument in
                switch argument {
                case nil: return .fixed(nil)
                case .text(let template):
                    let text = compiled(template)
                    return text.literal.map { .fixed(.text($0)) } ?? .text(text)
                case .whole(let value): return .fixed(.whole(value))
                case .flag(let value): return .fixed(.flag(value))
                case .attachments(let value): return .fixed(.attachments(value))
                case .files(let value): return .fixed(.files(value))
                case .location(let value): return .fixed(.location(value))
                case .texts(let templates):
                    let texts = templates.map { compiled($0) }
                    let literals = texts.compactMap(\.literal)
                    return literals.count == texts.count ? .fixed(.texts(literals)) : .texts(texts)
                }
            }
            var captures = call.captures.map {
                Call.Capture(variable: variable($0.variable), path: $0.path, needsSuccess: false)
            }
            // What nobody reads is not asked for: a body costs the driver far more than facts.
            for fill in declaration.fills where readVariables.contains(fill.variable) {
                captures.append(Call.Capture(variable: variable(fill.variable), path: fill.path, needsSuccess: true))
            }
            instructions.append(
                .call(Call(call, declaration, step: step, arguments: arguments, captures: captures)))
        }

        private mutating func add(
            _ condition: Step.Condition, _ then: [Step], _ otherwise: [Step], _ declaration: Declarations
        ) {
            let condition = compiled(condition)
            let branch = instructions.count
            instructions.append(.unless(condition, 0))
            add(then, declaration)
            if otherwise.isEmpty {
                instructions[branch] = .unless(condition, here)
                return
            }
            let end = instructions.count
            instructions.append(.jump(0))
            instructions[branch] = .unless(condition, here)
            add(otherwise, declaration)
            instructions[end] = .jump(here)
        }

        private mutating func add(_ repetition: Step.Repetition, _ steps: [Step], _ declaration: Declarations) {
            let compiled = Repetition(
                times: repetition.times.map { self.compiled($0) },
                condition: repetition.condition.map { self.compiled($0) }, duration: repetition.duration,
                every: repetition.every)
            instructions.append(.enter(compiled))
            let test = instructions.count
            instructions.append(.test(compiled, exit: 0))
            add(steps, declaration)
            instructions.append(.again(compiled, test: Int32(test)))
            instructions[test] = .test(compiled, exit: here)
        }

        private mutating func add(_ branches: [Step.Branch], _ declaration: Declarations) {
            let choice = instructions.count
            instructions.append(.choose([]))
            var targets: [(weight: Double, target: Int32)] = []
            var ends: [Int] = []
            var sum = 0.0
            for branch in branches {
                sum += max(0, branch.weight)
                targets.append((sum, here))
                add(branch.steps, declaration)
                ends.append(instructions.count)
                instructions.append(.jump(0))
            }
            instructions[choice] = .choose(targets)
            for end in ends { instructions[end] = .jump(here) }
        }

        private mutating func variable(_ name: String) -> Int {
            if let place = variables[name] { return place }
            let place = variables.count
            variables[name] = place
            return place
        }

        private mutating func compiled(_ condition: Step.Condition) -> CompiledCondition {
            switch condition.test {
            case .chance(let share): .chance(share)
            case .compare(let left, let comparison, let right): .compare(compiled(left), comparison, compiled(right))
            }
        }

        private mutating func compiled(_ template: Template) -> CompiledText {
            if let literal = template.literal { return CompiledText(parts: [.literal(literal)], literal: literal) }
            let parts = template.segments.compactMap { segment -> CompiledText.Part? in
                switch segment {
                case .literal(let text): .literal(text)
                case .number: .number
                case .user: .user
                case .peer: .peer
                case .userID: .userID
                case .peerID: .peerID
                case .conversation: .conversation
                case .variable(let name): .variable(variable(name))
                case .column(let feeder, let column): self.column(feeder, column)
                }
            }
            return CompiledText(parts: parts, literal: nil)
        }

        private mutating func column(_ name: String, _ column: String) -> CompiledText.Part? {
            guard let feeder = feeders.firstIndex(where: { $0.name == name }), !feeders[feeder].rows.isEmpty,
                let index = feeders[feeder].columns.firstIndex(of: column)
            else { return nil }
            let place = drawnFeeders.firstIndex(of: feeder) ?? drawnFeeders.count
            if place == drawnFeeders.count { drawnFeeders.append(feeder) }
            return .column(place: place, feeder: feeder, column: index)
        }
    }
}

/// A set of the ways on which events reach a device.
struct ChannelSet: OptionSet, Sendable, Hashable {
    let rawValue: UInt8

    init(rawValue: UInt8) { self.rawValue = rawValue }

    static let mqtt = ChannelSet(rawValue: 1)
    static let webSocket = ChannelSet(rawValue: 2)

    init(_ channel: History.Channel) {
        switch channel {
        case .mqtt: self = .mqtt
        case .webSocket: self = .webSocket
        }
    }

    init(_ channels: Set<History.Channel>) {
        self = []
        for channel in History.Channel.allCases where channels.contains(channel) { insert(ChannelSet(channel)) }
    }

    init(_ connections: Set<Step.Session.Connection>) {
        self = []
        if connections.contains(.mqtt) { insert(.mqtt) }
        if connections.contains(.websocket) { insert(.webSocket) }
    }

    /// In the order of declaration.
    var channels: [History.Channel] { History.Channel.allCases.filter { contains(ChannelSet($0)) } }

    var count: Int { rawValue.nonzeroBitCount }
}

/// A set of event kinds, each at the user of the flow or at his partner.
struct EventMask: OptionSet, Sendable, Hashable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ kind: History.Delivery.Kind, at place: Step.Actor) {
        rawValue = 1 << (EventMask.bit(of: kind) + (place == .peer ? 32 : 0))
    }

    /// The kind at either place.
    init(_ kind: History.Delivery.Kind) { rawValue = (1 | 1 << 32) << EventMask.bit(of: kind) }

    private static func bit(of kind: History.Delivery.Kind) -> UInt64 {
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
    }
}
