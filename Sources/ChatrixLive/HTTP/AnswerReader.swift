import ChatrixHistory
import ChatrixModel
import ChatrixScenario

/// Makes of a response what the history records: is it the answer that the route promises, and what does it say?
enum AnswerReader {
    struct Answer {
        var result: History.Operation.Result
        var facts = Engine.Facts.none
        /// Of register and login.
        var accessToken: String?
    }

    /// Every answer is checked: its status, that its body is JSON, and the fields that anything relies on.
    static func read(_ endpoint: Endpoint.Name, status: Int, body: UnsafeRawBufferPointer) -> Answer {
        let expected = endpoint.successStatus
        guard status == expected else { return unexpected(status, expected: expected, body: body) }
        if status == 204 {
            return body.isEmpty ? Answer(result: .accepted(status: status)) : unreadable(status, "a body with 204")
        }
        let json: JSON
        do {
            json = try JSON.parse(body)
        } catch {
            return unreadable(status, "the body is not JSON: \(error)")
        }
        return read(endpoint, status: status, json) ?? unreadable(status, "the body lacks \(endpoint.promised)")
    }

    private static func read(_ endpoint: Endpoint.Name, status: Int, _ json: JSON) -> Answer? {
        var answer = Answer(result: .accepted(status: status))
        switch endpoint {
        case .register, .login:
            guard let id = json["user"]?["id"]?.id(of: Entity.User.self), let token = json["access_token"]?.string,
                !token.isEmpty
            else { return nil }
            answer.facts = .account(id)
            answer.accessToken = token
        case .refresh:
            guard json["access_token"]?.string != nil else { return nil }
        case .me, .profile:
            guard json["id"]?.id(of: Entity.User.self) != nil, json["username"]?.string != nil else { return nil }
        case .ensure:
            guard let id = json["id"]?.id(of: Entity.Conversation.self), json["participants"]?.array != nil
            else { return nil }
            answer.facts = .conversation(id)
        case .conversations:
            guard json["conversations"]?.array != nil, json["has_more"]?.bool != nil else { return nil }
        case .messages:
            guard json["messages"]?.array != nil, json["has_more"]?.bool != nil else { return nil }
        case .send:
            guard let id = json["id"]?.id(of: Entity.Message.self), let createdAt = json["created_at"]?.timestamp,
                json["conversation_id"]?.id(of: Entity.Conversation.self) != nil
            else { return nil }
            answer.facts = .message(id, createdAt: createdAt)
        case .read, .view, .block, .unblock:
            guard json["success"]?.bool == true else { return nil }
        case .follow:
            guard json["status"]?.string != nil else { return nil }
        default:
            // Steps of these routes come with the complete scenario language; until then no scenario sends them.
            break
        }
        return answer
    }

    /// A refusal if it has the shape of one: a status from 400 to 499 and the envelope that repeats it.
    private static func unexpected(_ status: Int, expected: Int, body: UnsafeRawBufferPointer) -> Answer {
        guard (400...499).contains(status) else { return unreadable(status, "expected status \(expected)") }
        guard let json = try? JSON.parse(body), json["statusCode"]?.integer == status else {
            return unreadable(status, "the body lacks statusCode \(status)")
        }
        return Answer(result: .refused(status: status))
    }

    private static func unreadable(_ status: Int, _ reason: String) -> Answer {
        Answer(result: .unreadable(status: status, reason: reason))
    }
}

extension Endpoint.Name {
    /// The only status of success that the API documents for the route.
    fileprivate var successStatus: Int {
        switch self {
        case .register, .send, .follow: 201
        case .unfollow: 204
        default: 200
        }
    }

    /// The fields that the reader looks for.
    fileprivate var promised: String {
        switch self {
        case .register, .login: "user.id or access_token"
        case .refresh: "access_token"
        case .me, .profile: "id or username"
        case .ensure: "id or participants"
        case .conversations: "conversations or has_more"
        case .messages: "messages or has_more"
        case .send: "id, conversation_id or created_at"
        case .read, .view, .block, .unblock: "success true"
        case .follow: "status"
        default: "nothing"
        }
    }
}
