import ChatrixModel

extension ReferenceBackend {
    func apply(_ command: NotificationsCommand, by caller: UserIndex) -> Outcome {
        switch command {
        case .list(let query): listNotifications(query, of: caller)
        }
    }

    /// NOTIFICATIONS: the newest first, and nothing becomes read (D-71). O(page + log n) without filters.
    private func listNotifications(_ query: NotificationQuery, of caller: UserIndex) -> Outcome {
        let list = notifications.lists[caller] ?? NotificationsState.List()
        var high = list.records.count
        if let before = query.before {
            // One that was removed is a good cursor still (D-41).
            guard directory.index(of: before, .notification) == caller else { return .refused(.unknownCursor) }
            high = list.records.partitioningIndex { $0.number >= before.number }
        }
        let low = query.after.map { bound in list.records.partitioningIndex { $0.createdAt > bound } } ?? 0
        let actor = query.user.map { userIndex($0) }

        var items: [NotificationItem] = []
        var hasMore = false
        var position = query.order == .newestFirst ? high - 1 : low
        while (low..<max(low, high)).contains(position) {
            let record = list.records[position]
            position += query.order == .newestFirst ? -1 : 1
            if let actor, record.actor != actor { continue }
            if let kind = query.kind, record.kind.rawValue != kind { continue }
            if items.count == query.limit {
                hasMore = true
                break
            }
            items.append(item(of: record))
        }
        return Outcome(
            .notifications(
                .notifications(
                    NotificationPage(
                        items: items, hasMore: hasMore, unreadCount: list.unreadCount, order: query.order))))
    }

    /// A notification as responses and WebSocket events show it; names and pictures as of now.
    private func item(of record: NotificationsState.Record) -> NotificationItem {
        NotificationItem(
            id: directory.id(record.number), kind: record.kind, user: summary(of: record.actor),
            post: record.post.map { NotificationItem.Post(id: postID($0), media: posts.records[$0].media) },
            isRead: record.isRead, createdAt: record.createdAt)
    }

    /// Tells a user of what another has done; with its own ID and stamp, so after its cause (D-70).
    mutating func notify(
        _ user: UserIndex, of actor: UserIndex, post: PostIndex? = nil, at time: Timestamp
    ) -> [DomainEvent] {
        let record = NotificationsState.Record(
            number: directory.add(.notification, user), createdAt: clock.stamp(time), actor: actor, post: post)
        notifications.append(record, for: user)
        return [
            DomainEvent(.notificationCreated(item(of: record), recipient: userID(user)), at: record.createdAt)
        ]
    }

    /// CONTROL-05: marks these notifications of a user, or all of them for `nil`. Refused if one is not there; then
    /// nothing changes.
    mutating func readNotifications(of user: UserIndex, _ ids: [NotificationID]?) throws(Refusal) {
        guard let list = notifications.lists[user] else {
            guard ids?.isEmpty ?? true else { throw Refusal.notificationNotFound }
            return
        }
        guard let ids else {
            notifications.markRead(at: list.records.indices, of: user)
            return
        }
        var positions: [Int] = []
        for id in ids {
            guard directory.index(of: id, .notification) == user, let position = list.position(of: id.number) else {
                throw Refusal.notificationNotFound
            }
            positions.append(position)
        }
        for position in positions { notifications.markRead(at: position..<position + 1, of: user) }
    }
}
