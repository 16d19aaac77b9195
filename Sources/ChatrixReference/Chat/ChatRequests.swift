import ChatrixModel

/// Reading of the chat requests: rules of form (D-40, D-41, D-44, D-48, D-49).
extension ReferenceAPI {
    static func message(_ body: RequestBody) throws(Refusal) -> Command {
        let conversation: ConversationID = try body.requiredID("conversationId")
        var kind = Message.Kind.text
        if let name = try body.text("type") {
            guard let known = Message.Kind(rawValue: name) else { throw Refusal.invalidField("type") }
            kind = known
        }
        var attachments: [Attachment] = []
        if let field = body.value("attachments") {
            guard let elements = field.array else { throw Refusal.invalidField("attachments") }
            for element in elements {
                guard let attachment = Attachment(element) else { throw Refusal.invalidField("attachments") }
                attachments.append(attachment)
            }
        }
        guard attachments.count <= Limits.attachmentsMax else { throw Refusal.invalidField("attachments") }
        let content = try body.text("content")
        guard let draft = MessageDraft(kind: kind, content: content ?? "", attachments: attachments) else {
            throw Refusal.invalidField(kind == .text ? "content" : "attachments")
        }
        return .chat(.send(conversation, draft))
    }

    static func conversationQuery(_ query: QueryParameters) throws(Refusal) -> ConversationQuery {
        var result = ConversationQuery(
            limit: try query.limit(default: Limits.conversationPageDefault, maximum: Limits.conversationPageMax))
        result.before = try query.timestamp("before")
        result.after = try query.timestamp("after")
        result.user = try query.id("user_id")
        result.order = try query.order(field: "updated_at")
        return result
    }

    static func messageQuery(_ query: QueryParameters) throws(Refusal) -> MessageQuery {
        var result = MessageQuery(
            limit: try query.limit(default: Limits.messagePageDefault, maximum: Limits.messagePageMax),
            before: try query.id("before"))
        result.after = try query.timestamp("after")
        result.sender = try query.id("user_id")
        result.status = query.text("status")
        result.kind = query.text("type")
        result.order = try query.order(field: "created_at")
        return result
    }
}
