import ChatrixModel

/// Reading of GET /contacts: rules of form (D-18, D-40, D-60).
extension ReferenceAPI {
    static func contacts(_ query: QueryParameters) throws(Refusal) -> Command {
        let limit = try query.limit(default: Limits.contactsPageDefault, maximum: Limits.contactsPageMax)
        guard let text = query.text("query") else { return .contacts(.list(ContactsQuery(limit: limit))) }
        guard text.isWithinScalars(Limits.contactSearchScalarsMax) else { throw Refusal.invalidParameter("query") }
        let trimmed = text.trimmingWhiteSpace
        return .contacts(.list(ContactsQuery(limit: limit, text: trimmed.isEmpty ? nil : trimmed)))
    }
}

extension String {
    /// Without the white space at both ends.
    fileprivate var trimmingWhiteSpace: String {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        guard let last = scalars.lastIndex(where: { !$0.properties.isWhitespace }) else { return "" }
        return String(scalars[...last])
    }
}
