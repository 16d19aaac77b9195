import HTTPTypes

/// A documented route: what the server dispatches on, what the client sends, what a description lists.
package struct Endpoint: Sendable, Hashable {
    /// The name other code uses for the route.
    package enum Name: String, Sendable, CaseIterable {
        case register, login, refresh
        case me, updateMe, profile
        case createPost, post, feed
        case ensure, conversations, messages, send, read, view
        case contacts
        case follow, unfollow
        case block, unblock
        case report
        case createStory, storyFeed
        case notifications
        case uploadMedia
        case uploadFile, uploadFiles, file, preview
        case createCall, answerCall, endCall
        case inspectConversations, cleanupConversations, deleteConversation

        /// The only status of success that the API documents for the route.
        package var successStatus: Int {
            switch self {
            case .register, .createPost, .send, .follow, .createStory, .uploadMedia, .createCall: 201
            case .unfollow: 204
            default: 200
            }
        }
    }

    package enum Area: String, Sendable, CaseIterable {
        case auth, users, posts, chat, contacts, follows, block, reports, stories, notifications, media, storage, calls
        case admin
    }

    /// Who may call (D-19).
    package enum Access: Sendable { case open, optionalToken, token }

    /// What is counted together (D-85).
    package enum RateClass: String, Sendable, CaseIterable { case auth, upload, other }

    /// What the route reads from the body (D-14, D-15). `ignored`: whatever is sent is not looked at.
    package enum Body: Sendable { case ignored, json, form, jsonOrForm }

    package enum Segment: Sendable, Hashable {
        case literal(String)
        /// The value of a parameter, percent-decoded.
        case parameter(String)
        /// The value of a parameter that is all the rest of the path, slashes included (D-78); the last segment only.
        case remainder(String)
    }

    package let name: Name
    package let area: Area
    package let method: HTTPRequest.Method
    package let path: [Segment]
    package let access: Access
    package let body: Body
    /// Known query parameters; one given twice is refused, any other is ignored (D-42).
    package let query: [String]
    package let rateClass: RateClass

    private init(
        _ name: Name, _ area: Area, _ method: HTTPRequest.Method, _ path: String, access: Access = .token,
        body: Body = .ignored, query: [String] = [], rateClass: RateClass = .other
    ) {
        self.name = name
        self.area = area
        self.method = method
        self.path = path.split(separator: "/").map {
            switch $0.first {
            case ":": .parameter(String($0.dropFirst()))
            case "*": .remainder(String($0.dropFirst()))
            default: .literal(String($0))
            }
        }
        self.access = access
        self.body = body
        self.query = query
        self.rateClass = rateClass
    }

    /// The path with `:name` for parameters, as the ledger writes it.
    package var template: String {
        path.map {
            switch $0 {
            case .literal(let text): "/\(text)"
            case .parameter(let name), .remainder(let name): "/:\(name)"
            }
        }.joined()
    }

    /// Every route, one per `Name`, in the order of the API document. A literal segment wins over a parameter (D-13).
    package static let all: [Endpoint] = [
        Endpoint(.register, .auth, .post, "/auth/register", access: .open, body: .jsonOrForm, rateClass: .auth),
        Endpoint(.login, .auth, .post, "/auth/login", access: .open, body: .json, rateClass: .auth),
        Endpoint(.refresh, .auth, .post, "/auth/refresh", access: .open, body: .json, rateClass: .auth),
        Endpoint(.me, .users, .get, "/users/me"),
        Endpoint(.updateMe, .users, .patch, "/users/me", body: .jsonOrForm),
        Endpoint(.profile, .users, .get, "/users/:identifier", access: .optionalToken),
        Endpoint(.createPost, .posts, .post, "/posts", body: .form),
        Endpoint(.feed, .posts, .get, "/posts/feed", query: ["limit", "before", "after", "user_id", "sort"]),
        Endpoint(.post, .posts, .get, "/posts/:postId", access: .optionalToken),
        Endpoint(.ensure, .chat, .post, "/chat/conversations/ensure", body: .json),
        Endpoint(
            .conversations, .chat, .get, "/chat/conversations", query: ["limit", "before", "after", "user_id", "sort"]),
        Endpoint(
            .messages, .chat, .get, "/chat/conversations/:id/messages",
            query: ["limit", "before", "after", "user_id", "status", "type", "sort"]),
        Endpoint(.send, .chat, .post, "/chat/messages", body: .json),
        Endpoint(.read, .chat, .post, "/chat/conversations/:id/read"),
        Endpoint(.view, .chat, .post, "/chat/conversations/:id/view"),
        Endpoint(.contacts, .contacts, .get, "/contacts", query: ["query", "limit"]),
        Endpoint(.follow, .follows, .post, "/follows/:userId"),
        Endpoint(.unfollow, .follows, .delete, "/follows/:userId"),
        Endpoint(.block, .block, .post, "/block/:userId"),
        Endpoint(.unblock, .block, .delete, "/block/:userId"),
        Endpoint(.report, .reports, .post, "/reports", body: .json),
        Endpoint(.createStory, .stories, .post, "/stories", body: .form),
        Endpoint(.storyFeed, .stories, .get, "/stories/feed"),
        Endpoint(
            .notifications, .notifications, .get, "/notifications",
            query: ["limit", "before", "after", "user_id", "type", "sort"]),
        Endpoint(.uploadMedia, .media, .post, "/media/upload", body: .form, rateClass: .upload),
        Endpoint(.createCall, .calls, .post, "/calls", body: .json),
        Endpoint(.answerCall, .calls, .post, "/calls/:callId/answer", body: .json),
        Endpoint(.endCall, .calls, .post, "/calls/:callId/end"),
        Endpoint(
            .uploadFile, .storage, .post, "/storage/upload", body: .form, query: ["type"], rateClass: .upload),
        Endpoint(
            .uploadFiles, .storage, .post, "/storage/upload/multiple", body: .form, query: ["type"],
            rateClass: .upload),
        Endpoint(.file, .storage, .get, "/storage/file/*key"),
        Endpoint(.preview, .storage, .get, "/storage/preview/*key"),
        Endpoint(.inspectConversations, .admin, .get, "/admin/conversations/inspect", access: .open),
        Endpoint(.cleanupConversations, .admin, .delete, "/admin/conversations/cleanup", access: .open),
        Endpoint(.deleteConversation, .admin, .delete, "/admin/conversations/:id", access: .open),
    ]

    private static let byName: [Name: Endpoint] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    package static func named(_ name: Name) -> Endpoint {
        guard let endpoint = byName[name] else { preconditionFailure("no endpoint is called \(name)") }
        return endpoint
    }
}
