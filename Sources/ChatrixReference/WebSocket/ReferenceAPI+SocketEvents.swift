import ChatrixModel

/// WS-IN: what connections hear of the steps of others (D-92).
extension ReferenceAPI {
    /// Tells the connections of the recipients of an outcome's events, and the connection whose action it was.
    mutating func tellSockets(_ outcome: Outcome, confirmingTo actor: SocketID? = nil) {
        guard !sockets.isEmpty else { return }
        for event in outcome.allDomainEvents { tellSockets(event.kind, confirmingTo: actor) }
    }

    private mutating func tellSockets(_ event: DomainEvent.Kind, confirmingTo actor: SocketID?) {
        if case .userDeleted(let user, _) = event { sockets.closeAll(of: user, .unauthorized) }
        guard let notice = event.socketNotice else { return }
        tell(notice.recipient, notice.event, and: notice.confirmsAction ? actor : nil) { event.socketFrame }
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
