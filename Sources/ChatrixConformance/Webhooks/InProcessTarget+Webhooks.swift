import ChatrixModel
import ChatrixReference

/// Receivers of webhooks that are reached without a network; the target does the work of the server's sender.
extension InProcessTarget {
    package mutating func openReceiver(answers: [WebhookReceiver.Answer]) throws -> WebhookReceiver {
        let receiver = WebhookReceiver(url: "http://receiver-\(receivers.count + 1).test/hook")
        receivers[receiver.url] = SimulatedReceiver(answers: answers[...])
        return receiver
    }

    package mutating func received(by receiver: WebhookReceiver) throws -> [WebhookReceiver.Request] {
        guard let requests = receivers[receiver.url]?.requests else {
            throw TargetError("read", receiver.url, cause: "no such receiver")
        }
        return requests
    }

    /// Makes every attempt that is due, in order; a retry that falls due meanwhile too.
    mutating func deliverWebhooks() {
        while let attempt = api.takeWebhookAttempt(clock: clock, systemTime: Self.start) {
            let isAccepted = receivers[attempt.url.description]?.take(attempt) ?? false
            api.finishWebhookAttempt(attempt.number, succeeded: isAccepted, clock: clock, systemTime: Self.start)
        }
    }
}

/// A receiver of webhooks in this process.
struct SimulatedReceiver {
    var answers: ArraySlice<WebhookReceiver.Answer>
    var requests: [WebhookReceiver.Request] = []

    /// Answers as the script says; whether with success.
    mutating func take(_ attempt: WebhookAttempt) -> Bool {
        let answer = answers.popFirst() ?? .status(200)
        if answer != .refusal {
            requests.append(
                WebhookReceiver.Request(
                    method: "POST", headers: attempt.headers.map { Exchange.Header($0.name, $0.value) },
                    body: attempt.body, at: attempt.due))
        }
        return if case .status(let status) = answer { (200...299).contains(status) } else { false }
    }
}
