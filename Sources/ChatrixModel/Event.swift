/// One publication of the backend: to whom, and what.
package struct Event: Sendable, Hashable {
    package var recipient: UserID
    package var body: Body

    package init(to recipient: UserID, _ body: Body) {
        self.recipient = recipient
        self.body = body
    }

    package enum Body: Sendable, Hashable {
        /// `chat/{recipient}/messages`; the status shown is always `sent` (D-56).
        case newMessage(Message)
        /// `chat/{recipient}/conversations`, action `updated`.
        case conversationUpdated(ConversationID, lastMessageAt: Timestamp, preview: String)
        /// `chat/{recipient}/read-receipts`; `count` is of the recipient's own messages (D-54).
        case readReceipt(ReadMark, count: Int)
        /// `chat/{recipient}/messages-status`; `count` is of all marked messages.
        case messagesStatus(ReadMark, count: Int)
        /// `chat/{recipient}/conversations`, action `messages_read`; `unreadCount` is the recipient's own (D-54).
        case messagesRead(ReadMark, unreadCount: Int)
    }

    package var conversation: ConversationID {
        switch body {
        case .newMessage(let message): message.conversation
        case .conversationUpdated(let conversation, _, _): conversation
        case .readReceipt(let mark, _), .messagesStatus(let mark, _), .messagesRead(let mark, _): mark.conversation
        }
    }
}

/// What all publications of one read marking share (MQTT-CONFIG-07).
package struct ReadMark: Sendable, Hashable {
    package var conversation: ConversationID
    package var reader: UserID
    package var readAt: Timestamp

    package init(conversation: ConversationID, reader: UserID, readAt: Timestamp) {
        self.conversation = conversation
        self.reader = reader
        self.readAt = readAt
    }
}

/// The last segment of an MQTT topic `chat/{userId}/…`.
package enum EventTopic: String, Sendable, Hashable, CaseIterable {
    case messages
    case readReceipts = "read-receipts"
    case messagesStatus = "messages-status"
    case conversations

    /// The whole topic for one user.
    package func name(for user: UserID) -> String { "chat/\(user)/\(rawValue)" }

    /// The user and kind of a topic name; `nil` if it is none of the four.
    package static func parse(_ name: String) -> (user: UserID, topic: EventTopic)? {
        let bytes = name.utf8
        // Every event of a run comes by here: no parts are made of the name.
        guard bytes.starts(with: "chat/".utf8),
            let start = bytes.index(bytes.startIndex, offsetBy: 5, limitedBy: bytes.endIndex),
            let end = bytes.index(start, offsetBy: 24, limitedBy: bytes.endIndex),
            let user = UserID(utf8: bytes[start..<end]),
            bytes[end...].first == UInt8(ascii: "/")
        else { return nil }
        let last = bytes[bytes.index(after: end)...]
        guard let topic = allCases.first(where: { $0.rawValue.utf8.elementsEqual(last) }) else { return nil }
        return (user, topic)
    }
}

extension Event {
    package var topic: EventTopic {
        switch body {
        case .newMessage: .messages
        case .conversationUpdated, .messagesRead: .conversations
        case .readReceipt: .readReceipts
        case .messagesStatus: .messagesStatus
        }
    }
}
