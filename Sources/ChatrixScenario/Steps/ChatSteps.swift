import ChatrixModel

extension StepDeclaration {
    static let chat = [
        StepDeclaration(
            "ensure", area: "Chat", "Opens the conversation with the partner, which marks it as read.",
            keys: [KeyDeclaration("with", .word(["peer"]), "With whom; always peer.")], bare: "with",
            CallDeclaration(.ensure, .conversation) { .chat(.ensure(recipient: $0.partnerID)) }),
        StepDeclaration(
            "conversations", area: "Chat", "Lists the own conversations.",
            keys: PageKeys.keys(
                limitMax: Limits.conversationPageMax, limitDefault: Limits.conversationPageDefault,
                before: "updated before this time"),
            CallDeclaration(.conversations, fills: [.cursor: "next_cursor"]) { context in
                guard let before = context.cursor(1), let after = context.cursor(2) else { return nil }
                var query = ConversationQuery(limit: context.whole(0) ?? Limits.conversationPageDefault)
                query.before = before.timestamp
                query.after = after.timestamp
                query.user = context.user(3)
                query.order = context.order(4)
                return .chat(.conversations(query))
            }),
        StepDeclaration(
            "messages", area: "Chat",
            "Reads a page of the conversation; the newest one, without before, marks it as read.",
            keys: PageKeys.keys(
                limitMax: Limits.messagePageMax, limitDefault: Limits.messagePageDefault, before: "before this message"
            ) + [
                KeyDeclaration("status", .word(Message.Status.allCases.map(\.name)), "Only messages of this status."),
                KeyDeclaration("type", .word(Message.Kind.allCases.map(\.rawValue)), "Only messages of this kind."),
            ],
            CallDeclaration(.messages, .conversation, fills: [.cursor: "next_cursor"]) { context in
                guard let conversation = context.conversation, let before = context.idCursor(1),
                    let after = context.cursor(2)
                else { return nil }
                var query = MessageQuery(
                    limit: context.whole(0) ?? Limits.messagePageDefault, before: before.id(Entity.Message.self))
                query.after = after.timestamp
                query.sender = context.user(3)
                query.order = context.order(4)
                query.status = context.text(5)
                query.kind = context.text(6)
                return .chat(.messages(conversation, query))
            }),
        StepDeclaration(
            "send", area: "Chat", "Sends a message to the partner.", keys: MessageKeys.keys, bare: "text",
            CallDeclaration(.send, .conversation, fills: [.message: "id"], check: MessageKeys.check("send")) {
                context in
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
}

/// The keys of a message, sent over HTTP or WebSocket.
enum MessageKeys {
    static let keys = [
        KeyDeclaration("text", .template(Limits.messageContentScalarsMax), "Content."),
        KeyDeclaration("type", .word(Message.Kind.allCases.map(\.rawValue)), "Kind; default text."),
        KeyDeclaration("attachments", .attachments, "Files, each {url, type, width, height}; not with text."),
    ]

    static func check(_ step: String) -> @Sendable (DeclaredValues) throws(StepFault) -> Void {
        { values throws(StepFault) in
            let kind = values.text("type").flatMap(Message.Kind.init(rawValue:)) ?? .text
            let text = values.text("text") ?? ""
            if kind == .text, !text.hasVisibleScalar {
                throw StepFault(key: nil, message: "'\(step)' needs a 'text' with a visible character")
            }
            if kind != .text, values.attachments("attachments")?.isEmpty != false {
                throw StepFault(key: "type", message: "a message of type \(kind.rawValue) needs 'attachments'")
            }
            try checkFilledLength(text)
        }
    }

    /// What a place of a template is filled with at most: a username, a counter of 19 digits, an ID.
    private static let placeholderScalarsMax = Limits.usernameScalarsMax

    static func checkFilledLength(_ text: String) throws(StepFault) {
        let places = text.ranges(of: "{{").count
        if text.unicodeScalars.count + places * placeholderScalarsMax > Limits.messageContentScalarsMax {
            throw StepFault(
                key: "text",
                message: "'text' may exceed \(Limits.messageContentScalarsMax) characters when it is filled in")
        }
    }
}

extension MessageDraft {
    /// The message whose text, type and attachments are the first three keys.
    init?(_ context: CallContext) {
        self.init(
            kind: context.text(1).flatMap(Message.Kind.init(rawValue:)) ?? .text, content: context.text(0) ?? "",
            attachments: context.attachments(2))
    }
}
