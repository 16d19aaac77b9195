/// An event that a client sends over its WebSocket connection, with its data (D-92).
package enum SocketRequest: Sendable, Hashable {
    case subscribe([SocketEvent])
    case unsubscribe([SocketEvent])
    case typing(ConversationID, isTyping: Bool)
    case call(CallDraft)
    case callAccept(CallID, answer: JSON)
    case callReject(CallID)
    case callEnd(CallID)
    case message(ConversationID, MessageDraft)
    case messageUpdate(MessageID, content: String)
    case messageDelete(MessageID)

    package var action: SocketAction {
        switch self {
        case .subscribe: .subscribe
        case .unsubscribe: .unsubscribe
        case .typing: .typing
        case .call: .call
        case .callAccept: .callAccept
        case .callReject: .callReject
        case .callEnd: .callEnd
        case .message: .message
        case .messageUpdate: .messageUpdate
        case .messageDelete: .messageDelete
        }
    }

    /// What the backend is asked for; `nil` of what concerns the connection alone, and of `typing`.
    package var command: Command? {
        switch self {
        case .subscribe, .unsubscribe, .typing: nil
        case .call(let draft): .calls(.create(draft))
        case .callAccept(let call, let answer): .calls(.answer(call, answer: answer))
        case .callReject(let call): .calls(.reject(call))
        case .callEnd(let call): .calls(.end(call))
        case .message(let conversation, let draft): .chat(.send(conversation, draft))
        case .messageUpdate(let message, let content): .chat(.update(message, content: content))
        case .messageDelete(let message): .chat(.delete(message))
        }
    }

    /// The event by which the sender's own connection hears that it was done (D-92); `nil` where nothing confirms it.
    package var confirmation: SocketEvent? {
        switch self {
        case .subscribe, .unsubscribe, .typing: nil
        case .call: .call
        case .callAccept: .callAccept
        case .callReject: .callReject
        case .callEnd: .callEnd
        case .message: .message
        case .messageUpdate: .messageUpdate
        case .messageDelete: .messageDelete
        }
    }
}
