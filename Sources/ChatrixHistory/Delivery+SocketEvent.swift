import ChatrixModel

extension History.Delivery {
    /// What the history records of an event on a WebSocket connection; `nil` if a field that the event's shape names is
    /// missing or of another type (D-92, D-94). Further fields are ignored.
    ///
    /// `id` is the receiver's. The events of calls name both who take part; their actor is the other one.
    package init?(
        of event: SocketEvent, _ data: JSONView, to user: Int, _ id: UserID?, device: Int, at time: Int64,
        payloadDigest: UInt64
    ) {
        self.init(user: user, at: time, kind: Kind(event), payloadDigest: payloadDigest)
        self.device = device
        channel = .webSocket
        switch event {
        case .message, .messageUpdate:
            guard let message = data["id"]?.id(of: Entity.Message.self), let time = data["created_at"]?.timestamp,
                let conversation = data["conversation_id"]?.id(of: Entity.Conversation.self),
                let sender = data["sender_id"]?.id(of: Entity.User.self),
                let digest = data["content"]?.withUTF8({ History.digest(of: $0) })
            else { return nil }
            (self.message, self.conversation, actor) = (message, conversation, sender)
            (stamp, contentDigest) = (time, digest)
        case .messageDelete:
            guard let message = data["id"]?.id(of: Entity.Message.self),
                let conversation = data["conversation_id"]?.id(of: Entity.Conversation.self)
            else { return nil }
            (self.message, self.conversation) = (message, conversation)
        case .typing:
            guard let conversation = data["conversation_id"]?.id(of: Entity.Conversation.self),
                let user = data["user_id"]?.id(of: Entity.User.self), data["is_typing"]?.bool != nil
            else { return nil }
            (self.conversation, actor) = (conversation, user)
        case .call, .callAccept, .callReject, .callEnd:
            guard let call = data["id"]?.id(of: Entity.Call.self), let started = data["started_at"]?.timestamp,
                let caller = data["caller_id"]?.id(of: Entity.User.self),
                let recipient = data["recipient_id"]?.id(of: Entity.User.self)
            else { return nil }
            self.call = call
            actor = caller == id ? recipient : caller
            stamp = data["ended_at"]?.timestamp ?? data["answered_at"]?.timestamp ?? started
        case .notification:
            guard data["id"]?.id(of: Entity.Notification.self) != nil, let time = data["created_at"]?.timestamp,
                let user = data["user"]?["id"]?.id(of: Entity.User.self), data["type"]?.string != nil
            else { return nil }
            (actor, stamp) = (user, time)
        case .presence:
            guard let user = data["user_id"]?.id(of: Entity.User.self), let status = data["status"]?.string,
                ["online", "offline"].contains(status)
            else { return nil }
            (actor, stamp) = (user, data["last_seen"]?.timestamp)
        }
    }
}

extension History.Delivery.Kind {
    package init(_ event: SocketEvent) {
        self =
            switch event {
            case .message: .message
            case .messageUpdate: .messageUpdate
            case .messageDelete: .messageDelete
            case .typing: .typing
            case .call: .call
            case .callAccept: .callAccept
            case .callReject: .callReject
            case .callEnd: .callEnd
            case .notification: .notification
            case .presence: .presence
            }
    }
}
