import ChatrixModel
import HTTPTypes

/// The control plane (D-100): states that no documented route can produce, time travel, and a look inside.
extension ReferenceAPI {
    package static let controlPrefix = "/_reference/"

    /// Answers `POST /_reference/<command>` and `GET /_reference/<page>`; `control` is the way in.
    mutating func carryOut(
        _ request: APIRequest, clock: inout ReferenceClock, systemTime: Timestamp
    ) -> APIResponse {
        let call = Call(request)
        let name = String(call.path.dropFirst(ReferenceAPI.controlPrefix.count))
        let page = ControlPage(rawValue: name)
        let command = ControlCommand(rawValue: name)
        do throws(Refusal) {
            if let page, request.method == .get { return ReferenceAPI.jsonResponse(show(page, clock, systemTime)) }
            if let command, request.method == .post {
                let fields = try ControlFields(request.body)
                return ReferenceAPI.jsonResponse(try carryOut(command, fields, &clock, systemTime))
            }
            guard page != nil || command != nil else { throw Refusal.resourceNotFound }
            var response = errorResponse(.methodNotAllowed, to: call, at: clock.now(systemTime: systemTime))
            response.headers[.allow] = page != nil ? "GET" : "POST"
            return response
        } catch {
            return errorResponse(error, to: call, at: clock.now(systemTime: systemTime))
        }
    }

    private static func jsonResponse(_ body: [UInt8]) -> APIResponse {
        APIResponse(status: 200, headers: [.contentType: "application/json; charset=utf-8"], body: body)
    }

    private mutating func carryOut(
        _ command: ControlCommand, _ fields: ControlFields, _ clock: inout ReferenceClock, _ systemTime: Timestamp
    ) throws(Refusal) -> [UInt8] {
        let time = clock.now(systemTime: systemTime)
        switch command {
        case .reset:
            try reset(fields, &clock, systemTime)
            return nowAnswer(clock, systemTime)
        case .clockSet:
            guard let now = try fields.timestamp("now") else { throw Refusal.invalidField("now") }
            try move(&clock, to: now)
            return nowAnswer(clock, systemTime)
        case .clockAdvance:
            let milliseconds = try fields.requiredInteger("milliseconds")
            guard (0...ControlFields.advanceMillisecondsMax).contains(milliseconds) else {
                throw Refusal.invalidField("milliseconds")
            }
            try move(&clock, to: backend.now(time) + Int64(milliseconds))
            return nowAnswer(clock, systemTime)
        case .outbox:
            return outboxAnswer(since: try fields.integer("since") ?? 0)
        case .failNext:
            guard let method = HTTPRequest.Method(try fields.requiredText("method")) else {
                throw Refusal.invalidField("method")
            }
            failures.append((method, try fields.requiredText("path")))
            return ControlFields.emptyAnswer
        case .userUpdate, .userDelete: return try carryOutUsers(command, fields, at: time)
        case .followAccept, .followDecline: return try carryOutFollows(command, fields, at: time)
        case .contactsSet: return try carryOutContacts(command, fields)
        case .postUpdate, .postDelete, .likeAdd, .likeRemove, .saveAdd, .saveRemove, .commentAdd, .commentUpdate,
            .commentDelete:
            return try carryOutPosts(command, fields, at: time)
        case .storyView, .storyDelete: return try carryOutStories(command, fields, at: time)
        case .notificationsRead: return try carryOutNotifications(command, fields)
        case .webhookAdd, .webhookRemove: return try carryOutWebhooks(command, fields)
        case .conversationInject: return try carryOutAdmin(command, fields, at: time)
        }
    }

    /// The user whose ID the field holds.
    func user(_ fields: ControlFields, _ name: String) throws(Refusal) -> UserIndex {
        guard let id = UserID(try fields.requiredText(name)) else { throw Refusal.invalidField(name) }
        guard let user = backend.userIndex(id) else { throw Refusal.userNotFound }
        return user
    }

    private func move(_ clock: inout ReferenceClock, to time: Timestamp) throws(Refusal) {
        guard case .virtual = clock else { throw Refusal.realClock }
        clock = .virtual(time)
    }

    /// Everything starts over, empty or with the fixtures; what a field does not say is as it was at the start.
    private mutating func reset(
        _ fields: ControlFields, _ clock: inout ReferenceClock, _ systemTime: Timestamp
    ) throws(Refusal) {
        var configuration = startConfiguration
        if let seed = try fields.integer("seed") { configuration.backend.seed = UInt64(bitPattern: Int64(seed)) }
        if let name = try fields.text("rate_limits") {
            guard let mode = RateLimits(rawValue: name) else { throw Refusal.invalidField("rate_limits") }
            configuration.rateLimits = mode
        }
        let now = try fields.timestamp("now")
        let newClock: ReferenceClock
        switch (clock, now) {
        case (.real, .some): throw Refusal.realClock
        case (.real, nil): newClock = .real
        case (.virtual, _): newClock = .virtual(now ?? .virtualStart)
        }
        var api = ReferenceAPI(configuration: configuration, startConfiguration: startConfiguration)
        api.webhooks = WebhookQueue(after: webhooks)
        if try fields.bool("fixtures") ?? false {
            guard let load = configuration.fixtures else { throw Refusal.noFixtures }
            do {
                try load(&api, newClock.now(systemTime: systemTime))
            } catch {
                throw Refusal.invalidField("fixtures")
            }
        }
        api.sockets = sockets
        api.sockets.closeAll(.goingAway)
        clock = newClock
        self = api
    }

    private func nowAnswer(_ clock: ReferenceClock, _ systemTime: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("now", backend.now(clock.now(systemTime: systemTime)))
        writer.endObject()
        return writer.bytes
    }

    private func outboxAnswer(since: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("entries")
        writer.beginArray()
        for entry in outbox.entries(since: since) { entry.encode(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func show(_ page: ControlPage, _ clock: ReferenceClock, _ systemTime: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch page {
        case .health:
            writer.member("status", "ok")
            writer.member("clock", clock == .real ? "real" : "virtual")
            writer.member("now", backend.now(clock.now(systemTime: systemTime)))
            writer.member("seed", Int(bitPattern: UInt(configuration.backend.seed)))
            writer.member("rate_limits", configuration.rateLimits.rawValue)
        case .state:
            let counts = backend.counts
            writer.member("users", counts.users)
            writer.member("conversations", counts.conversations)
            writer.member("messages", counts.messages)
            writer.member("posts", counts.posts)
            writer.member("comments", counts.comments)
            writer.member("stories", counts.stories)
            writer.member("objects", counts.objects)
            writer.member("object_bytes", counts.objectBytes)
            writer.member("notifications", counts.notifications)
            writer.member("calls", counts.calls)
            writer.member("reports", counts.reports)
            writer.key("webhooks")
            webhooks.counts(at: backend.now(clock.now(systemTime: systemTime))).encode(to: &writer)
            writer.member("digest", backend.digest)
        case .requests:
            writer.key("requests")
            writer.beginArray()
            for entry in journal.last {
                writer.beginObject()
                writer.member("seq", entry.sequence)
                writer.member("at", entry.at)
                writer.member("method", entry.method.rawValue)
                writer.member("target", entry.target)
                writer.member("status", entry.status)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }
}

private enum ControlPage: String {
    case health, state, requests
}
