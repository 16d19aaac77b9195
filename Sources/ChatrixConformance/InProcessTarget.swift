import ChatrixModel
import ChatrixReference
import HTTPTypes

/// The reference behind its wire seam, with a virtual clock and the control plane: everything but the socket.
package struct InProcessTarget: Target {
    package let name = "reference, in process"
    package let baseURL = "http://127.0.0.1:8080"
    package let capabilities = Set(Capability.allCases)

    /// Where a virtual clock starts (D-06).
    static let start = Timestamp("2023-04-10T12:00:00.000Z") ?? Timestamp(milliseconds: 0)

    var api: ReferenceAPI
    var clock = ReferenceClock.virtual(Self.start)
    private var sockets = InProcessSockets()
    /// By URL.
    var receivers: [String: SimulatedReceiver] = [:]

    package init(configuration: ReferenceAPI.Configuration = ReferenceAPI.Configuration()) {
        api = ReferenceAPI(configuration: configuration)
    }

    package mutating func prepare(rateLimits: RateLimitMode) {
        var configuration = ReferenceAPI.Configuration()
        configuration.isObserved = true
        configuration.rateLimits = rateLimits == .off ? .off : .documented
        // One round: checks register hundreds of users, and the number of rounds is no behaviour.
        configuration.backend.passwordRounds = 1
        api = ReferenceAPI(configuration: configuration)
        clock = .virtual(Self.start)
        sockets = InProcessSockets()
        receivers = [:]
    }

    package mutating func send(_ request: Exchange.Request) throws -> Exchange.Answer {
        guard let method = HTTPRequest.Method(request.method) else {
            throw TargetError("send", request.target, cause: "\(request.method) is no method")
        }
        var fields = HTTPFields()
        for header in request.headers {
            guard let name = HTTPField.Name(header.name) else {
                throw TargetError("send", request.target, cause: "\(header.name) is no header name")
            }
            fields.append(HTTPField(name: name, value: header.value))
        }
        let apiRequest = APIRequest(method: method, target: request.target, headers: fields, body: request.body)
        let response =
            request.target.hasPrefix("/_reference/")
            ? api.control(apiRequest, clock: &clock, systemTime: Self.start)
            : api.respond(to: apiRequest, at: clock.now(systemTime: Self.start))
        sockets.deliver(api.takeSocketOutput())
        deliverWebhooks()
        var answer = Exchange.Answer(status: response.status, response.headers, response.body)
        // What every adapter adds (RFC 9110, section 8.6).
        if response.status != 204 {
            answer.headers.append(Exchange.Header("Content-Length", String(response.body.count)))
        }
        return answer
    }

    package mutating func publications(after sequence: Int) throws -> [Publication] {
        try publicationsInOutbox(after: sequence)
    }

    package mutating func openSocket(_ target: String) throws -> Handshake {
        let request = APIRequest(method: .get, target: target)
        let handshake: Handshake
        switch api.openSocket(request, at: clock.now(systemTime: Self.start)) {
        case .accepted(let id, let headers):
            handshake = Handshake(
                answer: Exchange.Answer(status: 101, headers, []), socket: sockets.add(id))
        case .refused(let response):
            handshake = Handshake(
                answer: Exchange.Answer(status: response.status, response.headers, response.body), socket: nil)
        }
        sockets.deliver(api.takeSocketOutput())
        return handshake
    }

    package mutating func send(_ message: SocketMessage, on socket: Int) throws {
        let now = clock.now(systemTime: Self.start)
        switch message {
        case .text(let text): api.receive(.text(Array(text.utf8)), on: sockets.id(of: socket), at: now)
        case .binary: api.receive(.binary, on: sockets.id(of: socket), at: now)
        case .closed: try closeSocket(socket)
        }
        sockets.deliver(api.takeSocketOutput())
        deliverWebhooks()
    }

    package mutating func received(on socket: Int) throws -> [SocketMessage] { sockets.received(on: socket) }

    package mutating func closeSocket(_ socket: Int) throws {
        api.socketClosed(sockets.id(of: socket), at: clock.now(systemTime: Self.start))
        sockets.close(socket)
        sockets.deliver(api.takeSocketOutput())
    }
}

/// The clients' ends of the WebSocket connections of a target in process.
private struct InProcessSockets: Sendable {
    private var ids: [SocketID] = []
    private var numbers: [SocketID: Int] = [:]
    private var received: [[SocketMessage]] = []

    mutating func add(_ id: SocketID) -> Int {
        numbers[id] = ids.count
        ids.append(id)
        received.append([])
        return ids.count - 1
    }

    func id(of socket: Int) -> SocketID { ids[socket] }

    func received(on socket: Int) -> [SocketMessage] { received[socket] }

    /// The answer to a close frame of the client repeats its code.
    mutating func close(_ socket: Int) {
        guard numbers.removeValue(forKey: ids[socket]) != nil else { return }
        received[socket].append(.closed(code: 1000))
    }

    mutating func deliver(_ outputs: [SocketOutput]) {
        for output in outputs {
            switch output {
            case .frame(let id, let text):
                if let number = numbers[id] { received[number].append(.text(String(decoding: text, as: UTF8.self))) }
            case .close(let id, let code):
                if let number = numbers.removeValue(forKey: id) {
                    received[number].append(.closed(code: Int(code.rawValue)))
                }
            }
        }
    }
}

extension Exchange.Answer {
    fileprivate init(status: Int, _ headers: HTTPFields, _ body: [UInt8]) {
        self.init(
            status: status, headers: headers.map { Exchange.Header($0.name.rawName, $0.value) }, body: body)
    }
}

extension Target {
    /// The MQTT entries of the control command `outbox` (D-100), for targets that have the control plane.
    package mutating func publicationsInOutbox(after sequence: Int) throws -> [Publication] {
        let request = Exchange.Request(
            method: "POST", target: "/_reference/outbox", headers: [.init("Content-Type", "application/json")],
            body: Array(#"{"since":\#(sequence)}"#.utf8))
        let answer = try send(request)
        guard answer.status == 200, let entries = try? JSON.parse(answer.body)["entries"]?.array else {
            throw TargetError("read", "the outbox", cause: "unexpected answer\n\(answer)")
        }
        return try entries.filter { $0["channel"]?.string == "mqtt" }.map { entry in
            guard let sequence = entry["seq"]?.integer, let topic = entry["topic"]?.string,
                let payload = entry["payload"]
            else { throw TargetError("read", "the outbox", cause: "unexpected entry \(entry)") }
            return Publication(sequence: sequence, topic: topic, payload: payload)
        }
    }
}
