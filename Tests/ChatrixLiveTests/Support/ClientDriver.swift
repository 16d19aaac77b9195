import ChatrixHistory
import ChatrixModel
import NIOCore
import NIOPosix
import Testing

@testable import ChatrixLive
@testable import ChatrixScenario

/// Clients without an engine: sends what a test wants sent and returns what came back. All waits end after ten seconds.
final class ClientDriver: Sendable {
    /// Lives on the event loop.
    final class State: ConnectionOwner, SocketOwner {
        let loop: any EventLoop
        let webSocketBase: HTTPBase
        let webSocketConnector: Connector
        private let http: Connector
        private let encoder: RequestEncoder
        private var reader = AnswerReader()
        private var answers: [Int: EventLoopPromise<AnswerReader.Answer>] = [:]
        private var nextTicket = 0
        private var connections: [ClientConnection] = []
        private var sockets: [SocketSession] = []
        private var waits: [(condition: (State) -> Bool, promise: EventLoopPromise<Void>)] = []
        private(set) var deliveries: [History.Delivery] = []
        /// `up` or the reason of a loss, in order.
        private(set) var changes: [String] = []
        private(set) var failures: [String] = []
        var isEnded = false

        init(_ base: HTTPBase, address: SocketAddress, loop: any EventLoop) {
            self.loop = loop
            http = Connector(base, address: address, tls: nil, loop: loop, timeout: .seconds(5))
            var socketBase = base
            socketBase.prefix += "/ws"
            webSocketBase = socketBase
            webSocketConnector = Connector(socketBase, address: address, tls: nil, loop: loop, timeout: .seconds(5))
            encoder = RequestEncoder(base)
        }

        func addClient() -> Int {
            connections.append(ClientConnection(client: connections.count, owner: self))
            return connections.count - 1
        }

        func send(_ client: Int, _ command: Command, _ wish: Engine.Wish) -> EventLoopFuture<AnswerReader.Answer> {
            let (ticket, promise) = issue("an answer")
            connections[client].send(ticket, command, wish)
            return promise.futureResult
        }

        func sendFrame(_ socket: Int, _ request: SocketRequest) -> EventLoopFuture<AnswerReader.Answer> {
            let (ticket, promise) = issue("a confirmation")
            sockets[socket].send(ticket, request)
            return promise.futureResult
        }

        /// Sends a frame and forgets at once that somebody waits for it.
        func sendAndAbandon(_ socket: Int, _ request: SocketRequest) {
            let ticket = Engine.Ticket(slot: 0, number: -2)
            sockets[socket].send(ticket, request)
            sockets[socket].abandon(ticket)
        }

        func openSocket(_ client: Int, _ id: UserID) -> Int {
            sockets.append(SocketSession(client: client, id: id, owner: self))
            sockets[sockets.count - 1].open()
            return sockets.count - 1
        }

        func reopenSocket(_ socket: Int) { sockets[socket].open() }
        func closeSocket(_ socket: Int) { sockets[socket].close() }
        func pingSocket(_ socket: Int) { sockets[socket].ping() }
        func closeConnection(_ client: Int) { connections[client].closeWhenIdle() }

        private func issue(_ what: String) -> (Engine.Ticket, EventLoopPromise<AnswerReader.Answer>) {
            let ticket = Engine.Ticket(slot: 0, number: nextTicket)
            nextTicket += 1
            let promise = loop.makePromise(of: AnswerReader.Answer.self)
            answers[ticket.number] = promise
            loop.assumeIsolated().scheduleTask(in: .seconds(10)) {
                self.answers.removeValue(forKey: ticket.number)?.fail(Timeout(what: what))
            }
            return (ticket, promise)
        }

        func wait(for what: String, until condition: @escaping (State) -> Bool) -> EventLoopFuture<Void> {
            let promise = loop.makePromise(of: Void.self)
            waits.append((condition, promise))
            loop.assumeIsolated().scheduleTask(in: .seconds(10)) {
                promise.fail(
                    Timeout(what: "\(what); changes \(self.changes), failures \(self.failures), \(self.deliveries)"))
            }
            look()
            return promise.futureResult
        }

