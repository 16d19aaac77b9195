import ChatrixModel

extension History.Delivery {
    /// What the history records of a text frame that a WebSocket connection received: the reading of both clocks.
    ///
    /// One that the documented shapes do not explain is `unreadable`, with its beginning as the note.
    package init(frame: [UInt8], to user: Int, device: Int, at: Int64) {
        self.init(user: user, at: at, kind: .unreadable, payloadDigest: History.digest(of: frame))
        self.device = device
        channel = .webSocket
        guard let json = try? JSON.parse(frame), let event = json["event"]?.string, let data = json["data"],
            read(event, data)
        else {
            kind = .unreadable
            note = String(decoding: frame.prefix(160), as: UTF8.self)
            return
        }
    }

    private mutating func read(_ event: String, _ data: JSON) -> Bool {
        if event == SocketEvent.errorName {
            kind = .socketError
            note = data["message"]?.string
            return note != nil
        }
        guard let event = SocketEvent(rawValue: event) else { return false }
        switch event {
        case .message, .messageUpdate:
            kind = event == .message ? .message : .messageUpdate
            actor = data["sender_id"]?.id(of: Entity.User.self)
            stamp = data["created_at"]?.timestamp
            guard let content = data["content"]?.string, actor != nil, stamp != nil else { return false }
            contentDigest = History.digest(of: content)
            return readMessage(data)
        case .messageDelete:
            kind = .messageDelete
            return readMessage(data)
        case .typing:
            kind = .typing
            conversation = data["conversation_id"]?.id(of: Entity.Conversation.self)
            actor = data["user_id"]?.id(of: Entity.User.self)
            return conversation != nil && actor != nil && data["is_typing"]?.bool != nil
        case .call, .callAccept, .callReject, .callEnd:
            kind =
                switch event {
                case .call: .call
                case .callAccept: .callAccept
                case .callReject: .callReject
                default: .callEnd
                }
            call = data["id"]?.id(of: Entity.Call.self)
            actor = data["caller_id"]?.id(of: Entity.User.self)
            stamp = data["started_at"]?.timestamp
            return call != nil && actor != nil && stamp != nil
        case .notification:
            kind = .notification
            actor = data["user"]?["id"]?.id(of: Entity.User.self)
            stamp = data["created_at"]?.timestamp
            return data["id"]?.string != nil
        case .presence:
            kind = .presence
            actor = data["user_id"]?.id(of: Entity.User.self)
            stamp = data["last_seen"]?.timestamp
            return actor != nil && data["status"]?.string != nil
        }
    }

    private mutating func readMessage(_ data: JSON) -> Bool {
        message = data["id"]?.id(of: Entity.Message.self)
        conversation = data["conversation_id"]?.id(of: Entity.Conversation.self)
        return message != nil && conversation != nil
    }
}
