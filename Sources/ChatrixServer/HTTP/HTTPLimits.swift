import ChatrixModel

/// What one connection, and all of them together, may take of the server.
package struct HTTPLimits: Sendable, Hashable {
    /// Names and values of one header block with its request line; more is answered with 431. A token of 100 KiB still gets
    /// the 401 that is documented for it.
    package var headerBytesMax = 128 << 10
    package var headerFieldsMax = 256
    /// From the first bytes of a header block to its end.
    package var headerTime: Duration = .seconds(10)
    /// A body has to end or to grow by `bodyBytesPerPeriodMin` within each period of this length.
    package var bodyPeriod: Duration = .seconds(30)
    package var bodyBytesPerPeriodMin = 16 << 10
    /// How long a client may leave an answer unread while the next one waits for it.
    package var unreadAnswerTime: Duration = .seconds(60)
    /// How long the server reads on after its last answer, so that a client that is still sending can read that answer.
    package var lingerTime: Duration = .seconds(5)
    /// Body bytes held for all requests that are not answered; the connection that would pass it is closed.
    package var unfinishedBodyBytesMax = 512 << 20
    /// Bytes that a WebSocket client may leave unread; one that would pass it is closed with 1008, and cut off after the
    /// linger time.
    package var webSocketUnreadBytesMax = 4 << 20

    /// A longer answer is sent in pieces of this size, as the client reads them.
    static let answerPieceBytes = 256 << 10
    /// Room for the whole of a body is taken when one part in so many of it has come: from then on it is never copied to
    /// grow, and a client that only announces takes nothing.
    static let bodyShareBeforeReserving = 8

    package init() {}

    /// How many bytes of a body with this content type are kept: the most that any route takes of it (D-14, D-16).
    static func bodyBytesMax(contentType: String?) -> Int {
        guard let contentType else { return Limits.jsonBodyBytesMax }
        return hasPrefix(contentType, "multipart/") ? Limits.formBodyBytesMax : Limits.jsonBodyBytesMax
    }

    /// Whether `text` starts with `prefix`, which is in lowercase; the case of ASCII letters does not count.
    static func hasPrefix(_ text: String, _ prefix: StaticString) -> Bool {
        let bytes = text.utf8
        guard bytes.count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { zip($0, bytes).allSatisfy { $0 == $1 | ($1 &- 65 < 26 ? 0x20 : 0) } }
    }
}
