/// Something that happened in the backend, as WebSocket connections and webhooks are told of it.
///
/// One per action, whichever way the action came (D-97); MQTT publications are `Event`s of their own.
package struct DomainEvent: Sendable {
    package var kind: Kind
    /// The stamp of the event; of a creation the object's `created_at` (D-95).
    package var at: Timestamp

    package init(_ kind: Kind, at: Timestamp) {
        self.kind = kind
        self.at = at
    }

    /// Recipients are those whose WebSocket connections hear of it; the actor's own connection is told apart (D-92).
    package enum Kind: Sendable {
        case messageCreated(Message, recipient: UserID)
        case messageUpdated(Message, recipient: UserID)
        case messageDeleted(Message, recipient: UserID)
        case userRegistered(Account)
        case userUpdated(UpdatedProfile)
        case userDeleted(UserID, username: String)
        case postCreated(Post)
        case postUpdated(Post)
        case postDeleted(PostID, author: UserID)
        case commentCreated(Comment)
        case commentUpdated(Comment)
        case commentDeleted(Comment)
        case likeCreated(Like)
        case likeDeleted(Like)
        case followCreated(Follow)
        case followAccepted(Follow)
        case followDeleted(Follow)
        case storyCreated(Story)
        case storyViewed(StoryView)
        case storyDeleted(StoryID, author: UserID)
        case callStarted(Call, offer: JSON)
        case callAnswered(Call, answer: JSON)
        /// `by` ended it, or rejected it while it rang (D-81).
        case callEnded(Call, by: UserID, isRejection: Bool)
        /// Webhooks have no such event.
        case notificationCreated(NotificationItem, recipient: UserID)
    }
}

extension Outcome {
    /// All domain events of the step. That of a message sent is made here of its publication: sending, the path that has
    /// to be fast, builds none that nobody may want.
    package var allDomainEvents: [DomainEvent] {
        for event in events {
            guard case .newMessage(let message) = event.body else { continue }
            return [DomainEvent(.messageCreated(message, recipient: event.recipient), at: message.createdAt)]
                + domainEvents
        }
        return domainEvents
    }
}
