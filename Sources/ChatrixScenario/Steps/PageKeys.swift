import ChatrixModel

/// The keys that lists with pages share: always the first five, in this order.
enum PageKeys {
    static func keys(limitMax: Int, limitDefault: Int, before: String = "created before this time") -> [KeyDeclaration]
    {
        [
            KeyDeclaration("limit", .whole(1...limitMax), "Page size; default \(limitDefault)."),
            KeyDeclaration("before", .template(500), "Only what was \(before), as {{cursor}} says; empty for all."),
            KeyDeclaration("after", .template(500), "Only what was created after this time; empty for all."),
            KeyDeclaration("user", .word(["peer", "self"]), "Only what is of this user."),
            KeyDeclaration("order", .word(["newest", "oldest"]), "What comes first; default newest."),
        ]
    }
}

/// The place in a list that a page begins at.
enum Cursor {
    /// No place is given: the list from its beginning.
    case none
    case text(String)

    var timestamp: Timestamp? {
        if case .text(let text) = self { Timestamp(text) } else { nil }
    }

    func id<Entity>(_ entity: Entity.Type = Entity.self) -> ID<Entity>? {
        if case .text(let text) = self { ID(text) } else { nil }
    }
}

extension CallContext {
    /// A time that a page begins at; `nil` if the text is neither empty nor a time.
    func cursor(_ position: Int) -> Cursor? {
        guard let text = text(position), !text.isEmpty else { return Cursor.none }
        return Timestamp(text).map { _ in .text(text) }
    }

    /// An ID that a page begins at; `nil` if the text is neither empty nor an ID.
    func idCursor(_ position: Int) -> Cursor? {
        guard let text = text(position), !text.isEmpty else { return Cursor.none }
        return UserID(text).map { _ in .text(text) }
    }

    /// The ID at a position; `nil` if there is none or the text is none.
    func id<Entity>(_ position: Int) -> ID<Entity>? { text(position).flatMap { ID($0) } }

    func user(_ position: Int) -> UserID? {
        switch text(position) {
        case "peer": partnerID
        case "self": senderID
        default: nil
        }
    }

    func order(_ position: Int) -> ListOrder { text(position) == "oldest" ? .oldestFirst : .newestFirst }
}
