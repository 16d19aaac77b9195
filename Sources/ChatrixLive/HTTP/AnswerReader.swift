import ChatrixHistory
import ChatrixModel
import ChatrixScenario

/// Makes of a response what the history records: is it the answer that the route promises, and what does it say?
///
/// Every answer is checked: its status, that its body is JSON, and the fields of the documented shape that anything relies
/// on. Nothing more is read out of it than that and what was wished for.
struct AnswerReader {
    struct Answer: Sendable {
        var result: History.Operation.Result
        var facts = Engine.Facts.none
        /// Of register, login and refresh.
        var tokens: Tokens?
        /// If they were wished for.
        var observations: [History.Observation] = []
        var body: JSON?
    }

    struct Tokens: Sendable, Equatable {
        var access: String
        var refresh: String
    }

    /// What of a response is no JSON.
    struct Envelope {
        var status: Int
        var hasContentType = true
        /// The end of the body was known before the connection ended.
        var hasLength = true
    }

    // Kept, so that reading does not allocate.
    private var index = JSONIndex()

    mutating func read(
        _ endpoint: Endpoint.Name, _ envelope: Envelope, _ body: UnsafeRawBufferPointer, wish: Engine.Wish = []
    ) -> Answer {
        let status = envelope.status
        let expected = endpoint.successStatus
        guard status == expected else { return unexpected(status, expected: expected, body: body) }
        if status == 204 {
            return body.isEmpty ? Answer(result: .accepted(status: status)) : unreadable(status, "a body with 204")
        }
        if endpoint == .file || endpoint == .preview { return readFile(envelope) }
        do {
            return try index.read(body) { json in
                var answer = Answer(result: .accepted(status: status))
                if let lacking = AnswerReader.check(endpoint, json, &answer) {
                    return AnswerReader.unreadable(status, "the body lacks \(lacking)")
                }
                if wish.contains(.observations), !answer.observe(endpoint, json) {
                    return AnswerReader.unreadable(status, "an entry of the list lacks a field of its shape")
                }
                if wish.contains(.body) { answer.body = json.tree }
                return answer
            }
        } catch {
            return unreadable(status, "the body is not JSON: \(error)")
        }
    }

    /// Contents are whatever was stored; their type and their end have to be told (D-79).
    private func readFile(_ envelope: Envelope) -> Answer {
        guard envelope.hasContentType else { return unreadable(envelope.status, "no content type") }
        guard envelope.hasLength else { return unreadable(envelope.status, "no length of the content") }
        return Answer(result: .accepted(status: envelope.status))
    }

    /// A refusal if it has the shape of one: a status from 400 to 499 and the envelope that repeats it.
    private mutating func unexpected(_ status: Int, expected: Int, body: UnsafeRawBufferPointer) -> Answer {
        guard (400...499).contains(status) else { return unreadable(status, "expected status \(expected)") }
        let repeated = (try? index.read(body) { $0["statusCode"]?.integer }) ?? nil
        guard repeated == status else { return unreadable(status, "the body lacks statusCode \(status)") }
        return Answer(result: .refused(status: status))
    }

    private func unreadable(_ status: Int, _ reason: String) -> Answer { AnswerReader.unreadable(status, reason) }

    private static func unreadable(_ status: Int, _ reason: String) -> Answer {
        Answer(result: .unreadable(status: status, reason: reason))
    }

    /// Notes what the answer says, and returns what it lacks; `nil` if it is complete.
    private static func check(_ endpoint: Endpoint.Name, _ json: JSONView, _ answer: inout Answer) -> String? {
        switch endpoint {
        case .register, .login:
            guard let id = json["user"]?["id"]?.id(of: Entity.User.self), let tokens = Tokens(json)
            else { return "user.id, access_token or refresh_token" }
            answer.facts = .account(id)
            answer.tokens = tokens
        case .refresh:
            guard let tokens = Tokens(json) else { return "access_token or refresh_token" }
            answer.tokens = tokens
        case .me, .updateMe, .profile:
            guard json.has(id: "id", of: Entity.User.self), json.has(text: "username") else { return "id or username" }
        case .createPost:
            guard json.has(id: "id", of: Entity.Post.self), json.has(id: "user_id", of: Entity.User.self),
                json.has(array: "media"), json.has(time: "created_at")
            else { return "id, user_id, media or created_at" }
        case .post:
            guard json.has(id: "id", of: Entity.Post.self), json["user"]?.has(id: "id", of: Entity.User.self) == true,
                json.has(array: "media"), json.has(time: "created_at")
            else { return "id, user.id, media or created_at" }
        case .feed: return json.lackOfPage("posts")
        case .ensure:
            guard let id = json["id"]?.id(of: Entity.Conversation.self), json.has(array: "participants")
            else { return "id or participants" }
            answer.facts = .conversation(id)
        case .conversations: return json.lackOfPage("conversations")
        case .messages: return json.lackOfPage("messages")
        case .send:
            guard let id = json["id"]?.id(of: Entity.Message.self), let createdAt = json["created_at"]?.timestamp,
                json.has(id: "conversation_id", of: Entity.Conversation.self)
            else { return "id, conversation_id or created_at" }
            answer.facts = .message(id, createdAt: createdAt)
        case .read, .view, .block, .unblock: return json.isSuccess ? nil : "success true"
        case .contacts: return json.has(array: "contacts") ? nil : "contacts"
        case .follow: return json.has(text: "status") ? nil : "status"
        case .report:
            guard json.isSuccess, json.has(id: "id", of: Entity.Report.self) else { return "success true or id" }
        case .createStory:
            guard json.has(id: "id", of: Entity.Story.self), json.has(id: "user_id", of: Entity.User.self),
                json["media"]?.isObject == true, json.has(time: "expires_at")
            else { return "id, user_id, media or expires_at" }
        case .storyFeed: return json.has(array: "stories") ? nil : "stories"
        case .notifications:
            guard json["unread_count"]?.integer != nil else { return "unread_count" }
            return json.lackOfPage("notifications")
        case .uploadMedia:
            guard json.has(id: "id", of: Entity.Media.self), json.has(text: "url"), json.has(text: "type")
            else { return "id, url or type" }
        case .uploadFile:
            guard json.isSuccess, json["data"]?.isStoredObject == true else {
                return "success true, data.key or data.url"
            }
        case .uploadFiles:
            var areStored = true
            guard json.isSuccess, json["data"]?.forEach({ areStored = areStored && $0.isStoredObject }) == true,
                areStored
            else { return "success true, or key or url in data" }
        // Their bodies are no JSON, or there is none.
        case .file, .preview, .unfollow: break
        case .createCall, .answerCall, .endCall:
            guard json.has(id: "id", of: Entity.Call.self), json.has(text: "status"), json.has(time: "started_at")
            else { return "id, status or started_at" }
        case .inspectConversations:
            guard json["total"]?.integer != nil, json["valid"]?.integer != nil, json.has(array: "corrupted"),
                json.has(array: "selfConversations"), json.has(array: "unsorted")
            else { return "total, valid, corrupted, selfConversations or unsorted" }
        case .cleanupConversations:
            guard json["deleted"]?.integer != nil, json["fixed"]?.integer != nil else { return "deleted or fixed" }
        case .deleteConversation: return json["deleted"]?.bool != nil ? nil : "deleted"
        }
        return nil
    }
}

