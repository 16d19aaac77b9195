import ChatrixModel

/// The control commands of stories (D-100).
extension ReferenceAPI {
    mutating func carryOutStories(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        throw Refusal.resourceNotFound
    }
}
