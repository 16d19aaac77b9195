import ChatrixModel

/// What an adapter that sends webhooks needs.
extension ReferenceAPI {
    /// Queues the deliveries that a step causes. WEBHOOK-EVENT: one event an action, whichever way it came (D-97).
    mutating func publishToWebhooks(_ outcome: Outcome) {
        guard webhooks.hasSubscriptions else { return }
        for event in outcome.allDomainEvents { publishToWebhooks(event) }
    }

    private mutating func publishToWebhooks(_ event: DomainEvent) {
        guard let name = event.webhookEvent, webhooks.wants(name) else { return }
        let body = event.webhookBody(name)
        let count = webhooks.add(name, body, at: event.at, random: &backend.random)
        guard configuration.isObserved else { return }
        for _ in 0..<count { outbox.append(.webhook(event: name.rawValue, body: body)) }
    }

    /// Takes the next attempt that has to be made now; `nil` if there is none, or none before others have ended. Each has
    /// to be ended with `finishWebhookAttempt`.
    ///
    /// With a virtual clock retries come in the order of the times when they are due, as if that time had passed.
    package mutating func takeWebhookAttempt(clock: ReferenceClock, systemTime: Timestamp) -> WebhookAttempt? {
        guard webhooks.hasSubscriptions else { return nil }
        let attempt = webhooks.takeAttempt(
            at: backend.now(clock.now(systemTime: systemTime)), inOrder: clock != .real)
        if let attempt, attempt.ordinal > 1 { coverRetry(of: attempt.event.rawValue) }
        return attempt
    }

    /// Ends an attempt. Succeeded is what was answered with 2xx in time (D-96). `nil` if nobody waits for it any more.
    ///
    /// On a virtual clock an attempt takes no time: the next one is counted from when it was due.
    @discardableResult
    package mutating func finishWebhookAttempt(
        _ number: Int, succeeded: Bool, clock: ReferenceClock, systemTime: Timestamp
    ) -> WebhookQueue.Conclusion? {
        webhooks.finish(number, succeeded: succeeded, at: clock == .real ? backend.now(systemTime) : nil)
    }

    /// Tells that an attempt takes so long that the next of its subscription need not wait for it.
    package mutating func letNextWebhookStart(after number: Int) { webhooks.letNextStart(after: number) }
}
