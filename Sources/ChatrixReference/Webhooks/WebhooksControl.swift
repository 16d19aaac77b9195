import ChatrixModel

/// The control commands of webhooks (D-100). CONTROL-06: nothing else adds or removes a subscription.
extension ReferenceAPI {
    mutating func carryOutWebhooks(
        _ command: ControlCommand, _ fields: ControlFields
    ) throws(Refusal) -> [UInt8] {
        if command == .webhookAdd {
            let id = try addWebhook(
                url: fields.requiredText("url"), secret: fields.requiredText("secret"),
                events: ReferenceAPI.eventNames(fields))
            return ControlFields.answer(id: id)
        }
        let text = try fields.requiredText("id")
        guard let id = UUIDv4(text), webhooks.unsubscribe(id) else { throw Refusal.webhookNotFound }
        return ControlFields.emptyAnswer
    }

    /// Subscribes `url` to the events named, or to all, and returns the subscription's ID.
    ///
    /// Throws `invalidField` for a URL that is not absolute, an empty secret, no event or one that does not exist.
    package mutating func addWebhook(url: String, secret: String, events: [String]?) throws(Refusal) -> UUIDv4 {
        guard let url = WebhookURL(url) else { throw Refusal.invalidField("url") }
        guard !secret.isEmpty else { throw Refusal.invalidField("secret") }
        var wanted: Set<WebhookEvent>?
        if let events {
            let known = events.compactMap(WebhookEvent.init(rawValue:))
            guard known.count == events.count, !known.isEmpty else { throw Refusal.invalidField("events") }
            wanted = Set(known)
        }
        let id = UUIDv4(random: backend.random.next(), backend.random.next())
        webhooks.subscribe(id, to: wanted, at: url, secret: secret)
        return id
    }

    private static func eventNames(_ fields: ControlFields) throws(Refusal) -> [String]? {
        guard let field = fields.raw("events"), !field.isNull else { return nil }
        guard let elements = field.array else { throw Refusal.invalidField("events") }
        let names = elements.compactMap(\.string)
        guard names.count == elements.count else { throw Refusal.invalidField("events") }
        return names
    }
}

extension WebhookQueue.Counts {
    /// As the page `state` shows them.
    func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("subscriptions", subscriptions)
        writer.member("waiting", waiting)
        writer.member("due", due)
        writer.member("delivered", delivered)
        writer.member("failed", failed)
        writer.member("dropped", dropped)
        writer.endObject()
    }
}
