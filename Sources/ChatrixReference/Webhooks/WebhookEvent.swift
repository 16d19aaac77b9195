import ChatrixModel

/// The events that webhooks are told of, by their names on the wire. WEBHOOK-EVENT-01 to WEBHOOK-EVENT-23.
package enum WebhookEvent: String, Sendable, CaseIterable {
    case messageCreated = "message.created"
    case messageUpdated = "message.updated"
    case messageDeleted = "message.deleted"
    case userRegistered = "user.registered"
    case userUpdated = "user.updated"
    case userDeleted = "user.deleted"
    case postCreated = "post.created"
    case postUpdated = "post.updated"
    case postDeleted = "post.deleted"
    case commentCreated = "comment.created"
    case commentUpdated = "comment.updated"
    case commentDeleted = "comment.deleted"
    case likeCreated = "like.created"
    case likeDeleted = "like.deleted"
    case followCreated = "follow.created"
    case followDeleted = "follow.deleted"
    case followAccepted = "follow.accepted"
    case storyCreated = "story.created"
    case storyViewed = "story.viewed"
    case storyDeleted = "story.deleted"
    case callStarted = "call.started"
    case callAnswered = "call.answered"
    case callEnded = "call.ended"
}

extension DomainEvent {
    /// The name that webhooks know the event by; `nil` where they are not told.
    var webhookEvent: WebhookEvent? {
        switch kind {
        case .messageCreated: .messageCreated
        case .messageUpdated: .messageUpdated
        case .messageDeleted: .messageDeleted
        case .userRegistered: .userRegistered
        case .userUpdated: .userUpdated
        case .userDeleted: .userDeleted
        case .postCreated: .postCreated
        case .postUpdated: .postUpdated
        case .postDeleted: .postDeleted
        case .commentCreated: .commentCreated
        case .commentUpdated: .commentUpdated
        case .commentDeleted: .commentDeleted
        case .likeCreated: .likeCreated
        case .likeDeleted: .likeDeleted
        case .followCreated: .followCreated
        case .followAccepted: .followAccepted
        case .followDeleted: .followDeleted
        case .storyCreated: .storyCreated
        case .storyViewed: .storyViewed
        case .storyDeleted: .storyDeleted
        case .callStarted: .callStarted
        case .callAnswered: .callAnswered
        case .callEnded: .callEnded
        case .notificationCreated: nil
        }
    }

    /// WEBHOOK-PAYLOAD-01: the body of every delivery of the event called `name`.
    func webhookBody(_ name: WebhookEvent) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 384)
        writer.beginObject()
        writer.member("event", name.rawValue)
        writer.key("data")
        encodeWebhookData(to: &writer)
        writer.member("timestamp", at)
        writer.endObject()
        return writer.bytes
    }

    /// WEBHOOK-PAYLOAD-02, WEBHOOK-PAYLOAD-03: the shapes of the HTTP responses, or the keys of D-95.
    private func encodeWebhookData(to writer: inout JSONWriter) {
        switch kind {
        case .messageCreated(let message, _), .messageUpdated(let message, _), .messageDeleted(let message, _):
            message.encodeForWebhook(to: &writer)
        case .userRegistered(let account): account.encode(to: &writer)
        case .userUpdated(let profile): profile.encode(to: &writer)
        case .userDeleted(let user, let username):
            writer.beginObject()
            writer.member("id", user)
            writer.member("username", username)
            writer.endObject()
        case .postCreated(let post), .postUpdated(let post): post.encode(to: &writer)
        case .postDeleted(let post, let author): DomainEvent.encodeDeleted(post, author, to: &writer)
        case .commentCreated(let comment), .commentUpdated(let comment), .commentDeleted(let comment):
            comment.encode(to: &writer)
        case .likeCreated(let like), .likeDeleted(let like): like.encode(to: &writer)
        case .followCreated(let follow), .followAccepted(let follow), .followDeleted(let follow):
            follow.encode(to: &writer)
        case .storyCreated(let story): story.encode(to: &writer)
        case .storyViewed(let view): view.encode(to: &writer)
        case .storyDeleted(let story, let author): DomainEvent.encodeDeleted(story, author, to: &writer)
        case .callStarted(let call, _), .callAnswered(let call, _), .callEnded(let call, _, _):
            call.encode(to: &writer)
        case .notificationCreated: preconditionFailure("webhooks are not told of notifications")
        }
    }

    private static func encodeDeleted<Entity>(_ id: ID<Entity>, _ author: UserID, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("user_id", author)
        writer.endObject()
    }
}

extension Message {
    /// The six keys of the document's example, without `media` and `status`.
    fileprivate func encodeForWebhook(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("conversation_id", conversation)
        writer.member("sender_id", sender)
        writer.member("content", content)
        writer.member("type", kind.rawValue)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}
