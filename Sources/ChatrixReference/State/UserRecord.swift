import ChatrixModel

/// Place of a user in `ReferenceBackend.users`.
typealias UserIndex = Int

struct UserRecord: Sendable {
    let number: UInt64
    var phone: String
    var username: String
    var fullName: String?
    var avatarURL: String?
    var bio: String?
    var website: String?
    var isPrivate = false
    /// Set by the control plane only (D-38).
    var isVerified = false
    var isDeleted = false
    var password: PasswordHash
    let createdAt: Timestamp
    /// `nil` until the first activity (D-61).
    var lastSeen: Timestamp?
    /// The `jti` of the current refresh token of each device (D-23).
    var sessions: [String: UUIDv4] = [:]
    /// Whom this user follows, and who follows this user.
    var following: [UserIndex: FollowRecord] = [:]
    var followers: Set<UserIndex> = []
    var acceptedFollowingCount = 0
    var acceptedFollowerCount = 0
    /// Whom this user blocks, and who blocks this user.
    var blocking: Set<UserIndex> = []
    var blockedBy: Set<UserIndex> = []
    var conversations = ConversationOrder()
    var posts = PostsOfUser()
    var stories = StoriesOfUser()

    init(
        number: UInt64, phone: String, username: String, fullName: String?, password: PasswordHash,
        createdAt: Timestamp
    ) {
        self.number = number
        self.phone = phone
        self.username = username
        self.fullName = fullName
        self.password = password
        self.createdAt = createdAt
    }

    /// Drops what a deleted user had; the record stays as a gap, so that places of others do not move.
    mutating func clear() {
        (phone, username, fullName, avatarURL, bio, website) = ("", "", nil, nil, nil, nil)
        sessions = [:]
        blocking = []
        blockedBy = []
        isDeleted = true
    }
}

struct FollowRecord: Sendable {
    var isAccepted: Bool
    var createdAt: Timestamp
}
