package enum AdminCommand: Sendable {
    /// GET /admin/conversations/inspect.
    case inspect
    /// DELETE /admin/conversations/cleanup.
    case cleanup
    /// DELETE /admin/conversations/:id.
    case delete(ConversationID)
}

package enum AdminReply: Sendable {
    case inspection(ConversationInspection)
    case cleaned(deletedCount: Int, fixedCount: Int)
    case deleted(ConversationID)
}

/// The body of inspect: each conversation in exactly one group, the lists ascending by ID (D-98).
package struct ConversationInspection: Sendable, Hashable {
    package enum Issue: String, Sendable {
        case notAnArray = "not_an_array"
        case invalidLength = "invalid_length"
        case invalidID = "invalid_id"
    }

    package struct Corrupted: Sendable, Hashable {
        package var id: ConversationID
        /// As stored.
        package var participantIDs: JSON
        package var issue: Issue

        package init(id: ConversationID, participantIDs: JSON, issue: Issue) {
            self.id = id
            self.participantIDs = participantIDs
            self.issue = issue
        }
    }

    package struct SelfConversation: Sendable, Hashable {
        package var id: ConversationID
        package var participantIDs: JSON

        package init(id: ConversationID, participantIDs: JSON) {
            self.id = id
            self.participantIDs = participantIDs
        }
    }

    package struct Unsorted: Sendable, Hashable {
        package var id: ConversationID
        package var current: [String]

        /// The same IDs ascending, byte by byte.
        package var sorted: [String] { current.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

        package init(id: ConversationID, current: [String]) {
            self.id = id
            self.current = current
        }
    }

    package var total: Int
    package var valid: Int
    package var corrupted: [Corrupted]
    package var selfConversations: [SelfConversation]
    package var unsorted: [Unsorted]

    package init(
        total: Int, valid: Int, corrupted: [Corrupted], selfConversations: [SelfConversation], unsorted: [Unsorted]
    ) {
        self.total = total
        self.valid = valid
        self.corrupted = corrupted
        self.selfConversations = selfConversations
        self.unsorted = unsorted
    }
}
