package enum FollowsCommand: Sendable {
    /// POST /follows/:userId.
    case follow(UserID)
    /// DELETE /follows/:userId.
    case unfollow(UserID)
}

package enum FollowsReply: Sendable {
    /// 201.
    case followed(Follow)
    /// 204.
    case unfollowed
}

package struct Follow: Sendable, Hashable {
    package enum Status: String, Sendable { case pending, accepted }

    package var follower: UserID
    package var following: UserID
    package var status: Status
    package var createdAt: Timestamp

    package init(follower: UserID, following: UserID, status: Status, createdAt: Timestamp) {
        self.follower = follower
        self.following = following
        self.status = status
        self.createdAt = createdAt
    }
}
