import ChatrixReference

/// Brings what the reference puts out to the connections. Lives on the server's event loop.
final class WebSocketTable {
    private var connections: [SocketID: any WebSocketConnection] = [:]
    private var queue: [SocketOutput] = []
    private var isCarryingOut = false

    func add(_ connection: any WebSocketConnection, as id: SocketID) { connections[id] = connection }

    func remove(_ id: SocketID) { connections[id] = nil }

    /// Writes the outputs in order and sends them.
    ///
    /// To write may end a connection, which causes further outputs: these come after all that was to be written before.
    func carryOut(_ outputs: [SocketOutput]) {
        guard !outputs.isEmpty else { return }
        queue += outputs
        guard !isCarryingOut else { return }
        isCarryingOut = true
        var written: [any WebSocketConnection] = []
        var index = 0
        while index < queue.count {
            switch queue[index] {
            case .frame(let id, let text):
                if let connection = connections[id] {
                    connection.send(text)
                    if written.last !== connection { written.append(connection) }
                }
            case .close(let id, let code):
                connections.removeValue(forKey: id)?.close(code)
            }
            index += 1
        }
        queue.removeAll(keepingCapacity: true)
        isCarryingOut = false
        for connection in written { connection.flush() }
    }
}
