import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// The event sessions of the clients: they come up, break and come back by themselves until they are closed.
extension VirtualInterpreter {
    struct Session: Sendable {
        /// The client wants it, up or not.
        var isWanted = false
        var isUp = false
        /// A kept session is up, but what it missed is not complete yet.
        var isResuming = false
        /// Which of the client's sessions it is, from 1; what belongs to an earlier one comes too late.
        var number: UInt32 = 0
        /// What a kept session missed, with its place in the order of sending.
        var kept: [(event: Event, order: UInt32)] = []
        /// What a kept session received, and until when it could not know that its acknowledgement had arrived.
        var unacknowledged: [(event: Event, order: UInt32, until: Int64)] = []
    }

    mutating func openSession(_ client: Int, _ id: UserID, _ channel: History.Channel, at now: Int64) {
        accounts[client / devices] = id
        numbers[id] = Int32(client / devices)
        if channel == .webSocket, socketSessions.isEmpty {
            socketSessions = Array(repeating: Session(), count: mqttSessions.count)
        }
        let isWanted = changeSession(client, channel) { session in
            defer { session.isWanted = true }
            return session.isWanted
        }
        if !isWanted { connect(client, channel, isReconnect: false, at: now) }
    }

    mutating func closeSession(_ client: Int, _ channel: History.Channel, at now: Int64) {
        guard channel == .mqtt || !socketSessions.isEmpty else { return }
        changeSession(client, channel) { $0.isWanted = false }
        end(client, channel, reason: "closed by the client", at: now)
    }

    @discardableResult
    private mutating func changeSession<Value>(
        _ client: Int, _ channel: History.Channel, _ body: (inout Session) -> Value
    ) -> Value {
        switch channel {
        case .mqtt: body(&mqttSessions[client])
        case .webSocket: body(&socketSessions[client])
        }
    }

    private mutating func connect(_ client: Int, _ channel: History.Channel, isReconnect: Bool, at now: Int64) {
        let number = changeSession(client, channel) { session in
            session.number &+= 1
            return session.number
        }
        let time = network.sessionUp(channel.lane, client: client, isReconnect: isReconnect, now: now)
        send(.sessionUp(client: Int32(client), channel, session: number), arriving: time)
    }

    mutating func sessionIsUp(_ client: Int, _ channel: History.Channel, _ number: UInt32, at now: Int64) {
        let isCurrent = changeSession(client, channel) { session in
            guard session.isWanted, !session.isUp, session.number == number else { return false }
            session.isUp = true
            return true
        }
        guard isCurrent else { return }
        if channel == .webSocket { openSocket(client, at: now) }
        engine.sessionChanged(client: client, channel, isUp: true, at: now)
        if let time = network.disconnection(channel.lane, client: client, now: now) {
            send(
                .sessionDown(client: Int32(client), channel, session: number, reason: "the connection was reset"),
                arriving: time)
        }
        if channel == .mqtt, network.configuration.sessions == .kept {
            mqttSessions[client].isResuming = true
            let time = max(now, network.lastArrival(client: client))
            send(.resumption(client: Int32(client), session: number), arriving: time)
        }
    }

    /// Sends a kept session what it missed, in order.
    mutating func resume(_ client: Int, _ number: UInt32, at now: Int64) {
        guard mqttSessions[client].isUp, mqttSessions[client].number == number else { return }
        let missed = mqttSessions[client].kept.sorted { $0.order < $1.order }
        mqttSessions[client].kept = []
        mqttSessions[client].isResuming = false
        for (event, _) in missed { send(event, toSessionOf: client, at: now) }
    }

    mutating func sessionIsDown(
        _ client: Int, _ channel: History.Channel, _ number: UInt32, _ reason: StaticString, at now: Int64
    ) {
        let isCurrent = changeSession(client, channel) { $0.isUp && $0.number == number }
        if isCurrent { end(client, channel, reason: "\(reason)", at: now) }
    }

    /// Ends the session, if it is up, and begins to bring it back, if it is wanted.
    private mutating func end(_ client: Int, _ channel: History.Channel, reason: String, at now: Int64) {
        let (wasUp, isWanted) = changeSession(client, channel) { session in
            // One that is about to come up goes on.
            guard session.isUp else { return (false, session.isWanted) }
            session.isUp = false
            session.number &+= 1
            session.kept = session.unacknowledged.filter { $0.until > now }.map { ($0.event, $0.order) } + session.kept
            session.unacknowledged = []
            return (true, session.isWanted)
        }
        guard wasUp else { return }
        if channel == .webSocket { closeSocket(client, at: now) }
        engine.sessionChanged(client: client, channel, isUp: false, reason: reason, at: now)
        if isWanted { connect(client, channel, isReconnect: true, at: now) }
    }

    /// Ends the sessions that a cut has broken.
    mutating func notice(cut: Int, at now: Int64) {
        for channel in History.Channel.allCases where channel == .mqtt || !socketSessions.isEmpty {
            for client in mqttSessions.indices where network.breaks(channel.lane, client: client, by: cut) {
                end(client, channel, reason: "nothing was heard for too long", at: now)
            }
        }
    }
}

extension History.Channel {
    var lane: NetworkModel.Lane {
        switch self {
        case .mqtt: .events
        case .webSocket: .socketEvents
        }
    }
}
