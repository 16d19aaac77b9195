import ChatrixHistory
import ChatrixModel

/// Requests: issuing them, recording their answers.
extension Engine {
    /// Hands a request to the driver.
    mutating func issue(_ command: Command, _ entry: Pending) {
        var entry = entry
        entry.number = nextOperation
        nextOperation += 1
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
            pending[Int(slot)] = entry
        } else {
            slot = Int32(pending.count)
            pending.append(entry)
        }
        counters.operationsStarted += 1
        counters.inFlight += 1
        answerDeadlines.append(
            AnswerDeadline(time: now + plan.options.requestTimeout, slot: slot, number: entry.number))
        actions.append(.send(Ticket(slot: slot, number: entry.number), client: Int(entry.user), command, []))
    }

    /// Records the answer and goes on with what waited for it.
    mutating func finishOperation(
        slot: Int, _ result: History.Operation.Result, _ facts: Facts, at time: Int64
    ) {
        let entry = pending[slot]
        pending[slot].number = -1
        freeSlots.append(Int32(slot))
        counters.inFlight -= 1
        lastActivity = now
        record(entry, result, facts, at: time)
        if entry.runner >= 0 {
            flowStepCompleted(entry, result, facts, at: time)
        } else {
            setupStepCompleted(entry, result, facts)
        }
    }

    private mutating func record(
        _ entry: Pending, _ result: History.Operation.Result, _ facts: Facts, at time: Int64
    ) {
        counters.operationsCompleted += 1
        var operation = History.Operation(
            id: entry.number, user: Int(entry.user), endpoint: entry.endpoint, phase: entry.phase,
            flow: Int(entry.flow), step: Int(entry.step), scheduled: entry.scheduled, sent: entry.sent,
            completed: time, result: result, partner: entry.partner >= 0 ? Int(entry.partner) : nil,
            conversation: entry.conversation, contentDigest: entry.contentDigest)
        switch facts {
        case .none, .account: break
        case .conversation(let id): operation.conversation = id
        case .message(let id, let createdAt):
            operation.message = id
            operation.createdAt = createdAt
        }
        switch result {
        case .accepted:
            counters.accepted += 1
            if entry.endpoint == .send { counters.messagesSent += 1 }
        case .refused: counters.refused += 1
        case .unreadable: counters.unreadable += 1
        case .lost: counters.lost += 1
        }
        history.operations.append(operation)
    }

    /// Stops waiting for deliveries and closes the history.
    mutating func finish() {
        guard stage != .finished else { return }
        for entry in pending.filter({ $0.number >= 0 }).sorted(by: { $0.number < $1.number }) {
            record(entry, .lost(reason: "no answer by the end of the run"), .none, at: now)
        }
        pending.removeAll()
        freeSlots.removeAll()
        counters.inFlight = 0
        actions.removeAll()
        timers.removeAll()
        answerDeadlines.removeAll()
        if !setup.hasRecordedUsers { recordUsers() }
        history.run.end = now
        history.run.generator = counters.generator
        stage = .finished
    }
}
