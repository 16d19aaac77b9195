import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: BlockCommand, by caller: UserIndex) -> Outcome {
        switch command {
        case .block(let id): block(id, by: caller)
        case .unblock(let id): unblock(id, by: caller)
        }
    }

    /// BLOCK: repeating it changes nothing; follows between the two end silently (D-66).
    private mutating func block(_ id: UserID, by caller: UserIndex) -> Outcome {
        guard id != userID(caller) else { return .refused(.blockSelf) }
        guard let target = userIndex(id) else { return .refused(.userNotFound) }
        setBlock(by: caller, of: target, true)
        removeFollow(caller, target)
        removeFollow(target, caller)
        return Outcome(.block(.blocked))
    }

    /// UNBLOCK: a block by the other side stays (D-66).
    private mutating func unblock(_ id: UserID, by caller: UserIndex) -> Outcome {
        guard let target = userIndex(id), users[caller].blocking.contains(target) else {
            return .refused(.blockNotFound)
        }
        setBlock(by: caller, of: target, false)
        return Outcome(.block(.unblocked))
    }

    private mutating func setBlock(by blocker: UserIndex, of target: UserIndex, _ isBlocking: Bool) {
        if isBlocking {
            users[blocker].blocking.insert(target)
            users[target].blockedBy.insert(blocker)
        } else {
            users[blocker].blocking.remove(target)
            users[target].blockedBy.remove(blocker)
        }
        for conversation in conversations(of: ReferenceBackend.pairKey(blocker, target)) {
            guard let slot = conversations[conversation].slot(of: blocker) else { continue }
            conversations[conversation].isBlocking[slot] = isBlocking
        }
    }
}
