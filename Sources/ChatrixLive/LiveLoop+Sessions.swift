import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import NIOCore

/// The event sessions of the clients.
extension LiveLoop {
    /// Times in a row that a client asks again for topics that the broker refused; then it waits for the engine's deadline.
    static let subscriptionAttemptsMax = 5

    /// When sessions of either kind come back.
    var reconnectPolicy: ReconnectPolicy {
        .backoff(initial: .milliseconds(250), maximum: .seconds(2), seed: engine.plan.seed)
    }

    func clientID(_ client: Int) -> String { "\(clientPrefix)-\(client)" }

    // MARK: - MQTT

    func openMQTTSession(_ client: Int, _ id: UserID) {
        guard let reactor = roads.reactor, let endpoint = configuration.mqtt else { return }
        // Its reactor takes care that the old connection is gone before the new one is made.
        if let session = mqttSessions[client] { return session.reconnect() }
        let session = MQTTSession.Configuration(
            endpoint: endpoint, clientID: clientID(client), tls: configuration.mqttTLS, reconnect: reconnectPolicy)
        let subscriptions = EventTopic.allCases.map { MQTTSubscription($0.name(for: id)) }
        do {
            mqttSessions[client] = try reactor.add(session, tag: client, subscriptions: subscriptions)
        } catch {
            // The engine gives the session up at its deadline; this is the reason.
            engine.sessionChanged(client: client, .mqtt, isUp: false, reason: error.description, at: now)
        }
    }

    func closeMQTTSession(_ client: Int) { mqttSessions[client]?.disconnect() }

    /// Takes what came from the sessions, in the order of arrival.
    func receive(_ arrivals: [Arrival]) {
        for arrival in arrivals {
            switch arrival {
            case .delivery(let delivery): engine.received(delivery)
            case .sessionUp(let client, let time):
                refusals[client] = nil
                guard !isSubscribed[client] else { continue }
                isSubscribed[client] = true
                noteMQTTOpened()
                engine.sessionChanged(client: client, .mqtt, isUp: true, at: time)
            case .sessionDown(let client, let time, let reason):
                isSubscribed[client] = false
                engine.sessionChanged(client: client, .mqtt, isUp: false, reason: reason, at: time)
            case .subscriptionsRefused(let client, let filters, _):
                engine.sessionChanged(
                    client: client, .mqtt, isUp: false,
                    reason: "the broker refused to subscribe \(filters.joined(separator: ", "))", at: now)
                subscribeAgain(client, filters)
            }
        }
    }

    private func subscribeAgain(_ client: Int, _ filters: [String]) {
        let attempts = (refusals[client] ?? 0) + 1
        refusals[client] = attempts
        guard attempts <= LiveLoop.subscriptionAttemptsMax, let session = mqttSessions[client],
            let wait = reconnectPolicy.delay(afterFailures: attempts, clientID: clientID(client))
        else { return }
        let subscriptions = filters.map { MQTTSubscription($0) }
        loop.scheduleTask(in: TimeAmount(wait)) {
            do {
                try session.subscribe(subscriptions)
            } catch {
                preconditionFailure("filters that were subscribed before are sound: \(error)")
            }
        }
    }

    // MARK: - WebSocket

    func openSocket(_ client: Int, _ id: UserID) {
        if let socket = sockets[client] { return socket.open() }
        let socket = SocketSession(client: client, id: id, owner: self)
        sockets[client] = socket
        socket.open()
    }

    func closeSocket(_ client: Int) { sockets[client]?.close() }

    func sendFrame(_ ticket: Engine.Ticket, _ client: Int, _ request: SocketRequest) {
        guard let socket = sockets[client] else {
            return completed(
                ticket, AnswerReader.Answer(result: .lost(reason: "there is no WebSocket connection")))
        }
        socket.send(ticket, request)
    }

    func pingSockets() {
        for client in sockets.keys.sorted() { sockets[client]?.ping() }
    }
}

extension LiveLoop: SocketOwner {
    var webSocketBase: HTTPBase { configuration.webSocketBase }
    var webSocketConnector: Connector { roads.webSocket }

    func split(_ client: Int) -> (user: Int, device: Int) { clients.split(client) }

    func accessToken(of client: Int) -> String? { connections[client].tokens?.access }

    func retryDelay(_ client: Int, afterFailures failures: Int) -> Duration? {
        reconnectPolicy.delay(afterFailures: failures, clientID: clientID(client))
    }

    func socketFailed(_ client: Int, reason: String) {
        guard !isEnded else { return }
        engine.sessionChanged(client: client, .webSocket, isUp: false, reason: reason, at: now)
    }

    func socketChanged(_ client: Int, isUp: Bool, reason: String) {
        guard !isEnded else { return }
        engine.sessionChanged(client: client, .webSocket, isUp: isUp, reason: reason, at: now)
        pump()
    }

    func socketReceived(_ delivery: History.Delivery) {
        guard !isEnded else { return }
        engine.received(delivery)
        pump()
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
