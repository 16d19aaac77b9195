package enum ChatCommand: Sendable {
    /// POST /chat/conversations/ensure.
    case ensure(recipient: UserID)
    /// GET /chat/conversations.
    case conversations(ConversationQuery)
    /// GET /chat/conversations/:id/messages.
    case messages(ConversationID, MessageQuery)
    /// POST /chat/messages.
    case send(ConversationID, MessageDraft)
    /// POST /chat/conversations/:id/read.
    case read(ConversationID)
    /// POST /chat/conversations/:id/view: the same rules as `read`, another route.
    case view(ConversationID)
    /// The WebSocket event `message_update` (D-93).
    case update(MessageID, content: String)
    /// The WebSocket event `message_delete` (D-93).
    case delete(MessageID)
}

package enum ChatReply: Sendable {
    case ensured(ConversationDetail)
    case conversations(ConversationPage)
    case messages(MessagePage)
    /// 201.
    case sent(Message)
    /// Read and view, also when nothing was unread (D-53).
    case marked
    /// With the present values.
    case updated(Message)
    /// As it was.
    case deleted(Message)
}

package struct Message: Sendable, Hashable {
    /// What a message is made of, in the order of D-48.
    package enum Kind: String, Sendable, CaseIterable { case text, image, video, audio, document }

    /// Only moves forward (D-51).
    package enum Status: UInt8, Sendable, Comparable, CaseIterable {
        case sent, delivered, read

        package static func < (a: Status, b: Status) -> Bool { a.rawValue < b.rawValue }

        package init?(name: String) {
            guard let status = Status.allCases.first(where: { $0.name == name }) else { return nil }
            self = status
        }

        package var name: String {
            switch self {
            case .sent: "sent"
            case .delivered: "delivered"
            case .read: "read"
            }
        }
    }

    package var id: MessageID
    package var conversation: ConversationID
    package var sender: UserID
    package var content: String
    package var kind: Kind
    package var attachments: [Attachment]
    package var createdAt: Timestamp
    package var status: Status

    package init(
        id: MessageID, conversation: ConversationID, sender: UserID, content: String, kind: Kind,
        attachments: [Attachment], createdAt: Timestamp, status: Status
    ) {
        self.id = id
        self.conversation = conversation
        self.sender = sender
        self.content = content
        self.kind = kind
        self.attachments = attachments
        self.createdAt = createdAt
        self.status = status
    }
}

package struct Attachment: Sendable, Hashable {
    package enum Kind: String, Sendable { case image, video, audio, document }

    /// Absolute http or https URL.
    package var url: String
    package var kind: Kind
    /// Pixels, where the sender gave them.
    package var width: Int?
    package var height: Int?

    package init(url: String, kind: Kind, width: Int? = nil, height: Int? = nil) {
        self.url = url
        self.kind = kind
        self.width = width
        self.height = height
    }
}

/// A message that fulfils the rules of content (D-48, D-49).
package struct MessageDraft: Sendable, Hashable {
    package let kind: Message.Kind
    package let content: String
    package let attachments: [Attachment]

    /// `nil` if a text has no visible character, another kind has no attachment, or a limit of `Limits` is exceeded.
    package init?(kind: Message.Kind = .text, content: String = "", attachments: [Attachment] = []) {
        guard kind.accepts(content), attachments.count <= Limits.attachmentsMax,
            kind == .text || !attachments.isEmpty
        else { return nil }
        self.kind = kind
        self.content = content
        self.attachments = attachments
    }

    /// What events show of it: the first 100 scalars of the content, or the kind in brackets (D-55).
    package var preview: String {
        if content.isEmpty { return "[\(kind.rawValue)]" }
        if content.utf8.count <= Limits.messagePreviewScalars { return content }
        return String(String.UnicodeScalarView(content.unicodeScalars.prefix(Limits.messagePreviewScalars)))
    }
}

extension Message.Kind {
    /// Whether a message of this kind may have this content: a text has to show something (D-18, D-48).
    package func accepts(_ content: String) -> Bool {
        content.isWithinScalars(Limits.messageContentScalarsMax) && (self != .text || content.hasVisibleScalar)
    }
}

/// The body of ensure.
package struct ConversationDetail: Sendable, Hashable {
    package var id: ConversationID
    /// In ascending order of ID (D-46).
    package var participants: [UserSummary]
    package var lastMessage: Message?

    package init(id: ConversationID, participants: [UserSummary], lastMessage: Message?) {
        self.id = id
        self.participants = participants
        self.lastMessage = lastMessage
    }
}

/// An element of GET /chat/conversations.
package struct ConversationSummary: Sendable, Hashable {
    package var id: ConversationID
    package var participants: [UserSummary]
    package var lastMessage: Message?
    package var unreadCount: Int
    package var updatedAt: Timestamp

    package init(
        id: ConversationID, participants: [UserSummary], lastMessage: Message?, unreadCount: Int, updatedAt: Timestamp
    ) {
        self.id = id
        self.participants = participants
        self.lastMessage = lastMessage
        self.unreadCount = unreadCount
        self.updatedAt = updatedAt
    }
}

package struct ConversationPage: Sendable, Hashable {
    package var conversations: [ConversationSummary]
    package var hasMore: Bool

    package init(conversations: [ConversationSummary], hasMore: Bool) {
        self.conversations = conversations
        self.hasMore = hasMore
    }

    /// `updated_at` of the last item, `nil` on an empty page (D-39).
    package var nextCursor: Timestamp? { conversations.last?.updatedAt }
}

package struct MessagePage: Sendable, Hashable {
    /// A message and who sent it, as the caller sees it.
    package struct Item: Sendable, Hashable {
        package var message: Message
        package var sender: UserSummary
        package var isMine: Bool

        package init(message: Message, sender: UserSummary, isMine: Bool) {
            self.message = message
            self.sender = sender
            self.isMine = isMine
        }
    }

    package var items: [Item]
    package var hasMore: Bool
    /// The order of the items, which decides what `next_cursor` names (D-44).
    package var order: ListOrder

    package init(items: [Item], hasMore: Bool, order: ListOrder) {
        self.items = items
        self.hasMore = hasMore
        self.order = order
    }
}

package enum ListOrder: Sendable, Hashable { case newestFirst, oldestFirst }

package struct ConversationQuery: Sendable, Hashable {
    package var limit = Limits.conversationPageDefault
    /// Exclusive, on `updated_at`.
    package var before: Timestamp?
    /// Exclusive, on `updated_at`.
    package var after: Timestamp?
    /// The other participant.
    package var user: UserID?
    package var order = ListOrder.newestFirst

    package init(limit: Int = Limits.conversationPageDefault) { self.limit = limit }
}

package struct MessageQuery: Sendable, Hashable {
    package var limit = Limits.messagePageDefault
    /// Exclusive. Also decides that nothing is marked as read (D-52).
    package var before: MessageID?
    /// Exclusive, on `created_at`.
    package var after: Timestamp?
    package var sender: UserID?
    /// Texts that name no status or kind match nothing (D-44).
    package var status: String?
    package var kind: String?
    package var order = ListOrder.newestFirst

    package init(limit: Int = Limits.messagePageDefault, before: MessageID? = nil) {
        self.limit = limit
        self.before = before
    }
}
