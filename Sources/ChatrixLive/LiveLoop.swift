import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import NIOCore

/// Everything of a live run that lives on its one event loop: the engine, the connections, the timer.
final class LiveLoop: ConnectionOwner {
    /// Where the connections of a run lead.
    struct Roads {
        var http: Connector
        var webSocket: Connector
        var reactor: MQTTReactor?
    }

    var engine: Engine
    let configuration: LiveConfiguration
    let clients: ClientNumbers
    let loop: any EventLoop
    let roads: Roads
    /// Of the client IDs of event sessions.
    let clientPrefix: String
    private let observer: LiveObserver
    private let finished: EventLoopPromise<LiveResult>
    private let mailbox: ArrivalMailbox
    /// CLOCK_MONOTONIC of nanosecond 0.
    private let startNanoseconds: Int64

    private(set) var connections: [ClientConnection] = []
    var mqttSessions: [MQTTSession?]
    /// Subscribed to all topics.
    var isSubscribed: [Bool]
    /// How often in a row the broker refused to subscribe topics, by client.
    var refusals: [Int: Int] = [:]
    var sockets: [Int: SocketSession] = [:]

    private var isPumping = false
    private var mustPumpAgain = false
    private(set) var isEnded = false
    /// The earliest wake-up that is scheduled, nanoseconds of the run.
    private var wakeTime = Int64.max
    /// What was handed on, if it has to be kept.
    private var history: History
    private var pace = ConnectionPace()

    private let encoder: RequestEncoder
    private var reader = AnswerReader()
    /// For requests; on its way out it is shared, and the next request gets another.
    private var outgoing = ByteBuffer()

    init(
        engine: Engine, configuration: LiveConfiguration, clients: ClientNumbers, observer: LiveObserver,
        loop: any EventLoop, roads: Roads, mailbox: ArrivalMailbox, finished: EventLoopPromise<LiveResult>,
        startNanoseconds: Int64, clientPrefix: String
    ) {
        self.engine = engine
        history = engine.history
        self.configuration = configuration
        self.clients = clients
        self.observer = observer
        self.loop = loop
        self.roads = roads
        self.mailbox = mailbox
        self.finished = finished
        self.startNanoseconds = startNanoseconds
        self.clientPrefix = clientPrefix
        encoder = RequestEncoder(configuration.http)
        mqttSessions = Array(repeating: nil, count: clients.count)
        isSubscribed = Array(repeating: false, count: clients.count)
        connections = (0..<clients.count).map { ClientConnection(client: $0, owner: self) }
    }

