import ChatrixModel

/// The events that a client sends over its WebSocket connection: `socket.` and the name of the event.
extension StepDeclaration {
    static let socket = [
        StepDeclaration(
            "socket.subscribe", area: "WebSocket", "Asks for events; a new connection has all of them.",
            keys: [events], bare: "events",
            CallDeclaration(.subscribe, frame: { .subscribe($0.socketEvents) })),
        StepDeclaration(
            "socket.unsubscribe", area: "WebSocket", "Asks for events no longer.",
            keys: [events], bare: "events",
            CallDeclaration(.unsubscribe, frame: { .unsubscribe($0.socketEvents) })),
        StepDeclaration(
            "socket.typing", area: "WebSocket", "Says that the user writes, or has stopped.",
            keys: [KeyDeclaration("typing", .flag, "Whether he writes; default true.")], bare: "typing",
            CallDeclaration(
                .typing, .conversation,
                frame: { context in context.conversation.map { .typing($0, isTyping: context.flag(0) ?? true) } })),
        StepDeclaration(
            "socket.call", area: "WebSocket", "Calls the partner.", keys: CallKeys.offer, bare: "type",
            CallDeclaration(.call, .partner, fills: [.call: "id"], frame: { .call(CallDraft($0)) })),
        StepDeclaration(
            "socket.call_accept", area: "WebSocket", "Takes a call.", keys: CallKeys.answer, bare: "call",
            CallDeclaration(
                .callAccept, .partner,
                frame: { context in context.id(0).map { .callAccept($0, answer: context.answer) } })),
        StepDeclaration(
            "socket.call_reject", area: "WebSocket", "Rejects a call.", keys: CallKeys.call, bare: "call",
            CallDeclaration(.callReject, .partner, frame: { context in context.id(0).map { .callReject($0) } })),
        StepDeclaration(
            "socket.call_end", area: "WebSocket", "Ends a call.", keys: CallKeys.call, bare: "call",
            CallDeclaration(.callEnd, .partner, frame: { context in context.id(0).map { .callEnd($0) } })),
        StepDeclaration(
            "socket.message", area: "WebSocket", "Sends a message to the partner.", keys: MessageKeys.keys,
            bare: "text",
            CallDeclaration(
                .message, .conversation, fills: [.message: "id"], check: MessageKeys.check("socket.message"),
                frame: { context in
                    guard let conversation = context.conversation, let draft = MessageDraft(context) else { return nil }
                    return .message(conversation, draft)
                })),
        StepDeclaration(
            "socket.message_update", area: "WebSocket", "Changes the content of an own message.",
            keys: [
                KeyDeclaration(
                    "text", .template(Limits.messageContentScalarsMax), required: true, "The new content."),
                KeyDeclaration("message", or: .message, "ID of the message"),
            ], bare: "text",
            CallDeclaration(
                .messageUpdate, .conversation,
                check: { values throws(StepFault) in try MessageKeys.checkFilledLength(values.text("text") ?? "") },
                frame: { context in context.id(1).map { .messageUpdate($0, content: context.text(0) ?? "") } })),
        StepDeclaration(
            "socket.message_delete", area: "WebSocket", "Deletes an own message.",
            keys: [KeyDeclaration("message", or: .message, "ID of the message")], bare: "message",
            CallDeclaration(
                .messageDelete, .conversation, frame: { context in context.id(0).map { .messageDelete($0) } })),
    ]

    private static let events = KeyDeclaration(
        "events", .words(SocketEvent.allCases.map(\.rawValue)), "Which; default all.")
}

extension CallContext {
    fileprivate var socketEvents: [SocketEvent] {
        let names = texts(0)
        return names.isEmpty ? SocketEvent.allCases : names.compactMap(SocketEvent.init(rawValue:))
    }
}
