package enum NotificationsCommand: Sendable {
    /// GET /notifications.
    case list(NotificationQuery)
}

package enum NotificationsReply: Sendable {
    case notifications(NotificationPage)
}

/// The query of GET /notifications (D-39, D-44).
package struct NotificationQuery: Sendable, Hashable {
    package var limit: Int
    /// Exclusive.
    package var before: NotificationID?
    /// Exclusive, on `created_at`.
    package var after: Timestamp?
    /// Who caused it.
    package var user: UserID?
    /// A text that names no kind matches nothing (D-44).
    package var kind: String?
    package var order: ListOrder

    package init(
        limit: Int = Limits.notificationPageDefault, before: NotificationID? = nil, after: Timestamp? = nil,
        user: UserID? = nil, kind: String? = nil, order: ListOrder = .newestFirst
    ) {
        self.limit = limit
        self.before = before
        self.after = after
        self.user = user
        self.kind = kind
        self.order = order
    }
}

/// An element of GET /notifications.
package struct NotificationItem: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable { case like, follow }

    /// The post that a notification is about.
    package struct Post: Sendable, Hashable {
        package var id: PostID
        package var media: [MediaFile]

        package init(id: PostID, media: [MediaFile]) {
            self.id = id
            self.media = media
        }
    }

    package var id: NotificationID
    package var kind: Kind
    /// Who caused it.
    package var user: UserSummary
    /// What was liked; `nil` for a follow.
    package var post: Post?
    package var isRead: Bool
    package var createdAt: Timestamp

    package init(
        id: NotificationID, kind: Kind, user: UserSummary, post: Post?, isRead: Bool, createdAt: Timestamp
    ) {
        self.id = id
        self.kind = kind
        self.user = user
        self.post = post
        self.isRead = isRead
        self.createdAt = createdAt
    }
}

/// The body of GET /notifications.
package struct NotificationPage: Sendable, Hashable {
    package var items: [NotificationItem]
    package var hasMore: Bool
    /// Of all the caller's notifications (D-71).
    package var unreadCount: Int
    /// The order of the items, which decides what `next_cursor` names (D-44).
    package var order: ListOrder

    package init(
        items: [NotificationItem], hasMore: Bool, unreadCount: Int, order: ListOrder
    ) {
        self.items = items
        self.hasMore = hasMore
        self.unreadCount = unreadCount
        self.order = order
    }
}
