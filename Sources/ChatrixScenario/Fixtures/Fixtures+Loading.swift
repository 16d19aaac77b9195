import ChatrixModel
import ChatrixReference
import HTTPTypes

extension Fixtures {
    /// Brings a fresh reference to the state that the fixtures describe, as of `now`.
    ///
    /// Everything goes through the documented routes and the control plane, so the reference judges it by the same rules
    /// as a client's requests. Nothing is published, and nothing shows up in outbox or journal. What has no time of its
    /// own happened a minute ago, in the order of the file. Throws the first thing that the reference refuses, with its
    /// place.
    package func load(into api: inout ReferenceAPI, at now: Timestamp) throws(InputError) {
        var loader = FixtureLoader(fixtures: self, now: now)
        try api.withoutTraces { api throws(InputError) in try loader.load(into: &api) }
    }
}

/// Carries out fixtures, action after action in the order of time.
private struct FixtureLoader {
    /// One request, or a few that belong together.
    struct Action {
        var place: Fixtures.Place
        var at: Timestamp
        var body: (inout FixtureLoader, inout ReferenceAPI) throws(InputError) -> Void
    }

    let fixtures: Fixtures
    let now: Timestamp
    private var actions: [Action] = []
    /// The time and place of the action under way.
    private var time = Timestamp(milliseconds: 0)
    private var place: Fixtures.Place?
    private var clock = ReferenceClock.real
    /// What the file's users got at registration.
    private var accounts: [String: (id: String, token: String, loggedInAt: Timestamp)] = [:]
    private var passwords: [String: String] = [:]
    private var conversationIDs: [String: String] = [:]

    private static let minute: Int64 = 60_000

    init(fixtures: Fixtures, now: Timestamp) {
        self.fixtures = fixtures
        self.now = now
    }

    mutating func load(into api: inout ReferenceAPI) throws(InputError) {
        plan()
        // Users are there before anything happens; everything else keeps the order of the file among equal times.
        let aMinuteAgo = now + -FixtureLoader.minute
        let begin = min(actions.map(\.at).min() ?? aMinuteAgo, aMinuteAgo) + -FixtureLoader.minute
        for user in fixtures.users {
            self.begin(user.place, at: begin)
            try register(user, &api)
        }
        for follow in fixtures.follows { try self.follow(follow, &api) }
        for book in fixtures.addressBooks { try setContacts(book, &api) }
        let ordered = actions.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        for (_, action) in ordered {
            self.begin(action.place, at: action.at)
            try action.body(&self, &api)
        }
        // Last, so that they stand in the way of nothing and hear of nothing.
        for block in fixtures.blocks {
            self.begin(block.place, at: aMinuteAgo)
            try post("/block/\(id(block.blocked))", nil, as: block.blocker, &api)
        }
        for webhook in fixtures.webhooks {
            self.begin(webhook.place, at: now)
            try add(webhook, &api)
        }
    }

    // MARK: Planning

    private mutating func plan() {
        for conversation in fixtures.conversations { plan(conversation) }
        for post in fixtures.posts {
            add(post.place, ago: post.ago) { loader, api throws(InputError) in try loader.make(post, &api) }
        }
        for story in fixtures.stories {
            add(story.place, ago: story.ago) { loader, api throws(InputError) in try loader.make(story, &api) }
        }
        for call in fixtures.calls { plan(call) }
    }

    private mutating func add(
        _ place: Fixtures.Place, ago: Int64?,
        _ body: @escaping (inout FixtureLoader, inout ReferenceAPI) throws(InputError) -> Void
    ) {
        let milliseconds = ago.map { $0 / 1_000_000 } ?? FixtureLoader.minute
        actions.append(Action(place: place, at: now + -milliseconds, body: body))
    }

    private mutating func plan(_ conversation: Fixtures.Conversation) {
        let earliest = conversation.messages.compactMap(\.ago).max()
        add(conversation.place, ago: earliest) { loader, api throws(InputError) in
            _ = try loader.ensure(conversation, &api)
        }
        for message in conversation.messages {
            add(message.place, ago: message.ago) { loader, api throws(InputError) in
                try loader.send(message, in: conversation, &api)
            }
        }
        let latest =
            conversation.messages.contains { $0.ago == nil } ? nil : conversation.messages.compactMap(\.ago).min()
        for reader in conversation.readers {
            add(conversation.place, ago: latest) { loader, api throws(InputError) in
                let id = try loader.ensure(conversation, &api)
                try loader.post("/chat/conversations/\(id)/read", nil, as: reader, &api)
            }
        }
    }

