import ChatrixModel

extension ReferenceBackend {
    /// USERS-ME-GET.
    func ownProfile(of user: UserIndex) -> Outcome {
        Outcome(.users(.me(OwnProfile(phone: users[user].phone, profile: publicProfile(of: user, for: user)))))
    }

    /// USERS-GET: privacy before block (D-12), and an owner sees himself.
    func profile(_ identifier: UserIdentifier, for caller: UserIndex?) -> Outcome {
        let found =
            switch identifier {
            case .id(let id): userIndex(id)
            case .username(let name): usersByUsername[name.asciiLowercased]
            }
        guard let user = found else { return .refused(.userNotFound) }
        guard !users[user].isPrivate || caller == user || caller.map({ isFollower($0, of: user) }) ?? false else {
            return .refused(.privateProfile)
        }
        if let caller, users[user].blocking.contains(caller) { return .refused(.blocked) }
        return Outcome(.users(.profile(publicProfile(of: user, for: caller))))
    }

    /// Whether `user` follows `other` and was accepted.
    func isFollower(_ user: UserIndex, of other: UserIndex) -> Bool {
        users[user].following[other]?.isAccepted ?? false
    }

    private func publicProfile(of user: UserIndex, for caller: UserIndex?) -> PublicProfile {
        let record = users[user]
        return PublicProfile(
            id: directory.id(record.number), username: record.username, fullName: record.fullName,
            avatarURL: record.avatarURL, bio: record.bio, website: record.website, isPrivate: record.isPrivate,
            followerCount: record.acceptedFollowerCount, followingCount: record.acceptedFollowingCount,
            postCount: record.posts.written.count, isFollowing: caller.map { isFollower($0, of: user) } ?? false,
            createdAt: record.createdAt)
    }
}
