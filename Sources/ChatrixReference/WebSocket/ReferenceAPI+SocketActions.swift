import ChatrixModel

/// WS-OUT: what clients ask for over WebSocket connections. Each frame is one step, like a request (D-90).
extension ReferenceAPI {
    mutating func handle(_ frame: JSON, on id: SocketID, at time: Timestamp) {
        // An event that is no text has no name to answer with.
        let name = frame["event"]?.string
        do throws(Refusal) {
            guard let name, let data = frame["data"], case .object = data else { throw Refusal.malformedBody }
            guard let action = SocketAction(rawValue: name) else { throw Refusal.invalidField("event") }
            try perform(action, .json(data), on: id, at: time)
            coverFrame(name, nil)
        } catch {
            send(SocketFrame.error(error, of: name), SocketEvent.errorName, to: id)
            coverFrame(name, error)
        }
    }

    private mutating func perform(
        _ action: SocketAction, _ body: RequestBody, on id: SocketID, at time: Timestamp
    ) throws(Refusal) {
        let command: Command
        switch action {
        case .subscribe: return try changeSubscription(of: id, body) { $0.union($1) }
        case .unsubscribe: return try changeSubscription(of: id, body) { $0.subtracting($1) }
        case .typing: return try showTyping(body, on: id)
        case .message: command = try ReferenceAPI.message(body)
        case .messageUpdate:
            command = .chat(
                .update(
                    try body.requiredID("id"),
                    content: try body.requiredText("content") { $0.isWithinScalars(Limits.messageContentScalarsMax) }))
        case .messageDelete: command = .chat(.delete(try body.requiredID("id")))
        case .call: command = try ReferenceAPI.callCreation(body)
        case .callAccept:
            // In a body a malformed ID is 400, not 404 as in the path (D-05).
            let call: CallID = try body.requiredID("call_id")
            command = try ReferenceAPI.callAnswer(Substring(call.description), body)
        case .callReject: command = .calls(.reject(try body.requiredID("call_id")))
        case .callEnd: command = .calls(.end(try body.requiredID("call_id")))
        }
        guard let user = sockets[id]?.user else { return }
        let outcome = backend.perform(command, by: user, at: time)
        if let refusal = outcome.reply.refusal { throw refusal }
        publish(outcome, confirmingTo: id)
    }

    /// WS-OUT-11: a list with a name that is no incoming event changes nothing (D-91).
    private mutating func changeSubscription(
        of id: SocketID, _ body: RequestBody, _ combine: (SocketEvents, SocketEvents) -> SocketEvents
    ) throws(Refusal) {
        guard let names = body.value("events")?.array else { throw Refusal.invalidField("events") }
        var events: SocketEvents = []
        for name in names {
            guard let event = name.string.flatMap(SocketEvent.init(rawValue:)) else {
                throw Refusal.invalidField("events")
            }
            events.insert(SocketEvents(event))
        }
        sockets.changeSubscription(of: id) { combine($0, events) }
    }

    /// WS-OUT-12: to the other participant and never back; nothing between users who block each other (D-94).
    private mutating func showTyping(_ body: RequestBody, on id: SocketID) throws(Refusal) {
        let conversation: ConversationID = try body.requiredID("conversation_id")
        var isTyping = true
        if let field = body.value("is_typing") {
            guard let flag = field.bool else { throw Refusal.invalidField("is_typing") }
            isTyping = flag
        }
        guard let user = sockets[id]?.user,
            let recipient = try backend.typingAudience(in: conversation, of: user)
        else { return }
        tell(recipient, .typing) { SocketFrame.typing(user, in: conversation, isTyping) }
    }
}
