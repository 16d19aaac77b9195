import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The reference API on real sockets: HTTP, MQTT publishing, webhooks, control plane.
package final class ReferenceServer: Sendable {
    package enum Broker: Sendable, Hashable {
        /// No publications; the events are only in the outbox of the control plane.
        case off
        /// A mosquitto of our own on a port of 127.0.0.1, 0 for a free one.
        case managed(port: Int)
        case external(MQTTEndpoint)
    }

    package struct Configuration: Sendable {
        package var host = "127.0.0.1"
        /// 0: a free one.
        package var port = 8080
        package var broker = Broker.managed(port: 1883)
        /// Between two attempts to connect to the broker (D-58).
        package var brokerRetryInterval = MQTTPublisher.documentedReconnectInterval
        package var api = ReferenceAPI.Configuration()
        package var clock = ReferenceClock.real
        /// Nil: offered exactly when `host` is a loopback address.
        package var offersControl: Bool?
        package var faults: [Fault] = []
        package var limits = HTTPLimits()

        package init() {}

        /// Free port, no broker: what a test in this process needs.
        package static var inProcess: Configuration {
            var configuration = Configuration()
            configuration.port = 0
            configuration.broker = .off
            return configuration
        }
    }

    package let httpURL: String
    /// Nil without a broker.
    package let mqttURL: String?
    package let webSocketURL: String
    /// Nil when the control plane is not offered.
    package let controlURL: String?
    /// The port of `httpURL`.
    package let port: Int

    private let parts: Mutex<Parts?>
    private let logger: Logger

    /// What has to be ended, in the order in which it was started.
    private struct Parts: Sendable {
        var group: MultiThreadedEventLoopGroup
        var threads: NIOThreadPool
        var supervisor: BrokerSupervisor?
        var publisher: MQTTEventPublisher?
        var outlet: NIOLoopBound<EventOutlet>?
        var sender: NIOLoopBound<WebhookSender>?
        var http: HTTPServer?
    }

    /// Starts everything and returns when requests are accepted. Blocks; not to be called on an event loop.
    ///
    /// The caller must call `stop()`. Throws `ServerStartError` or what is wrong with the broker's settings, and leaves
    /// nothing running then.
    package static func start(_ configuration: Configuration, logger: Logger) throws -> ReferenceServer {
        let isLoopback = isLoopback(configuration.host)
        let offersControl = configuration.offersControl ?? isLoopback
        guard isLoopback || !offersControl else {
            throw ServerStartError.controlNotOnLoopback(host: configuration.host)
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let threads = NIOThreadPool(numberOfThreads: 2)
        threads.start()
        var parts = Parts(group: group, threads: threads)
        do {
            try startBroker(configuration, &parts, logger)
            let http = try startHTTP(configuration, offersControl: offersControl, &parts, logger)
            let mqttURL =
                switch configuration.broker {
                case .off: nil as String?
                case .managed: parts.supervisor?.broker?.endpoint.url
                case .external(let endpoint): endpoint.url
                }
            return ReferenceServer(
                host: configuration.host, port: http.port, mqttURL: mqttURL, offersControl: offersControl, parts: parts,
                logger: logger)
        } catch {
            end(parts, within: .zero, logger)
            throw error
        }
    }

    private init(
        host: String, port: Int, mqttURL: String?, offersControl: Bool, parts: Parts, logger: Logger
    ) {
        let authority = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        httpURL = "http://\(authority)"
        webSocketURL = "ws://\(authority)/ws"
        controlURL = offersControl ? "http://\(authority)/_reference" : nil
        self.mqttURL = mqttURL
        self.port = port
        self.parts = Mutex(parts)
        self.logger = logger
    }

    private static func startBroker(
        _ configuration: Configuration, _ parts: inout Parts, _ logger: Logger
    ) throws {
        let loop = parts.group.next()
        let endpoint: MQTTEndpoint
        switch configuration.broker {
        case .off: return
        case .external(let external): endpoint = external
        case .managed(let port):
            let supervisor: BrokerSupervisor
            do {
                supervisor = try BrokerSupervisor.start(port: port, logger: logger, loop: loop, threads: parts.threads)
            } catch ManagedBrokerError.portTaken(let port) {
                throw ServerStartError.portTaken(host: "127.0.0.1", port: port, option: "--mqtt-port")
            }
            parts.supervisor = supervisor
            guard let broker = supervisor.broker else { preconditionFailure("a broker that started is there") }
            endpoint = broker.endpoint
        }
        let publisher = try MQTTEventPublisher.start(
            endpoint: endpoint, logger: logger, loop: loop, reconnectInterval: configuration.brokerRetryInterval)
        parts.publisher = publisher
        parts.supervisor?.onRestart { publisher.reconnect() }
    }

    private static func startHTTP(
        _ configuration: Configuration, offersControl: Bool, _ parts: inout Parts, _ logger: Logger
    ) throws -> HTTPServer {
        let loop = parts.group.next()
        let publisher = parts.publisher
        let faults = configuration.faults
        let outlet = try loop.submit {
            NIOLoopBound(EventOutlet(publisher: publisher, faults: faults, loop: loop), eventLoop: loop)
        }.wait()
        parts.outlet = outlet
        let sender = try loop.submit {
            NIOLoopBound(WebhookSender(loop: loop, logger: logger), eventLoop: loop)
        }.wait()
        parts.sender = sender
        let effective = publisher == nil ? faults.filter(\.isOfState) : faults
        if !effective.isEmpty {
            logger.warning("misbehaves on purpose: \(effective.map(\.description).joined(separator: ", "))")
        }
        var apiConfiguration = configuration.api
        apiConfiguration.backend.faults = faults
        apiConfiguration.isObserved = offersControl
        let clock = configuration.clock
        var api = ReferenceAPI(configuration: apiConfiguration)
        try apiConfiguration.fixtures?(&api, clock.now(systemTime: .systemTime()))
        let startAPI = api
        let threads = parts.threads
        let http = try HTTPServer.start(
            host: configuration.host, port: configuration.port, limits: configuration.limits, on: loop, logger: logger
        ) {
            let responder = ReferenceResponder(
                api: startAPI, clock: clock, offersControl: offersControl, outlet: outlet.value,
                sender: sender.value, publisher: publisher, loop: loop, threads: threads)
            let bound = NIOLoopBound(responder, eventLoop: loop)
            publisher?.onIncident { incident in loop.execute { bound.value.cover(incident) } }
            return responder
        }
        parts.http = http
        return http
    }

    /// Whether other machines cannot reach `host`.
    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// How many WebSocket connections are open; none after `stop()`. Not to be called on an event loop.
    package func webSocketCount() throws -> Int { try parts.withLock { $0?.http }?.webSocketCount() ?? 0 }

    /// Stops accepting, has requests under way answered, sends the webhooks that are due and what the outbox
    /// holds, ends the broker.
    ///
    /// Each step has `limit`. Further calls do nothing. Blocks; not to be called on an event loop.
    package func stop(within limit: Duration = .seconds(5)) {
        let parts = parts.withLock { parts in
            defer { parts = nil }
            return parts
        }
        if let parts { ReferenceServer.end(parts, within: limit, logger) }
    }

    private static func end(_ parts: Parts, within limit: Duration, _ logger: Logger) {
        do {
            let cutOffCount = try parts.http?.stop(within: limit) ?? 0
            if cutOffCount > 0 { logger.warning("\(cutOffCount) connections were cut off after \(limit)") }
            if let sender = parts.sender {
                try parts.group.next().flatSubmit { sender.value.stop(within: TimeAmount(limit)) }.wait()
            }
            if let outlet = parts.outlet {
                let injected = try parts.group.next().submit {
                    outlet.value.finish()
                    return outlet.value.injected
                }.wait()
                for (fault, count) in injected { logger.warning("fault \(fault): injected \(count) times") }
            }
        } catch {
            logger.error("stopping the HTTP server: \(error)")
        }
        parts.publisher?.stop(within: limit)
        parts.supervisor?.stop()
        do {
            try parts.threads.syncShutdownGracefully()
            try parts.group.syncShutdownGracefully()
        } catch {
            logger.error("stopping the threads: \(error)")
        }
    }
}
