import ChatrixModel

/// WS-IN: what connections hear of the steps of others (D-92).
extension ReferenceAPI {
    /// Tells the connections of the recipients of an outcome's events, and the connection whose action it was.
    mutating func tellSockets(_ outcome: Outcome, confirmingTo actor: SocketID? = nil) {
        guard !sockets.isEmpty else { return }
        for event in outcome.allDomainEvents { tellSockets(event.kind, confirmingTo: actor) }
    }

    private mutating func tellSockets(_ event: DomainEvent.Kind, confirmingTo actor: SocketID?) {
        switch event {
        case .messageCreated(let message, let recipient):
            tell(recipient, .message, and: actor) { SocketFrame.encoded(.message, message.encodeSent) }
        case .messageUpdated(let message, let recipient):
            tell(recipient, .messageUpdate, and: actor) { SocketFrame.encoded(.messageUpdate, message.encodeSent) }
        case .messageDeleted(let message, let recipient):
            tell(recipient, .messageDelete, and: actor) { SocketFrame.encoded(.messageDelete, message.encodeDeleted) }
        case .callStarted(let call, let offer):
            tell(call.recipient, .call, and: actor) { SocketFrame.call(.call, call, "offer", offer) }
        case .callAnswered(let call, let answer):
            tell(call.caller, .callAccept, and: actor) { SocketFrame.call(.callAccept, call, "answer", answer) }
        case .callEnded(let call, let user, let isRejection):
            let event: SocketEvent = isRejection ? .callReject : .callEnd
            tell(user == call.caller ? call.recipient : call.caller, event, and: actor) {
                SocketFrame.encoded(event, call.encode)
            }
        case .notificationCreated(let item, let recipient):
            tell(recipient, .notification) { SocketFrame.encoded(.notification, item.encode) }
        case .userDeleted(let user, _): sockets.closeAll(of: user, .unauthorized)
        case .userRegistered, .userUpdated, .postCreated, .postUpdated, .postDeleted, .commentCreated, .commentUpdated,
            .commentDeleted, .likeCreated, .likeDeleted, .followCreated, .followAccepted, .followDeleted,
            .storyCreated, .storyViewed, .storyDeleted:
            break
        }
    }

    /// Sends a frame to the connections of a user that want the event, then as confirmation to that of the actor, which
    /// gets it whatever it subscribes to (WS-OUT-15). Nothing is encoded where nobody gets it.
    mutating func tell(
        _ recipient: UserID, _ event: SocketEvent, and actor: SocketID? = nil, _ encode: () -> [UInt8]
    ) {
        let subscribers = sockets.subscribers(of: recipient, to: event)
        guard !subscribers.isEmpty || actor != nil else { return }
        let frame = encode()
        for id in subscribers { send(frame, event.rawValue, to: id) }
        if let actor { send(frame, event.rawValue, to: actor) }
    }
}
