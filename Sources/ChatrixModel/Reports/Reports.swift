package enum ReportsCommand: Sendable {
    /// POST /reports.
    case report(ReportDraft)
}

package enum ReportsReply: Sendable {
    /// 200.
    case reported(ReportID, createdAt: Timestamp)
}

/// A report whose fields have passed the rules of form (D-67).
package struct ReportDraft: Sendable, Hashable {
    package var reportedUser: UserID
    /// Has a visible scalar.
    package var reason: String
    /// Not looked up (D-67).
    package var conversation: ConversationID?
    /// Not looked up (D-67).
    package var messages: [MessageID]

    package init(
        reportedUser: UserID, reason: String, conversation: ConversationID? = nil, messages: [MessageID] = []
    ) {
        self.reportedUser = reportedUser
        self.reason = reason
        self.conversation = conversation
        self.messages = messages
    }
}
