import ChatrixModel

/// What a check works with: a target, ways to talk to it, and fresh users.
///
/// Requests are literal texts; no encoder of the project stands between a check and the wire.
package struct Lab {
    package internal(set) var target: any Target
    /// Where the target may depart from the decisions.
    package let knobs: Knobs
    /// The last exchange, shown when something after it is not as expected.
    package private(set) var last: Exchange?
    /// Numbers the next name; see `Setting`.
    private(set) var nextName: Int
    /// How many messages of each WebSocket connection a check has looked at.
    var messagesSeen: [Int: Int] = [:]

    package init(target: any Target, setting: Setting = Setting()) {
        self.target = target
        knobs = setting.knobs
        nextName = setting.nextName
    }

    /// What the target can do and the profile does not rule out.
    package var capabilities: Set<Capability> {
        target.capabilities.filter { knobs.reasonWithout($0) == nil }
    }

    /// Skips the check because of what the profile says about a knob.
    package func skip(_ condition: Bool, _ knob: String) throws {
        if condition { throw Check.Skip("the profile says \(knob)") }
    }

    // MARK: Requests

    /// Sends a request exactly as given, below the path prefix of the deployment.
    package mutating func send(_ request: Exchange.Request) throws -> Reply {
        var request = request
        request.target = path(request.target)
        return try deliver(request)
    }

    /// Sends the request of an answer once more, with one header in addition.
    package mutating func sendAgain(_ reply: Reply, with header: Exchange.Header) throws -> Reply {
        var request = reply.exchange.request
        request.headers.append(header)
        return try deliver(request)
    }

    private mutating func deliver(_ request: Exchange.Request) throws -> Reply {
        let answer = try target.send(request)
        let exchange = Exchange(request: request, answer: answer, baseURL: target.baseURL)
        last = exchange
        return Reply(exchange: exchange, knobs: knobs)
    }

    /// A path of the API as the deployment has it (D-09); the control plane of the reference has no prefix.
    package func path(_ path: String) -> String {
        path.hasPrefix("/_reference/") ? path : knobs.pathPrefix + path
    }

    /// Sends a request with the headers given, and those of the caller and of a JSON body.
    package mutating func send(
        _ method: String, _ path: String, json: String? = nil, as caller: Account? = nil,
        headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        var request = Exchange.Request(method: method, target: path)
        if let caller { request.headers.append(.init("Authorization", "Bearer \(caller.accessToken)")) }
        if let json {
            if !headers.contains(where: { $0.key.lowercased() == "content-type" }) {
                request.headers.append(.init("Content-Type", "application/json"))
            }
            request.body = Array(json.utf8)
        }
        request.headers += headers.map { .init($0.key, $0.value) }
        return try send(request)
    }

    package mutating func get(
        _ path: String, as caller: Account? = nil, headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        try send("GET", path, as: caller, headers: headers)
    }

    package mutating func post(
        _ path: String, _ json: String? = nil, as caller: Account? = nil,
        headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        try send("POST", path, json: json, as: caller, headers: headers)
    }

    package mutating func delete(
        _ path: String, as caller: Account? = nil, headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        try send("DELETE", path, as: caller, headers: headers)
    }

    package mutating func send(
        _ method: String, _ path: String, form: Form, as caller: Account? = nil,
        headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        var request = Exchange.Request(method: method, target: path, body: form.body)
        if let caller { request.headers.append(.init("Authorization", "Bearer \(caller.accessToken)")) }
        request.headers.append(.init("Content-Type", form.contentType))
        request.headers += headers.map { .init($0.key, $0.value) }
        return try send(request)
    }

    package mutating func post(
        _ path: String, form: Form, as caller: Account? = nil, headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        try send("POST", path, form: form, as: caller, headers: headers)
    }

    // MARK: Events and time

    /// What `step` publishes; skips the check where publications cannot be seen.
    package mutating func publications(of step: (inout Lab) throws -> Void) throws -> Publications {
        guard capabilities.contains(.events) else { throw Check.Skip("publications cannot be observed") }
        let before = try target.publications(after: 0)
        try step(&self)
        let received = try target.publications(after: before.last?.sequence ?? 0)
        return Publications(received: received, after: before, exchange: last, knobs: knobs)
    }

    /// What a subscriber gets who comes only now.
    package mutating func retained(on topics: [String]) throws -> Publications {
        Publications(received: try target.retained(on: topics), exchange: last, knobs: knobs)
    }

    /// Moves the virtual clock; skips the check where there is none.
    package mutating func advance(milliseconds: Int) throws {
        guard capabilities.contains(.clock) else { throw Check.Skip("the clock of the target cannot be moved") }
        try control("clock-advance", #"{"milliseconds":\#(milliseconds)}"#).expect(200)
    }

    package mutating func advance(seconds: Int) throws { try advance(milliseconds: seconds * 1000) }

    /// Sends a control command; skips the check where there is no control plane or it does not know the command.
    @discardableResult
    package mutating func control(_ command: String, _ json: String = "{}") throws -> Reply {
        guard capabilities.contains(.controlPlane) else { throw Check.Skip("the target has no control plane") }
        let before = last
        let reply = try post("/_reference/\(command)", json)
        last = before
        if reply.status == 404 { throw Check.Skip("the control command \(command) is not there") }
        return reply
    }

    // MARK: Names

    /// A number that no other call of this run returns, for names.
    package mutating func fresh() -> Int {
        defer { nextName += 1 }
        return nextName
    }

    /// A phone number that is not taken.
    package mutating func freshPhone() -> String {
        let digits = String(fresh())
        return "+62" + String(repeating: "8", count: max(0, 10 - digits.count)) + digits
    }

    /// A username that is not taken, with the prefix of all users of conformance runs.
    package mutating func freshUsername() -> String { "cx_\(fresh())" }
}

/// What the checks of a run have in common.
package struct Setting: Sendable, Hashable {
    package var knobs: Knobs
    /// Numbers the names of the users to come, so that those of two runs on one deployment differ: 1 to 10 digits, below
    /// 9,999,000,000.
    package var nextName: Int

    package init(knobs: Knobs = Knobs(), nextName: Int = 1) {
        self.knobs = knobs
        self.nextName = nextName
    }
}
