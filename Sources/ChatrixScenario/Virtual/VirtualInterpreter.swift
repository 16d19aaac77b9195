import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// Drives the engine in virtual time against the reference: the earliest thing is next, whatever the hour. The same plan,
/// backend, network and faults give the same event log, byte for byte.
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
        /// How often each fault was injected: those of publications, then those of the state.
        package var injected: [(fault: Fault, count: Int)]

        /// Nanoseconds of virtual time.
        package var duration: Int64 { history.run.end }
    }

    /// Something on its way, or a moment at which something happens.
    enum Item {
        case request(Engine.Ticket, client: Int32, Engine.Wish, Command)
        case answer(Engine.Ticket, History.Operation.Result, Engine.Facts)
        /// An answer of which the engine wants more than its facts.
        indirect case fullAnswer(
            Engine.Ticket, History.Operation.Result, Engine.Facts, [History.Observation], JSON?)
        /// For the session that the client had when it left.
        case event(Event, client: Int32, session: UInt32, order: UInt32)
        case sessionUp(client: Int32, History.Channel, session: UInt32)
        case sessionDown(client: Int32, History.Channel, session: UInt32, reason: StaticString)
        /// All that was sent to earlier sessions of the client has come to nothing.
        case resumption(client: Int32, session: UInt32)
        /// A cut of the network is noticed.
        case cut(Int)
        /// A publication that a fault has delayed.
        case publication(Event.Publication)
        /// Publications that a fault holds back may be overdue.
        case overdueCheck
        /// The backend reaches the broker again.
        case publisherReturn
        indirect case socketRequest(Engine.Ticket, client: Int32, session: UInt32, SocketRequest)
        indirect case frame(SocketFrameItem, client: Int32, session: UInt32)
        /// A place that can be taken.
        case none
    }

    /// Records that are handed on together, at least.
    private static let batchCount = 4096

    var engine: Engine
    var backend: ReferenceBackend
    var network: NetworkModel
    var injector: FaultInjector?
    private var travelling = TimerQueue<Int32>()
    private var items: [Item] = []
    private var freeItems: [Int32] = []
    private var log = RunLog()
    let devices: Int
    /// By user.
    var accounts: [UserID?]
    var numbers: [UserID: Int32] = [:]
    /// By client: what its next refresh uses up.
    private var refreshTokens: [TokenClaims?]
    /// By client.
    var mqttSessions: [Session]
    var socketSessions: [Session] = []
    /// The WebSocket connections as the API knows them; each has the number of its client.
    var sockets = Sockets()
    /// Clients whose next request has to open a connection.
    var closedConnections: Set<Int> = []
    /// How many events were sent to sessions.
    var eventCount: UInt32 = 0
    /// What waits for the broker.
    var publisherQueue = FIFO<Event.Publication>()
    var isOverdueCheckScheduled = false
    private var awaitsLoad: Bool
    let startedAt: Timestamp

    package init(
        _ plan: Plan, backend: ReferenceBackend, network: NetworkModel.Configuration = .init(), faults: [Fault] = [],
        startedAt: Timestamp = .virtualStart
    ) {
        engine = Engine(plan: plan, clock: .virtual, startedAt: startedAt)
        self.backend = backend
        devices = plan.scenario.devices
        let clients = plan.clientCount
        self.network = NetworkModel(network, seed: plan.seed)
        self.network.prepare(clients: clients, devices: devices)
        injector = faults.allSatisfy(\.isOfState) ? nil : FaultInjector(faults)
        accounts = Array(repeating: nil, count: plan.userCount)
        refreshTokens = Array(repeating: nil, count: clients)
        mqttSessions = Array(repeating: Session(), count: clients)
        awaitsLoad = !network.partitions.isEmpty
        self.startedAt = startedAt
    }

    /// Runs to the end. `isStopped` is asked now and then with the virtual time; once it says yes, the run is stopped as by
    /// an interruption. `record` gets what the history gains, in batches of some thousand records and in its order; nothing
    /// is kept if `keepsHistory` is false. `update` gets the circumstances of the run when a phase begins, before the
    /// records of its operations.
    package mutating func run(
        keepsHistory: Bool = true, record: (History.Batch) -> Void = { _ in }, update: (History.Run) -> Void = { _ in },
        isStopped: (Int64) -> Bool = { _ in false }
    ) -> Result {
        var history = engine.history
        var now: Int64 = 0
        var turns = 0
        while !engine.isFinished {
            while let action = engine.nextAction(at: now) { carryOut(action, at: now) }
            if awaitsLoad, engine.stage >= .load { beginPartitions() }
            if engine.history.run.phases.count != history.run.phases.count {
                handOn(record, &history, keepsHistory)
                history.run = engine.history.run
                update(history.run)
            }
            if log.note(engine.history) >= VirtualInterpreter.batchCount { handOn(record, &history, keepsHistory) }
            let next = min(nextArrival ?? .max, engine.nextDue ?? .max)
            guard next < .max else { break }
            now = max(now, next)
            // In the order of time; at one time, what travelled is there before the next step begins.
            deliverNext(at: now)
            turns += 1
            if turns % 256 == 0, isStopped(now) { engine.stop(at: now) }
        }
        _ = log.note(engine.history)
        handOn(record, &history, keepsHistory)
        history.run = engine.history.run
        return Result(
            history: history, counters: engine.counters, digest: log.digest, backend: backend,
            setupFailure: engine.setupFailure, setupProblems: engine.setupProblems,
            injected: (injector?.injected ?? []) + backend.injectedFaults)
    }

    private mutating func handOn(_ record: (History.Batch) -> Void, _ history: inout History, _ keepsHistory: Bool) {
        let batch = engine.takeRecords()
        log.recordsWereTaken()
        guard !batch.isEmpty else { return }
        record(batch)
        if keepsHistory { history.append(batch) }
    }

    private mutating func carryOut(_ action: Engine.Action, at now: Int64) {
        switch action {
        case .openSession(let client, let id, let channel): openSession(client, id, channel, at: now)
        case .closeSession(let client, let channel): closeSession(client, channel, at: now)
        case .closeConnection(let client): closedConnections.insert(client)
        case .send(let ticket, let client, let command, let wish):
            let departure =
                !closedConnections.isEmpty && closedConnections.remove(client) != nil
                ? network.connection(client: client, now: now) : now
            // An answer that will never come is given up by the engine.
            if case .arrives(let time) = network.send(.requests, client: client, now: departure) {
                send(.request(ticket, client: Int32(client), wish, command), arriving: time)
            }
        case .sendFrame(let ticket, let client, let request): sendFrame(ticket, client, request, at: now)
        case .abandon: break
        }
    }

    /// When the next thing arrives; `nil` if nothing is on its way.
    var nextArrival: Int64? { travelling.nextTime }

    /// Delivers the earliest thing that has arrived by now, if there is one.
    mutating func deliverNext(at now: Int64) {
        if let arrived = travelling.popFirst(until: now) { deliver(takeItem(arrived.payload), at: now) }
    }

    private mutating func deliver(_ item: Item, at now: Int64) {
        switch item {
        case .request(let ticket, let client, let wish, let command):
            perform(command, ticket, Int(client), wish, at: now)
        case .answer(let ticket, let result, let facts): engine.completed(ticket, result, facts, at: now)
        case .fullAnswer(let ticket, let result, let facts, let observations, let body):
            engine.completed(ticket, result, facts, observations: observations, body: body, at: now)
        case .event(let event, let client, let session, let order):
            receive(event, order, Int(client), session, at: now)
        case .sessionUp(let client, let channel, let session):
            sessionIsUp(Int(client), channel, session, at: now)
        case .sessionDown(let client, let channel, let session, let reason):
            sessionIsDown(Int(client), channel, session, reason, at: now)
        case .resumption(let client, let session): resume(Int(client), session, at: now)
        case .cut(let cut): notice(cut: cut, at: now)
        case .publication(let publication): publish(publication, at: now)
        case .overdueCheck: releaseOverdue(at: now)
        case .publisherReturn: flushPublisherQueue(at: now)
        case .socketRequest(let ticket, let client, let session, let request):
            perform(request, ticket, Int(client), session, at: now)
        case .frame(let frame, let client, let session): receive(frame, Int(client), session, at: now)
        case .none: break
        }
    }

    private mutating func perform(
        _ command: Command, _ ticket: Engine.Ticket, _ client: Int, _ wish: Engine.Wish, at now: Int64
    ) {
        let user = command.isAnonymous ? nil : accounts[client / devices]
        let outcome = backend.apply(withOwnToken(command, of: client), by: user, at: time(now))
        let reply = outcome.reply
        let facts = reply.facts
        noteTokens(reply, of: client)
        forward(outcome, confirmingTo: nil, at: now)
        guard case .arrives(let time) = network.send(.answers, client: client, now: now) else { return }
        if wish.isEmpty {
            send(.answer(ticket, reply.result, facts), arriving: time)
        } else {
            send(
                .fullAnswer(
                    ticket, reply.result, facts, wish.contains(.observations) ? reply.observations : [],
                    wish.contains(.body) ? reply.json : nil), arriving: time)
        }
    }

    /// A refresh with the token that the client holds; other commands as they are.
    private func withOwnToken(_ command: Command, of client: Int) -> Command {
        guard case .auth(.refresh(_, let deviceID)) = command, let claims = refreshTokens[client] else {
            return command
        }
        return .auth(.refresh(claims, deviceID: deviceID))
    }

    /// Keeps the client's account and token; an account that a flow registers beside the user's own is left alone.
    private mutating func noteTokens(_ reply: Reply, of client: Int) {
        switch reply {
        case .auth(.registered(let grant)), .auth(.loggedIn(let grant)):
            let own = accounts[client / devices] ?? grant.account.id
            guard grant.account.id == own else { return }
            accounts[client / devices] = own
            refreshTokens[client] = grant.refresh
        case .auth(.refreshed(_, let refresh)): refreshTokens[client] = refresh
        default: break
        }
    }

    /// The clock of the backend.
    func time(_ now: Int64) -> Timestamp { startedAt + now / 1_000_000 }

    private mutating func beginPartitions() {
        awaitsLoad = false
        network.loadBegins(at: engine.history.run.loadStart)
        for (time, cut) in network.breakages { send(.cut(cut), arriving: time) }
    }

    mutating func send(_ item: Item, arriving time: Int64) {
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
}

extension Command {
    /// Made without a token.
    fileprivate var isAnonymous: Bool {
        if case .auth = self { true } else { false }
    }
}
