import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// What a client makes of an answer.
extension Reply {
    var result: History.Operation.Result {
        if case .refused = self { .refused(status: status) } else { .accepted(status: status) }
    }

    var facts: Engine.Facts {
        switch self {
        case .auth(.registered(let grant)), .auth(.loggedIn(let grant)): .account(grant.account.id)
        case .chat(.ensured(let detail)): .conversation(detail.id)
        case .chat(.conversations(let page)): .page(next: page.hasMore ? page.nextCursor : nil)
        case .chat(.sent(let message)): .message(message.id, createdAt: message.createdAt)
        default: .none
        }
    }

    /// The entries of a list of conversations or of a page of messages, in their order; none of other answers.
    var observations: [History.Observation] {
        switch self {
        case .chat(.conversations(let page)):
            page.conversations.map { entry in
                var row = History.Observation(
                    kind: .conversation, conversation: entry.id, contentDigest: 0, unreadCount: entry.unreadCount)
                if let last = entry.lastMessage { row.show(last) }
                return row
            }
        case .chat(.messages(let page)):
            page.items.map { item in
                var row = History.Observation(
                    kind: .message, conversation: item.message.conversation, contentDigest: 0)
                row.show(item.message)
                row.status = item.message.status
                return row
            }
        default: []
        }
    }

    /// The body as JSON; `nil` where there is none.
    var json: JSON? {
        guard let bytes = jsonBody(in: .english) else { return nil }
        do {
            return try JSON.parse(bytes)
        } catch {
            preconditionFailure("the model writes JSON: \(error)")
        }
    }
}

extension History.Observation {
    fileprivate mutating func show(_ message: Message) {
        self.message = message.id
        sender = message.sender
        createdAt = message.createdAt
        contentDigest = History.digest(of: message.content)
    }
}
