import ChatrixModel

/// The control commands of notifications (D-100).
extension ReferenceAPI {
    mutating func carryOutNotifications(
        _ command: ControlCommand, _ fields: ControlFields
    ) throws(Refusal) -> [UInt8] {
        throw Refusal.resourceNotFound
    }
}
