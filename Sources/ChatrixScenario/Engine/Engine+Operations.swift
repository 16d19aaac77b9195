import ChatrixHistory
import ChatrixModel

/// Requests: issuing them, recording their answers.
extension Engine {
    /// Hands a request to the driver.
    mutating func issue(_ command: Command, _ entry: Pending, _ wish: Wish = []) {
        let ticket = enlist(entry)
        actions.append(.send(ticket, client: Int(entry.client), command, wish))
    }

    /// Hands a WebSocket event to the driver.
    mutating func issue(_ frame: SocketRequest, _ entry: Pending) {
        let ticket = enlist(entry)
        actions.append(.sendFrame(ticket, client: Int(entry.client), frame))
    }

    /// Numbers a request and begins to wait for its answer.
    private mutating func enlist(_ entry: Pending) -> Ticket {
        let number = nextOperation
        nextOperation += 1
        let slot: Int32
        if let free = freeSlots.popLast() {
            slot = free
            pending[Int(slot)] = entry
        } else {
            slot = Int32(pending.count)
            pending.append(entry)
        }
        pending[Int(slot)].number = number
        counters.operationsStarted += 1
        counters.inFlight += 1
        answerDeadlines.append(AnswerDeadline(time: now + plan.options.requestTimeout, slot: slot, number: number))
        return Ticket(slot: slot, number: number)
    }

    /// Stops waiting for an answer.
    mutating func giveUp(_ deadline: AnswerDeadline) {
        let client = Int(pending[Int(deadline.slot)].client)
        actions.append(.abandon(Ticket(slot: deadline.slot, number: deadline.number), client: client))
        finishOperation(
            slot: Int(deadline.slot), .lost(reason: "no answer within \(plan.options.requestTimeout / 1_000_000) ms"),
            .none, [], nil, at: now)
    }

    /// Records the answer and goes on with what waited for it.
    mutating func finishOperation(
        slot: Int, _ result: History.Operation.Result, _ facts: Facts, _ observations: [History.Observation],
        _ body: JSON?, at time: Int64
    ) {
        let entry = pending[slot]
        pending[slot].number = -1
        freeSlots.append(Int32(slot))
        counters.inFlight -= 1
        lastActivity = now
        record(entry, result, facts, observations, at: time)
        if entry.runner >= 0 {
            flowStepCompleted(entry, result, facts, body, at: time)
        } else if entry.phase == .audit {
            auditStepCompleted(entry, result, facts)
        } else {
            setupStepCompleted(entry, result, facts)
        }
    }

    private mutating func record(
        _ entry: Pending, _ result: History.Operation.Result, _ facts: Facts,
        _ observations: [History.Observation], at time: Int64
    ) {
        let (user, device) = plan.parts(ofClient: Int(entry.client))
        var operation = History.Operation(
            id: entry.number, user: user, endpoint: .me, phase: entry.phase, flow: Int(entry.flow),
            step: Int(entry.step), scheduled: entry.scheduled, sent: entry.sent, completed: time, result: result,
            partner: entry.partner >= 0 ? Int(entry.partner) : nil, conversation: entry.conversation,
            message: entry.message, contentDigest: entry.contentDigest)
        operation.device = device
        operation.request = entry.request
        operation.previewDigest = entry.previewDigest
        operation.isFurtherPage = entry.isFurtherPage
        if let call = call(of: entry) { operation.expectedStatus = call.expectedStatus }
        switch facts {
        case .none, .account, .page: break
        case .conversation(let id): operation.conversation = id
        case .message(let id, let createdAt):
            operation.message = id
            operation.createdAt = createdAt
        }
        count(operation, entry)
        for observation in observations {
            var observation = observation
            observation.operation = entry.number
            history.observations.append(observation)
        }
        history.operations.append(operation)
    }

    private mutating func count(_ operation: History.Operation, _ entry: Pending) {
        counters.operationsCompleted += 1
        switch operation.result {
        case .accepted:
            counters.accepted += 1
            if operation.phase == .load { counters.loadAccepted += 1 }
            if operation.isSend {
                counters.messagesSent += 1
                messagesExpected += sessionsUp(ofUser: Int(entry.partner))
            }
        case .refused: counters.refused += 1
        case .unreadable: counters.unreadable += 1
        case .lost: counters.lost += 1
        }
        if !operation.isExpected { counters.failed += 1 }
    }

    /// The call of a flow that a request came from.
    func call(of entry: Pending) -> Plan.Call? {
        guard entry.instruction >= 0, case .call(let call) = plan.instructions[Int(entry.instruction)] else {
            return nil
        }
        return call
    }

    /// Ends the run and closes the history.
    mutating func finish() {
        guard stage != .finished else { return }
        for entry in pending.filter({ $0.number >= 0 }).sorted(by: { $0.number < $1.number }) {
            record(entry, .lost(reason: "no answer by the end of the run"), .none, [], at: now)
        }
        pending.removeAll()
        freeSlots.removeAll()
        counters.inFlight = 0
        actions.removeAll()
        timers.removeAll()
        answerDeadlines.removeAll()
        sessionWaiters.removeAll()
        if !setup.hasRecordedUsers { recordUsers() }
        history.run.end = now
        history.run.generator = counters.generator
        stage = .finished
    }
}
