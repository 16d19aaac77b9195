import ChatrixModel

extension StepDeclaration {
    static let chat = [
        StepDeclaration(
            "ensure", area: "Chat", "Opens the conversation with the partner, which marks it as read.",
            keys: [KeyDeclaration("with", .word(["peer"]), "With whom; always peer.")], bare: "with",
            CallDeclaration(.ensure, .conversation) { .chat(.ensure(recipient: $0.partnerID)) }),
        StepDeclaration(
            "conversations", area: "Chat", "Lists the own conversations.",
            keys: [KeyDeclaration("limit", .whole(1...Limits.conversationPageMax), "Page size; default 20.")],
            CallDeclaration(.conversations) { context in
                .chat(.conversations(ConversationQuery(limit: context.whole(0) ?? Limits.conversationPageDefault)))
            }),
        StepDeclaration(
            "messages", area: "Chat", "Reads the newest messages of the conversation, which marks it as read.",
            keys: [KeyDeclaration("limit", .whole(1...Limits.messagePageMax), "Page size; default 20.")],
            CallDeclaration(.messages, .conversation) { context in
                context.conversation.map {
                    .chat(.messages($0, MessageQuery(limit: context.whole(0) ?? Limits.messagePageDefault)))
                }
            }),
        StepDeclaration(
            "send", area: "Chat", "Sends a message to the partner.",
            keys: [
                KeyDeclaration(
                    "text", .text(Limits.messageContentScalarsMax),
                    "Content; {{n}} is the sender's count, {{user}} and {{peer}} are usernames."),
                KeyDeclaration("type", .word(Message.Kind.allCases.map(\.rawValue)), "Kind; default text."),
                KeyDeclaration("attachments", .attachments, "Files, each {url, type, width, height}."),
            ], bare: "text",
            CallDeclaration(.send, .conversation, check: checkSend) { context in
                guard let conversation = context.conversation, let draft = MessageDraft(context) else { return nil }
                return .chat(.send(conversation, draft))
            }),
        StepDeclaration(
            "read", area: "Chat", "Marks the conversation as read.",
            CallDeclaration(.read, .conversation) { $0.conversation.map { .chat(.read($0)) } }),
        StepDeclaration(
            "view", area: "Chat", "Says that the conversation is on the screen, which marks it as read.",
            CallDeclaration(.view, .conversation) { $0.conversation.map { .chat(.view($0)) } }),
    ]

    /// What a place of a template is filled with at most: a username, a counter of 19 digits.
    private static let placeholderScalarsMax = Limits.usernameScalarsMax

    @Sendable
    private static func checkSend(_ values: DeclaredValues) throws(StepFault) {
        let kind = values.text("type").flatMap(Message.Kind.init(rawValue:)) ?? .text
        let text = values.text("text") ?? ""
        if kind == .text, !text.hasVisibleScalar {
            throw StepFault(key: nil, message: "'send' needs a 'text' with a visible character")
        }
        if kind != .text, values.attachments("attachments")?.isEmpty != false {
            throw StepFault(key: "type", message: "a message of type \(kind.rawValue) needs 'attachments'")
        }
        let places = text.ranges(of: "{{").count
        if text.unicodeScalars.count + places * placeholderScalarsMax > Limits.messageContentScalarsMax {
            throw StepFault(
                key: "text",
                message: "'text' may exceed \(Limits.messageContentScalarsMax) characters when it is filled in")
        }
    }
}

extension MessageDraft {
    /// The message of a `send`: text, type and attachments are its first three keys.
    init?(_ context: CallContext) {
        self.init(
            kind: context.text(1).flatMap(Message.Kind.init(rawValue:)) ?? .text, content: context.text(0) ?? "",
            attachments: context.attachments(2))
    }
}