    private mutating func plan(_ call: Fixtures.Call) {
        let length = max(call.answeredAfter ?? 0, call.endedAfter ?? 0)
        let start = call.ago ?? length + FixtureLoader.minute * 1_000_000
        add(call.place, ago: start) { loader, api throws(InputError) in
            let session: JSON = ["type": "offer", "sdp": "v=0"]
            let body: JSON = [
                "recipient_id": .string(loader.id(call.recipient)), "type": .string(call.kind.rawValue),
                "offer": session,
            ]
            let answer = try loader.post("/calls", body, as: call.caller, &api)
            let id = answer["id"]?.string ?? ""
            // The start of the call is a stamp and may lie a little after the planned time.
            let started = answer["started_at"]?.timestamp ?? loader.time
            if let after = call.answeredAfter {
                loader.time = started + after / 1_000_000
                try loader.post(
                    "/calls/\(id)/answer", ["answer": ["type": "answer", "sdp": "v=0"]], as: call.recipient, &api)
            }
            if let after = call.endedAfter {
                loader.time = started + after / 1_000_000
                try loader.post("/calls/\(id)/end", nil, as: call.caller, &api)
            }
        }
    }

    // MARK: Actions

    private mutating func begin(_ place: Fixtures.Place, at time: Timestamp) {
        self.place = place
        self.time = time
    }

    private func id(_ username: String) -> String { accounts[username]?.id ?? "" }

    private mutating func register(_ user: Fixtures.User, _ api: inout ReferenceAPI) throws(InputError) {
        var form = FormBody()
        form.add("phone", user.phone)
        form.add("username", user.username)
        form.add("password", user.password)
        if let fullName = user.fullName { form.add("full_name", fullName) }
        if let avatar = user.avatar { form.add("avatar", avatar) }
        let answer = try send(.post, "/auth/register", form.bytes, type: form.contentType, token: nil, &api)
        accounts[user.username] = (
            answer["user"]?["id"]?.string ?? "", answer["access_token"]?.string ?? "", time
        )
        passwords[user.username] = user.password
        if let bio = user.bio {
            let body: JSON = ["bio": .string(bio)]
            try send(
                .patch, "/users/me", Array(body.description.utf8), type: "application/json",
                token: try token(of: user.username, &api), &api)
        }
        var fields: [JSON.Member] = []
        if user.isPrivate { fields.append(.init("is_private", true)) }
        if user.isVerified { fields.append(.init("is_verified", true)) }
        if let website = user.website { fields.append(.init("website", .string(website))) }
        guard !fields.isEmpty else { return }
        try control("user-update", .object([.init("user_id", .string(id(user.username)))] + fields), &api)
    }

    private mutating func follow(_ follow: Fixtures.Follow, _ api: inout ReferenceAPI) throws(InputError) {
        begin(follow.place, at: time)
        let answer = try post("/follows/\(id(follow.following))", nil, as: follow.follower, &api)
        guard answer["status"]?.string == "pending", !follow.isPending else { return }
        try control(
            "follow-accept",
            ["follower_id": .string(id(follow.follower)), "following_id": .string(id(follow.following))], &api)
    }

    private mutating func setContacts(
        _ book: Fixtures.AddressBook, _ api: inout ReferenceAPI
    ) throws(InputError) {
        begin(book.place, at: time)
        try control(
            "contacts-set",
            ["user_id": .string(id(book.owner)), "phones": .array(book.phones.map { .string($0) })], &api)
    }

    /// The ID of the conversation. It is remembered, for asking again would mark messages as read.
    private mutating func ensure(
        _ conversation: Fixtures.Conversation, _ api: inout ReferenceAPI
    ) throws(InputError) -> String {
        let key = conversation.users.sorted().joined(separator: " ")
        if let known = conversationIDs[key] { return known }
        let body: JSON = ["recipientId": .string(id(conversation.users[1]))]
        let answer = try post("/chat/conversations/ensure", body, as: conversation.users[0], &api)
        let id = answer["id"]?.string ?? ""
        conversationIDs[key] = id
        return id
    }

    private mutating func send(
        _ message: Fixtures.Message, in conversation: Fixtures.Conversation, _ api: inout ReferenceAPI
    ) throws(InputError) {
        var fields: [JSON.Member] = [
            .init("conversationId", .string(try ensure(conversation, &api))), .init("content", .string(message.text)),
            .init("type", .string(message.kind.rawValue)),
        ]
        if !message.attachments.isEmpty {
            let attachments = message.attachments.map { attachment in
                JSON.object(
                    [.init("url", .string(attachment.url)), .init("type", .string(attachment.kind.rawValue))]
                        + [("width", attachment.width), ("height", attachment.height)].compactMap { name, pixels in
                            pixels.map { .init(name, .number(String($0))) }
                        })
            }
            fields.append(.init("attachments", .array(attachments)))
        }
        try post("/chat/messages", .object(fields), as: message.sender, &api)
    }

