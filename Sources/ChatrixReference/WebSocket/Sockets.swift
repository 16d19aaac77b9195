import ChatrixModel

/// The open WebSocket connections with their subscriptions, and what they have to be sent.
package struct Sockets: Sendable {
    struct Connection: Sendable {
        let user: UserID
        var subscribed = SocketEvents.all
    }

    private var connections: [SocketID: Connection] = [:]
    /// In the order of opening; no empty ones.
    private var byUser: [UserID: [SocketID]] = [:]
    private var pending: [SocketOutput] = []
    private var lastNumber = 0

    package init() {}

    package var isEmpty: Bool { connections.isEmpty }

    subscript(id: SocketID) -> Connection? { connections[id] }

    mutating func makeID() -> SocketID {
        lastNumber += 1
        return SocketID(number: lastNumber)
    }

    /// Returns whether it is the user's first connection.
    package mutating func open(_ id: SocketID, of user: UserID) -> Bool {
        connections[id] = Connection(user: user)
        byUser[user, default: []].append(id)
        return byUser[user]?.count == 1
    }

    /// Forgets a connection; returns whose it was and whether it was the last of them, `nil` for one already forgotten.
    package mutating func remove(_ id: SocketID) -> (user: UserID, wasLast: Bool)? {
        guard let connection = connections.removeValue(forKey: id) else { return nil }
        byUser[connection.user]?.removeAll { $0 == id }
        guard byUser[connection.user]?.isEmpty ?? true else { return (connection.user, false) }
        byUser[connection.user] = nil
        return (connection.user, true)
    }

    package mutating func changeSubscription(of id: SocketID, _ change: (SocketEvents) -> SocketEvents) {
        guard let events = connections[id]?.subscribed else { return }
        connections[id]?.subscribed = change(events)
    }

    /// The connections of a user that want an event, in the order of opening. O(1) for a user without any.
    package func subscribers(of user: UserID, to event: SocketEvent) -> [SocketID] {
        guard let ids = byUser[user] else { return [] }
        let event = SocketEvents(event)
        return ids.filter { connections[$0]?.subscribed.contains(event) ?? false }
    }

    mutating func append(_ output: SocketOutput) { pending.append(output) }

    /// Ends all connections of one user.
    mutating func closeAll(of user: UserID, _ code: SocketCloseCode) {
        for id in byUser.removeValue(forKey: user) ?? [] {
            connections[id] = nil
            pending.append(.close(id, code))
        }
    }

    /// Ends all connections.
    mutating func closeAll(_ code: SocketCloseCode) {
        for id in connections.keys.sorted() { pending.append(.close(id, code)) }
        connections = [:]
        byUser = [:]
    }

    mutating func takeOutput() -> [SocketOutput] {
        guard !pending.isEmpty else { return [] }
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }
}
