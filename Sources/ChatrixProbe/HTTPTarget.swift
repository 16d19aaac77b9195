import ChatrixConformance

/// A reference server on a port of 127.0.0.1, with its control plane.
package struct HTTPTarget: Target {
    package let port: Int
    package var name: String { baseURL }
    package var baseURL: String { "http://127.0.0.1:\(port)" }
    package let capabilities = Set(Capability.allCases)
    private var connection: HTTPConnection?
    /// By URL.
    var listeners: [String: WebhookListener] = [:]

    package init(port: Int) { self.port = port }

    package mutating func prepare(rateLimits: RateLimitMode) throws {
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
}
