import ChatrixModel

/// What happens to notifications when something happens to a post (D-70).
extension ReferenceBackend {
    mutating func notifyLike(of post: PostIndex, by liker: UserIndex, at time: Timestamp) -> [DomainEvent] { [] }

    mutating func removeNotifications(about post: PostIndex) {}
}
