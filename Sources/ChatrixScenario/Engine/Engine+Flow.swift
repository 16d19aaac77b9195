import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// Flows: one client goes through one instruction after the other.
extension Engine {
    /// How long a client pauses after a lost answer: a server that is down would otherwise be asked without end.
    static let pauseAfterLoss: Int64 = 1_000_000_000
    /// How long an iteration takes at least that found nothing to do.
    static let idleIteration: Int64 = 100_000_000
    /// Instructions that a flow carries out at most without any time between them.
    static let instructionsMax = 10_000

    mutating func beginFlow(_ client: Int, _ flow: Int, at time: Int64, _ random: SplitMix64) {
        let user = plan.parts(ofClient: client).user
        var random = random
        // Drawn outside of the runner: an access to it during the call would copy all of them.
        runners[client].pair = drawPair(user, &random)
        runners[client].random = random
        runners[client].flow = Int16(clamping: flow)
        runners[client].programCounter = plan.flows[flow].start
        runners[client].clock = time
        runners[client].begun = max(now, time)
        runners[client].lastSend = .none
        runners[client].lastMessage = nil
        runners[client].iterationPhase = -1
        if !runners[client].frames.isEmpty { runners[client].frames.removeAll(keepingCapacity: true) }
        let variables = plan.flows[flow].variableCount
        if variables > 0 || !runners[client].variables.isEmpty {
            runners[client].variables = Array(repeating: "", count: variables)
        }
        if !plan.flows[flow].feeders.isEmpty || !runners[client].rows.isEmpty { drawRows(client, user, flow) }
        forgetEvents(client)
    }

    /// The pair with which a flow is begun: any one that has a conversation, if there is one.
    private func drawPair(_ user: Int, _ random: inout SplitMix64) -> Int32 {
        let (low, count) = (Int(plan.pairStarts[user]), Int(plan.pairStarts[user + 1] - plan.pairStarts[user]))
        guard count > 0 else { return -1 }
        let drawn = random.below(count)
        for offset in 0..<count {
            let pair = plan.userPairs[low + (drawn + offset) % count]
            if conversations[Int(pair)] != nil { return pair }
        }
        return plan.userPairs[low + drawn]
    }

    private mutating func drawRows(_ client: Int, _ user: Int, _ flow: Int) {
        runners[client].rows.removeAll(keepingCapacity: true)
        for feeder in plan.flows[flow].feeders {
            let count = plan.scenario.feeders[feeder].rows.count
            switch plan.scenario.feeders[feeder].order {
            case .sequential:
                runners[client].rows.append(Int32(feederRows[feeder]))
                feederRows[feeder] = (feederRows[feeder] + 1) % count
            case .random: runners[client].rows.append(Int32(runners[client].random.below(count)))
            case .user: runners[client].rows.append(Int32(user % count))
            }
        }
    }

    mutating func forgetEvents(_ client: Int) {
        runners[client].seen = EventMask()
        if !runners[client].seenMessages.isEmpty { runners[client].seenMessages.removeAll(keepingCapacity: true) }
    }

    /// Goes on with the client's flow until it has to wait.
    mutating func run(_ client: Int) {
        var left = Engine.instructionsMax
        while true {
            guard stage == .load else { return park(client) }
            runners[client].visit &+= 1
            let counter = runners[client].programCounter
            if counter == plan.flows[Int(runners[client].flow)].end {
                guard beginNextFlow(client) else { return }
                continue
            }
            if left == 0 {
                runners[client].clock = max(now, runners[client].clock) + Engine.idleIteration
                return pause(client)
            }
            left -= 1
            runners[client].programCounter = counter + 1
            if carryOut(plan.instructions[Int(counter)], at: counter, of: client) { return }
        }
    }

    /// Carries out one instruction; true if the flow has to wait.
    private mutating func carryOut(_ instruction: Plan.Instruction, at counter: Int32, of client: Int) -> Bool {
        switch instruction {
        case .call(let call):
            if perform(call, at: counter, of: client) { return true }
            counters.stepsSkipped += 1
        case .think(let time):
            runners[client].clock += time.draw(&runners[client].random)
            return pauseIfEarly(client)
        case .await(let mask, let within): return beginAwait(mask, within: within, by: client)
        case .session(let actor, let isUp, let channels, let closesHTTP):
            guard let acting = acting(actor, in: client) else {
                counters.stepsSkipped += 1
                return false
            }
            return change(channels, isUp: isUp, closesHTTP: closesHTTP, of: acting, for: client)
        case .assign(let variable, let text):
            let value = self.text(of: text, in: client)
            runners[client].variables[variable] = value
        case .jump(let target): runners[client].programCounter = target
        case .unless(let condition, let target):
            if !holds(condition, in: client) { runners[client].programCounter = target }
        case .choose(let branches):
            let drawn = runners[client].random.unit() * (branches.last?.weight ?? 0)
            if let branch = branches.first(where: { drawn < $0.weight }) ?? branches.last {
                runners[client].programCounter = branch.target
            }
        case .enter(let repetition): enter(repetition, client)
        case .test(let repetition, let exit):
            if !beginTime(of: repetition, client) {
                runners[client].frames.removeLast()
                runners[client].programCounter = exit
            }
        case .again(let repetition, let test):
            runners[client].programCounter = test
            return endTime(of: repetition, client)
        }
        return false
    }

