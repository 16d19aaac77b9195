import ChatrixModel

/// The control commands of contacts (D-100).
extension ReferenceAPI {
    mutating func carryOutContacts(
        _ command: ControlCommand, _ fields: ControlFields
    ) throws(Refusal) -> [UInt8] {
        throw Refusal.resourceNotFound
    }
}
