import ChatrixModel

/// What happens to notifications when something happens to a post (D-70).
extension ReferenceBackend {
    /// Tells the author of a like by someone else; returns the event that follows the like.
    mutating func notifyLike(of post: PostIndex, by liker: UserIndex, at time: Timestamp) -> [DomainEvent] {
        let author = posts.records[post].author
        guard author != liker else { return [] }
        return notify(author, of: liker, post: post, at: time)
    }

    /// NOTIFICATIONS-15: a deleted post takes its notifications along. O(notifications of the author).
    mutating func removeNotifications(about post: PostIndex) {
        notifications.removeAll(of: posts.records[post].author, about: post)
    }
}
