import ChatrixConformance
import ChatrixModel
import Glibc

/// A reference server on a port of 127.0.0.1, with its control plane.
package struct HTTPTarget: Target {
    package let port: Int
    package var name: String { baseURL }
    package var baseURL: String { "http://127.0.0.1:\(port)" }
    package let capabilities = Set(Capability.allCases)
    private var connection: HTTPConnection?
    /// By URL.
    private var listeners: [String: WebhookListener] = [:]

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

    package mutating func openReceiver(answers: [WebhookReceiver.Answer]) throws -> WebhookReceiver {
        let listener = try WebhookListener(answers: answers)
        listeners[listener.url] = listener
        return WebhookReceiver(url: listener.url)
    }

    /// Waits until the server has made every attempt that is due; those that wait for their time have not been made.
    package mutating func received(by receiver: WebhookReceiver) throws -> [WebhookReceiver.Request] {
        guard let listener = listeners[receiver.url] else {
            throw TargetError("read", receiver.url, cause: "no such receiver")
        }
        var seen = ""
        // Each look takes at least a millisecond, all of them longer than the 10 s of an attempt without an answer.
        for _ in 1...20_000 {
            let page = try send(Exchange.Request(method: "GET", target: "/_reference/state"))
            guard page.status == 200, let counts = try? JSON.parse(page.body)["webhooks"] else {
                throw TargetError("read", "the state of \(name)", cause: "\(page)")
            }
            if counts["due"]?.integer == 0 { return listener.requests }
            seen = "\(counts)"
            usleep(1000)
        }
        throw TargetError("wait for", "the webhooks that are due", cause: "after 20 s there were \(seen)")
    }
}
