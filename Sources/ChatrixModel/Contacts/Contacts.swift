package enum ContactsCommand: Sendable {
    /// GET /contacts.
    case list(ContactsQuery)
}

package enum ContactsReply: Sendable {
    case contacts([Contact])
}

/// The query of GET /contacts.
package struct ContactsQuery: Sendable, Hashable {
    package var limit: Int
    /// Trimmed; `nil` where nothing is searched for (D-60).
    package var text: String?

    package init(
        limit: Int = Limits.contactsPageDefault, text: String? = nil
    ) {
        self.limit = limit
        self.text = text
    }
}

/// An entry of an address book (D-60).
package enum Contact: Sendable, Hashable {
    case registered(UserSummary, phone: String, lastSeen: Timestamp?)
    case unregistered(phone: String)
}
