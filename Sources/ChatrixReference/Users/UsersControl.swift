import ChatrixModel

/// The control commands of users (D-100).
extension ReferenceAPI {
    mutating func carryOutUsers(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        let user = try user(fields, "user_id")
        if command == .userUpdate {
            let isPrivate = try fields.bool("is_private")
            let website = try fields.text("website")
            let isVerified = try fields.bool("is_verified")
            publish(
                backend.updateUser(user, isPrivate: isPrivate, website: website, isVerified: isVerified, at: time))
        } else {
            publish(backend.deleteUser(user, at: time))
        }
        return ControlFields.emptyAnswer
    }
}
