import ChatrixModel
import HTTPTypes

/// The control plane (D-100): states that no documented route can produce, time travel, and a look inside.
extension ReferenceAPI {
    package static let controlPrefix = "/_reference/"

    /// Answers `POST /_reference/<command>` and `GET /_reference/<page>`.
    ///
    /// Never rate limited and never journalled. `systemTime` is the reading of the real clock; the clock commands move
    /// `clock`.
    package mutating func control(
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
            try reset(fields, &clock)
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
        case .userUpdate:
            let user = try user(fields, "user_id")
            let isPrivate = try fields.bool("is_private")
            let website = try fields.text("website")
            backend.updateUser(user, isPrivate: isPrivate, website: website)
            return ControlFields.emptyAnswer
        case .userDelete:
            backend.deleteUser(try user(fields, "user_id"))
            return ControlFields.emptyAnswer
        case .followAccept, .followDecline:
            let follower = try user(fields, "follower_id")
            let target = try user(fields, "following_id")
            guard
                command == .followAccept
                    ? backend.acceptFollow(follower, target) : backend.declineFollow(follower, target)
            else { throw Refusal.followNotFound }
            return ControlFields.emptyAnswer
        }
    }

    private func user(_ fields: ControlFields, _ name: String) throws(Refusal) -> UserIndex {
        guard let id = UserID(try fields.requiredText(name)) else { throw Refusal.invalidField(name) }
        guard let user = backend.userIndex(id) else { throw Refusal.userNotFound }
        return user
    }

    private func move(_ clock: inout ReferenceClock, to time: Timestamp) throws(Refusal) {
        guard case .virtual = clock else { throw Refusal.realClock }
        clock = .virtual(time)
    }

    /// Everything starts over; what a field does not say stays as it was at the start.
    private mutating func reset(_ fields: ControlFields, _ clock: inout ReferenceClock) throws(Refusal) {
        var configuration = configuration
        if let seed = try fields.integer("seed") { configuration.backend.seed = UInt64(bitPattern: Int64(seed)) }
        if let name = try fields.text("rate_limits") {
            guard let mode = RateLimits(rawValue: name) else { throw Refusal.invalidField("rate_limits") }
            configuration.rateLimits = mode
        }
        let now = try fields.timestamp("now")
        switch (clock, now) {
        case (.real, .some): throw Refusal.realClock
        case (.real, nil): break
        case (.virtual, _): clock = .virtual(now ?? .virtualStart)
        }
        self = ReferenceAPI(configuration: configuration)
    }

    private func nowAnswer(_ clock: ReferenceClock, _ systemTime: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("now")
        writer.value(backend.now(clock.now(systemTime: systemTime)))
        writer.endObject()
        return writer.bytes
    }

    private func outboxAnswer(since: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("entries")
        writer.beginArray()
        for entry in outbox.entries(since: since) {
            writer.beginObject()
            writer.key("seq")
            writer.value(entry.sequence)
            writer.key("channel")
            writer.value("mqtt")
            writer.key("topic")
            writer.value(entry.event.topic.name(for: entry.event.recipient))
            writer.key("payload")
            entry.event.encode(to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func show(_ page: ControlPage, _ clock: ReferenceClock, _ systemTime: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        switch page {
        case .health:
            writer.key("status")
            writer.value("ok")
            writer.key("clock")
            writer.value(clock == .real ? "real" : "virtual")
            writer.key("now")
            writer.value(backend.now(clock.now(systemTime: systemTime)))
            writer.key("seed")
            writer.value(Int(bitPattern: UInt(configuration.backend.seed)))
            writer.key("rate_limits")
            writer.value(configuration.rateLimits.rawValue)
        case .state:
            let counts = backend.counts
            writer.key("users")
            writer.value(counts.users)
            writer.key("conversations")
            writer.value(counts.conversations)
            writer.key("messages")
            writer.value(counts.messages)
            writer.key("objects")
            writer.value(counts.objects)
            writer.key("digest")
            writer.value(backend.digest)
        case .requests:
            writer.key("requests")
            writer.beginArray()
            for entry in journal.last {
                writer.beginObject()
                writer.key("seq")
                writer.value(entry.sequence)
                writer.key("at")
                writer.value(entry.at)
                writer.key("method")
                writer.value(entry.method.rawValue)
                writer.key("target")
                writer.value(entry.target)
                writer.key("status")
                writer.value(entry.status)
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

private enum ControlCommand: String {
    case reset, outbox
    case clockSet = "clock-set"
    case clockAdvance = "clock-advance"
    case failNext = "fail-next"
    case userUpdate = "user-update"
    case userDelete = "user-delete"
    case followAccept = "follow-accept"
    case followDecline = "follow-decline"
}

/// The fields of a control command; an empty body is an empty object.
private struct ControlFields {
    static let emptyAnswer = Array("{}".utf8)
    /// A hundred years: further is a slip.
    static let advanceMillisecondsMax = 3_155_760_000_000

    private let object: JSON

    init(_ body: [UInt8]) throws(Refusal) {
        if body.isEmpty {
            object = .object([])
            return
        }
        guard let value = try? JSON.parse(body), case .object = value else { throw Refusal.malformedBody }
        object = value
    }

    private func value<Value>(_ name: String, _ read: (JSON) -> Value?) throws(Refusal) -> Value? {
        guard let field = object[name], !field.isNull else { return nil }
        guard let value = read(field) else { throw Refusal.invalidField(name) }
        return value
    }

    func text(_ name: String) throws(Refusal) -> String? { try value(name) { $0.string } }
    func integer(_ name: String) throws(Refusal) -> Int? { try value(name) { $0.integer } }
    func bool(_ name: String) throws(Refusal) -> Bool? { try value(name) { $0.bool } }
    func timestamp(_ name: String) throws(Refusal) -> Timestamp? { try value(name) { $0.timestamp } }

    func requiredText(_ name: String) throws(Refusal) -> String {
        guard let text = try text(name) else { throw Refusal.invalidField(name) }
        return text
    }

    func requiredInteger(_ name: String) throws(Refusal) -> Int {
        guard let value = try integer(name) else { throw Refusal.invalidField(name) }
        return value
    }
}
