import HTTPTypes

/// A command as the client sends it: everything but the connection and the token.
package struct WireRequest: Sendable {
    package var endpoint: Endpoint
    /// Path and query, percent-encoded.
    package var target: String
    /// JSON, empty where the route takes no body.
    package var body: [UInt8]
    /// Value of `x-device-id`, where the command has one.
    package var deviceID: String?
}

extension Command {
    /// The request that asks a deployment for this command.
    ///
    /// Claims cannot be turned back into a token, so `refresh` is not made here; files need a form, so an avatar is not
    /// sent.
    package func wireRequest() -> WireRequest? {
        switch self {
        case .auth(.register(let registration)):
            return .json(.register, deviceID: registration.deviceID) { writer in
                writer.key("phone")
                writer.value(registration.phone)
                writer.key("username")
                writer.value(registration.username)
                writer.key("password")
                writer.value(registration.password)
                if let fullName = registration.fullName {
                    writer.key("full_name")
                    writer.value(fullName)
                }
            }
        case .auth(.login(let credentials)):
            return .json(.login, deviceID: credentials.deviceID) { writer in
                writer.key("phoneOrUsername")
                writer.value(credentials.phoneOrUsername)
                writer.key("password")
                writer.value(credentials.password)
            }
        case .auth(.refresh): return nil
        case .users(.me): return .bare(.me)
        case .users(.update(let update)):
            return .json(.updateMe) { writer in
                if let fullName = update.fullName { writer.member("full_name", fullName) }
                if let bio = update.bio { writer.member("bio", bio) }
            }
        case .users(.profile(.id(let id))): return .bare(.profile, id.description)
        case .users(.profile(.username(let name))): return .bare(.profile, name.percentEncoded)
        case .chat(let command): return command.wireRequest()
        case .follows(.follow(let user)): return .bare(.follow, user.description)
        case .follows(.unfollow(let user)): return .bare(.unfollow, user.description)
        case .block(.block(let user)): return .bare(.block, user.description)
        case .block(.unblock(let user)): return .bare(.unblock, user.description)
        case .posts, .contacts, .reports, .stories, .notifications, .media, .storage, .calls, .admin: return nil
        }
    }
}

extension ChatCommand {
    fileprivate func wireRequest() -> WireRequest {
        switch self {
        case .ensure(let recipient):
            return .json(.ensure) { writer in
                writer.key("recipientId")
                writer.value(recipient)
            }
        case .send(let conversation, let draft):
            return .json(.send) { writer in
                writer.key("conversationId")
                writer.value(conversation)
                writer.key("content")
                writer.value(draft.content)
                writer.key("type")
                writer.value(draft.kind.rawValue)
                if !draft.attachments.isEmpty {
                    writer.key("attachments")
                    writer.value(draft.attachments)
                }
            }
        case .read(let conversation): return .bare(.read, conversation.description)
        case .view(let conversation): return .bare(.view, conversation.description)
        case .conversations(let query):
            return .bare(
                .conversations,
                query: [
                    ("limit", String(query.limit)), ("before", query.before?.description),
                    ("after", query.after?.description), ("user_id", query.user?.description),
                    ("sort", query.order == .oldestFirst ? "updated_at" : nil),
                ])
        case .messages(let conversation, let query):
            return .bare(
                .messages, conversation.description,
                query: [
                    ("limit", String(query.limit)), ("before", query.before?.description),
                    ("after", query.after?.description), ("user_id", query.sender?.description),
                    ("status", query.status), ("type", query.kind),
                    ("sort", query.order == .oldestFirst ? "created_at" : nil),
                ])
        }
    }
}

extension WireRequest {
    fileprivate static func bare(
        _ name: Endpoint.Name, _ parameter: String = "", query: [(name: String, value: String?)] = []
    ) -> WireRequest {
        let endpoint = Endpoint.named(name)
        var target = ""
        for segment in endpoint.path {
            switch segment {
            case .literal(let text): target += "/\(text)"
            case .parameter, .remainder: target += "/\(parameter)"
            }
        }
        var separator = "?"
        for (name, value) in query {
            guard let value else { continue }
            target += "\(separator)\(name)=\(value.percentEncoded)"
            separator = "&"
        }
        return WireRequest(endpoint: endpoint, target: target, body: [], deviceID: nil)
    }

    fileprivate static func json(
        _ name: Endpoint.Name, deviceID: String? = nil, _ members: (inout JSONWriter) -> Void
    ) -> WireRequest {
        var request = bare(name)
        var writer = JSONWriter()
        writer.beginObject()
        members(&writer)
        writer.endObject()
        request.body = writer.bytes
        request.deviceID = deviceID
        return request
    }
}

extension String {
    /// Everything but unreserved characters (RFC 3986) as `%XX` of its UTF-8 bytes.
    package var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let hex = String(byte, radix: 16, uppercase: true)
                text += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return text
    }
}
