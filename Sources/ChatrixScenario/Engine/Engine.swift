import ChatrixHistory
import ChatrixModel

/// Runs a plan: says what is due, is told what happened, and writes the history.
///
/// A value that never sleeps and never sends, so it does not know whether its time is virtual. Whoever drives it
///
/// 1. takes actions with `nextAction(at:)` until there is none, and carries them out,
/// 2. calls `completed`, `received` and `sessionChanged` when something happened, and takes actions again,
/// 3. calls `nextAction(at:)` again at `nextDue` at the latest.
///
/// Times are nanoseconds since the start of the run; they must not go back. The course: users register and connect, pairs
/// open their conversations, the phases of the load follow, then the engine settles: it waits for what is outstanding.
///
/// An arrival of the open model takes the user who has been idle longest. If none is idle it waits for the next user who
/// gets free, first come first served, and the wait counts in the latency of its first step.
package struct Engine: Sendable {
    /// The parts of a run, in order.
    package enum Stage: UInt8, Sendable, Comparable {
        case registering, conversing, load, settling, finished

        package static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
    }

    /// Names one request from `Action.send` to `completed`.
    package struct Ticket: Sendable, Hashable {
        let slot: Int32
        /// `History.Operation.id`.
        package let number: Int
    }

    /// What the driver has to do. A client is one device of one user: `user * plan.devices + device`.
    package enum Action: Sendable {
        /// Open the event session of a client: it is up when all of the user's topics are subscribed, or when the WebSocket
        /// connection stands. It comes back by itself when it breaks, until it is closed.
        case openSession(client: Int, id: UserID, History.Channel)
        /// Close the event session of a client for now, as an app in the background does.
        case closeSession(client: Int, History.Channel)
        /// Close the HTTP connection of a client; its next request opens another one.
        case closeConnection(client: Int)
        /// Send a request for a client on its connection, behind those that it sent before.
        case send(Ticket, client: Int, Command, Wish)
        /// Send an event over the client's WebSocket connection.
        case sendFrame(Ticket, client: Int, SocketRequest)
        /// The answer is not awaited any longer; it may no longer be mistaken for that of another request.
        case abandon(Ticket, client: Int)
    }

    /// What the driver has to read out of an answer, beside its result and its facts.
    package struct Wish: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The entries of a list of conversations or of a page of messages.
        package static let observations = Wish(rawValue: 1)
        /// The whole body, for variables that are captured from it.
        package static let body = Wish(rawValue: 2)
    }

    /// What an answer says, besides its result.
    package enum Facts: Sendable, Hashable {
        case none
        case account(UserID)
        case conversation(ConversationID)
        case message(MessageID, createdAt: Timestamp)
    }

    package let plan: Plan
    /// The circumstances of the run, and the records that were not taken yet.
    package internal(set) var history: History
    package internal(set) var counters = Counters()
    package internal(set) var stage = Stage.registering
    /// Why the load never began; `nil` unless setup failed as a whole.
    package internal(set) var setupFailure: String?
    /// The first reasons for which users could not be set up.
    package internal(set) var setupProblems: [String] = []

    var now: Int64 = 0
    var actions = FIFO<Action>()
    var timers = TimerQueue<Timer>()

    var identities: [Identity]
    var accounts: [UserID?]
    var conversations: [ConversationID?]
    var pairNumbers: [ConversationID: Int32] = [:]

    var pending: [Pending] = []
    var freeSlots: [Int32] = []
    var answerDeadlines = FIFO<AnswerDeadline>()
    var nextOperation = 0

    var setup = Setup()
    var runners: [Runner]
    var idle = FIFO<Int32>()
    var waitingArrivals = FIFO<Arrival>()
    var nextArrival: UInt64 = 0
    /// Index of the current phase; -1 before the load.
    var currentPhase = -1
    var lastActivity: Int64 = 0

    /// A run that begins with the first call; `startedAt` is the wall or virtual time of nanosecond 0.
    package init(plan: Plan, clock: History.Run.Clock, startedAt: Timestamp) {
        self.plan = plan
        history = History(
            run: History.Run(
                scenario: plan.scenario.name, seed: plan.seed, clock: clock, userCount: plan.userCount,
                startedAt: startedAt))
        let count = plan.userCount
        identities = (0..<count).map { Identity(seed: plan.seed, number: $0) }
        accounts = Array(repeating: nil, count: count)
        conversations = Array(repeating: nil, count: plan.pairs.count)
        runners = Array(repeating: Runner(), count: count)
        // A growing history would be copied again and again while the load waits.
        history.operations.reserveCapacity(plan.expectedOperations)
        history.deliveries.reserveCapacity(plan.expectedOperations)
        fillRegistrations()
    }

    package var isFinished: Bool { stage == .finished }

    /// When `nextAction(at:)` has to be called at the latest; `nil` if only a report can bring something new.
    package var nextDue: Int64? {
        if !actions.isEmpty { return now }
        let deadline = answerDeadlines.first?.time
        guard let timer = timers.nextTime else { return deadline }
        return min(timer, deadline ?? timer)
    }

    /// The next thing to do at `time`, or `nil` if there is nothing more to do by then.
    package mutating func nextAction(at time: Int64) -> Action? {
        now = max(now, time)
        while true {
            if let action = actions.popFirst() { return action }
            guard fireNext() else { return nil }
        }
    }

    /// Removes and returns what the history gained since the last call.
    package mutating func takeRecords() -> History.Batch { history.takeBatch() }

    /// Reports the answer to a request, or that there will be none. Answers to abandoned requests are ignored.
    ///
    /// `observations` and `body` are what the request's `Wish` asked for; `Observation.operation` is set here.
    package mutating func completed(
        _ ticket: Ticket, _ result: History.Operation.Result, _ facts: Facts = .none,
        observations: [History.Observation] = [], body: JSON? = nil, at time: Int64
    ) {
        guard Int(ticket.slot) < pending.count, pending[Int(ticket.slot)].number == ticket.number else { return }
        now = max(now, time)
        finishOperation(slot: Int(ticket.slot), result, facts, at: time)
    }

    /// Reports an event that reached a subscriber.
    package mutating func received(_ delivery: History.Delivery) {
        guard stage != .finished else { return }
        now = max(now, delivery.at)
        lastActivity = now
        history.deliveries.append(delivery)
        counters.deliveries += 1
        if delivery.kind == .message { counters.messagesDelivered += 1 }
        noticeDelivery(delivery)
    }

    /// Reports that a client's event session came up or went down.
    package mutating func sessionChanged(
        client: Int, _ channel: History.Channel = .mqtt, isUp: Bool, reason: String = "", at time: Int64
    ) {
        guard stage != .finished else { return }
        now = max(now, time)
        history.sessionChanges.append(
            History.SessionChange(user: client, at: time, isUp: isUp, reason: isUp ? "" : reason))
        counters.sessionsUp += isUp ? 1 : -1
        if !isUp { counters.sessionsLost += 1 }
        if isUp { sessionCameUp(client) }
    }

    /// Ends the load early: nothing new begins, what is outstanding is awaited. A second call ends at once.
    package mutating func stop(at time: Int64) {
        now = max(now, time)
        switch stage {
        case .registering, .conversing, .load:
            history.run.isInterrupted = true
            beginSettling()
        case .settling: finish()
        case .finished: break
        }
    }
}

