import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// The load: phases, arrivals, loops; and the time after it.
extension Engine {
    mutating func beginLoad() {
        stage = .load
        history.run.loadStart = now
        // Neighbours of a ring should not act one after the other.
        var order = (0..<plan.userCount).filter { isReady($0) }
        var random = SplitMix64(seed: plan.seed, stream: RandomStream.order, index: 0)
        for index in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(index, random.below(index + 1)) }
        for user in order {
            idle.append(Int32(user))
            runners[user].isQueued = true
        }
        for (index, phase) in plan.phases.enumerated() {
            timers.add(.phase(Int32(index)), at: now + phase.start)
        }
        timers.add(.loadEnd, at: now + (plan.phases.last?.end ?? 0))
    }

    mutating func beginPhase(_ index: Int) {
        guard stage == .load else { return }
        currentPhase = index
        let phase = plan.phases[index]
        let start = history.run.loadStart + phase.start
        history.run.phases.append(
            History.LoadPhase(name: phase.name, start: start, end: history.run.loadStart + phase.end))
        switch phase.load {
        case .arrivals(let curve):
            if curve.count > 0 {
                timers.add(.arrival(phase: Int32(index), index: 0), at: start + curve.time(of: 0))
            }
        case .users(let count):
            // Begun at once, all users would move in step; within the first second they spread out.
            let spread = min(Quantity.nanosecondsPerSecond, (phase.end - phase.start) / 10)
            var begun = 0
            for user in 0..<plan.userCount where begun < count && isReady(user) {
                timers.add(.beginLoop(user: Int32(user)), at: start + spread * Int64(begun) / Int64(count))
                begun += 1
            }
        }
    }

    mutating func arrive(phase index: Int, index arrival: Int, due: Int64) {
        guard stage == .load, case .arrivals(let curve) = plan.phases[index].load else { return }
        noteLag(due: due)
        if arrival + 1 < curve.count {
            let start = history.run.loadStart + plan.phases[index].start
            timers.add(.arrival(phase: Int32(index), index: arrival + 1), at: start + curve.time(of: arrival + 1))
        }
        let arrival = Arrival(number: nextArrival, scheduled: due)
        nextArrival += 1
        counters.arrivals += 1
        while let user = idle.popFirst() {
            runners[Int(user)].isQueued = false
            if runners[Int(user)].state == .idle {
                begin(arrival, by: Int(user))
                return run(Int(user))
            }
        }
        counters.arrivalsDelayed += 1
        waitingArrivals.append(arrival)
    }

    mutating func begin(_ arrival: Arrival, by user: Int) {
        let random = SplitMix64(seed: plan.seed, stream: RandomStream.arrivals, index: arrival.number)
        beginFlow(user, at: arrival.scheduled, random)
    }

    mutating func beginLoop(_ user: Int, due: Int64) {
        guard stage == .load, currentPhase >= 0 else { return }
        noteLag(due: due)
        runners[user].loopPhase = Int16(currentPhase)
        guard runners[user].state == .idle else { return }
        beginIteration(user, at: due)
        run(user)
    }

    func isLooping(_ user: Int) -> Bool { Int(runners[user].loopPhase) == currentPhase && currentPhase >= 0 }

    mutating func beginIteration(_ user: Int, at time: Int64) {
        let index = UInt64(user) << 32 | UInt64(runners[user].iterations)
        runners[user].iterations &+= 1
        counters.iterations += 1
        beginFlow(user, at: time, SplitMix64(seed: plan.seed, stream: RandomStream.iterations, index: index))
    }

    /// How late a due step begins.
    mutating func noteLag(due: Int64) {
        counters.noteLag(max(0, now - due))
    }

    mutating func beginSettling() {
        if stage == .load {
            history.run.loadEnd = now
            if let last = history.run.phases.indices.last {
                history.run.phases[last].end = min(history.run.phases[last].end, now)
            }
        }
        stage = .settling
        counters.arrivalsDropped += waitingArrivals.count
        waitingArrivals.removeAll()
        lastActivity = now
        timers.removeAll()
        timers.add(.settleEnd, at: now + plan.scenario.settle)
        timers.add(.settled, at: now + min(Engine.quiet, plan.scenario.settle))
    }

    /// Settling ends early when nothing is outstanding and nothing has happened for this time, nanoseconds: longer than a
    /// checker waits before it calls an event lost.
    static let quiet: Int64 = 2_500_000_000

    mutating func checkSettled() {
        let isComplete =
            counters.inFlight == 0
            && (!plan.options.observesEvents || counters.messagesDelivered >= counters.messagesSent)
        if isComplete, now - lastActivity >= Engine.quiet {
            finish()
        } else {
            timers.add(.settled, at: max(lastActivity + Engine.quiet, now + 100_000_000))
        }
    }
}
