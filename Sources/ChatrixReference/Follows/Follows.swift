import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: FollowsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .follow(let id): follow(id, by: caller, at: time)
        case .unfollow(let id): unfollow(id, by: caller, at: time)
        }
    }

    /// FOLLOW: pending for a private account, accepted otherwise (D-62); the followed user is notified of both (D-70).
    private mutating func follow(_ id: UserID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard id != userID(caller) else { return .refused(.followSelf) }
        guard let target = userIndex(id) else { return .refused(.userNotFound) }
        guard !isBlockedPair(caller, target) else { return .refused(.blocked) }
        guard users[caller].following[target] == nil else { return .refused(.alreadyFollowing) }
        let record = FollowRecord(isAccepted: !users[target].isPrivate, createdAt: clock.stamp(time))
        users[caller].following[target] = record
        users[target].followers.insert(caller)
        if record.isAccepted { countAcceptedFollow(caller, target, by: 1) }
        let follow = describe(record, from: caller, to: target)
        return Outcome(
            .follows(.followed(follow)),
            domainEvents: [DomainEvent(.followCreated(follow), at: record.createdAt)]
                + notify(target, of: caller, at: time))
    }

    /// UNFOLLOW: pending and accepted alike; anything else is 404 (D-63).
    private mutating func unfollow(_ id: UserID, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard let target = userIndex(id), let record = users[caller].following[target] else {
            return .refused(.followNotFound)
        }
        removeFollow(caller, target)
        let follow = describe(record, from: caller, to: target)
        return Outcome(
            .follows(.unfollowed), domainEvents: [DomainEvent(.followDeleted(follow), at: clock.stamp(time))])
    }

    /// Turns a pending follow into an accepted one (D-63).
    mutating func acceptFollow(_ follower: UserIndex, _ target: UserIndex, at time: Timestamp) -> Outcome {
        guard var record = users[follower].following[target], !record.isAccepted else {
            return .refused(.followNotFound)
        }
        record.isAccepted = true
        users[follower].following[target] = record
        countAcceptedFollow(follower, target, by: 1)
        let follow = describe(record, from: follower, to: target)
        return Outcome(
            .follows(.followed(follow)), domainEvents: [DomainEvent(.followAccepted(follow), at: clock.stamp(time))])
    }

    /// Removes a pending follow, which nobody is told of (D-63, D-97).
    mutating func declineFollow(_ follower: UserIndex, _ target: UserIndex) -> Outcome {
        guard users[follower].following[target]?.isAccepted == false else { return .refused(.followNotFound) }
        removeFollow(follower, target)
        return Outcome(.follows(.unfollowed))
    }

    private func describe(_ record: FollowRecord, from follower: UserIndex, to target: UserIndex) -> Follow {
        Follow(
            follower: userID(follower), following: userID(target), status: record.isAccepted ? .accepted : .pending,
            createdAt: record.createdAt)
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
