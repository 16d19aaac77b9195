import ChatrixModel

/// What a check works with: a target, ways to talk to it, and fresh users.
///
/// Requests are literal texts; no encoder of the project stands between a check and the wire.
package struct Lab {
    package internal(set) var target: any Target
    /// The last exchange, shown when something after it is not as expected.
    package private(set) var last: Exchange?
    private let run: Int
    private var namesMade = 0

    package init(target: any Target, run: Int) {
        self.target = target
        self.run = run
    }

    // MARK: Requests

    /// Sends a request exactly as given.
    package mutating func send(_ request: Exchange.Request) throws -> Reply {
        let answer = try target.send(request)
        let exchange = Exchange(request: request, answer: answer, baseURL: target.baseURL)
        last = exchange
        return Reply(exchange: exchange)
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
        guard target.capabilities.contains(.events) else { throw Check.Skip("publications cannot be observed") }
        let mark = try target.publications(after: 0).last?.sequence ?? 0
        try step(&self)
        return Publications(all: try target.publications(after: mark), exchange: last)
    }

    /// Moves the virtual clock; skips the check where there is none.
    package mutating func advance(milliseconds: Int) throws {
        guard target.capabilities.contains(.clock) else { throw Check.Skip("the clock of the target cannot be moved") }
        try control("clock-advance", #"{"milliseconds":\#(milliseconds)}"#).expect(200)
    }

    package mutating func advance(seconds: Int) throws { try advance(milliseconds: seconds * 1000) }

    /// Sends a control command; skips the check where there is no control plane or it does not know the command.
    @discardableResult
    package mutating func control(_ command: String, _ json: String = "{}") throws -> Reply {
        guard target.capabilities.contains(.controlPlane) else { throw Check.Skip("the target has no control plane") }
        let before = last
        let reply = try post("/_reference/\(command)", json)
        last = before
        if reply.status == 404 { throw Check.Skip("the control command \(command) is not there") }
        return reply
    }

    // MARK: Names

    /// A number that no other call of this run returns, for names.
    package mutating func fresh() -> Int {
        namesMade += 1
        return run * 1000 + namesMade
    }

    /// A phone number that is not taken.
    package mutating func freshPhone() -> String {
        let digits = String(fresh())
        return "+62" + String(repeating: "8", count: max(0, 10 - digits.count)) + digits
    }

    /// A username that is not taken, with the prefix of all users of conformance runs.
    package mutating func freshUsername() -> String { "cx_\(fresh())" }
}
