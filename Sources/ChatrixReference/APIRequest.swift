import HTTPTypes

/// An HTTP request as it reached the server, whatever carried it.
package struct APIRequest: Sendable {
    package var method: HTTPRequest.Method
    /// Path and query as received, percent-encoding kept.
    package var target: String
    /// At least those of `APIRequest.headersRead` that were sent.
    package var headers: HTTPFields
    package var body: [UInt8]
    /// The length of the body as sent or announced, which rules about sizes look at. More than `body.count` where the
    /// adapter stopped reading because no route takes so much; `body` is empty then.
    package var bodyByteCount: Int {
        get { max(oversizedBodyByteCount, body.count) }
        set { oversizedBodyByteCount = newValue }
    }
    private var oversizedBodyByteCount = 0
    /// The address of the other end of the connection, for the rate limits (D-86).
    package var peerAddress: String

    package init(
        method: HTTPRequest.Method, target: String, headers: HTTPFields = [:], body: [UInt8] = [],
        peerAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        self.peerAddress = peerAddress
    }

    /// The only request headers that any rule looks at; an adapter need not pass others.
    package static let headersRead: [HTTPField.Name] = [.authorization, .contentType, .acceptLanguage, .deviceID]
}

extension HTTPField.Name {
    private static func known(_ name: String) -> HTTPField.Name {
        guard let field = HTTPField.Name(name) else { preconditionFailure("\(name) is no header name") }
        return field
    }

    package static let deviceID = known("x-device-id")
    package static let rateLimitLimit = known("X-RateLimit-Limit")
    package static let rateLimitRemaining = known("X-RateLimit-Remaining")
    package static let rateLimitReset = known("X-RateLimit-Reset")
}

/// An HTTP response with exactly the status, headers and bytes of the API.
///
/// `Content-Length` and connection headers are the adapter's.
package struct APIResponse: Sendable {
    package var status: Int
    package var headers: HTTPFields
    package var body: [UInt8]

    package init(status: Int, headers: HTTPFields = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