    /// Nanoseconds of the run.
    var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) - startNanoseconds }

    func begin() {
        pump()
        tick(every: configuration.progressInterval) { $0.reportProgress() }
        tick(every: configuration.historyInterval) { $0.handOnHistory() }
        tick(every: SocketSession.pingInterval.nanoseconds) { $0.pingSockets() }
    }

    /// Ends the load; a second call ends the run at once.
    func stop() {
        engine.stop(at: now)
        pump()
    }

    // MARK: - Engine

    /// Carries out what the engine wants done, until it wants nothing more now.
    func pump() {
        guard !isEnded else { return }
        // An action may fail on the spot and report that; the loop below takes what follows from it.
        if isPumping {
            mustPumpAgain = true
            return
        }
        isPumping = true
        repeat {
            mustPumpAgain = false
            while let action = engine.nextAction(at: now) { carryOut(action) }
        } while mustPumpAgain
        isPumping = false
        if engine.isFinished { end() } else { scheduleWake() }
    }

    private func carryOut(_ action: Engine.Action) {
        switch action {
        case .send(let ticket, let client, let command, let wish): connections[client].send(ticket, command, wish)
        case .sendFrame(let ticket, let client, let request): sendFrame(ticket, client, request)
        case .openSession(let client, let id, .mqtt): openMQTTSession(client, id)
        case .openSession(let client, let id, .webSocket): openSocket(client, id)
        case .closeSession(let client, .mqtt): closeMQTTSession(client)
        case .closeSession(let client, .webSocket): closeSocket(client)
        case .closeConnection(let client): connections[client].closeWhenIdle()
        case .abandon(let ticket, let client):
            if !connections[client].abandon(ticket) { sockets[client]?.abandon(ticket) }
        }
    }

    private func scheduleWake() {
        guard let due = engine.nextDue, due < wakeTime else { return }
        wakeTime = due
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, due + startNanoseconds)))
        loop.assumeIsolated().scheduleTask(deadline: deadline) {
            if self.wakeTime == due { self.wakeTime = .max }
            self.pump()
        }
    }

    /// Tells the engine how a request ended.
    func completed(_ ticket: Engine.Ticket, _ answer: AnswerReader.Answer) {
        guard !isEnded else { return }
        takeArrivals()
        engine.completed(
            ticket, answer.result, answer.facts, observations: answer.observations, body: answer.body, at: now)
        pump()
    }

    // MARK: - HTTP

    /// Opens the connection of a client when its turn comes; the result is told to it.
    func connect(_ connection: ClientConnection) {
        guard !isEnded else { return connection.connectFailed("the run has ended") }
        roads.http.connect {
            try $0.pipeline.syncOperations.addHandler(connection)
        } failed: {
            connection.connectFailed($0)
        }
    }

    /// The bytes of a request.
    func encode(_ request: WireRequest, accessToken: String?) -> ByteBuffer {
        outgoing.clear(minimumCapacity: 1024)
        encoder.write(request, accessToken: accessToken, to: &outgoing)
        return outgoing
    }

    /// What a response says.
    func read(
        _ response: ResponseReader.Response, of endpoint: Endpoint.Name, wish: Engine.Wish
    ) -> AnswerReader.Answer {
        let envelope = AnswerReader.Envelope(
            status: response.status, hasContentType: response.hasContentType, hasLength: response.hasLength)
        return response.body.withUnsafeReadableBytes { reader.read(endpoint, envelope, $0, wish: wish) }
    }

    // MARK: - Arrivals

    /// Takes what came from the MQTT sessions since the last time, in its order.
    private func takeArrivals() {
        mailbox.take { receive($0) }
    }

    /// The mailbox has something.
    func arrivalsCame() {
        guard !isEnded else { return }
        takeArrivals()
        pump()
    }

    // MARK: - Reports

    private func tick(every interval: Int64, _ body: @escaping @Sendable (LiveLoop) -> Void) {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let amount = TimeAmount.nanoseconds(interval)
        loop.scheduleRepeatedTask(initialDelay: amount, delay: amount) { task in
            guard !bound.value.isEnded else { return task.cancel() }
            body(bound.value)
        }
    }

    private func reportProgress() {
        let run = engine.history.run
        let now = now
        let loadElapsed: Int64 =
            switch engine.stage {
            case .registering, .conversing: 0
            case .load: max(0, now - run.loadStart)
            case .settling, .auditing, .finished: run.loadEnd - run.loadStart
            }
        observer.progress(
            LiveProgress(
                stage: engine.stage, elapsed: now, loadElapsed: loadElapsed,
                loadDuration: engine.plan.scenario.loadDuration,
                phase: engine.stage == .load ? run.phases.last?.name : nil, userCount: engine.plan.userCount,
                counters: engine.counters, connections: connectionProgress(at: now)))
    }

    private func connectionProgress(at now: Int64) -> LiveProgress.Connections {
        var progress = LiveProgress.Connections()
        progress.httpOpen = connections.reduce(0) { $0 + ($1.isOpen ? 1 : 0) }
        progress.mqttUp = isSubscribed.reduce(0) { $0 + ($1 ? 1 : 0) }
        progress.webSocketUp = sockets.values.reduce(0) { $0 + ($1.isUp ? 1 : 0) }
        let mqtt = roads.reactor?.progress ?? MQTTProgress()
        progress.waiting = mqtt.queued + mqtt.connecting + roads.http.waitingCount + roads.webSocket.waitingCount
        progress.waitingToRetry = mqtt.waitingToRetry + sockets.values.reduce(0) { $0 + ($1.isWaitingToRetry ? 1 : 0) }
        progress.opened = roads.http.openedCount + roads.webSocket.openedCount + pace.mqttOpened
        progress.openedPerSecond = pace.rate(of: progress.opened, at: now)
        return progress
    }

    func noteMQTTOpened() { pace.mqttOpened += 1 }

    private func handOnHistory() {
        if engine.history.run != history.run {
            history.run = engine.history.run
            observer.run(history.run)
        }
        let batch = engine.takeRecords()
        guard !batch.isEmpty else { return }
        observer.history(batch)
        if configuration.keepsHistory { history.append(batch) }
    }

    private func end() {
        guard !isEnded else { return }
        isEnded = true
        handOnHistory()
        reportProgress()
        roads.http.close()
        roads.webSocket.close()
        for connection in connections { connection.close() }
        for socket in sockets.values { socket.close() }
        history.run = engine.history.run
        finished.succeed(
            LiveResult(
                history: history, counters: engine.counters, flowNames: engine.plan.flowNames,
                setupFailure: engine.setupFailure, setupProblems: engine.setupProblems))
    }
}

/// How fast connections are made.
private struct ConnectionPace {
    var mqttOpened = 0
    private var last = (count: 0, time: Int64(0))

    /// Per second, since the last call.
    mutating func rate(of count: Int, at time: Int64) -> Double {
        defer { last = (count, time) }
        return time > last.time ? Double(count - last.count) / Double(time - last.time) * 1e9 : 0
    }
}
