import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: FollowsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .follow(let id): follow(id, by: caller, at: time)
        case .unfollow(let id): unfollow(id, by: caller)
        }
    }

    /// FOLLOW: pending for a private account, accepted otherwise (D-62).
    private mutating func follow(_ id: UserID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard id != userID(caller) else { return .refused(.followSelf) }
        guard let target = userIndex(id) else { return .refused(.userNotFound) }
        guard !isBlockedPair(caller, target) else { return .refused(.blocked) }
        guard users[caller].following[target] == nil else { return .refused(.alreadyFollowing) }
        let record = FollowRecord(isAccepted: !users[target].isPrivate, createdAt: clock.stamp(time))
        users[caller].following[target] = record
        users[target].followers.insert(caller)
        if record.isAccepted { countAcceptedFollow(caller, target, by: 1) }
        return Outcome(
            .follows(
                .followed(
                    Follow(
                        follower: userID(caller), following: id, status: record.isAccepted ? .accepted : .pending,
                        createdAt: record.createdAt))))
    }

    /// UNFOLLOW: pending and accepted alike; anything else is 404 (D-63).
    private mutating func unfollow(_ id: UserID, by caller: UserIndex) -> Outcome {
        guard let target = userIndex(id), users[caller].following[target] != nil else {
            return .refused(.followNotFound)
        }
        removeFollow(caller, target)
        return Outcome(.follows(.unfollowed))
    }

    /// Turns a pending follow into an accepted one; false if there is none.
    mutating func acceptFollow(_ follower: UserIndex, _ target: UserIndex) -> Bool {
        guard users[follower].following[target]?.isAccepted == false else { return false }
        users[follower].following[target]?.isAccepted = true
        countAcceptedFollow(follower, target, by: 1)
        return true
    }

    mutating func removeFollow(_ follower: UserIndex, _ target: UserIndex) {
        guard let record = users[follower].following.removeValue(forKey: target) else { return }
        users[target].followers.remove(follower)
        if record.isAccepted { countAcceptedFollow(follower, target, by: -1) }
    }

    private mutating func countAcceptedFollow(_ follower: UserIndex, _ target: UserIndex, by change: Int) {
        users[follower].acceptedFollowingCount += change
        users[target].acceptedFollowerCount += change
    }

    /// Whether either blocks the other.
    func isBlockedPair(_ a: UserIndex, _ b: UserIndex) -> Bool {
        users[a].blocking.contains(b) || users[b].blocking.contains(a)
    }
}
