import ChatrixModel

/// The control commands of posts (D-100).
extension ReferenceAPI {
    mutating func carryOutPosts(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        throw Refusal.resourceNotFound
    }
}
