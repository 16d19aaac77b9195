import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// Flows: one user goes through one step after the other.
extension Engine {
    /// How long a user pauses after a lost answer: a server that is down would otherwise be asked without end.
    static let pauseAfterLoss: Int64 = 1_000_000_000
    /// How long an iteration takes at least that found nothing to do.
    static let idleIteration: Int64 = 100_000_000

    mutating func beginFlow(_ user: Int, at time: Int64, _ random: SplitMix64) {
        var random = random
        let flow = plan.flow(at: random.unit())
        let (low, high) = (Int(plan.pairStarts[user]), Int(plan.pairStarts[user + 1]))
        runners[user].flow = Int16(flow)
        runners[user].programCounter = plan.flows[flow].start
        runners[user].pair = high > low ? plan.userPairs[low + random.below(high - low)] : -1
        runners[user].random = random
        runners[user].clock = time
        runners[user].begun = max(now, time)
        runners[user].lastSend = .none
        runners[user].lastMessage = nil
        forgetEvents(user)
    }

    private mutating func forgetEvents(_ user: Int) {
        runners[user].seen = EventMask()
        if !runners[user].seenMessages.isEmpty { runners[user].seenMessages.removeAll(keepingCapacity: true) }
    }

    /// Goes on with the user's flow until it has to wait.
    mutating func run(_ user: Int) {
        while true {
            guard stage == .load else { return park(user) }
            runners[user].visit &+= 1
            let counter = runners[user].programCounter
            if counter == plan.flows[Int(runners[user].flow)].end {
                guard beginNextFlow(user) else { return }
                continue
            }
            runners[user].programCounter += 1
            switch plan.instructions[Int(counter)] {
            case .call(let call):
                if perform(call, of: user) { return }
                counters.stepsSkipped += 1
            case .think(let time):
                runners[user].clock += time.draw(&runners[user].random)
                if runners[user].clock > now { return pause(user) }
            case .await(let wait):
                if beginAwait(wait.kind, at: wait.place, within: wait.within, by: user) { return }
            }
        }
    }

    /// Leaves the flow for good.
    private mutating func park(_ user: Int) {
        runners[user].state = .idle
        runners[user].pair = -1
    }

    private mutating func pause(_ user: Int) {
        runners[user].state = .thinking
        timers.add(.resume(user: Int32(user), visit: runners[user].visit), at: runners[user].clock)
    }

    /// At the end of a flow: takes the next one, or rests; false if the user has to wait.
    private mutating func beginNextFlow(_ user: Int) -> Bool {
        counters.flowsCompleted += 1
        let begun = runners[user].begun
        park(user)
        if isLooping(user) {
            // An iteration without any time in it would be followed by the next one for ever.
            let time = now > begun ? now : now + Engine.idleIteration
            beginIteration(user, at: time)
            if time > now {
                pause(user)
                return false
            }
            return true
        }
        if let arrival = waitingArrivals.popFirst() {
            begin(arrival, by: user)
            return true
        }
        if !runners[user].isQueued {
            runners[user].isQueued = true
            idle.append(Int32(user))
        }
        return false
    }

    mutating func resume(_ user: Int, visit: UInt32, due: Int64) {
        guard stage == .load, runners[user].visit == visit, runners[user].state == .thinking else { return }
        noteLag(due: due)
        run(user)
    }

    // MARK: - Calls

    /// Issues the request of a step; false if what it needs is missing.
    private mutating func perform(_ call: Plan.Call, of user: Int) -> Bool {
        let declaration = call.declaration
        let pair = Int(runners[user].pair)
        let partner = pair >= 0 ? plan.pairs[pair].partner(of: user) : user
        let (sender, target) = call.actor == .own ? (user, partner) : (partner, user)
        let conversation = pair >= 0 ? conversations[pair] : nil
        guard isReady(sender), let senderID = accounts[sender], let targetID = accounts[target] else { return false }
        let isSend = declaration.request == .http(.send) || declaration.request == .socket(.message)
        if isSend { runners[sender].sentCount += 1 }
        let context = CallContext(
            seed: plan.seed, sender: sender, partner: target, senderID: senderID, partnerID: targetID, device: 0,
            conversation: conversation, arguments: values(of: call.arguments, sender: sender, partner: target))
        guard case .command(let command)? = declaration.payload(context), case .http(let endpoint) = declaration.request
        else { return false }
        var digest: UInt64 = 0
        if case .chat(.send(_, let draft)) = command {
            digest = History.digest(of: draft.content)
            runners[user].lastSend = .pending
            runners[user].lastMessage = nil
            forgetEvents(user)
        }
        let flow = runners[user].flow
        let step = runners[user].programCounter - 1 - plan.flows[Int(flow)].start
        runners[user].state = .answering
        issue(
            command,
            Pending(
                number: 0, user: Int32(sender), runner: Int32(user),
                partner: declaration.subject == .nobody ? -1 : Int32(target), pair: Int32(pair), endpoint: endpoint,
                phase: .load, flow: flow, step: Int16(step), scheduled: min(runners[user].clock, now), sent: now,
                conversation: declaration.subject == .conversation ? conversation : nil, contentDigest: digest))
        return true
    }

