import ChatrixConformance
import ChatrixModel
import Glibc

/// Receivers of webhooks on 127.0.0.1.
extension HTTPTarget {
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
