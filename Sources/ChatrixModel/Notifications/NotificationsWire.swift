/// The body of GET /notifications and of the WebSocket event. Shape: API document, Notifications 1; D-71.
extension NotificationsReply {
    package func encode(to writer: inout JSONWriter) {
        guard case .notifications(let page) = self else { return }
        writer.beginObject()
        writer.key("notifications")
        writer.array(page.items) { $0.encode(to: &$1) }
        writer.key("next_cursor")
        switch (page.order, page.items.last) {
        case (_, nil): writer.null()
        case (.newestFirst, let last?): writer.value(last.id)
        case (.oldestFirst, let last?): writer.value(last.createdAt)
        }
        writer.member("has_more", page.hasMore)
        writer.member("unread_count", page.unreadCount)
        writer.endObject()
    }
}

extension NotificationItem {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", kind.rawValue)
        writer.key("user")
        user.encode(to: &writer)
        if let post {
            writer.key("post")
            writer.beginObject()
            writer.member("id", post.id)
            writer.key("media")
            writer.array(post.media) { $0.encodeBriefly(to: &$1) }
            writer.endObject()
        }
        writer.member("is_read", isRead)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}
