import ChatrixModel

/// The control commands of webhooks (D-100).
extension ReferenceAPI {
    mutating func carryOutWebhooks(
        _ command: ControlCommand, _ fields: ControlFields
    ) throws(Refusal) -> [UInt8] {
        throw Refusal.resourceNotFound
    }
}
