/// The body of POST /reports. Shape: API document, Reports 1.
extension ReportsReply {
    package func encode(to writer: inout JSONWriter) {
        guard case .reported(let id, let createdAt) = self else { return }
        writer.beginObject()
        writer.member("success", true)
        writer.member("id", id)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}