extension Engine {
    /// A request whose answer is awaited.
    struct Pending: Sendable {
        /// -1 in a free slot.
        var number: Int
        /// Who sends it.
        var user: Int32
        /// Whose flow it belongs to; -1 in setup.
        var runner: Int32
        var partner: Int32
        var pair: Int32
        var endpoint: Endpoint.Name
        var phase: History.Operation.Phase
        var flow: Int16
        var step: Int16
        var scheduled: Int64
        var sent: Int64
        var conversation: ConversationID?
        var contentDigest: UInt64
    }

    struct AnswerDeadline: Sendable {
        var time: Int64
        var slot: Int32
        var number: Int
    }

    struct Arrival: Sendable {
        var number: UInt64
        var scheduled: Int64
    }

    /// What a timer does when it falls due.
    enum Timer: Sendable {
        case register(user: Int32)
        case sessionOverdue(user: Int32)
        case converse(pair: Int32)
        case phase(Int32)
        case arrival(phase: Int32, index: Int)
        case beginLoop(user: Int32)
        /// Goes on with a flow, if the user is still where he was then.
        case resume(user: Int32, visit: UInt32)
        case awaitOverdue(user: Int32, visit: UInt32)
        case loadEnd
        case settled
        case settleEnd
    }

    /// Carries out the earliest thing that is due; false if nothing is.
    private mutating func fireNext() -> Bool {
        while let deadline = answerDeadlines.first, pending[Int(deadline.slot)].number != deadline.number {
            _ = answerDeadlines.popFirst()
        }
        if let deadline = answerDeadlines.first, deadline.time <= now, deadline.time < timers.nextTime ?? .max {
            _ = answerDeadlines.popFirst()
            let entry = pending[Int(deadline.slot)]
            actions.append(
                .abandon(Ticket(slot: deadline.slot, number: deadline.number), client: Int(entry.user)))
            finishOperation(
                slot: Int(deadline.slot),
                .lost(reason: "no answer within \(plan.options.requestTimeout / 1_000_000) ms"), .none, at: now)
            return true
        }
        guard let entry = timers.popFirst(until: now) else { return false }
        switch entry.payload {
        case .register(let user): register(Int(user))
        case .sessionOverdue(let user): sessionIsOverdue(Int(user))
        case .converse(let pair): converse(Int(pair))
        case .phase(let index): beginPhase(Int(index))
        case .arrival(let phase, let index): arrive(phase: Int(phase), index: index, due: entry.time)
        case .beginLoop(let user): beginLoop(Int(user), due: entry.time)
        case .resume(let user, let visit): resume(Int(user), visit: visit, due: entry.time)
        case .awaitOverdue(let user, let visit): awaitIsOverdue(Int(user), visit: visit)
        case .loadEnd: if stage == .load { beginSettling() }
        case .settled: checkSettled()
        case .settleEnd: finish()
        }
        return true
    }
}
