import ChatrixModel

/// The control commands of follow requests (D-100).
extension ReferenceAPI {
    mutating func carryOutFollows(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        let follower = try user(fields, "follower_id")
        let target = try user(fields, "following_id")
        guard
            command == .followAccept
                ? backend.acceptFollow(follower, target) : backend.declineFollow(follower, target)
        else { throw Refusal.followNotFound }
        return ControlFields.emptyAnswer
    }
}