extension AnswerReader.Tokens {
    fileprivate init?(_ json: JSONView) {
        guard let access = json["access_token"]?.string, let refresh = json["refresh_token"]?.string, !access.isEmpty,
            !refresh.isEmpty, access.canStandInHeaders
        else { return nil }
        self.init(access: access, refresh: refresh)
    }
}

extension JSONView {
    fileprivate func has<E>(id name: StaticString, of entity: E.Type) -> Bool { self[name]?.id(of: entity) != nil }
    fileprivate func has(text name: StaticString) -> Bool { self[name]?.isString == true }
    fileprivate func has(time name: StaticString) -> Bool { self[name]?.timestamp != nil }
    fileprivate func has(array name: StaticString) -> Bool { self[name]?.isArray == true }
    fileprivate var isSuccess: Bool { self["success"]?.bool == true }
    fileprivate var isStoredObject: Bool { has(text: "key") && has(text: "url") }

    fileprivate func lackOfPage(_ list: StaticString) -> String? {
        has(array: list) && self["has_more"]?.bool != nil ? nil : "\(list) or has_more"
    }
}

extension AnswerReader.Answer {
    /// Reads the entries of a list of conversations or of a page of messages; false if one lacks a field.
    fileprivate mutating func observe(_ endpoint: Endpoint.Name, _ json: JSONView) -> Bool {
        var isComplete = true
        func read(_ list: StaticString, _ make: (JSONView) -> History.Observation?) {
            _ = json[list]?.forEach { entry in
                if let observation = make(entry) { observations.append(observation) } else { isComplete = false }
            }
        }
        switch endpoint {
        case .conversations:
            read("conversations", History.Observation.init(conversation:))
            let hasMore = json["has_more"]?.bool == true
            facts = .page(next: hasMore ? json["next_cursor"]?.timestamp : nil)
            if hasMore, json["next_cursor"]?.timestamp == nil { isComplete = false }
        case .messages: read("messages", History.Observation.init(message:))
        default: break
        }
        return isComplete
    }
}

extension History.Observation {
    /// An entry of GET /chat/conversations.
    fileprivate init?(conversation entry: JSONView) {
        guard let id = entry["id"]?.id(of: Entity.Conversation.self), let last = entry["last_message"],
            let unreadCount = entry["unread_count"]?.integer
        else { return nil }
        self.init(kind: .conversation, conversation: id, unreadCount: unreadCount)
        guard !last.isNull else { return }
        guard let sender = last["sender_id"]?.id(of: Entity.User.self) else { return nil }
        guard note(last, sender) else { return nil }
    }

    /// An entry of GET /chat/conversations/:id/messages.
    fileprivate init?(message entry: JSONView) {
        guard let conversation = entry["conversation_id"]?.id(of: Entity.Conversation.self),
            let sender = entry["sender"]?["id"]?.id(of: Entity.User.self),
            let status = entry["status"]?.string.flatMap(Message.Status.init(name:))
        else { return nil }
        self.init(kind: .message, conversation: conversation, status: status)
        guard note(entry, sender) else { return nil }
    }

    private mutating func note(_ message: JSONView, _ sender: UserID) -> Bool {
        guard let id = message["id"]?.id(of: Entity.Message.self), let createdAt = message["created_at"]?.timestamp,
            let digest = message["content"]?.withUTF8({ History.digest(of: $0) })
        else { return false }
        (self.message, self.sender, self.createdAt, contentDigest) = (id, sender, createdAt, digest)
        return true
    }
}
