import ChatrixHistory
import ChatrixModel

/// Event sessions: those that flows close and open, and what becomes of them.
extension Engine {
    /// A flow that waits for sessions, if it is still where it was then.
    struct SessionWaiter: Sendable {
        var runner: Int
        var visit: UInt32
    }

    mutating func noteSession(of client: Int, _ channel: History.Channel, isUp: Bool, reason: String, at time: Int64) {
        let channels = ChannelSet(channel)
        let wasClosed = clients[client].closing.contains(channels)
        clients[client].closing.remove(channels)
        guard clients[client].up.contains(channels) != isUp else {
            if isUp {
                sessionCameUp(client)
            } else if clients[client].state == .connecting {
                setup.sessionReasons[client] = reason
            }
            return
        }
        let (user, device) = plan.parts(ofClient: client)
        var change = History.SessionChange(user: user, at: time, isUp: isUp, reason: isUp ? "" : reason)
        change.device = device
        change.channel = channel
        history.sessionChanges.append(change)
        counters.sessionsUp += isUp ? 1 : -1
        if isUp {
            clients[client].up.insert(channels)
            sessionCameUp(client)
        } else {
            clients[client].up.remove(channels)
            if clients[client].wanted.contains(channels), !wasClosed { counters.sessionsLost += 1 }
        }
    }

    private mutating func sessionCameUp(_ client: Int) {
        if stage == .registering, clients[client].state == .connecting { setupSessionCameUp(client) }
        if stage == .load { endSessionWaits(for: client) }
    }

    /// Closes or opens connections of a client for a flow; true if the flow has to wait.
    mutating func change(
        _ channels: ChannelSet, isUp: Bool, closesHTTP: Bool, of client: Int, for runner: Int
    ) -> Bool {
        guard clients[client].state == .ready, let id = accounts[plan.parts(ofClient: client).user] else {
            counters.stepsSkipped += 1
            return false
        }
        let channels = channels.intersection(ChannelSet(plan.options.channels))
        if closesHTTP { actions.append(.closeConnection(client: client)) }
        guard isUp else {
            let closed = channels.intersection(clients[client].wanted)
            for channel in closed.channels { actions.append(.closeSession(client: client, channel)) }
            clients[client].closing.formUnion(closed.intersection(clients[client].up))
            clients[client].wanted.subtract(closed)
            return false
        }
        for channel in channels.subtracting(clients[client].wanted).channels {
            actions.append(.openSession(client: client, id: id, channel))
        }
        clients[client].wanted.formUnion(channels)
        if clients[client].isUp(channels) { return false }
        runners[runner].state = .connecting
        runners[runner].awaitedChannels = channels
        sessionWaiters[client, default: []].append(
            SessionWaiter(runner: runner, visit: runners[runner].visit))
        timers.add(
            .sessionOverdue(client: Int32(runner), visit: runners[runner].visit),
            at: now + plan.options.sessionTimeout)
        return true
    }

    private mutating func endSessionWaits(for client: Int) {
        guard let waiting = sessionWaiters.removeValue(forKey: client) else { return }
        for waiter in waiting {
            let runner = waiter.runner
            guard runners[runner].visit == waiter.visit, runners[runner].state == .connecting else { continue }
            if clients[client].isUp(runners[runner].awaitedChannels) {
                runners[runner].clock = now
                run(runner)
            } else {
                sessionWaiters[client, default: []].append(waiter)
            }
        }
    }

    mutating func sessionIsOverdue(_ runner: Int, visit: UInt32) {
        guard stage == .load, runners[runner].visit == visit, runners[runner].state == .connecting else { return }
        counters.sessionsOverdue += 1
        runners[runner].clock = now
        run(runner)
    }

    /// Event sessions of a user that are up, of all his devices. O(devices).
    func sessionsUp(ofUser user: Int) -> Int {
        guard user >= 0 else { return 0 }
        var count = 0
        for device in 0..<plan.devices { count += clients[plan.client(user, device: device)].up.count }
        return count
    }
}
