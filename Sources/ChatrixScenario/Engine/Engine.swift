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
/// Times are nanoseconds since the start of the run; they must not go back. The course: users register, log in on their
/// further devices and connect; pairs open their conversations; the phases of the load follow; then the engine settles: it
/// waits for what is outstanding; at last it reads what the state came to (`History.Operation.Phase.audit`). When it is
/// finished, the driver closes all connections and sessions.
///
/// An arrival of the open model takes, of the clients who may go through its flow, the one that has been idle longest. If
/// none is idle it waits for the next one that gets free, first come first served, and the wait counts in the latency of
/// its first step.
package struct Engine: Sendable {
    /// The parts of a run, in order.
    package enum Stage: UInt8, Sendable, Comparable {
        case registering, conversing, load, settling, auditing, finished

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
        /// Close the event session of a client for now, as an app in the background does. If it was up, that it went down is
        /// reported with `sessionChanged` like any other loss.
        case closeSession(client: Int, History.Channel)
        /// Close the HTTP connection of a client; its next request opens another one.
        case closeConnection(client: Int)
        /// Send a request for a client on its connection, behind those that it sent before.
        case send(Ticket, client: Int, Command, Wish)
        /// Send an event over the client's WebSocket connection, whose session is up. The data of its confirmation is
        /// reported as body.
        case sendFrame(Ticket, client: Int, SocketRequest)
        /// The answer is not awaited any longer; it may no longer be mistaken for that of another request.
        case abandon(Ticket, client: Int)
    }

    /// What the driver has to read out of an answer, beside its result and its facts.
    package struct Wish: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// The entries of a list of conversations or of a page of messages; and `Facts.page`.
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
        /// A list of conversations: where its next page begins, `nil` after the last page.
        case page(next: Timestamp?)
    }

    package let plan: Plan
    /// The circumstances of the run, and the records that were not taken yet.
    package internal(set) var history: History
    package internal(set) var counters = Counters()
    package internal(set) var stage = Stage.registering
    /// Why the load never began; `nil` unless setup failed as a whole.
    package internal(set) var setupFailure: String?

    var now: Int64 = 0
    var actions = FIFO<Action>()
    var timers = TimerQueue<Timer>()

    /// By user.
    var accounts: [UserID?]
    var sentCounts: [Int32]
    var userNumbers: [UserID: Int32] = [:]
    /// By client.
    var clients: [Client]
    var runners: [Runner]
    /// By pair.
    var conversations: [ConversationID?]
    var isTouched: [Bool]
    var pairNumbers: [ConversationID: Int32] = [:]

    var pending: [Pending] = []
    var freeSlots: [Int32] = []
    var answerDeadlines = FIFO<AnswerDeadline>()
    var nextOperation = 0

    var setup = Setup()
    var audit = Audit()
    /// By role; idle clients in the order in which they became so.
    var idle: [FIFO<Idler>]
    var nextIdler: UInt64 = 0
    /// By flow.
    var waitingArrivals: [FIFO<Arrival>]
    var waitingCount = 0
    var nextArrival: UInt64 = 0
    var course = Course()
    /// The next row of each sequential feeder.
    var feederRows: [Int]
    /// Flows that wait for sessions of a client to come up.
    var sessionWaiters: [Int: [SessionWaiter]] = [:]
    /// Messages that should have arrived by now, counted by sessions that were up when they were sent.
    var messagesExpected = 0
    var lastActivity: Int64 = 0

    /// A run that begins with the first call; `startedAt` is the wall or virtual time of nanosecond 0.
    package init(plan: Plan, clock: History.Run.Clock, startedAt: Timestamp) {
        self.plan = plan
        history = History(
            run: History.Run(
                scenario: plan.scenario.name, seed: plan.seed, clock: clock, userCount: plan.userCount,
                startedAt: startedAt))
        accounts = Array(repeating: nil, count: plan.userCount)
        sentCounts = Array(repeating: 0, count: plan.userCount)
        clients = Array(repeating: Client(), count: plan.clientCount)
        runners = Array(repeating: Runner(), count: plan.clientCount)
        conversations = Array(repeating: nil, count: plan.pairs.count)
        isTouched = Array(repeating: false, count: plan.pairs.count)
        idle = Array(repeating: FIFO(), count: plan.roleStarts.count - 1)
        waitingArrivals = Array(repeating: FIFO(), count: plan.flows.count)
        feederRows = Array(repeating: 0, count: plan.scenario.feeders.count)
        fillRegistrations()
    }

    package var isFinished: Bool { stage == .finished }

    /// Why users could not be set up: each reason once, with its first user and the number of the others.
    package var setupProblems: [String] { setup.problems.map(\.description) }

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

    /// Records that wait for `takeRecords()`.
    package var recordCount: Int {
        history.operations.count + history.deliveries.count + history.sessionChanges.count
            + history.observations.count + history.users.count
    }

    /// Removes and returns what the history gained since the last call.
    package mutating func takeRecords() -> History.Batch {
        recordCount == 0 ? History.Batch() : history.takeBatch()
    }

    /// Reports the answer to a request, or that there will be none. Answers to abandoned requests are ignored.
    ///
    /// `observations` and `body` are what the request's `Wish` asked for; `Observation.operation` is set here.
    package mutating func completed(
        _ ticket: Ticket, _ result: History.Operation.Result, _ facts: Facts = .none,
        observations: [History.Observation] = [], body: JSON? = nil, at time: Int64
    ) {
        guard Int(ticket.slot) < pending.count, pending[Int(ticket.slot)].number == ticket.number else { return }
        now = max(now, time)
        finishOperation(slot: Int(ticket.slot), result, facts, observations, body, at: time)
    }

    /// Reports an event that reached a subscriber.
    package mutating func received(_ delivery: History.Delivery) {
        guard stage != .finished else { return }
        now = max(now, delivery.at)
        lastActivity = now
        history.deliveries.append(delivery)
        counters.deliveries += 1
        if delivery.kind == .message, isForRecipient(delivery) { counters.messagesDelivered += 1 }
        noticeDelivery(delivery)
    }

    /// Reports that a client's event session came up or went down, or, of one that is not up, why it does not come up.
    package mutating func sessionChanged(
        client: Int, _ channel: History.Channel = .mqtt, isUp: Bool, reason: String = "", at time: Int64
    ) {
        guard stage != .finished, clients.indices.contains(client) else { return }
        now = max(now, time)
        noteSession(of: client, channel, isUp: isUp, reason: reason, at: time)
    }

    /// Ends the load early: nothing new begins, what is outstanding is awaited. A second call ends at once.
    ///
    /// With `abortedBy`, the text of a threshold, the run ends because that was crossed; else it counts as interrupted.
    package mutating func stop(abortedBy threshold: String? = nil, at time: Int64) {
        now = max(now, time)
        switch stage {
        case .registering, .conversing, .load:
            if let threshold { history.run.abortedBy = threshold } else { history.run.isInterrupted = true }
            beginSettling()
        case .settling, .auditing: finish()
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
        var client: Int32
        /// The client whose flow it belongs to; -1 outside flows.
        var runner: Int32 = -1
        /// Number of a user; -1 for none.
        var partner: Int32 = -1
        var pair: Int32 = -1
        /// Index of the instruction; -1 outside flows.
        var instruction: Int32 = -1
        var flow: Int16 = -1
        var step: Int16 = -1
        var phase: History.Operation.Phase
        var isFurtherPage = false
        var request: History.Operation.Request
        var scheduled: Int64
        var sent: Int64
        var conversation: ConversationID?
        var message: MessageID?
        /// Where the page of a list begins, in the audit.
        var cursor: Timestamp?
        var contentDigest: UInt64 = 0
        var previewDigest: UInt64 = 0
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

    struct Idler: Sendable {
        var client: Int32
        /// Grows with the time at which the client became idle.
        var turn: UInt64
    }

    /// What a timer does when it falls due. `client` of the last three is the one whose flow waits.
    enum Timer: Sendable {
        case signIn(client: Int32)
        case sessionSlow(client: Int32)
        case setupSessionOverdue(client: Int32)
        case converse(pair: Int32)
        case arrival(phase: Int32)
        case beginLoop(phase: Int32, place: Int32)
        case endLoop(phase: Int32, place: Int32)
        case phaseEnd(Int32)
        case settled
        case settleEnd
        case auditEnd
        /// Goes on with a flow, if it is still where it was then.
        case resume(client: Int32, visit: UInt32)
        case awaitOverdue(client: Int32, visit: UInt32)
        case sessionOverdue(client: Int32, visit: UInt32)
    }

    /// Carries out the earliest thing that is due; false if nothing is.
    private mutating func fireNext() -> Bool {
        while let deadline = answerDeadlines.first, pending[Int(deadline.slot)].number != deadline.number {
            _ = answerDeadlines.popFirst()
        }
        if let deadline = answerDeadlines.first, deadline.time <= now, deadline.time < timers.nextTime ?? .max {
            _ = answerDeadlines.popFirst()
            giveUp(deadline)
            return true
        }
        guard let entry = timers.popFirst(until: now) else { return false }
        switch entry.payload {
        case .signIn(let client): signIn(Int(client))
        case .sessionSlow(let client): sessionIsSlow(Int(client))
        case .setupSessionOverdue(let client): setupSessionIsOverdue(Int(client))
        case .converse(let pair): converse(Int(pair))
        case .arrival(let phase): arrive(phase: Int(phase), due: entry.time)
        case .beginLoop(let phase, let place): beginLoop(phase: Int(phase), place: Int(place), due: entry.time)
        case .endLoop(let phase, let place): endLoop(phase: Int(phase), place: Int(place))
        case .phaseEnd(let phase): phaseIsOver(Int(phase), at: entry.time)
        case .settled: checkSettled()
        case .settleEnd: settlingIsOver()
        case .auditEnd: endAudit()
        case .resume(let client, let visit): resume(Int(client), visit: visit, due: entry.time)
        case .awaitOverdue(let client, let visit): awaitIsOverdue(Int(client), visit: visit)
        case .sessionOverdue(let client, let visit): sessionIsOverdue(Int(client), visit: visit)
        }
        return true
    }
}
