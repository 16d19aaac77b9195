import ChatrixModel

/// The control commands of follow requests (D-100).
extension ReferenceAPI {
    mutating func carryOutFollows(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        let follower = try user(fields, "follower_id")
        let target = try user(fields, "following_id")
        let outcome =
            command == .followAccept
            ? backend.acceptFollow(follower, target, at: time) : backend.declineFollow(follower, target)
        if let refusal = outcome.reply.refusal { throw refusal }
        publish(outcome)
        return ControlFields.emptyAnswer
    }
}
