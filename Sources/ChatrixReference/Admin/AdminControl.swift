import ChatrixModel

/// The control commands of admin (D-100).
extension ReferenceAPI {
    /// `conversation-inject`: any JSON as participants, `null` included; answers with the new `id`.
    mutating func carryOutAdmin(
        _ command: ControlCommand, _ fields: ControlFields, at time: Timestamp
    ) throws(Refusal) -> [UInt8] {
        guard let participantIDs = fields.raw("participant_ids") else { throw Refusal.invalidField("participant_ids") }
        return ControlFields.answer(id: backend.injectConversation(participantIDs, at: time))
    }
}
