/// The body of every 4xx and 5xx answer (D-10).
package struct ErrorEnvelope: Sendable {
    private let status: Int
    private let message: String
    private let phrase: String
    private let path: String
    private let timestamp: Timestamp

    /// `path` is the request path as received, without query.
    package init(_ refusal: Refusal, path: String, language: Language, timestamp: Timestamp) {
        self.init(
            status: refusal.status, phrase: String(describing: Refusal.phrase(of: refusal.status)),
            message: refusal.message(in: language), path: path, timestamp: timestamp)
    }

    /// For what is refused before it is a request of the API.
    package init(status: Int, phrase: String, message: String, path: String, timestamp: Timestamp) {
        self.status = status
        self.phrase = phrase
        self.message = message
        self.path = path
        self.timestamp = timestamp
    }

    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("statusCode")
        writer.value(status)
        writer.key("message")
        writer.value(message)
        writer.key("error")
        writer.value(phrase)
        writer.key("timestamp")
        writer.value(timestamp)
        writer.key("path")
        writer.value(path)
        writer.endObject()
        return writer.bytes
    }
}
