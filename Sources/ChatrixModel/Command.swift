/// What a caller asks of the backend: typed, validated as far as that needs no state, free of HTTP, JSON and tokens.
///
/// One case an API area; the areas' own enumerations stand in the folder of the area.
package enum Command: Sendable {
    case auth(AuthCommand)
    case users(UsersCommand)
    case posts(PostsCommand)
    case chat(ChatCommand)
    case contacts(ContactsCommand)
    case follows(FollowsCommand)
    case block(BlockCommand)
    case reports(ReportsCommand)
    case stories(StoriesCommand)
    case notifications(NotificationsCommand)
    case media(MediaCommand)
    case storage(StorageCommand)
    case calls(CallsCommand)
    case admin(AdminCommand)
}

/// What the backend answers to a `Command`.
package enum Reply: Sendable {
    /// Nothing was changed and nothing emitted.
    case refused(Refusal)
    case auth(AuthReply)
    case users(UsersReply)
    case posts(PostsReply)
    case chat(ChatReply)
    case contacts(ContactsReply)
    case follows(FollowsReply)
    case block(BlockReply)
    case reports(ReportsReply)
    case stories(StoriesReply)
    case notifications(NotificationsReply)
    case media(MediaReply)
    case storage(StorageReply)
    case calls(CallsReply)
    case admin(AdminReply)
    /// A control command is done; the control plane has answers of its own (D-100).
    case carriedOut

    /// The HTTP status that says so.
    package var status: Int {
        if case .refused(let refusal) = self { return refusal.status }
        return endpoint?.successStatus ?? 200
    }

    /// A route that this answers; `nil` of what no route answers.
    private var endpoint: Endpoint.Name? {
        switch self {
        case .refused, .carriedOut: nil
        case .auth(.registered): .register
        case .auth(.loggedIn): .login
        case .auth(.refreshed): .refresh
        case .users(.me): .me
        case .users(.updated): .updateMe
        case .users(.profile): .profile
        case .posts(.created): .createPost
        case .posts(.post): .post
        case .posts(.feed): .feed
        case .chat(.ensured): .ensure
        case .chat(.conversations): .conversations
        case .chat(.messages): .messages
        case .chat(.sent): .send
        case .chat(.marked): .read
        case .chat(.updated), .chat(.deleted): nil
        case .contacts: .contacts
        case .follows(.followed): .follow
        case .follows(.unfollowed): .unfollow
        case .block(.blocked): .block
        case .block(.unblocked): .unblock
        case .reports: .report
        case .stories(.created): .createStory
        case .stories(.feed): .storyFeed
        case .notifications: .notifications
        case .media: .uploadMedia
        case .storage(.uploaded): .uploadFile
        case .storage(.uploadedMultiple): .uploadFiles
        case .storage(.file): .file
        case .storage(.preview): .preview
        case .calls(.created): .createCall
        case .calls(.answered): .answerCall
        case .calls(.ended): .endCall
        case .admin(.inspection): .inspectConversations
        case .admin(.cleaned): .cleanupConversations
        case .admin(.deleted): .deleteConversation
        }
    }

    package var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }
}

/// A reply and the events of the same step, in the order in which they have to be published (D-54, D-55, D-57).
package struct Outcome: Sendable {
    package var reply: Reply
    /// For MQTT.
    package var events: [Event]
    /// For WebSocket connections and webhooks.
    package var domainEvents: [DomainEvent]

    package init(_ reply: Reply, events: [Event] = [], domainEvents: [DomainEvent] = []) {
        self.reply = reply
        self.events = events
        self.domainEvents = domainEvents
    }

    /// A control command is done and has caused one event.
    package static func carriedOut(_ event: DomainEvent.Kind, at time: Timestamp) -> Outcome {
        Outcome(.carriedOut, domainEvents: [DomainEvent(event, at: time)])
    }

    package static func refused(_ reason: Refusal) -> Outcome { Outcome(.refused(reason)) }
}
