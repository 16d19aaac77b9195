import ChatrixConformance
import ChatrixModel

/// The reference in process with its answers and publications changed on the way: a deployment with a mind of its own.
struct DeviatingTarget: Target {
    let name = "deviating"
    var baseURL: String { inner.baseURL }
    var capabilities: Set<Capability> { inner.capabilities.subtracting(withheld) }
    var withheld: Set<Capability> = []

    private var inner = InProcessTarget()
    /// Changes a request before it is answered.
    var request: (Exchange.Request) -> Exchange.Request = { $0 }
    /// Changes an answer to a request.
    var answer: (Exchange.Request, Exchange.Answer) -> Exchange.Answer = { $1 }
    /// Another request to answer instead, after having seen the answer.
    var retry: (Exchange.Request, Exchange.Answer) -> Exchange.Request? = { _, _ in nil }
    /// Changes what is published.
    var published: ([Publication]) -> [Publication] = { $0 }
    /// Changes the frames on WebSocket connections.
    var told: (JSON) -> JSON = { $0 }
    /// What is published in addition to what a request published; the last argument numbers the requests.
    var addition: ((Exchange.Request, Exchange.Answer, [Publication], Int) -> [Publication])?
    private var added: [Publication] = []
    private var requestCount = 0

    mutating func prepare(rateLimits: RateLimitMode) throws {
        inner.prepare(rateLimits: rateLimits)
        added = []
    }

    mutating func send(_ original: Exchange.Request) throws -> Exchange.Answer {
        guard !original.target.hasPrefix("/_reference/") else { return try inner.send(original) }
        let sent = request(original)
        requestCount += 1
        let before = addition == nil ? 0 : try inner.publications(after: 0).last?.sequence ?? 0
        var received = try inner.send(sent)
        if let other = retry(sent, received) { received = try inner.send(other) }
        if let addition {
            let new = try inner.publications(after: before)
            let last = (new.last?.sequence ?? before) * 1000
            added += addition(sent, received, new, requestCount).enumerated().map { index, one in
                var one = one
                one.sequence = last + added.count + index + 1
                return one
            }
        }
        return answer(original, received)
    }

    mutating func publications(after sequence: Int) throws -> [Publication] {
        let own = try inner.publications(after: 0).map { one in
            var one = one
            one.sequence *= 1000
            return one
        }
        return published((own + added).sorted { $0.sequence < $1.sequence }).filter { $0.sequence > sequence }
    }

    mutating func openSocket(_ target: String) throws -> Handshake {
        let original = Exchange.Request(method: "GET", target: target)
        var handshake = try inner.openSocket(request(original).target)
        handshake.answer = answer(original, handshake.answer)
        return handshake
    }

    mutating func send(_ message: SocketMessage, on socket: Int) throws { try inner.send(message, on: socket) }

    mutating func received(on socket: Int) throws -> [SocketMessage] {
        try inner.received(on: socket).map { message in
            guard case .text(let text) = message, let json = try? JSON.parse(text) else { return message }
            return .text(told(json).description)
        }
    }

    mutating func closeSocket(_ socket: Int) throws { try inner.closeSocket(socket) }

    mutating func openReceiver(answers: [WebhookReceiver.Answer]) throws -> WebhookReceiver {
        try inner.openReceiver(answers: answers)
    }

    mutating func received(by receiver: WebhookReceiver) throws -> [WebhookReceiver.Request] {
        try inner.received(by: receiver)
    }

    /// Changes what comes of a request after all that changes it already.
    mutating func changeAnswers(_ change: @escaping (Exchange.Request, Exchange.Answer) -> Exchange.Answer) {
        let earlier = answer
        answer = { request, answer in change(request, earlier(request, answer)) }
    }

    /// Changes every object that anybody is shown, but for webhooks, whose signatures are of the bytes.
    mutating func rewriteObjects(_ change: @escaping ([JSON.Member]) -> [JSON.Member]) {
        rewriteJSON { $0.mappingObjects(change) }
        let (published, told) = (published, told)
        self.published = { all in
            published(all).map { one in
                var one = one
                one.payload = one.payload.mappingObjects(change)
                return one
            }
        }
        self.told = { told($0).mappingObjects(change) }
    }

    /// Changes the JSON of the answers whose request `isMeant`.
    mutating func rewriteJSON(
        where isMeant: @escaping (Exchange.Request) -> Bool = { _ in true }, _ change: @escaping (JSON) -> JSON
    ) {
        changeAnswers { request, answer in
            guard isMeant(request), let json = try? JSON.parse(answer.body) else { return answer }
            var changed = answer
            changed.body = Array(change(json).description.utf8)
            return changed
        }
    }
}

extension JSON {
    /// The same value with every object in it changed.
    func mappingObjects(_ change: ([JSON.Member]) -> [JSON.Member]) -> JSON {
        switch self {
        case .array(let elements): .array(elements.map { $0.mappingObjects(change) })
        case .object(let members):
            .object(change(members.map { JSON.Member($0.name, $0.value.mappingObjects(change)) }))
        default: self
        }
    }

    /// The same object with another value for a member that it has.
    func replacing(_ name: String, _ change: (JSON) -> JSON) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.map { $0.name == name ? JSON.Member(name, change($0.value)) : $0 })
    }
}

extension Exchange.Request {
    /// The user whose access token the request carries.
    var caller: String {
        let header = headers.first { $0.name == "Authorization" }?.value ?? ""
        let token = try? Token(Node(.string(String(header.dropFirst(7))), path: "token", exchange: nil))
        return (try? token?.json(1)["sub"].text()) ?? ""
    }

    var path: String { String(target.prefix { $0 != "?" }) }

    /// The value of a query parameter as it stands.
    func parameter(_ name: String) -> String? {
        guard let mark = target.firstIndex(of: "?") else { return nil }
        return target[target.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
            .first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// The request with another value for a query parameter, or without it.
    func with(_ name: String, _ value: String?) -> Exchange.Request {
        guard let mark = target.firstIndex(of: "?") else { return self }
        var parts = target[target.index(after: mark)...].split(separator: "&").map(String.init)
        parts.removeAll { $0.hasPrefix("\(name)=") }
        if let value { parts.append("\(name)=\(value)") }
        var changed = self
        changed.target = path + (parts.isEmpty ? "" : "?" + parts.joined(separator: "&"))
        return changed
    }
}
