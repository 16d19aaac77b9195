import ChatrixModel

extension StepDeclaration {
    static let chat = [
        StepDeclaration(
            "ensure", area: "Chat", "Opens the conversation with the partner, which marks it as read.",
            keys: [KeyDeclaration("with", .word(["peer"]), "With whom; always peer.")], bare: "with"
        ) { _ throws(StepFault) in .ensure },
        StepDeclaration(
            "conversations", area: "Chat", "Lists the own conversations.",
            keys: [
                KeyDeclaration("limit", .whole(1...Limits.conversationPageMax), "Page size; default 20.")
            ]
        ) { values throws(StepFault) in .conversations(limit: values.whole("limit") ?? Limits.conversationPageDefault)
        },
        StepDeclaration(
            "messages", area: "Chat", "Reads the newest messages of the conversation, which marks it as read.",
            keys: [KeyDeclaration("limit", .whole(1...Limits.messagePageMax), "Page size; default 20.")]
        ) { values throws(StepFault) in .messages(limit: values.whole("limit") ?? Limits.messagePageDefault) },
        StepDeclaration(
            "send", area: "Chat", "Sends a message to the partner.",
            keys: [
                KeyDeclaration(
                    "text", .text(Limits.messageContentScalarsMax),
                    "Content; {{n}} is the sender's count, {{user}} and {{peer}} are usernames."),
                KeyDeclaration("type", .word(Message.Kind.allCases.map(\.rawValue)), "Kind; default text."),
                KeyDeclaration("attachments", .attachments, "Files, each {url, type, width, height}."),
            ], bare: "text", make: makeSend),
        StepDeclaration("read", area: "Chat", "Marks the conversation as read.") { _ throws(StepFault) in .read },
        StepDeclaration("view", area: "Chat", "Says that the conversation is on the screen, which marks it as read.") {
            _ throws(StepFault) in .view
        },
    ]

    /// A username is at most this long, a counter at most 19 digits.
    private static let placeholderScalarsMax = Limits.usernameScalarsMax

    @Sendable
    private static func makeSend(_ values: DeclaredValues) throws(StepFault) -> Step.Action {
        let kind = values.text("type").flatMap(Message.Kind.init(rawValue:)) ?? .text
        let attachments = values.attachments("attachments") ?? []
        let text = values.text("text") ?? ""
        let segments: [MessageTemplate.Segment]
        switch MessageTemplate.segments(of: text) {
        case .success(let parts): segments = parts
        case .failure(let unknown):
            throw StepFault(
                key: "text",
                message: "unknown placeholder '{{\(unknown.word)}}'; expected {{n}}, {{user}} or {{peer}}")
        }
        if kind == .text, !text.hasVisibleScalar {
            throw StepFault(key: nil, message: "'send' needs a 'text' with a visible character")
        }
        if kind != .text, attachments.isEmpty {
            throw StepFault(key: "type", message: "a message of type \(kind.rawValue) needs 'attachments'")
        }
        let places = segments.count { if case .literal = $0 { false } else { true } }
        if text.unicodeScalars.count + places * placeholderScalarsMax > Limits.messageContentScalarsMax {
            throw StepFault(
                key: "text",
                message: "'text' may exceed \(Limits.messageContentScalarsMax) characters when it is filled in")
        }
        return .send(MessageTemplate(kind: kind, segments: segments, attachments: attachments))
    }
}
