import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// Drives the engine in virtual time against the reference: the earliest thing is next, whatever the hour. The same plan,
/// backend and network give the same event log, byte for byte.
package struct VirtualInterpreter {
    /// How a run ended.
    package struct Result {
        /// Everything that happened, or, if nobody wanted it kept, only the circumstances of the run.
        package var history: History
        package var counters: Counters
        package var digest: RunDigest
        /// As the run left it.
        package var backend: ReferenceBackend
        /// Why the load never began; `nil` unless setup failed.
        package var setupFailure: String?
        package var setupProblems: [String]

        /// Nanoseconds of virtual time.
        package var duration: Int64 { history.run.end }
    }

    /// Something on its way.
    private enum Item {
        case request(Engine.Ticket, user: Int, Command)
        case answer(Engine.Ticket, History.Operation.Result, Engine.Facts)
        case event(Event, user: Int)
        case sessionUp(user: Int)
        /// A place that can be taken.
        case none
    }

    private var engine: Engine
    private var backend: ReferenceBackend
    private var network: NetworkModel
    private var travelling = TimerQueue<Int32>()
    private var items: [Item] = []
    private var freeItems: [Int32] = []
    private var digest = RunDigest()
    private var accounts: [UserID?]
    private var sessionIsUp: [Bool]
    private var numbers: [UserID: Int] = [:]
    private let startedAt: Timestamp

    package init(
        _ plan: Plan, backend: ReferenceBackend, network: NetworkModel? = nil, startedAt: Timestamp = .virtualStart
    ) {
        engine = Engine(plan: plan, clock: .virtual, startedAt: startedAt)
        self.backend = backend
        self.network = network ?? NetworkModel(seed: plan.seed)
        self.network.prepare(users: plan.userCount)
        accounts = Array(repeating: nil, count: plan.userCount)
        sessionIsUp = Array(repeating: false, count: plan.userCount)
        self.startedAt = startedAt
    }

    /// Runs to the end. `isStopped` is asked now and then with the virtual time; once it says yes, the run is stopped as by
    /// an interruption. `record` gets what the history gains, in its order, and nothing is kept if `keepsHistory` is false.
    /// `update` gets the circumstances of the run when a phase begins, before the records of its operations.
    package mutating func run(
        keepsHistory: Bool = true, record: (History.Batch) -> Void = { _ in }, update: (History.Run) -> Void = { _ in },
        isStopped: (Int64) -> Bool = { _ in false }
    ) -> Result {
        var history = engine.history
        var now: Int64 = 0
        var turns = 0
        while !engine.isFinished {
            while let action = engine.nextAction(at: now) { carryOut(action, at: now) }
            if engine.history.run.phases.count != history.run.phases.count {
                history.run = engine.history.run
                update(history.run)
            }
            handOn(record, &history, keepsHistory)
            let next = min(travelling.nextTime ?? .max, engine.nextDue ?? .max)
            guard next < .max else { break }
            now = max(now, next)
            // In the order of time; at one time, what travelled is there before the next step begins.
            if let arrived = travelling.popFirst(until: now) { deliver(takeItem(arrived.payload), at: now) }
            turns += 1
            if turns % 256 == 0, isStopped(now) { engine.stop(at: now) }
        }
        handOn(record, &history, keepsHistory)
        history.run = engine.history.run
        return Result(
            history: history, counters: engine.counters, digest: digest, backend: backend,
            setupFailure: engine.setupFailure, setupProblems: engine.setupProblems)
    }

    private mutating func carryOut(_ action: Engine.Action, at now: Int64) {
        switch action {
        case .openSession(let user, let id, _):
            accounts[user] = id
            numbers[id] = user
            send(.sessionUp(user: user), arriving: network.sessionUp(now: now))
        case .closeSession, .closeConnection, .sendFrame: break
        case .send(let ticket, let user, let command, _):
            send(.request(ticket, user: user, command), arriving: network.arrival(.requests, user: user, now: now))
        case .abandon: break
        }
    }

    private mutating func deliver(_ item: Item, at now: Int64) {
        switch item {
        case .request(let ticket, let user, let command):
            let time = startedAt + now / 1_000_000
            let outcome = backend.apply(command, by: command.isAnonymous ? nil : accounts[user], at: time)
            let (result, facts) = outcome.reply.reported
            if case .account(let id) = facts { accounts[user] = id }
            for event in outcome.events {
                // Without a session nobody keeps the event (clean session, D-58).
                guard let recipient = numbers[event.recipient], sessionIsUp[recipient] else { continue }
                send(
                    .event(event, user: recipient),
                    arriving: network.arrival(.events, user: recipient, now: now))
            }
            send(.answer(ticket, result, facts), arriving: network.arrival(.answers, user: user, now: now))
        case .answer(let ticket, let result, let facts): engine.completed(ticket, result, facts, at: now)
        case .event(let event, let user):
            engine.received(History.Delivery(of: event, to: user, at: now, payloadDigest: event.fieldDigest))
        case .sessionUp(let user):
            sessionIsUp[user] = true
            engine.sessionChanged(client: user, isUp: true, at: now)
        case .none: break
        }
    }

    private mutating func send(_ item: Item, arriving time: Int64) {
        let place: Int32
        if let free = freeItems.popLast() {
            place = free
            items[Int(place)] = item
        } else {
            place = Int32(items.count)
            items.append(item)
        }
        travelling.add(place, at: time)
    }

    private mutating func takeItem(_ place: Int32) -> Item {
        freeItems.append(place)
        // Moved out, not copied: an item may hold a whole event.
        var item = Item.none
        swap(&item, &items[Int(place)])
        return item
    }

    /// Hands on what the history has gained. Called at least once per moment, so the order is that of time.
    private mutating func handOn(_ record: (History.Batch) -> Void, _ history: inout History, _ keepsHistory: Bool) {
        let batch = engine.takeRecords()
        guard !batch.isEmpty else { return }
        for change in batch.sessionChanges { digest.add(change) }
        for operation in batch.operations { digest.add(operation) }
        for delivery in batch.deliveries { digest.add(delivery) }
        record(batch)
        if keepsHistory { history.append(batch) }
    }
}

extension Command {
    /// Made without a token.
    fileprivate var isAnonymous: Bool {
        if case .auth = self { true } else { false }
    }
}

extension Reply {
    /// What a client would make of the answer.
    fileprivate var reported: (History.Operation.Result, Engine.Facts) {
        switch self {
        case .refused: (.refused(status: status), .none)
        case .auth(.registered(let grant)), .auth(.loggedIn(let grant)):
            (.accepted(status: status), .account(grant.account.id))
        case .chat(.ensured(let detail)): (.accepted(status: status), .conversation(detail.id))
        case .chat(.sent(let message)):
            (.accepted(status: status), .message(message.id, createdAt: message.createdAt))
        default: (.accepted(status: status), .none)
        }
    }
}
