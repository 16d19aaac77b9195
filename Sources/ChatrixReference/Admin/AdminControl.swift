import ChatrixModel

/// The control commands of admin (D-100).
extension ReferenceAPI {
    mutating func carryOutAdmin(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        throw Refusal.resourceNotFound
    }
}
