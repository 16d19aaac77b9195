import HTTPTypes

/// A command as the client sends it: everything but the connection and the access token.
package struct WireRequest: Sendable {
    package let endpoint: Endpoint
    /// Path and query, percent-encoded.
    package var target: String
    /// Value of `content-type`; `nil` where the route takes no body.
    package var contentType: String?
    package var body: [UInt8] = []
    /// Value of `x-device-id`, where the command has one.
    package var deviceID: String?

    /// A request without a body; `parameter` is percent-encoded.
    init(_ name: Endpoint.Name, _ parameter: String = "") {
        endpoint = Endpoint.named(name)
        target = ""
        target.reserveCapacity(80)
        for segment in endpoint.path {
            target.append("/")
            switch segment {
            case .literal(let text): target.append(text)
            case .parameter, .remainder: target.append(parameter)
            }
        }
    }

    /// With those of the parameters that have a value.
    func query(_ parameters: KeyValuePairs<String, String?>) -> WireRequest {
        var request = self
        var separator = "?"
        for case (let name, let value?) in parameters {
            request.target.append(separator)
            request.target.append(name)
            request.target.append("=")
            request.target.append(value.percentEncoded)
            separator = "&"
        }
        return request
    }

    /// With a JSON object of the members that `encode` writes.
    func json(_ encode: (inout JSONWriter) -> Void) -> WireRequest {
        var request = self
        var writer = JSONWriter()
        writer.beginObject()
        encode(&writer)
        writer.endObject()
        request.body = writer.bytes
        request.contentType = "application/json"
        return request
    }

    /// With a form of those of the parts that have a value.
    func form(_ parts: [(name: String, value: FormBody.Value?)]) -> WireRequest {
        var request = self
        let form = FormBody(parts.compactMap { name, value in value.map { (name, $0) } })
        request.body = form.bytes
        request.contentType = form.contentType
        return request
    }

    func device(_ id: String?) -> WireRequest {
        var request = self
        request.deviceID = id
        return request
    }
}

extension Command {
    /// The request that asks a deployment for this command; `nil` for what only WebSocket connections can ask for.
    ///
    /// Claims cannot be turned back into a token, so `refresh` sends `refreshToken`, which the caller kept of an earlier
    /// answer; without one there is no such request.
    package func wireRequest(refreshToken: String? = nil) -> WireRequest? {
        switch self {
        case .auth(let command): command.wireRequest(refreshToken: refreshToken)
        case .users(let command): command.wireRequest()
        case .posts(let command): command.wireRequest()
        case .chat(let command): command.wireRequest()
        case .contacts(.list(let query)):
            WireRequest(.contacts).query([
                "query": query.text, "limit": String(query.limit),
            ])
        case .follows(.follow(let user)): WireRequest(.follow, user.description)
        case .follows(.unfollow(let user)): WireRequest(.unfollow, user.description)
        case .block(.block(let user)): WireRequest(.block, user.description)
        case .block(.unblock(let user)): WireRequest(.unblock, user.description)
        case .reports(.report(let draft)): WireRequest(.report).json { draft.encodeMembers(to: &$0) }
        case .stories(let command): command.wireRequest()
        case .notifications(.list(let query)):
            WireRequest(.notifications).query([
                "limit": String(query.limit),
                "before": query.before?.description, "after": query.after?.description,
                "user_id": query.user?.description, "type": query.kind, "sort": query.order.sortKey("created_at"),
            ])
        case .media(.upload(let file, let kind)):
            WireRequest(.uploadMedia).form([("file", .file(file)), ("type", (kind?.rawValue).map { .text($0) })])
        case .storage(let command): command.wireRequest()
        case .calls(let command): command.wireRequest()
        case .admin(.inspect): WireRequest(.inspectConversations)
        case .admin(.cleanup): WireRequest(.cleanupConversations)
        case .admin(.delete(let conversation)): WireRequest(.deleteConversation, conversation.description)
        }
    }
}

extension ListOrder {
    /// Value of the parameter `sort`; `nil` for the order that needs none.
    func sortKey(_ field: String) -> String? { self == .oldestFirst ? field : nil }
}

extension String {
    /// Everything but unreserved characters (RFC 3986) as `%XX` of its UTF-8 bytes.
    package var percentEncoded: String {
        if utf8.allSatisfy(\.isUnreserved) { return self }
        var text = ""
        for byte in utf8 {
            if byte.isUnreserved {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let hex = String(byte, radix: 16, uppercase: true)
                text += hex.utf8.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
        }
        return text
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
