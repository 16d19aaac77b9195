import ChatrixConformance
import NIOCore

/// A reference server on a port of 127.0.0.1, with its control plane.
package struct HTTPTarget: Target {
    package let port: Int
    package var name: String { baseURL }
    package var baseURL: String { "http://127.0.0.1:\(port)" }
    package let capabilities = Set(Capability.allCases)
    /// How long events may be under way (D-57). The reference has sent them before it answers, so it needs none.
    package var eventWaitMilliseconds = 0
    private var connection: HTTPConnection?
    private var sockets: [WebSocketConnection] = []
    /// By URL.
    var listeners: [String: WebhookListener] = [:]

    package init(port: Int) { self.port = port }

    package mutating func prepare(rateLimits: RateLimitMode) throws {
        sockets = []
        let answer = try send(
            Exchange.Request(
                method: "POST", target: "/_reference/reset", headers: [.init("Content-Type", "application/json")],
                body: Array(
                    #"{"seed":1,"now":"2023-04-10T12:00:00.000Z","rate_limits":"\#(rateLimits.rawValue)"}"#.utf8)))
        guard answer.status == 200 else { throw TargetError("reset", name, cause: "\(answer)") }
        listeners = [:]
    }

    package mutating func send(_ request: Exchange.Request) throws -> Exchange.Answer {
        let current = try connection ?? HTTPConnection(port: port)
        connection = nil
        let (answer, isReusable) = try current.exchange(request)
        if isReusable { connection = current }
        return answer
    }

    package mutating func publications(after sequence: Int) throws -> [Publication] {
        try publicationsInOutbox(after: sequence)
    }

    package mutating func openSocket(_ target: String) throws -> Handshake {
        let socket = try WebSocketConnection(host: "127.0.0.1", port: port, target: target)
        guard socket.isUpgraded else { return Handshake(answer: socket.answer, socket: nil) }
        sockets.append(socket)
        return Handshake(answer: socket.answer, socket: sockets.count - 1)
    }

    package mutating func send(_ message: SocketMessage, on socket: Int) throws { try sockets[socket].send(message) }

    package mutating func received(on socket: Int) throws -> [SocketMessage] {
        try sockets[socket].received(waiting: .milliseconds(Int64(eventWaitMilliseconds)))
    }

    package mutating func closeSocket(_ socket: Int) throws { try sockets[socket].close() }
}
