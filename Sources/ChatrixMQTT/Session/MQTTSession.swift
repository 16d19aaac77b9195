import Synchronization

/// One MQTT client on a reactor: a handle that any thread may use.
///
/// Nothing here blocks. Requests take effect on the reactor's thread in the order in which they were made; what comes
/// of them arrives as events.
package final class MQTTSession: Sendable {
    package enum State: UInt8, Sendable {
        /// Waiting for its turn to connect, connecting, or waiting to try again.
        case connecting
        case connected
        /// Disconnected on request, or given up by the reconnect policy.
        case disconnected
        /// Removed, or its reactor has stopped; nothing can follow.
        case closed
    }

    /// The number that the caller gave it, for finding its own data.
    package let tag: Int
    package let configuration: Configuration
    let mailbox: ReactorMailbox
    let outbox: Mutex<SessionOutbox>

    init(tag: Int, configuration: Configuration, mailbox: ReactorMailbox) {
        self.tag = tag
        self.configuration = configuration
        self.mailbox = mailbox
        outbox = Mutex(SessionOutbox(waitingLimit: configuration.waitingLimit))
    }

    package var state: State { outbox.withLock { $0.state } }

    /// Publications that wait for a connection, or for their turn on it.
    package var waitingCount: Int { outbox.withLock { $0.waiting.count } }

    /// Publications handed to libmosquitto and not yet acknowledged.
    package var unacknowledgedCount: Int { outbox.withLock { $0.unacknowledged } }

    /// Queues a publication and returns the token that `acknowledged` or `lost` will carry.
    ///
    /// Publications of one session are sent in the order of the calls. Without a connection they wait, up to the
    /// configuration's `waitingLimit`. `label` names the publication in `lost`. Throws `MQTTError.invalidTopic`,
    /// `.payloadTooLarge` or `.sessionClosed`, and then nothing is queued.
    @discardableResult
    package func publish(
        topic: String, payload: [UInt8], qos: MQTTQoS = .atLeastOnce, retain: Bool = false, label: String = ""
    ) throws(MQTTError) -> MQTTToken {
        try checkPublicationTopic(topic)
        guard payload.count <= 268_435_455 else { throw .payloadTooLarge(byteCount: payload.count) }
        let outcome = outbox.withLock {
            $0.append(topic: topic, payload: payload, qos: qos, retain: retain, label: label)
        }
        guard let outcome else { throw .sessionClosed(clientID: configuration.clientID) }
        if let loss = outcome.loss { mailbox.post(.report(.lost(self, loss))) }
        if outcome.needsWake { mailbox.post(.pump(self)) }
        return outcome.token
    }

    /// Adds subscriptions, which also hold after every reconnect.
    package func subscribe(_ subscriptions: [MQTTSubscription]) throws(MQTTError) {
        for subscription in subscriptions { try subscription.validate() }
        mailbox.post(.subscribe(self, subscriptions))
    }

    /// Ends subscriptions, now and for every reconnect.
    package func unsubscribe(_ filters: [String]) {
        mailbox.post(.unsubscribe(self, filters))
    }

    /// Says good-bye to the broker and stays away until `reconnect()`. What was published before is written first.
    package func disconnect() {
        mailbox.post(.disconnect(self))
    }

    /// Connects after `disconnect()`, or at once instead of after the wait of the reconnect policy.
    package func reconnect() {
        mailbox.post(.reconnect(self))
    }

    /// Disconnects for ever and frees what the session holds. What still waits is reported as lost.
    package func remove() {
        mailbox.post(.remove(self))
    }
}

/// A publication on its way to libmosquitto.
struct Publication: Sendable {
    var token: MQTTToken
    var topic: String
    var payload: [UInt8]
    var qos: MQTTQoS
    var retain: Bool
    var label: String
}

/// What a session and the reactor's thread share.
struct SessionOutbox: Sendable {
    var state: MQTTSession.State = .connecting
    var waiting = FIFO<Publication>()
    var unacknowledged = 0
    let waitingLimit: Int?
    private var nextToken: UInt64 = 1
    /// True from the moment the reactor was told that something waits until it has taken everything.
    private var isAnnounced = false

    init(waitingLimit: Int?) {
        self.waitingLimit = waitingLimit
    }

    struct Appended {
        var token: MQTTToken
        var loss: MQTTLoss?
        var needsWake: Bool
    }

    /// Appends a publication; nil when the session is closed.
    mutating func append(
        topic: String, payload: [UInt8], qos: MQTTQoS, retain: Bool, label: String
    ) -> Appended? {
        guard state != .closed else { return nil }
        let token = MQTTToken(number: nextToken)
        nextToken += 1
        waiting.append(
            Publication(token: token, topic: topic, payload: payload, qos: qos, retain: retain, label: label))
        if state == .connected {
            defer { isAnnounced = true }
            return Appended(token: token, loss: nil, needsWake: !isAnnounced)
        }
        return Appended(token: token, loss: dropOldestBeyondLimit(), needsWake: false)
    }

    /// Drops the oldest waiting publication when more wait than may without a connection.
    mutating func dropOldestBeyondLimit() -> MQTTLoss? {
        guard let waitingLimit, state != .connected, waiting.count > waitingLimit, let oldest = waiting.popFirst()
        else { return nil }
        return MQTTLoss(token: oldest.token, label: oldest.label, reason: .queueFull(limit: waitingLimit))
    }

    /// Takes up to `count` publications into `batch` and returns whether more wait.
    mutating func take(_ count: Int, into batch: inout [Publication]) -> Bool {
        while batch.count < count, let next = waiting.popFirst() { batch.append(next) }
        unacknowledged += batch.count
        isAnnounced = !waiting.isEmpty
        return isAnnounced
    }
}

/// A queue with constant-time removal at the front; removed elements are freed at once.
struct FIFO<Element: Sendable>: Sendable {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head].take()
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: elements.capacity <= 1024)
            head = 0
        } else if head >= 512, head * 2 >= elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}

extension SessionOutbox {
    /// Ends the session for publishers and returns what still waited, oldest first.
    mutating func close() -> [MQTTLoss] {
        state = .closed
        var losses: [MQTTLoss] = []
        while let next = waiting.popFirst() {
            losses.append(MQTTLoss(token: next.token, label: next.label, reason: .closedWhileWaiting))
        }
        return losses
    }
}
