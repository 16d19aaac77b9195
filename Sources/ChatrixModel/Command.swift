/// What a caller asks of the backend: typed, validated as far as that needs no state, free of HTTP, JSON and tokens.
///
/// One case an API area; the areas' own enumerations stand in the folder of the area.
package enum Command: Sendable {
    case auth(AuthCommand)
    case users(UsersCommand)
    case chat(ChatCommand)
    case follows(FollowsCommand)
    case block(BlockCommand)
}

/// What the backend answers to a `Command`.
package enum Reply: Sendable {
    /// Nothing was changed and nothing emitted.
    case refused(Refusal)
    case auth(AuthReply)
    case users(UsersReply)
    case chat(ChatReply)
    case follows(FollowsReply)
    case block(BlockReply)

    package var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

/// A reply and the events of the same step, in the order in which they have to be published (D-54, D-55, D-57).
package struct Outcome: Sendable {
    package var reply: Reply
    package var events: [Event]

    package init(_ reply: Reply, events: [Event] = []) {
        self.reply = reply
        self.events = events
    }

    package static func refused(_ reason: Refusal) -> Outcome { Outcome(.refused(reason)) }
}
