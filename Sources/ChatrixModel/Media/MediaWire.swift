/// The body of POST /media/upload. Shape: API document, Media 1.
extension MediaReply {
    package func encode(to writer: inout JSONWriter) {
        guard case .uploaded(let upload) = self else { return }
        writer.beginObject()
        writer.member("id", upload.id)
        writer.member("url", upload.file.url)
        writer.member("type", upload.file.kind.rawValue)
        writer.member("width", upload.file.width)
        writer.member("height", upload.file.height)
        writer.member("size", upload.byteCount)
        writer.member("mime_type", upload.mimeType)
        writer.member("created_at", upload.createdAt)
        writer.endObject()
    }
}
