import ChatrixHistory
import ChatrixModel

/// Events: which flow waits for which.
extension Engine {
    /// Begins to wait for an event; false if the flow can go on at once.
    mutating func beginAwait(_ mask: EventMask, within: Int64, by client: Int) -> Bool {
        let isMessage = Engine.messages.contains(mask)
        // What the flow itself caused cannot come if it was refused or lost.
        if plan.options.channels.isEmpty || runners[client].pair < 0
            || (isMessage && runners[client].lastSend == .failed)
        {
            counters.awaitsSkipped += 1
            return false
        }
        if isMessage, runners[client].lastSend == .accepted {
            let last = runners[client].lastMessage
            if runners[client].seenMessages.contains(where: { $0.id == last && $0.place == mask }) { return false }
        } else if runners[client].seen.contains(mask) {
            runners[client].seen.remove(mask)
            return false
        }
        runners[client].state = .awaiting
        runners[client].awaited = mask
        timers.add(.awaitOverdue(client: Int32(client), visit: runners[client].visit), at: now + within)
        return true
    }

    private static let messages = EventMask(.message)

    mutating func awaitIsOverdue(_ client: Int, visit: UInt32) {
        guard stage == .load, runners[client].visit == visit, runners[client].state == .awaiting else { return }
        counters.awaitsTimedOut += 1
        runners[client].clock = now
        run(client)
    }

    /// Whether a message reached another user than its sender, who hears of it over WebSocket as a confirmation.
    func isForRecipient(_ delivery: History.Delivery) -> Bool {
        guard let actor = delivery.actor, accounts.indices.contains(delivery.user) else { return true }
        return accounts[delivery.user] != actor
    }

    /// Tells the flows that may wait for an event: those of its conversation, on the device that received it or on the same
    /// device of the partner. An event without conversation is told to the flow of its receiver and, if it says who caused
    /// it, to his.
    mutating func noticeDelivery(_ delivery: History.Delivery) {
        guard stage == .load, !plan.awaited.isDisjoint(with: EventMask(delivery.kind)),
            accounts.indices.contains(delivery.user), (0..<plan.devices).contains(delivery.device)
        else { return }
        if let conversation = delivery.conversation {
            guard let number = pairNumbers[conversation] else { return }
            let pair = plan.pairs[Int(number)]
            notice(delivery, pair: number, runner: plan.client(Int(pair.first), device: delivery.device))
            notice(delivery, pair: number, runner: plan.client(Int(pair.second), device: delivery.device))
        } else {
            var users = [delivery.user]
            if let actor = delivery.actor, let other = userNumbers[actor], other != delivery.user {
                users.append(Int(other))
            }
            for user in users {
                let runner = plan.client(user, device: delivery.device)
                let pair = runners[runner].pair
                if pair >= 0, user == delivery.user || plan.pairs[Int(pair)].partner(of: user) == delivery.user {
                    notice(delivery, pair: pair, runner: runner)
                }
            }
        }
    }

    private mutating func notice(_ delivery: History.Delivery, pair: Int32, runner client: Int) {
        guard runners[client].pair == pair else { return }
        let place: Step.Actor = delivery.user == plan.parts(ofClient: client).user ? .own : .peer
        let mask = EventMask(delivery.kind, at: place)
        guard plan.flows[Int(runners[client].flow)].awaited.contains(mask) else { return }
        let isAwaited = runners[client].state == .awaiting && runners[client].awaited == mask
        if delivery.kind == .message, runners[client].lastSend != .none, let id = delivery.message {
            if isAwaited, id == runners[client].lastMessage {
                runners[client].clock = now
                run(client)
            } else {
                runners[client].seenMessages.append(Runner.SeenMessage(id: id, place: mask))
            }
        } else if isAwaited {
            runners[client].clock = now
            run(client)
        } else {
            runners[client].seen.insert(mask)
        }
    }
}
