import ChatrixModel

/// Reading of POST /reports: rules of form (D-67).
extension ReferenceAPI {
    static func report(_ body: RequestBody) throws(Refusal) -> Command {
        var draft = ReportDraft(
            reportedUser: try body.requiredID("reported_user_id"),
            reason: try body.requiredText("reason") {
                $0.hasVisibleScalar && $0.isWithinScalars(Limits.reportReasonScalarsMax)
            })
        if body.value("conversation_id") != nil { draft.conversation = try body.requiredID("conversation_id") }
        if let field = body.value("message_ids") {
            guard let elements = field.array, elements.count <= Limits.reportedMessagesMax else {
                throw Refusal.invalidField("message_ids")
            }
            draft.messages = elements.compactMap { $0.id(of: Entity.Message.self) }
            guard draft.messages.count == elements.count else { throw Refusal.invalidField("message_ids") }
        }
        return .reports(.report(draft))
    }
}
