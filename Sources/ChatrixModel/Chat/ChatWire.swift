/// The bodies of the chat endpoints. Shapes: API document, Chat 1 to 6.
extension ChatReply {
    package func encode(to writer: inout JSONWriter, language: Language) {
        switch self {
        case .ensured(let detail): detail.encode(to: &writer)
        case .conversations(let page): page.encode(to: &writer)
        case .messages(let page): page.encode(to: &writer)
        case .sent(let message), .updated(let message): message.encodeSent(to: &writer)
        case .deleted(let message): message.encodeDeleted(to: &writer)
        case .marked:
            writer.beginObject()
            writer.key("success")
            writer.value(true)
            writer.key("message")
            switch language {
            case .english: writer.value("Messages marked as read")
            case .indonesian: writer.value("Pesan ditandai telah dibaca")
            }
            writer.endObject()
        }
    }
}

extension Message {
    /// The body of POST /chat/messages.
    package func encodeSent(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(id)
        writer.key("conversation_id")
        writer.value(conversation)
        writer.key("sender_id")
        writer.value(sender)
        writer.key("content")
        writer.value(content)
        writer.key("type")
        writer.value(kind.rawValue)
        writer.key("media")
        writer.value(attachments)
        writer.key("created_at")
        writer.value(createdAt)
        writer.key("status")
        writer.value(status.name)
        writer.endObject()
    }

    /// What is told of a message that is gone (D-92).
    package func encodeDeleted(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("conversation_id", conversation)
        writer.endObject()
    }
}

extension ConversationDetail {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(id)
        writer.key("isGroup")
        writer.value(false)
        writer.key("participants")
        writer.beginArray()
        for participant in participants {
            writer.beginObject()
            writer.key("id")
            writer.value(participant.id)
            writer.key("username")
            writer.value(participant.username)
            writer.key("avatarUrl")
            writer.value(participant.avatarURL)
            writer.endObject()
        }
        writer.endArray()
        writer.key("lastMessage")
        if let message = lastMessage {
            writer.beginObject()
            writer.key("id")
            writer.value(message.id)
            writer.key("content")
            writer.value(message.content)
            writer.key("createdAt")
            writer.value(message.createdAt)
            writer.key("senderId")
            writer.value(message.sender)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
    }
}

extension ConversationPage {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("conversations")
        writer.beginArray()
        for conversation in conversations { conversation.encode(to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        if let nextCursor { writer.value(nextCursor) } else { writer.null() }
        writer.key("has_more")
        writer.value(hasMore)
        writer.endObject()
    }
}

extension ConversationSummary {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(id)
        writer.key("participants")
        writer.beginArray()
        for participant in participants { participant.encode(to: &writer) }
        writer.endArray()
        writer.key("last_message")
        if let message = lastMessage {
            writer.beginObject()
            writer.key("id")
            writer.value(message.id)
            writer.key("sender_id")
            writer.value(message.sender)
            writer.key("content")
            writer.value(message.content)
            writer.key("type")
            writer.value(message.kind.rawValue)
            writer.key("created_at")
            writer.value(message.createdAt)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("unread_count")
        writer.value(unreadCount)
        writer.key("updated_at")
        writer.value(updatedAt)
        writer.endObject()
    }
}

extension MessagePage {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        for item in items { item.encode(to: &writer) }
        writer.endArray()
        writer.key("next_cursor")
        switch (items.last?.message, order) {
        case (nil, _): writer.null()
        case (let last?, .newestFirst): writer.value(last.id)
        case (let last?, .oldestFirst): writer.value(last.createdAt)
        }
        writer.key("has_more")
        writer.value(hasMore)
        writer.endObject()
    }
}

extension MessagePage.Item {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(message.id)
        writer.key("conversation_id")
        writer.value(message.conversation)
        writer.key("sender")
        sender.encode(to: &writer)
        writer.key("content")
        writer.value(message.content)
        writer.key("type")
        writer.value(message.kind.rawValue)
        writer.key("created_at")
        writer.value(message.createdAt)
        writer.key("is_me")
        writer.value(isMine)
        writer.key("status")
        writer.value(message.status.name)
        writer.endObject()
    }
}

extension JSONWriter {
    /// An array of attachments, empty where there are none.
    mutating func value(_ attachments: [Attachment]) {
        beginArray()
        for attachment in attachments {
            beginObject()
            key("url")
            value(attachment.url)
            key("type")
            value(attachment.kind.rawValue)
            key("width")
            if let width = attachment.width { value(width) } else { null() }
            key("height")
            if let height = attachment.height { value(height) } else { null() }
            endObject()
        }
        endArray()
    }
}

extension Attachment {
    /// Reads an element of `attachments` or `media`; `nil` if it breaks a rule of D-49. Other keys are dropped.
    package init?(_ fields: JSON) {
        guard let url = fields["url"]?.string, Attachment.isAbsoluteHTTP(url),
            let kind = fields["type"]?.string.flatMap(Kind.init(rawValue:)),
            let width = Attachment.size(fields["width"]), let height = Attachment.size(fields["height"])
        else { return nil }
        self.init(url: url, kind: kind, width: width, height: height)
    }

    /// The inner optional is the value; the outer one is `nil` for what is neither absent nor an integer.
    private static func size(_ field: JSON?) -> Int?? {
        guard let field, !field.isNull else { return .some(nil) }
        guard let value = field.integer else { return nil }
        return .some(value)
    }

    private static func isAbsoluteHTTP(_ url: String) -> Bool {
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else { return false }
        let rest = url.dropFirst(scheme.count)
        guard let host = rest.first, !"/?#:".contains(host) else { return false }
        return rest.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
}
