import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// The load: phases, loops of the closed model; and the settling after it.
extension Engine {
    /// Where the load is.
    struct Course: Sendable {
        /// Index of the current phase; -1 before the load.
        var phase = -1
        /// When it began, nanoseconds.
        var start: Int64 = 0
        var arrivals: ArrivalTimes?
        /// The users of a closed phase, in the order in which they begin.
        var loopers: [Int32] = []
        /// Shared iterations that were not begun, and those that are under way.
        var iterationsLeft = 0
        var iterationsRunning = 0
    }

    mutating func beginLoad() {
        stage = .load
        history.run.loadStart = now
        // Neighbours of a ring should not act one after the other.
        var order = clients.indices.filter { clients[$0].state == .ready }
        var random = SplitMix64(seed: plan.seed, stream: RandomStream.order, index: 0)
        for index in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(index, random.below(index + 1)) }
        for client in order { rest(client) }
        beginPhase(0, at: now)
    }

    private mutating func beginPhase(_ index: Int, at start: Int64) {
        guard index < plan.phases.count else { return beginSettling() }
        let phase = plan.phases[index]
        course = Course(phase: index, start: start)
        history.run.phases.append(
            History.LoadPhase(name: phase.name, start: start, end: start + phase.duration, isWarmUp: phase.isWarmUp))
        timers.add(.phaseEnd(Int32(index)), at: start + phase.duration)
        switch phase.load {
        case .arrivals(let curve, let spacing):
            guard !phase.mix.isEmpty else { return }
            course.arrivals = ArrivalTimes(curve, spacing, seed: plan.seed, phase: index)
            scheduleArrival()
        case .users(let first, let last):
            course.loopers = loopers(of: phase, count: max(first, last))
            beginLoops(phase, initial: min(first, course.loopers.count))
            if last < first {
                timers.add(.endLoop(phase: Int32(index), place: Int32(first - 1)), at: leaveTime(first - 1))
            }
        case .iterations(let count, let users):
            course.loopers = loopers(of: phase, count: users)
            course.iterationsLeft = count
            beginLoops(phase, initial: course.loopers.count)
        }
    }

    mutating func phaseIsOver(_ index: Int, at time: Int64) {
        guard stage == .load, course.phase == index else { return }
        history.run.phases[index].end = time
        beginPhase(index + 1, at: time)
    }

    // MARK: - Closed model

    /// The users that loop in a phase: those who have a flow in it, the roles mixed evenly.
    private func loopers(of phase: Plan.Phase, count: Int) -> [Int32] {
        var users: [(user: Int32, rank: Double)] = []
        for role in phase.roleMixes.indices where !phase.roleMixes[role].isEmpty {
            let members = plan.roleStarts[role]..<plan.roleStarts[role + 1]
            for user in members where readyClient(of: user) != nil {
                users.append((Int32(user), (Double(user - members.lowerBound) + 0.5) / Double(members.count)))
            }
        }
        users.sort { ($0.rank, $0.user) < ($1.rank, $1.user) }
        return users.prefix(count).map(\.user)
    }

    /// Begins the chains of timers by which the users of a closed phase begin.
    private mutating func beginLoops(_ phase: Plan.Phase, initial: Int) {
        let index = Int32(course.phase)
        if initial > 0 { timers.add(.beginLoop(phase: index, place: 0), at: course.start) }
        if initial < course.loopers.count {
            timers.add(.beginLoop(phase: index, place: Int32(initial)), at: joinTime(initial))
        }
    }

    /// When the user at a place of `loopers` begins.
    private func joinTime(_ place: Int) -> Int64 {
        let phase = plan.phases[course.phase]
        if case .users(let first, let last) = phase.load, place >= first {
            return course.start
                + Int64(Double(phase.duration) * (Double(place - first) + 0.5) / Double(max(1, last - first)))
        }
        var initial = course.loopers.count
        if case .users(let first, _) = phase.load { initial = min(initial, first) }
        // Begun at once, all users would move in step; within the first second they spread out.
        let spread = min(Quantity.nanosecondsPerSecond, phase.duration / 10)
        return course.start + spread * Int64(place) / Int64(max(1, initial))
    }

    /// When the user at a place of `loopers` takes no further flow, where the number of users falls.
    private func leaveTime(_ place: Int) -> Int64 {
        let phase = plan.phases[course.phase]
        guard case .users(let first, let last) = phase.load, first > last else { return course.start + phase.duration }
        return course.start
            + Int64(Double(phase.duration) * (Double(first - place) - 0.5) / Double(first - last))
    }

    mutating func beginLoop(phase: Int, place: Int, due: Int64) {
        guard stage == .load, course.phase == phase else { return }
        noteLag(due: due)
        var initial = course.loopers.count
        if case .users(let first, _) = plan.phases[phase].load { initial = first }
        if place + 1 < course.loopers.count, place + 1 != initial {
            timers.add(.beginLoop(phase: Int32(phase), place: Int32(place + 1)), at: joinTime(place + 1))
        }
        let first = plan.client(Int(course.loopers[place]), device: 0)
        for client in first..<(first + plan.devices) where clients[client].state == .ready {
            runners[client].loopPhase = Int16(clamping: phase)
            guard runners[client].state == .idle, beginIteration(client, at: due) else { continue }
            run(client)
            // Its iterations may have been the last ones.
            guard stage == .load, course.phase == phase else { return }
        }
    }

    mutating func endLoop(phase: Int, place: Int) {
        guard stage == .load, course.phase == phase, case .users(_, let last) = plan.phases[phase].load else { return }
        if place > last {
            timers.add(.endLoop(phase: Int32(phase), place: Int32(place - 1)), at: leaveTime(place - 1))
        }
        guard place < course.loopers.count else { return }
        let first = plan.client(Int(course.loopers[place]), device: 0)
        for client in first..<(first + plan.devices) { runners[client].loopPhase = -1 }
    }

    func isLooping(_ client: Int) -> Bool {
        Int(runners[client].loopPhase) == course.phase && course.phase >= 0
    }

    /// Begins the next flow of a loop; false if the iterations are used up.
    mutating func beginIteration(_ client: Int, at time: Int64) -> Bool {
        let phase = plan.phases[course.phase]
        let isShared = if case .iterations = phase.load { true } else { false }
        if isShared {
            guard course.iterationsLeft > 0 else { return false }
            course.iterationsLeft -= 1
            course.iterationsRunning += 1
        }
        let index = UInt64(client) << 32 | UInt64(runners[client].iterations)
        runners[client].iterations &+= 1
        counters.iterations += 1
        var random = SplitMix64(seed: plan.seed, stream: RandomStream.iterations, index: index)
        let role = plan.role(of: plan.parts(ofClient: client).user)
        let flow = phase.roleMixes[role].flow(at: random.unit())
        beginFlow(client, flow, at: time, random)
        if isShared { runners[client].iterationPhase = Int16(clamping: course.phase) }
        return true
    }

    /// The flow of a client has ended: counts it, if it was a shared iteration; true if that was the last one of the phase.
    mutating func endIteration(_ client: Int) -> Bool {
        let phase = Int(runners[client].iterationPhase)
        runners[client].iterationPhase = -1
        guard phase >= 0, phase == course.phase else { return false }
        course.iterationsRunning -= 1
        return course.iterationsLeft == 0 && course.iterationsRunning == 0
    }

    /// How late a due step begins.
    mutating func noteLag(due: Int64) {
        counters.noteLag(max(0, now - due))
    }

    // MARK: - Settling

    mutating func beginSettling() {
        if stage == .load {
            history.run.loadEnd = now
            if let last = history.run.phases.indices.last {
                history.run.phases[last].end = min(history.run.phases[last].end, now)
            }
        }
        stage = .settling
        dropArrivals()
        sessionWaiters.removeAll()
        lastActivity = now
        timers.removeAll()
        timers.add(.settleEnd, at: now + plan.scenario.settle)
        timers.add(.settled, at: now + min(Engine.quiet, plan.scenario.settle))
    }

    /// Settling ends early when nothing is outstanding and nothing has happened for this time, nanoseconds: longer than a
    /// checker waits before it calls an event lost.
    static let quiet: Int64 = 2_500_000_000

    mutating func checkSettled() {
        let isComplete = counters.inFlight == 0 && counters.messagesDelivered >= messagesExpected
        if isComplete, now - lastActivity >= Engine.quiet {
            settlingIsOver()
        } else {
            timers.add(.settled, at: max(lastActivity + Engine.quiet, now + 100_000_000))
        }
    }

    mutating func settlingIsOver() {
        switch stage {
        case .settling: beginAudit()
        case .auditing: finish()
        case .registering, .conversing, .load, .finished: break
        }
    }
}
