import ChatrixMQTT
import ChatrixReference
import Glibc
import Logging
import NIOCore

/// MQTT-CONFIG: publishes over one MQTT session that connects again for ever (D-58), and says on the log what happens
/// to it.
final class MQTTEventPublisher: EventPublisher {
    /// Publications that may wait while there is a connection, but a slow one. Without a connection the documented
    /// limit of `MQTTPublisher` holds.
    static let connectedQueueLimit = 100_000

    private let reactor: MQTTReactor
    private let publisher: MQTTPublisher
    private let losses: LossReport
    private let link: BrokerLink

    private init(reactor: MQTTReactor, publisher: MQTTPublisher, losses: LossReport, link: BrokerLink) {
        self.reactor = reactor
        self.publisher = publisher
        self.losses = losses
        self.link = link
    }

    /// Starts to connect and returns after the first success or failure, or after `patience`. Blocks.
    ///
    /// Throws what is wrong with the settings; a broker that does not answer is only logged, and tried again.
    static func start(
        endpoint: MQTTEndpoint, logger: Logger, loop: any EventLoop, patience: Duration = .seconds(2),
        reconnectInterval: Duration = MQTTPublisher.documentedReconnectInterval
    ) throws -> MQTTEventPublisher {
        let reactor = try MQTTReactor.start()
        let losses = LossReport(of: "MQTT", "publications", logger: logger, loop: loop)
        let link = BrokerLink()
        let firstResult = loop.makePromise(of: Void.self)
        do {
            // A broker closes the older of two sessions with one name, so servers that share a broker need their own.
            let clientID = "chatrix-\(String(UInt64.random(in: 0...(.max)), radix: 36))"
            let publisher = try MQTTPublisher(
                on: reactor, endpoint: endpoint, clientID: clientID, reconnectInterval: reconnectInterval,
                onDropped: { losses.add($0.label, reason: $0.reason.text) },
                onStateChange: { state in
                    switch state {
                    case .connected:
                        link.connected()
                        logger.info("MQTT: connected to \(endpoint.url)")
                        firstResult.succeed()
                    case .disconnected(.requested, _), .connecting, .closed: break
                    case .disconnected(let failure, let retryIn):
                        if retryIn != nil { link.disconnected() }
                        let next = retryIn.map { "; next attempt in \($0.components.seconds) s, events wait" } ?? ""
                        logger.warning("MQTT: \(endpoint.url): \(failure)\(next)")
                        firstResult.succeed()
                    }
                })
            link.attach(publisher)
            let alarm = loop.scheduleTask(in: TimeAmount(patience)) { firstResult.succeed() }
            try firstResult.futureResult.wait()
            alarm.cancel()
            return MQTTEventPublisher(reactor: reactor, publisher: publisher, losses: losses, link: link)
        } catch {
            firstResult.fail(error)
            reactor.stop()
            throw error
        }
    }

    func publish(topic: String, payload: [UInt8], label: String) {
        guard publisher.queueDepth < MQTTEventPublisher.connectedQueueLimit else {
            losses.add(
                label, reason: "the broker is too slow and \(MQTTEventPublisher.connectedQueueLimit) wait already")
            return
        }
        link.published(isConnected: isConnected)
        do {
            try publisher.publish(topic: topic, payload: payload, label: label)
        } catch {
            losses.add(label, reason: "\(error)")
        }
    }

    var isConnected: Bool { publisher.state == .connected }

    func flush(within limit: Duration) -> Bool { publisher.flush(within: limit) }

    /// Sets what is told, on another thread, of the connection's loss and return.
    func onIncident(_ tell: @escaping @Sendable (ReferenceAPI.BrokerIncident) -> Void) { link.onIncident(tell) }

    /// Connects at once instead of at the next attempt.
    func reconnect() { publisher.reconnect() }

    func stop(within limit: Duration) {
        // Without a broker there is nothing to wait for.
        publisher.close(within: isConnected ? limit : .zero)
        reactor.stop(within: limit)
        link.onIncident(nil)
        losses.finish()
    }
}

extension MQTTLoss.Reason {
    fileprivate var text: String {
        switch self {
        case .queueFull(let limit): "because more than \(limit) waited for a broker, the oldest first"
        case .notSent: "because the connection broke"
        case .closedWhileWaiting: "because the server ended before there was a broker"
        case .closedUnacknowledged: "perhaps, because the server ended before the broker confirmed them"
        case .refused(let code, let message): "because the MQTT library refused them: \(message) (\(code))"
        }
    }
}