    private mutating func make(_ post: Fixtures.Post, _ api: inout ReferenceAPI) throws(InputError) {
        var form = FormBody()
        if let caption = post.caption { form.add("caption", caption) }
        for file in post.media { form.add("media", file) }
        if let location = post.location {
            var writer = JSONWriter()
            location.encode(to: &writer)
            form.add("location", String(decoding: writer.bytes, as: UTF8.self))
        }
        if post.isPrivate { form.add("is_private", "true") }
        let answer = try send(
            .post, "/posts", form.bytes, type: form.contentType, token: try token(of: post.author, &api), &api)
        let id = JSON.string(answer["id"]?.string ?? "")
        for user in post.likers {
            try control("like-add", ["post_id": id, "user_id": .string(self.id(user))], &api)
        }
        for user in post.savers {
            try control("save-add", ["post_id": id, "user_id": .string(self.id(user))], &api)
        }
        for comment in post.comments {
            place = comment.place
            let fields: JSON = [
                "post_id": id, "user_id": .string(self.id(comment.author)), "content": .string(comment.text),
            ]
            try control("comment-add", fields, &api)
        }
    }

    private mutating func make(_ story: Fixtures.Story, _ api: inout ReferenceAPI) throws(InputError) {
        var form = FormBody()
        form.add("media", story.media)
        if let caption = story.caption { form.add("caption", caption) }
        for user in story.mentions { form.add("mentions", id(user)) }
        if let hours = story.expiresInHours { form.add("expires_in", String(hours)) }
        let answer = try send(
            .post, "/stories", form.bytes, type: form.contentType, token: try token(of: story.author, &api), &api)
        for user in story.viewers {
            let fields: JSON = ["story_id": .string(answer["id"]?.string ?? ""), "user_id": .string(id(user))]
            try control("story-view", fields, &api)
        }
    }

    private mutating func add(_ webhook: Fixtures.Webhook, _ api: inout ReferenceAPI) throws(InputError) {
        var fields: [JSON.Member] = [
            .init("url", .string(webhook.url)), .init("secret", .string(webhook.secret)),
        ]
        if !webhook.events.isEmpty {
            fields.append(.init("events", .array(webhook.events.map { .string($0) })))
        }
        try control("webhook-add", .object(fields), &api)
    }

    // MARK: Requests

    /// A good access token: those of registration run out while hours of the file pass.
    private mutating func token(of username: String, _ api: inout ReferenceAPI) throws(InputError) -> String {
        guard let account = accounts[username] else { return "" }
        if time - account.loggedInAt < Limits.accessTokenSeconds * 1000 / 2 { return account.token }
        let body: JSON = [
            "phoneOrUsername": .string(username), "password": .string(passwords[username] ?? ""),
        ]
        let answer = try send(
            .post, "/auth/login", Array(body.description.utf8), type: "application/json", token: nil, &api)
        let token = answer["access_token"]?.string ?? ""
        accounts[username] = (account.id, token, time)
        return token
    }

    @discardableResult
    private mutating func post(
        _ path: String, _ body: JSON?, as user: String, _ api: inout ReferenceAPI
    ) throws(InputError) -> JSON {
        try send(
            .post, path, body.map { Array($0.description.utf8) } ?? [], type: body.map { _ in "application/json" },
            token: try token(of: user, &api), &api)
    }

    @discardableResult
    private mutating func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], type: String?, token: String?,
        _ api: inout ReferenceAPI
    ) throws(InputError) -> JSON {
        var headers = HTTPFields()
        headers[.contentType] = type
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try read(
            api.respond(to: APIRequest(method: method, target: path, headers: headers, body: body), at: time))
    }

    private mutating func control(
        _ command: String, _ fields: JSON, _ api: inout ReferenceAPI
    ) throws(InputError) {
        let request = APIRequest(
            method: .post, target: ReferenceAPI.controlPrefix + command, body: Array(fields.description.utf8))
        _ = try read(api.control(request, clock: &clock, systemTime: time))
    }

    /// The body of an answer; throws what it refuses, with the place of the action under way.
    private func read(_ response: APIResponse) throws(InputError) -> JSON {
        let body = (try? JSON.parse(response.body)) ?? .null
        guard response.status >= 300 else { return body }
        let reason = body["message"]?.string ?? "status \(response.status)"
        throw InputError(
            file: fixtures.file,
            problems: [
                InputError.Problem(
                    line: place?.line, column: place?.column, message: "the reference refuses this: \(reason)")
            ])
    }
}

/// A `multipart/form-data` body.
private struct FormBody {
    private static let boundary = "fixture-7f3d21c09be54a68"
    private var content: [UInt8] = []

    var contentType: String { "multipart/form-data; boundary=\(FormBody.boundary)" }

    var bytes: [UInt8] { content + Array("--\(FormBody.boundary)--\r\n".utf8) }

    mutating func add(_ name: String, _ text: String) {
        add("form-data; name=\"\(name)\"", Array(text.utf8))
    }

    mutating func add(_ name: String, _ file: Fixtures.Media) {
        let fileName = file.name.replacing("\"", with: "_")
        add("form-data; name=\"\(name)\"; filename=\"\(fileName)\"", file.content)
    }

    private mutating func add(_ disposition: String, _ value: [UInt8]) {
        content += Array("--\(FormBody.boundary)\r\nContent-Disposition: \(disposition)\r\n\r\n".utf8)
        content += value
        content += Array("\r\n".utf8)
    }
}
