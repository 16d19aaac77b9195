import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Everything of a live run that lives on its one event loop: the engine, the connections, the timer.
final class LiveLoop {
    private var engine: Engine
    private let configuration: LiveConfiguration
    private let observer: LiveObserver
    private let loop: any EventLoop
    private let reactor: MQTTReactor?
    private let finished: EventLoopPromise<LiveResult>
    private let address: SocketAddress
    private let tls: NIOSSLContext?
    /// CLOCK_MONOTONIC of nanosecond 0.
    private let startNanoseconds: Int64
    private let clientPrefix: String

    private var connections: [UserConnection] = []
    private var sessionIsUp: [Bool]
    private var lastSessionFailure: String?
    private var isPumping = false
    private var mustPumpAgain = false
    private var isEnded = false
    /// The earliest wake-up that is scheduled, nanoseconds of the run.
    private var wakeTime = Int64.max
    /// What was handed on, if it has to be kept.
    private var history: History

    let pathPrefix: String
    let commonHeaders: HTTPHeaders

    init(
        engine: Engine, configuration: LiveConfiguration, observer: LiveObserver, loop: any EventLoop,
        reactor: MQTTReactor?, finished: EventLoopPromise<LiveResult>, address: SocketAddress, tls: NIOSSLContext?,
        startNanoseconds: Int64, clientPrefix: String
    ) {
        self.engine = engine
        history = engine.history
        self.configuration = configuration
        self.observer = observer
        self.loop = loop
        self.reactor = reactor
        self.finished = finished
        self.address = address
        self.tls = tls
        self.startNanoseconds = startNanoseconds
        self.clientPrefix = clientPrefix
        pathPrefix = configuration.http.prefix
        commonHeaders = [
            "host": configuration.http.authority, "user-agent": "chatrix-sim", "accept": "application/json",
        ]
        sessionIsUp = Array(repeating: false, count: engine.plan.userCount)
        connections = (0..<engine.plan.userCount).map { UserConnection(user: $0, owner: self) }
    }

    private var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) - startNanoseconds }

    func begin() {
        pump()
        tick(every: configuration.progressInterval) { $0.reportProgress() }
        tick(every: configuration.historyInterval) { $0.handOnHistory() }
    }

    /// Ends the load; a second call ends the run at once.
    func stop() {
        engine.stop(at: now)
        pump()
    }

    // MARK: - Engine

    /// Carries out what the engine wants done, until it wants nothing more now.
    private func pump() {
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
        case .openSession(let user, let id, _): openSession(user, id)
        case .closeSession, .closeConnection, .sendFrame: break
        case .send(let ticket, let user, let command, _): connections[user].send(ticket, command)
        case .abandon(let ticket, let user): connections[user].abandon(ticket)
        }
    }

    private func scheduleWake() {
        guard let due = engine.nextDue, due < wakeTime else { return }
        wakeTime = due
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(0, due + startNanoseconds)))
        let bound = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(deadline: deadline) {
            let live = bound.value
            if live.wakeTime == due { live.wakeTime = .max }
            if !live.isEnded { live.pump() }
        }
    }

    // MARK: - HTTP

    /// Opens the connection of a user; the result is told to it.
    func connect(_ connection: UserConnection) {
        guard !isEnded else { return connection.connectFailed("the run has ended") }
        let bound = NIOLoopBound(connection, eventLoop: loop)
        let tls = tls
        let host = configuration.http.host
        let limit = TimeAmount.nanoseconds(engine.plan.options.requestTimeout)
        ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(try LiveLoop.makeTLSHandler(tls, host: host)) }
                    try pipeline.addHandler(HTTPRequestEncoder())
                    try pipeline.addHandler(
                        ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
                    try pipeline.addHandler(bound.value)
                }
            }
            .connect(to: address)
            .whenFailure { [address] error in
                bound.value.connectFailed("cannot connect to \(address): \(error)")
            }
    }

    private static func makeTLSHandler(_ context: NIOSSLContext, host: String) throws -> NIOSSLClientHandler {
        do {
            return try NIOSSLClientHandler(context: context, serverHostname: host)
        } catch let error as NIOSSLExtraError where error == .cannotUseIPAddressInSNI {
            return try NIOSSLClientHandler(context: context, serverHostname: nil)
        }
    }

    func completed(_ ticket: Engine.Ticket, _ answer: AnswerReader.Answer) {
        engine.completed(ticket, answer.result, answer.facts, at: now)
        pump()
    }

    // MARK: - MQTT

    private func openSession(_ user: Int, _ id: UserID) {
        guard let reactor, let endpoint = configuration.mqtt else { return }
        let session = MQTTSession.Configuration(
            endpoint: endpoint, clientID: "\(clientPrefix)-\(user)", tls: configuration.mqttTLS,
            reconnect: .backoff(initial: .milliseconds(250), maximum: .seconds(2), seed: engine.plan.seed))
        let subscriptions = EventTopic.allCases.map { MQTTSubscription($0.name(for: id)) }
        do {
            _ = try reactor.add(session, tag: user, subscriptions: subscriptions)
        } catch {
            // The engine gives the session up at its deadline; this is the reason.
            lastSessionFailure = error.description
        }
    }

    /// Takes what came from the sessions, in the order of arrival.
    func receive(_ arrivals: [Arrival]) {
        for arrival in arrivals {
            switch arrival {
            case .delivery(let delivery): engine.received(delivery)
            case .sessionUp(let user, let time):
                guard !sessionIsUp[user] else { continue }
                sessionIsUp[user] = true
                engine.sessionChanged(client: user, isUp: true, at: time)
            case .sessionDown(let user, let time, let reason):
                lastSessionFailure = reason
                guard sessionIsUp[user] else { continue }
                sessionIsUp[user] = false
                engine.sessionChanged(client: user, isUp: false, reason: reason, at: time)
            }
        }
        if !isEnded { pump() }
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
                counters: engine.counters))
    }

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
        for connection in connections { connection.close() }
        var problems = engine.setupProblems
        if !problems.isEmpty, let lastSessionFailure {
            problems.append("last word of the broker: \(lastSessionFailure)")
        }
        history.run = engine.history.run
        finished.succeed(
            LiveResult(
                history: history, counters: engine.counters, flowNames: engine.plan.flowNames,
                setupFailure: engine.setupFailure, setupProblems: problems))
    }
}
