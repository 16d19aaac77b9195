import ChatrixModel

/// A WebSocket connection of a check.
package struct Socket: Sendable, Hashable {
    let number: Int
}

extension Lab {
    /// The ten incoming events of the API document.
    static let socketEvents = [
        "message", "message_update", "message_delete", "typing", "call", "call_accept", "call_reject", "call_end",
        "notification", "presence",
    ]

    /// Opens a connection of a user that is subscribed to these events and to no others, whatever the target begins with
    /// (D-91).
    package mutating func openSocket(as user: Account, events: [String] = Lab.socketEvents) throws -> Socket {
        let socket = try openSocket("token=\(user.accessToken)")
        let others = Lab.socketEvents.filter { !events.contains($0) }
        if !others.isEmpty { try send(#"{"event":"unsubscribe","data":{"events":\#(list(others))}}"#, on: socket) }
        try send(#"{"event":"subscribe","data":{"events":\#(list(events))}}"#, on: socket)
        return socket
    }

    private func list(_ names: [String]) -> String { "[" + names.map { "\"\($0)\"" }.joined(separator: ",") + "]" }

    /// Opens a connection with a query as given, which starts after the question mark.
    package mutating func openSocket(_ query: String?) throws -> Socket {
        let reply = try handshake(query)
        guard let number = reply.socket else { throw reply.answer.failure("expected the upgrade to be accepted") }
        return Socket(number: number)
    }

    /// The answer to an upgrade, and the connection if it is accepted.
    package mutating func handshake(_ query: String?) throws -> (answer: Reply, socket: Int?) {
        guard capabilities.contains(.webSocket) else { throw Check.Skip("WebSocket connections cannot be opened") }
        let path = path("/ws" + (query.map { "?\($0)" } ?? ""))
        let handshake = try target.openSocket(path)
        let exchange = Exchange(
            request: Exchange.Request(
                method: "GET", target: path,
                headers: [
                    .init("Connection", "Upgrade"), .init("Upgrade", "websocket"),
                    .init("Sec-WebSocket-Version", "13"), .init("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                ]),
            answer: handshake.answer, baseURL: target.baseURL)
        return (Reply(exchange: exchange, knobs: knobs), handshake.socket)
    }

    /// Sends one text frame exactly as given.
    package mutating func send(_ frame: String, on socket: Socket) throws {
        try target.send(.text(frame), on: socket.number)
    }

    package mutating func sendBinary(_ bytes: [UInt8], on socket: Socket) throws {
        try target.send(.binary(bytes), on: socket.number)
    }

    package mutating func close(_ socket: Socket) throws { try target.closeSocket(socket.number) }

    /// What came on a connection since this was asked last.
    package mutating func frames(on socket: Socket) throws -> Frames {
        let all = try target.received(on: socket.number)
        let seen = messagesSeen[socket.number] ?? 0
        messagesSeen[socket.number] = all.count
        return Frames(all: Array(all[min(seen, all.count)...]), exchange: last, fields: FieldRules(knobs))
    }

    /// The data of the `error` that answers a frame, with this status and event.
    @discardableResult
    package mutating func refuses(
        _ frame: String, on socket: Socket, _ status: Int, event: String?
    ) throws -> Node {
        try send(frame, on: socket)
        let error = try frames(on: socket).only("error")
        try error["statusCode"].expect(.number(String(status)))
        try event.map { try error["event"].expect(.string($0)) } ?? error["event"].expectNull()
        return error
    }
}

/// What came on a WebSocket connection in one step of a check.
package struct Frames: Sendable {
    package let all: [SocketMessage]
    /// The last exchange before they were read.
    package let exchange: Exchange?
    /// What the profile says about the objects in them.
    let fields: FieldRules

    /// The events of the text frames, in order; an end is shown as its code.
    package var events: [String] { all.map(Frames.event) }

    private static func event(_ message: SocketMessage) -> String {
        switch message {
        case .text(let text): (try? JSON.parse(text))?["event"]?.string ?? "no event"
        case .binary: "binary"
        case .closed(let code): "closed \(code.map { String($0) } ?? "without a code")"
        }
    }

    /// The data of a frame.
    package subscript(index: Int) -> Node {
        guard all.indices.contains(index), case .text(let text) = all[index] else {
            return Node(nil, path: "frame \(index)", exchange: exchange, fields: fields)
        }
        return Node(
            (try? JSON.parse(text))?["data"], path: "data of frame \(index), \(Frames.event(all[index]))",
            exchange: exchange, fields: fields)
    }

    /// Exactly these events in this order.
    package func expect(_ expected: [String]) throws {
        guard events == expected else { throw failure("expected the frames \(expected), found \(events)") }
    }

    /// The data of the one frame that came, which has this event.
    package func only(_ event: String) throws -> Node {
        try expect([event])
        return self[0]
    }

    /// Nothing but the end with this code.
    package func expectClosed(_ code: Int) throws { try expect(["closed \(code)"]) }

    package func failure(_ what: String) -> Check.Failure {
        Check.Failure(what + all.map { "\n    \($0)" }.joined(), exchange: exchange)
    }
}

extension Node {
    /// The same value as at another place, whatever the order of members; no value where that one has none.
    package func expectSame(as other: Node) throws {
        try other.value.map { try expect($0) } ?? expectNull()
    }
}
