package enum UsersCommand: Sendable {
    /// GET /users/me.
    case me
    /// PATCH /users/me.
    case update(ProfileUpdate)
    /// GET /users/:identifier; the caller may be anonymous.
    case profile(UserIdentifier)
}

/// What PATCH /users/me changes; what is `nil` stays, an empty text clears (D-29).
package struct ProfileUpdate: Sendable {
    package var fullName: String?
    package var bio: String?
    /// Its content is judged by the backend.
    package var avatar: UploadedFile?

    package init(fullName: String? = nil, bio: String? = nil, avatar: UploadedFile? = nil) {
        self.fullName = fullName
        self.bio = bio
        self.avatar = avatar
    }
}

/// How a path names a user: by ID if it has the shape of one, else by username (D-32).
package enum UserIdentifier: Sendable, Hashable {
    case id(UserID)
    case username(String)

    package init(_ text: String) {
        self = UserID(text).map(UserIdentifier.id) ?? .username(text)
    }
}

package enum UsersReply: Sendable {
    case me(OwnProfile)
    case updated(UpdatedProfile)
    case profile(PublicProfile)
}

/// The body of GET /users/me.
package struct OwnProfile: Sendable, Hashable {
    package var phone: String
    package var profile: PublicProfile

    package init(phone: String, profile: PublicProfile) {
        self.phone = phone
        self.profile = profile
    }
}

/// The body of PATCH /users/me.
package struct UpdatedProfile: Sendable, Hashable {
    package var id: UserID
    package var phone: String
    package var username: String
    package var fullName: String?
    package var bio: String?
    package var avatarURL: String?

    package init(
        id: UserID, phone: String, username: String, fullName: String?, bio: String?, avatarURL: String?
    ) {
        self.id = id
        self.phone = phone
        self.username = username
        self.fullName = fullName
        self.bio = bio
        self.avatarURL = avatarURL
    }
}

/// The body of GET /users/:identifier.
package struct PublicProfile: Sendable, Hashable {
    package var id: UserID
    package var username: String
    package var fullName: String?
    package var avatarURL: String?
    package var bio: String?
    package var website: String?
    package var isPrivate: Bool
    /// Accepted follows only, as the other two (D-31).
    package var followerCount: Int
    package var followingCount: Int
    package var postCount: Int
    /// False for anonymous callers and for oneself.
    package var isFollowing: Bool
    package var createdAt: Timestamp

    package init(
        id: UserID, username: String, fullName: String?, avatarURL: String?, bio: String?, website: String?,
        isPrivate: Bool, followerCount: Int, followingCount: Int, postCount: Int, isFollowing: Bool,
        createdAt: Timestamp
    ) {
        self.id = id
        self.username = username
        self.fullName = fullName
        self.avatarURL = avatarURL
        self.bio = bio
        self.website = website
        self.isPrivate = isPrivate
        self.followerCount = followerCount
        self.followingCount = followingCount
        self.postCount = postCount
        self.isFollowing = isFollowing
        self.createdAt = createdAt
    }
}

/// What other objects show of a user, as of the time of reading.
package struct UserSummary: Sendable, Hashable {
    package var id: UserID
    package var username: String
    package var fullName: String?
    package var avatarURL: String?

    package init(id: UserID, username: String, fullName: String?, avatarURL: String?) {
        self.id = id
        self.username = username
        self.fullName = fullName
        self.avatarURL = avatarURL
    }
}
