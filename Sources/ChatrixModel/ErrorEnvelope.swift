/// The body of every 4xx and 5xx answer (D-10).
package struct ErrorEnvelope: Sendable {
    package let refusal: Refusal
    /// The request path as received, without query.
    package let path: String
    package let language: Language
    package let timestamp: Timestamp

    package init(_ refusal: Refusal, path: String, language: Language, timestamp: Timestamp) {
        self.refusal = refusal
        self.path = path
        self.language = language
        self.timestamp = timestamp
    }

    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("statusCode")
        writer.value(refusal.status)
        writer.key("message")
        writer.value(refusal.message(in: language))
        writer.key("error")
        writer.value(String(describing: Refusal.phrase(of: refusal.status)))
        writer.key("timestamp")
        writer.value(timestamp)
        writer.key("path")
        writer.value(path)
        writer.endObject()
        return writer.bytes
    }
}
