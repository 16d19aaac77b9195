import ChatrixModel
import HTTPTypes
import NIOCore

/// Writes whole requests as bytes; what is the same for all of them is made once.
struct RequestEncoder {
    private let pathPrefix: String
    /// The end of the request line, and the headers that every request has.
    private let common: String

    init(_ base: HTTPBase) {
        pathPrefix = base.prefix
        common = " HTTP/1.1\r\nhost: \(base.authority)\r\nuser-agent: chatrix-sim\r\naccept: application/json\r\n"
    }

    /// Appends the request; the access token is sent where the route looks at one.
    func write(_ request: WireRequest, accessToken: String?, to buffer: inout ByteBuffer) {
        buffer.writeString(request.endpoint.method.rawValue)
        buffer.writeStaticString(" ")
        buffer.writeString(pathPrefix)
        buffer.writeString(request.target)
        buffer.writeString(common)
        if request.endpoint.access != .open, let accessToken {
            RequestEncoder.writeHeader("authorization: Bearer ", accessToken, to: &buffer)
        }
        if let deviceID = request.deviceID {
            RequestEncoder.writeHeader("x-device-id: ", deviceID.headerValue, to: &buffer)
        }
        if let contentType = request.contentType {
            RequestEncoder.writeHeader("content-type: ", contentType, to: &buffer)
        }
        if request.contentType != nil || request.endpoint.method == .post {
            RequestEncoder.writeHeader("content-length: ", String(request.body.count), to: &buffer)
        }
        buffer.writeStaticString("\r\n")
        buffer.writeBytes(request.body)
    }

    private static func writeHeader(_ name: StaticString, _ value: String, to buffer: inout ByteBuffer) {
        buffer.writeStaticString(name)
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }
}

extension String {
    /// What would end the header early, as a line break does, cannot be sent in one: a question mark stands for it.
    fileprivate var headerValue: String {
        String(decoding: utf8.map { $0.isPartOfHeaders ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    var canStandInHeaders: Bool { utf8.allSatisfy(\.isPartOfHeaders) }
}

extension UInt8 {
    fileprivate var isPartOfHeaders: Bool { self >= 0x20 && self != 0x7F }
}
