import ChatrixModel

/// Whose WebSocket connections hear of a domain event, by which event (D-92).
package struct SocketNotice: Sendable {
    package var recipient: UserID
    package var event: SocketEvent
    /// The connection whose action it was hears of it too, whatever it subscribes to (WS-OUT-15).
    package var confirmsAction: Bool
}

extension DomainEvent.Kind {
    /// `nil` of what connections do not hear of.
    package var socketNotice: SocketNotice? {
        func notice(_ recipient: UserID, _ event: SocketEvent, confirms: Bool = true) -> SocketNotice {
            SocketNotice(recipient: recipient, event: event, confirmsAction: confirms)
        }
        switch self {
        case .messageCreated(_, let recipient): return notice(recipient, .message)
        case .messageUpdated(_, let recipient): return notice(recipient, .messageUpdate)
        case .messageDeleted(_, let recipient): return notice(recipient, .messageDelete)
        case .callStarted(let call, _): return notice(call.recipient, .call)
        case .callAnswered(let call, _): return notice(call.caller, .callAccept)
        case .callEnded(let call, let user, let isRejection):
            return notice(user == call.caller ? call.recipient : call.caller, isRejection ? .callReject : .callEnd)
        case .notificationCreated(_, let recipient): return notice(recipient, .notification, confirms: false)
        case .userRegistered, .userUpdated, .userDeleted, .postCreated, .postUpdated, .postDeleted, .commentCreated,
            .commentUpdated, .commentDeleted, .likeCreated, .likeDeleted, .followCreated, .followAccepted,
            .followDeleted, .storyCreated, .storyViewed, .storyDeleted:
            return nil
        }
    }

    /// The text frame of what connections hear of; empty of the rest.
    package var socketFrame: [UInt8] {
        switch self {
        case .messageCreated(let message, _): SocketFrame.encoded(.message, message.encodeSent)
        case .messageUpdated(let message, _): SocketFrame.encoded(.messageUpdate, message.encodeSent)
        case .messageDeleted(let message, _): SocketFrame.encoded(.messageDelete, message.encodeDeleted)
        case .callStarted(let call, let offer): SocketFrame.call(.call, call, "offer", offer)
        case .callAnswered(let call, let answer): SocketFrame.call(.callAccept, call, "answer", answer)
        case .callEnded(let call, _, let isRejection):
            SocketFrame.encoded(isRejection ? .callReject : .callEnd, call.encode)
        case .notificationCreated(let item, _): SocketFrame.encoded(.notification, item.encode)
        case .userRegistered, .userUpdated, .userDeleted, .postCreated, .postUpdated, .postDeleted, .commentCreated,
            .commentUpdated, .commentDeleted, .likeCreated, .likeDeleted, .followCreated, .followAccepted,
            .followDeleted, .storyCreated, .storyViewed, .storyDeleted:
            []
        }
    }
}
