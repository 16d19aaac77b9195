import Synchronization

/// Publishes with QoS 1 over one session and keeps what cannot be sent yet (D-58).
///
/// While there is no broker, up to `queueLimit` publications wait in order; beyond, the oldest is dropped and reported
/// by its label. What was sent and not acknowledged is sent again, marked as a duplicate, after every reconnect.
package final class MQTTPublisher: Sendable {
    /// Publications that wait without a connection (D-58).
    package static let documentedQueueLimit = 1000
    /// The constant time between two attempts to connect (D-58).
    package static let documentedReconnectInterval = Duration.seconds(5)

    package enum State: Sendable, Equatable {
        case connecting
        case connected
        /// `retryIn` is nil when nothing will be tried any more.
        case disconnected(MQTTFailure, retryIn: Duration?)
        case closed
    }

    private let session: MQTTSession
    private let observer: PublisherObserver

    /// Adds a publishing session to `reactor`, which it may share with others.
    ///
    /// The callbacks come on the reactor's thread and must return soon. `onDropped` gets every publication that will not
    /// arrive or may not have arrived. Throws what is wrong with the settings.
    package init(
        on reactor: MQTTReactor, endpoint: MQTTEndpoint, clientID: String, tls: MQTTSession.TLS = .init(),
        queueLimit: Int = documentedQueueLimit, reconnectInterval: Duration = documentedReconnectInterval,
        connectDeadline: Duration = .seconds(10), keepAliveSeconds: Int = 60, maximumInflight: Int = 200,
        onDropped: @escaping @Sendable (MQTTLoss) -> Void = { _ in },
        onStateChange: @escaping @Sendable (State) -> Void = { _ in }
    ) throws(MQTTError) {
        observer = PublisherObserver(onDropped: onDropped, onStateChange: onStateChange)
        session = try reactor.add(
            MQTTSession.Configuration(
                endpoint: endpoint, clientID: clientID, tls: tls, keepAliveSeconds: keepAliveSeconds,
                maximumInflight: maximumInflight, reconnect: .constant(reconnectInterval),
                connectDeadline: connectDeadline, waitingLimit: queueLimit),
            tag: 0, subscriptions: [], observer: observer)
    }

    /// Queues a publication, from any thread; `label` names it in `onDropped`. Returns without waiting.
    ///
    /// Throws `MQTTError.invalidTopic`, `.payloadTooLarge`, or `.sessionClosed` after `close`.
    @discardableResult
    package func publish(topic: String, payload: [UInt8], label: String) throws(MQTTError) -> MQTTToken {
        try session.publish(topic: topic, payload: payload, label: label)
    }

    package var state: State { observer.account.read { $0.state } }

    /// Publications that wait for the broker or for their turn.
    package var queueDepth: Int { session.waitingCount }

    /// Publications sent to the broker and not acknowledged.
    package var unacknowledgedCount: Int { session.unacknowledgedCount }

    /// Publications acknowledged by the broker so far.
    package var acknowledgedCount: Int { observer.account.read { $0.acknowledged } }

    /// Publications reported to `onDropped` so far.
    package var droppedCount: Int { observer.account.read { $0.dropped } }

    /// Waits until the broker has acknowledged all that was published before; false when the deadline passed first or
    /// when something was dropped meanwhile. Must not be called on the reactor's thread.
    package func flush(within limit: Duration) -> Bool {
        let session = session
        let isDrained = { session.outbox.withLock { $0.waiting.isEmpty && $0.unacknowledged == 0 } }
        let droppedBefore = droppedCount
        let ended = observer.account.wait(until: .after(limit)) { account in
            account.isClosed || (session.state != .closed && isDrained())
        }
        return ended && isDrained() && droppedCount == droppedBefore
    }

    /// Connects at once in place of waiting for the next attempt, for instance after a restart of the broker.
    package func reconnect() {
        session.reconnect()
    }

    /// Flushes, then ends the session; what is left over is reported to `onDropped`. Returns whether nothing was.
    @discardableResult
    package func close(within limit: Duration) -> Bool {
        let isFlushed = flush(within: limit)
        session.remove()
        return isFlushed
    }
}

/// Counts what happens to the publications and passes it on.
private final class PublisherObserver: SessionObserver {
    struct Account {
        var state = MQTTPublisher.State.connecting
        var acknowledged = 0
        var dropped = 0
        var isClosed = false
    }

    let account = Monitor(Account())
    private let onDropped: @Sendable (MQTTLoss) -> Void
    private let onStateChange: @Sendable (MQTTPublisher.State) -> Void
    /// Acknowledgements of the present round; one update of the account a round is enough.
    private let acknowledged = Mutex(0)

    init(
        onDropped: @escaping @Sendable (MQTTLoss) -> Void,
        onStateChange: @escaping @Sendable (MQTTPublisher.State) -> Void
    ) {
        self.onDropped = onDropped
        self.onStateChange = onStateChange
    }

    func receive(_ event: MQTTEvent) {
        switch event {
        case .acknowledged:
            acknowledged.withLock { $0 += 1 }
        case .lost(_, let loss):
            account.update { $0.dropped += 1 }
            onDropped(loss)
        case .connected:
            enter(.connected)
        case .disconnected(_, let failure, let retryIn):
            enter(.disconnected(failure, retryIn: retryIn))
        case .closed:
            account.update { $0.isClosed = true }
            enter(.closed)
        case .subscribed, .unsubscribed, .message:
            break
        }
    }

    func publicationsSettled() {
        let count = acknowledged.withLock { count in
            defer { count = 0 }
            return count
        }
        account.update { $0.acknowledged += count }
    }

    private func enter(_ state: MQTTPublisher.State) {
        account.update { $0.state = state }
        onStateChange(state)
    }
}