        private func look() {
            waits.removeAll { wait in
                guard wait.condition(self) else { return false }
                wait.promise.succeed()
                return true
            }
        }

        func end() {
            isEnded = true
            for connection in connections { connection.close() }
            for socket in sockets { socket.close() }
        }

        // MARK: - Owner

        var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

        func connect(_ connection: ClientConnection) {
            http.connect {
                try $0.pipeline.syncOperations.addHandler(connection)
            } failed: {
                connection.connectFailed($0)
            }
        }

        func encode(_ request: WireRequest, accessToken: String?) -> ByteBuffer {
            var bytes = ByteBuffer()
            encoder.write(request, accessToken: accessToken, to: &bytes)
            return bytes
        }

        func read(
            _ response: ResponseReader.Response, of endpoint: Endpoint.Name, wish: Engine.Wish
        ) -> AnswerReader.Answer {
            let envelope = AnswerReader.Envelope(
                status: response.status, hasContentType: response.hasContentType, hasLength: response.hasLength)
            return response.body.withUnsafeReadableBytes { reader.read(endpoint, envelope, $0, wish: wish) }
        }

        func completed(_ ticket: Engine.Ticket, _ answer: AnswerReader.Answer) {
            answers.removeValue(forKey: ticket.number)?.succeed(answer)
        }

        func split(_ client: Int) -> (user: Int, device: Int) { (client, 0) }

        func accessToken(of client: Int) -> String? { connections[client].tokens?.access }

        func retryDelay(_ client: Int, afterFailures failures: Int) -> Duration? { .milliseconds(20) }

        func socketReceived(_ delivery: History.Delivery) {
            deliveries.append(delivery)
            look()
        }

        func socketChanged(_ client: Int, isUp: Bool, reason: String) {
            changes.append(isUp ? "up" : reason)
            look()
        }

        func socketFailed(_ client: Int, reason: String) {
            failures.append(reason)
            look()
        }
    }

    struct Timeout: Error, CustomStringConvertible {
        var what: String
        var description: String { "waited ten seconds for \(what)" }
    }

    private let state: NIOLoopBound<State>
    private let loop: any EventLoop

    init(_ url: String) async throws {
        let base = try HTTPBase(parsing: url)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let address = try SocketAddress.makeAddressResolvingHost(base.host, port: base.port)
        self.loop = loop
        state = try await loop.submit {
            NIOLoopBound(State(base, address: address, loop: loop), eventLoop: loop)
        }.get()
    }

    /// Runs `body` on the event loop.
    func on<Value: Sendable>(_ body: @escaping @Sendable (State) throws -> Value) async throws -> Value {
        let state = state
        return try await loop.submit { try body(state.value) }.get()
    }

    func send(_ client: Int = 0, _ command: Command, wish: Engine.Wish = []) async throws -> AnswerReader.Answer {
        let state = state
        return try await loop.flatSubmit { state.value.send(client, command, wish) }.get()
    }

    func sendFrame(_ socket: Int = 0, _ request: SocketRequest) async throws -> AnswerReader.Answer {
        let state = state
        return try await loop.flatSubmit { state.value.sendFrame(socket, request) }.get()
    }

    func wait(for what: String, until condition: @escaping @Sendable (State) -> Bool) async throws {
        let state = state
        try await loop.flatSubmit { state.value.wait(for: what, until: condition) }.get()
    }

    /// A client of a fresh account.
    func register(_ name: String) async throws -> (client: Int, id: UserID) {
        let client = try await on { $0.addClient() }
        let digits = name.utf8.reduce(1_000_000) { ($0 * 31 + Int($1)) % 9_000_000 + 1_000_000 }
        let registration = Registration(
            phone: "+49\(digits)", username: name, password: "secret1", deviceID: "device-\(name)")
        let answer = try await send(client, .auth(.register(registration)))
        guard case .account(let id) = answer.facts else {
            throw Timeout(what: "an account; got \(answer.result)")
        }
        return (client, id)
    }

    func end() async throws { try await on { $0.end() } }
}
