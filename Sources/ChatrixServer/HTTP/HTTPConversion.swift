import ChatrixModel
import ChatrixReference
import HTTPTypes
import NIOCore
import NIOHTTP1

/// What the adapter itself reads of a request head, besides the fields that it passes on.
struct RequestHeadFacts {
    var contentLength: Int?
    var contentType: String?
    var expectsContinue = false
    /// The parser reads nothing more after the end of such a request, so the connection cannot be kept.
    var asksForUpgrade = false
}

extension APIRequest {
    /// The request of `head` without its body, and what the adapter has to know of it.
    static func make(from head: HTTPRequestHead, peerAddress: String) -> (request: APIRequest, facts: RequestHeadFacts)
    {
        var facts = RequestHeadFacts()
        var fields = HTTPFields()
        for (name, value) in head.headers {
            // Lengths tell nearly all names apart, so few are compared.
            switch name.utf8.count {
            case 6 where isEqual(name, "expect"): facts.expectsContinue = HTTPLimits.hasPrefix(value, "100-continue")
            case 7 where isEqual(name, "upgrade"): facts.asksForUpgrade = true
            case 11 where isEqual(name, "x-device-id"): fields.append(HTTPField(name: .deviceID, value: value))
            case 12 where isEqual(name, "content-type"):
                facts.contentType = value
                fields.append(HTTPField(name: .contentType, value: value))
            case 13 where isEqual(name, "authorization"): fields.append(HTTPField(name: .authorization, value: value))
            case 14 where isEqual(name, "content-length"): facts.contentLength = Int(value)
            case 15 where isEqual(name, "accept-language"):
                fields.append(HTTPField(name: .acceptLanguage, value: value))
            default: break
            }
        }
        if head.method == .CONNECT { facts.asksForUpgrade = true }
        let request = APIRequest(
            method: HTTPRequest.Method(head.method), target: originForm(head.uri), headers: fields,
            peerAddress: peerAddress)
        return (request, facts)
    }

    private static func isEqual(_ name: String, _ lowercase: StaticString) -> Bool {
        HTTPLimits.hasPrefix(name, lowercase)
    }

    /// The target without the scheme and host that a proxy's client puts before it (RFC 9112, section 3.2.2).
    private static func originForm(_ target: String) -> String {
        guard target.utf8.first != UInt8(ascii: "/"),
            HTTPLimits.hasPrefix(target, "http://") || HTTPLimits.hasPrefix(target, "https://")
        else { return target }
        let afterScheme = target.split(separator: "://", maxSplits: 1)[1]
        guard let end = afterScheme.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
        return afterScheme[end] == "/" ? String(afterScheme[end...]) : "/" + afterScheme[end...]
    }
}

extension HTTPRequest.Method {
    init(_ method: HTTPMethod) {
        switch method {
        case .GET: self = .get
        case .POST: self = .post
        case .DELETE: self = .delete
        case .PATCH: self = .patch
        case .PUT: self = .put
        case .HEAD: self = .head
        case .OPTIONS: self = .options
        // The parser knows no method that is not a token, so the last resort is never reached.
        default: self = HTTPRequest.Method(method.rawValue) ?? .trace
        }
    }
}

extension HTTPResponseHead {
    /// The head for `response` with its framing; `closes` announces the end of the connection.
    init(_ response: APIResponse, version: HTTPVersion, closes: Bool) {
        var fields: [(String, String)] = []
        fields.reserveCapacity(response.headers.count + 2)
        for field in response.headers { fields.append((field.name.rawName, field.value)) }
        if response.status != 204 { fields.append(("Content-Length", String(response.body.count))) }
        if closes {
            fields.append(("Connection", "close"))
        } else if version.minor == 0 {
            fields.append(("Connection", "keep-alive"))
        }
        self.init(
            version: version, status: HTTPResponseStatus(statusCode: response.status), headers: HTTPHeaders(fields))
    }
}

extension APIResponse {
    /// The envelope of D-10 for what is refused before the API sees it.
    static func refusal(status: Int, phrase: String, message: String, path: String, at time: Timestamp) -> APIResponse {
        let envelope = ErrorEnvelope(status: status, phrase: phrase, message: message, path: path, timestamp: time)
        return APIResponse(
            status: status, headers: [.contentType: "application/json; charset=utf-8"], body: envelope.encoded())
    }
}
