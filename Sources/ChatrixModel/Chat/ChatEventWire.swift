/// The payloads of the four MQTT topics: writing (server) and reading (client). Shapes: API document, Chat 7.1 to 7.4.
///
/// MQTT-MESSAGE: `newMessage`, whose status is always `sent`.
/// MQTT-RECEIPT: `readReceipt`, for each sender of messages that were marked.
/// MQTT-STATUS: `messagesStatus`, for the reader.
/// MQTT-CONVERSATION: `conversationUpdated` after a message, `messagesRead` after a marking.
extension Event {
    /// The JSON text of the payload.
    package func payload() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 320)
        encode(to: &writer)
        return writer.bytes
    }

    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("conversation_id")
        writer.value(conversation)
        switch body {
        case .newMessage(let message):
            writer.key("message")
            Event.encode(message, to: &writer)
        case .conversationUpdated(_, let lastMessageAt, let preview):
            writer.key("last_message_at")
            writer.value(lastMessageAt)
            writer.key("last_message_preview")
            writer.value(preview)
            writer.key("action")
            writer.value("updated")
        case .readReceipt(let mark, let count):
            mark.encode(to: &writer)
            writer.key("count")
            writer.value(count)
        case .messagesStatus(let mark, let count):
            writer.key("action")
            writer.value("marked_as_read")
            mark.encode(to: &writer)
            writer.key("count")
            writer.value(count)
        case .messagesRead(let mark, let unreadCount):
            writer.key("action")
            writer.value("messages_read")
            mark.encode(to: &writer)
            writer.key("unread_count")
            writer.value(unreadCount)
        }
        writer.endObject()
    }

    private static func encode(_ message: Message, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(message.id)
        writer.key("sender_id")
        writer.value(message.sender)
        writer.key("type")
        writer.value(message.kind.rawValue)
        writer.key("text")
        writer.value(message.content)
        writer.key("media")
        if message.attachments.isEmpty { writer.null() } else { writer.value(message.attachments) }
        writer.key("status")
        writer.value(Message.Status.sent.name)
        writer.key("created_at")
        writer.value(message.createdAt)
        writer.endObject()
    }

    /// Reads a payload received on `topic` for `recipient`; `nil` if a field that the topic's shape names is missing or
    /// of another type. Further fields are ignored.
    package init?(topic: EventTopic, recipient: UserID, payload: JSONView) {
        guard let conversation = payload["conversation_id"]?.id(of: Entity.Conversation.self) else { return nil }
        let readMark: ReadMark? =
            if let reader = payload["read_by"]?.id(of: Entity.User.self), let readAt = payload["read_at"]?.timestamp {
                ReadMark(conversation: conversation, reader: reader, readAt: readAt)
            } else { nil }
        switch (topic, payload["action"]?.string) {
        case (.messages, _):
            guard let fields = payload["message"], let message = Message(published: fields, in: conversation)
            else { return nil }
            self.init(to: recipient, .newMessage(message))
        case (.readReceipts, _):
            guard let readMark, let count = payload["count"]?.integer else { return nil }
            self.init(to: recipient, .readReceipt(readMark, count: count))
        case (.messagesStatus, "marked_as_read"):
            guard let readMark, let count = payload["count"]?.integer else { return nil }
            self.init(to: recipient, .messagesStatus(readMark, count: count))
        case (.conversations, "updated"):
            guard let time = payload["last_message_at"]?.timestamp,
                let preview = payload["last_message_preview"]?.string
            else { return nil }
            self.init(to: recipient, .conversationUpdated(conversation, lastMessageAt: time, preview: preview))
        case (.conversations, "messages_read"):
            guard let readMark, let count = payload["unread_count"]?.integer else { return nil }
            self.init(to: recipient, .messagesRead(readMark, unreadCount: count))
        default:
            return nil
        }
    }
}

extension ReadMark {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.key("read_by")
        writer.value(reader)
        writer.key("read_at")
        writer.value(readAt)
    }
}

extension Message {
    /// The `message` object of the topic `messages`.
    fileprivate init?(published fields: JSONView, in conversation: ConversationID) {
        guard let id = fields["id"]?.id(of: Entity.Message.self),
            let sender = fields["sender_id"]?.id(of: Entity.User.self), let text = fields["text"]?.string,
            let kind = fields["type"]?.string.flatMap(Message.Kind.init(rawValue:)),
            let createdAt = fields["created_at"]?.timestamp, let media = fields["media"],
            let status = fields["status"]?.string.flatMap(Message.Status.init(name:))
        else { return nil }
        var attachments: [Attachment] = []
        if !media.isNull {
            guard let elements = media.tree.array else { return nil }
            for element in elements {
                guard let attachment = Attachment(element) else { return nil }
                attachments.append(attachment)
            }
        }
        self.init(
            id: id, conversation: conversation, sender: sender, content: text, kind: kind, attachments: attachments,
            createdAt: createdAt, status: status)
    }
}
