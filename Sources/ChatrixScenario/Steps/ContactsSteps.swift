import ChatrixModel

extension StepDeclaration {
    static let contacts = [
        StepDeclaration(
            "contacts", area: "Contacts", "Lists the own address book, or what of it fits a search.",
            keys: [
                KeyDeclaration("query", .template(Limits.contactSearchScalarsMax), "What is searched for."),
                KeyDeclaration(
                    "limit", .whole(1...Limits.contactsPageMax), "Page size; default \(Limits.contactsPageDefault)."),
            ], bare: "query",
            CallDeclaration(.contacts) { context in
                let text = context.text(0).flatMap { $0.hasVisibleScalar ? $0 : nil }
                return .contacts(
                    .list(ContactsQuery(limit: context.whole(1) ?? Limits.contactsPageDefault, text: text)))
            })
    ]
}
