import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import Glibc
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// Drives the engine in real time: one event loop for HTTP and the engine, one reactor thread for MQTT.
///
/// Every virtual user has an HTTP connection and an event session of his own. Every wait has a deadline, so the run ends
/// whatever the deployment does: requests without answer are recorded as lost, sessions that break are recorded and
/// come back by themselves.
package final class LiveInterpreter: Sendable {
    private enum State: Sendable {
        case waiting(stopRequests: Int)
        case running(NIOLoopBound<LiveLoop>, any EventLoop)
        case over
    }

    private let scenario: Scenario
    private let configuration: LiveConfiguration
    private let observer: LiveObserver
    private let state = Mutex(State.waiting(stopRequests: 0))
    private let isBegun = Mutex(false)

    package init(_ scenario: Scenario, configuration: LiveConfiguration, observer: LiveObserver = LiveObserver()) {
        self.scenario = scenario
        self.configuration = configuration
        self.observer = observer
    }

    /// Carries the scenario out and returns what happened, once.
    ///
    /// Throws before anything was opened: `FileDescriptorLimit.Exceeded` for a population that does not fit into the limit
    /// of open files, `LiveError`, `MQTTError`. Whatever the deployment does later is in the result.
    package func run() async throws -> LiveResult {
        let isFirst = isBegun.withLock { isBegun in
            defer { isBegun = true }
            return !isBegun
        }
        guard isFirst else { throw LiveError.alreadyRun }
        try checkDescriptors()
        let address = try await resolve(configuration.http)
        var webSocketAddress = address
        if let base = configuration.webSocket { webSocketAddress = try await resolve(base) }
        let tls = try makeTLSContext()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let result = try await run(on: group.next(), (http: address, webSocket: webSocketAddress), tls)
            try await group.shutdownGracefully()
            return result
        } catch {
            try await group.shutdownGracefully()
            throw error
        }
    }

    /// Ends the load, so that the run settles and `run()` returns with what there is. A second call ends it at once. From
    /// any thread, also before the run has begun.
    package func stop() {
        let running: (NIOLoopBound<LiveLoop>, any EventLoop)? = state.withLock { state in
            switch state {
            case .waiting(let requests):
                state = .waiting(stopRequests: requests + 1)
                return nil
            case .running(let live, let loop): return (live, loop)
            case .over: return nil
            }
        }
        if let (live, loop) = running { loop.execute { live.value.stop() } }
    }

    private func run(
        on loop: any EventLoop, _ addresses: (http: SocketAddress, webSocket: SocketAddress), _ tls: NIOSSLContext?
    ) async throws -> LiveResult {
        let start = Int64(NIODeadline.now().uptimeNanoseconds)
        let clients = clients
        let mailbox = ArrivalMailbox(loop: loop, clients: clients, startNanoseconds: start)
        let reactor = try configuration.mqtt.map { _ in try MQTTReactor.start { mailbox.post($0) } }
        var options = configuration.plan
        options.channels = channels
        let engine = Engine(
            plan: Plan(scenario, options: options), clock: .real,
            startedAt: Timestamp(milliseconds: WallClock.milliseconds))
        let finished = loop.makePromise(of: LiveResult.self)
        let (configuration, observer) = (configuration, observer)
        let clientPrefix = "chatrix-\(getpid())-\(start / 1000)-\(engine.plan.seed)"
        let live = try await loop.submit {
            let limit = TimeAmount.nanoseconds(engine.plan.options.requestTimeout)
            let roads = LiveLoop.Roads(
                http: Connector(configuration.http, address: addresses.http, tls: tls, loop: loop, timeout: limit),
                webSocket: Connector(
                    configuration.webSocketBase, address: addresses.webSocket, tls: tls, loop: loop, timeout: limit),
                reactor: reactor)
            return NIOLoopBound(
                LiveLoop(
                    engine: engine, configuration: configuration, clients: clients, observer: observer, loop: loop,
                    roads: roads, mailbox: mailbox, finished: finished, startNanoseconds: start,
                    clientPrefix: clientPrefix), eventLoop: loop)
        }.get()
        mailbox.open { live.value.arrivalsCame() }
        let stopRequests = state.withLock { state in
            guard case .waiting(let requests) = state else { return 0 }
            state = .running(live, loop)
            return requests
        }
        loop.execute {
            live.value.begin()
            for _ in 0..<stopRequests { live.value.stop() }
        }
        let result = try await finished.futureResult.get()
        state.withLock { $0 = .over }
        mailbox.close()
        if let reactor { try await NIOThreadPool.singleton.runIfActive { reactor.stop() } }
        return result
    }

    /// The ways to events that the deployment has; none if all that the scenario listens on are missing.
    private var channels: Set<History.Channel> {
        let known: Set<History.Channel> = configuration.mqtt == nil ? [.webSocket] : [.mqtt, .webSocket]
        return scenario.channels.isDisjoint(with: known) ? [] : known
    }

    private var clients: ClientNumbers { ClientNumbers(userCount: scenario.users, devices: scenario.devices) }

    private func checkDescriptors() throws {
        try FileDescriptorLimit.raiseToHardLimit()
        var perUser = [FileDescriptorLimit.Demand.Item("HTTP connection", 1)]
        if configuration.mqtt != nil {
            perUser.append(.init("MQTT session", FileDescriptorLimit.descriptorsPerMQTTSession))
        }
        if scenario.channels.contains(.webSocket) { perUser.append(.init("WebSocket connection", 1)) }
        try FileDescriptorLimit.check(needed: .init(users: clients.count, perUser: perUser))
    }

    /// Once for all users, so that a name server is no part of the load.
    private func resolve(_ base: HTTPBase) async throws -> SocketAddress {
        do {
            return try await NIOThreadPool.singleton.runIfActive {
                try SocketAddress.makeAddressResolvingHost(base.host, port: base.port)
            }
        } catch {
            throw LiveError.unresolvable(host: base.host, reason: "\(error)")
        }
    }

    private func makeTLSContext() throws -> NIOSSLContext? {
        guard configuration.http.usesTLS || configuration.webSocketBase.usesTLS else { return nil }
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.applicationProtocols = ["http/1.1"]
        if let file = configuration.httpCAFile { settings.trustRoots = .file(file) }
        if configuration.httpAcceptsAnyCertificate { settings.certificateVerification = .none }
        do {
            return try NIOSSLContext(configuration: settings)
        } catch {
            throw LiveError.tls("\(error)")
        }
    }
}