    /// The arguments of a call with the places of their templates filled in.
    private func values(of arguments: [Step.Argument?], sender: Int, partner: Int) -> [CallContext.Value?] {
        guard !arguments.isEmpty else { return [] }
        return arguments.map { argument in
            switch argument {
            case nil: nil
            case .text(let template): .text(text(of: template, sender: sender, partner: partner))
            case .whole(let value): .whole(value)
            case .flag(let value): .flag(value)
            case .attachments(let value): .attachments(value)
            }
        }
    }

    private func text(of template: Template, sender: Int, partner: Int) -> String {
        if let text = template.literal { return text }
        var text = ""
        for segment in template.segments {
            switch segment {
            case .literal(let part): text += part
            case .number: text += String(runners[sender].sentCount)
            case .user: text += identities[sender].username
            case .peer: text += identities[partner].username
            case .variable, .column: break
            }
        }
        return text
    }

    mutating func flowStepCompleted(
        _ entry: Pending, _ result: History.Operation.Result, _ facts: Facts, at time: Int64
    ) {
        let user = Int(entry.runner)
        switch facts {
        case .conversation(let id) where entry.endpoint == .ensure: open(pair: Int(entry.pair), as: id)
        case .message(let id, _): runners[user].lastMessage = id
        default: break
        }
        var isLost = false
        switch result {
        case .accepted: if entry.endpoint == .send { runners[user].lastSend = .accepted }
        case .lost:
            isLost = true
            fallthrough
        default: if entry.endpoint == .send { runners[user].lastSend = .failed }
        }
        guard stage == .load, runners[user].state == .answering else { return }
        runners[user].clock = time
        if isLost {
            runners[user].clock = now + Engine.pauseAfterLoss
            runners[user].visit &+= 1
            pause(user)
        } else {
            run(user)
        }
    }

    // MARK: - Events

    /// Begins to wait for an event; false if the flow can go on at once.
    private mutating func beginAwait(
        _ kind: History.Delivery.Kind, at place: Step.Actor, within: Int64, by user: Int
    ) -> Bool {
        let mask = EventMask(kind, at: place)
        // What the flow itself caused cannot come if it was refused or lost.
        if !plan.options.observesEvents || runners[user].pair < 0
            || (kind == .message && runners[user].lastSend == .failed)
        {
            counters.awaitsSkipped += 1
            return false
        }
        if kind == .message, runners[user].lastSend == .accepted {
            let last = runners[user].lastMessage
            if runners[user].seenMessages.contains(where: { $0.id == last && $0.place == mask }) { return false }
        } else if runners[user].seen.contains(mask) {
            runners[user].seen.remove(mask)
            return false
        }
        runners[user].state = .awaiting
        runners[user].awaited = mask
        timers.add(.awaitOverdue(user: Int32(user), visit: runners[user].visit), at: now + within)
        return true
    }

    mutating func awaitIsOverdue(_ user: Int, visit: UInt32) {
        guard stage == .load, runners[user].visit == visit, runners[user].state == .awaiting else { return }
        counters.awaitsTimedOut += 1
        runners[user].clock = now
        run(user)
    }

    mutating func noticeDelivery(_ delivery: History.Delivery) {
        guard stage == .load, let conversation = delivery.conversation, let number = pairNumbers[conversation] else {
            return
        }
        let pair = plan.pairs[Int(number)]
        notice(delivery, pair: number, runner: Int(pair.first))
        notice(delivery, pair: number, runner: Int(pair.second))
    }

    private mutating func notice(_ delivery: History.Delivery, pair: Int32, runner user: Int) {
        guard runners[user].pair == pair else { return }
        let place: Step.Actor = delivery.user == user ? .own : .peer
        let mask = EventMask(delivery.kind, at: place)
        guard plan.flows[Int(runners[user].flow)].awaited.contains(mask) else { return }
        let isAwaited = runners[user].state == .awaiting && runners[user].awaited == mask
        if delivery.kind == .message, runners[user].lastSend != .none, let id = delivery.message {
            if isAwaited, id == runners[user].lastMessage {
                runners[user].clock = now
                run(user)
            } else {
                runners[user].seenMessages.append(Runner.SeenMessage(id: id, place: mask))
            }
        } else if isAwaited {
            runners[user].clock = now
            run(user)
        } else {
            runners[user].seen.insert(mask)
        }
    }
}
