import ChatrixReference

/// The open model: arrivals, and the clients that wait for them.
extension Engine {
    mutating func scheduleArrival() {
        guard let time = course.arrivals?.next() else { return }
        timers.add(.arrival(phase: Int32(course.phase)), at: course.start + time)
    }

    mutating func arrive(phase: Int, due: Int64) {
        guard stage == .load, course.phase == phase else { return }
        noteLag(due: due)
        scheduleArrival()
        let arrival = Arrival(number: nextArrival, scheduled: due)
        nextArrival += 1
        counters.arrivals += 1
        var random = SplitMix64(seed: plan.seed, stream: RandomStream.arrivals, index: arrival.number)
        let flow = plan.phases[phase].mix.flow(at: random.unit())
        if let client = takeIdler(for: flow) {
            beginFlow(client, flow, at: due, random)
            run(client)
        } else {
            counters.arrivalsDelayed += 1
            waitingArrivals[flow].append(arrival)
            waitingCount += 1
        }
    }

    /// Removes the client that has been idle longest of those who may go through a flow. O(roles), amortised.
    private mutating func takeIdler(for flow: Int) -> Int? {
        var best: (role: Int, turn: UInt64)?
        for role in plan.flows[flow].roles {
            while let first = idle[role].first {
                if runners[Int(first.client)].state == .idle {
                    if first.turn < best?.turn ?? .max { best = (role, first.turn) }
                    break
                }
                runners[Int(first.client)].isQueued = false
                _ = idle[role].popFirst()
            }
        }
        guard let best, let idler = idle[best.role].popFirst() else { return nil }
        runners[Int(idler.client)].isQueued = false
        return Int(idler.client)
    }

    /// Lets a client wait for arrivals.
    mutating func rest(_ client: Int) {
        guard !runners[client].isQueued else { return }
        runners[client].isQueued = true
        idle[plan.role(of: plan.parts(ofClient: client).user)].append(Idler(client: Int32(client), turn: nextIdler))
        nextIdler += 1
    }

    /// Begins the flow of the arrival that has waited longest, of those that the client may serve; false if none waits.
    mutating func serveWaitingArrival(_ client: Int) -> Bool {
        guard waitingCount > 0 else { return false }
        let role = plan.role(of: plan.parts(ofClient: client).user)
        var best: (flow: Int, number: UInt64)?
        for flow in plan.flows.indices where plan.flows[flow].roles.contains(role) {
            if let first = waitingArrivals[flow].first, first.number < best?.number ?? .max {
                best = (flow, first.number)
            }
        }
        guard let best, let arrival = waitingArrivals[best.flow].popFirst() else { return false }
        waitingCount -= 1
        var random = SplitMix64(seed: plan.seed, stream: RandomStream.arrivals, index: arrival.number)
        // The draw of the flow was made when it arrived.
        _ = random.unit()
        beginFlow(client, best.flow, at: arrival.scheduled, random)
        return true
    }

    /// Gives up the arrivals that still wait.
    mutating func dropArrivals() {
        counters.arrivalsDropped += waitingCount
        for flow in waitingArrivals.indices { waitingArrivals[flow].removeAll() }
        waitingCount = 0
    }
}
