extension Behaviour {
    /// The section of the API document that states or concerns the row.
    package var section: String { Self.sectionsByRoute[route] ?? area.section }

    private static let sectionsByRoute = [
        "POST /auth/register": "Authentication, 1. Register a new user",
        "POST /auth/login": "Authentication, 2. User Login",
        "POST /auth/refresh": "Authentication, 3. Refresh Access Token",
        "GET /users/me": "Users, 1. Get Current User Profile",
        "PATCH /users/me": "Users, 2. Update User Profile",
        "GET /users/:identifier": "Users, 3. Get User by ID or Username",
        "POST /posts": "Posts, 1. Create a New Post",
        "GET /posts/:postId": "Posts, 2. Get Post by ID",
        "GET /posts/feed": "Posts, 3. Get Feed",
        "POST /chat/conversations/ensure": "Chat, 1. Ensure Conversation",
        "GET /chat/conversations": "Chat, 2. Get Conversations",
        "GET /chat/conversations/:id/messages": "Chat, 3. Get Messages in a Conversation",
        "POST /chat/messages": "Chat, 4. Send a Message",
        "POST /chat/conversations/:id/read": "Chat, 5. Mark Conversation as Read",
        "POST /chat/conversations/:id/view": "Chat, 6. View Conversation",
        "chat/{userId}/messages": "Chat, 7.1 New Message",
        "chat/{userId}/read-receipts": "Chat, 7.2 Read Receipt",
        "chat/{userId}/messages-status": "Chat, 7.3 Message Status Update",
        "chat/{userId}/conversations": "Chat, 7.4 Conversation Update",
        "POST /follows/:userId": "Follows, 1. Follow a User",
        "DELETE /follows/:userId": "Follows, 2. Unfollow a User",
        "POST /block/:userId": "Block, 1. Block a User",
        "DELETE /block/:userId": "Block, 2. Unblock a User",
        "POST /stories": "Stories, 1. Create a Story",
        "GET /stories/feed": "Stories, 2. Get Stories from Following",
        "POST /calls": "Calls, 1. Initiate a Call",
        "POST /calls/:callId/answer": "Calls, 2. Answer a Call",
        "POST /calls/:callId/end": "Calls, 3. End a Call",
        "POST /storage/upload": "Storage, 1. Upload File",
        "POST /storage/upload/multiple": "Storage, 2. Upload Multiple Files",
        "GET /storage/file/:key": "Storage, 3. Get File",
        "GET /storage/preview/:key": "Storage, 4. Preview File",
        "GET /admin/conversations/inspect": "Admin, 1. Inspect Conversations",
        "DELETE /admin/conversations/cleanup": "Admin, 2. Cleanup Conversations",
        "DELETE /admin/conversations/:id": "Admin, 3. Delete Conversation",
        "WS /ws (server to client)": "WebSocket, Incoming Events",
        "WS /ws (client to server)": "WebSocket, Outgoing Events",
    ]
}

extension Behaviour.Area {
    fileprivate var section: String {
        switch self {
        case .auth, .authz: "Authentication"
        case .users: "Users"
        case .posts: "Posts"
        case .chat: "Chat"
        case .mqtt: "Chat, 7. Real-Time Updates via MQTT"
        case .contacts: "Contacts, 1. Get Contacts"
        case .follows: "Follows"
        case .block: "Block"
        case .reports: "Reports, 1. Report a User"
        case .stories: "Stories"
        case .notifications: "Notifications, 1. Get Notifications"
        case .media: "Media, 1. Upload Media"
        case .storage: "Storage"
        case .calls: "Calls"
        case .errors: "Error Responses"
        case .rate: "Rate Limiting"
        case .websocket: "WebSocket"
        case .webhook: "Webhooks"
        case .pagination: "Pagination"
        case .filtering: "Filtering and Sorting"
        case .files: "File Uploads"
        case .localization: "Localization"
        case .time: "Timezones"
        case .ids, .wire: "the examples"
        case .admin: "Admin"
        case .control: "none"
        }
    }
}