    /// Leaves the flow for good.
    private mutating func park(_ client: Int) {
        runners[client].state = .idle
        runners[client].pair = -1
    }

    mutating func pause(_ client: Int) {
        runners[client].state = .thinking
        timers.add(
            .resume(client: Int32(client), visit: runners[client].visit), at: runners[client].clock)
    }

    private mutating func pauseIfEarly(_ client: Int) -> Bool {
        guard runners[client].clock > now else { return false }
        pause(client)
        return true
    }

    /// At the end of a flow: takes the next one, or rests; false if the client has to wait.
    private mutating func beginNextFlow(_ client: Int) -> Bool {
        counters.flowsCompleted += 1
        let begun = runners[client].begun
        let isLast = endIteration(client)
        park(client)
        if isLast {
            rest(client)
            phaseIsOver(course.phase, at: now)
            return false
        }
        // An iteration without any time in it would be followed by the next one for ever.
        let time = now > begun ? now : now + Engine.idleIteration
        if isLooping(client), beginIteration(client, at: time) { return !pauseIfEarly(client) }
        if serveWaitingArrival(client) { return true }
        rest(client)
        return false
    }

    mutating func resume(_ client: Int, visit: UInt32, due: Int64) {
        guard stage == .load, runners[client].visit == visit, runners[client].state == .thinking else { return }
        noteLag(due: due)
        run(client)
    }

    // MARK: - Repetitions

    private mutating func enter(_ repetition: Plan.Repetition, _ client: Int) {
        var limit = Int.max
        if let times = repetition.times {
            let text = text(of: times, in: client)
            limit = Int(text) ?? Double(text).map { $0.isFinite ? Int(max(0, min($0, 1e15))) : 0 } ?? 0
        }
        let clock = runners[client].clock
        runners[client].frames.append(Runner.Frame(limit: limit, begun: clock, timeBegun: clock))
    }

    /// Begins the next time of the innermost repetition; false if there is none.
    private mutating func beginTime(of repetition: Plan.Repetition, _ client: Int) -> Bool {
        let last = runners[client].frames.count - 1
        let frame = runners[client].frames[last]
        let clock = runners[client].clock
        if frame.count >= frame.limit { return false }
        if let duration = repetition.duration, clock - frame.begun >= duration { return false }
        if let condition = repetition.condition, !holds(condition, in: client) { return false }
        runners[client].frames[last].count += 1
        runners[client].frames[last].timeBegun = clock
        return true
    }

    /// After a time of the innermost repetition: true if the flow has to wait for the next one.
    private mutating func endTime(of repetition: Plan.Repetition, _ client: Int) -> Bool {
        let frame = runners[client].frames[runners[client].frames.count - 1]
        if let every = repetition.every {
            runners[client].clock = max(
                runners[client].clock, frame.timeBegun + every.draw(&runners[client].random))
        }
        // Without end and without time, nothing else would ever happen.
        if frame.limit == .max, runners[client].clock == frame.timeBegun {
            runners[client].clock += Engine.idleIteration
        }
        return pauseIfEarly(client)
    }

    // MARK: - Texts

    /// Who acts, or `nil` if he takes no part: the client of the flow, or the same device of his partner.
    func acting(_ actor: Step.Actor, in client: Int) -> Int? {
        if actor == .own { return client }
        let pair = Int(runners[client].pair)
        guard pair >= 0 else { return nil }
        let (user, device) = plan.parts(ofClient: client)
        return plan.client(plan.pairs[pair].partner(of: user), device: device)
    }

    private mutating func holds(_ condition: CompiledCondition, in client: Int) -> Bool {
        switch condition {
        case .chance(let share): runners[client].random.unit() < share
        case .compare(let left, let comparison, let right):
            comparison.holds(text(of: left, in: client), text(of: right, in: client))
        }
    }

    /// A text from the point of view of the flow's own user.
    private func text(of text: CompiledText, in client: Int) -> String {
        let user = plan.parts(ofClient: client).user
        let pair = Int(runners[client].pair)
        let partner = pair >= 0 ? plan.pairs[pair].partner(of: user) : user
        return self.text(of: text, in: client, sender: user, partner: partner)
    }

    func text(of text: CompiledText, in client: Int, sender: Int, partner: Int) -> String {
        if let literal = text.literal { return literal }
        var result = ""
        for part in text.parts {
            switch part {
            case .literal(let literal): result += literal
            case .number: result += String(sentCounts[sender])
            case .user: result += Identity.username(seed: plan.seed, number: sender)
            case .peer: result += Identity.username(seed: plan.seed, number: partner)
            case .userID: result += accounts[sender]?.description ?? ""
            case .peerID: result += accounts[partner]?.description ?? ""
            case .conversation:
                let pair = Int(runners[client].pair)
                if pair >= 0 { result += conversations[pair]?.description ?? "" }
            case .variable(let place): result += runners[client].variables[place]
            case .column(let place, let feeder, let column):
                let row = plan.scenario.feeders[feeder].rows[Int(runners[client].rows[place])]
                if column < row.count { result += row[column] }
            }
        }
        return result
    }
}
