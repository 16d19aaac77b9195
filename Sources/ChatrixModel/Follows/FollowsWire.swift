/// The body of POST /follows/:userId. Shape: API document, Follows 1.
extension Follow {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("follower_id")
        writer.value(follower)
        writer.key("following_id")
        writer.value(following)
        writer.key("status")
        writer.value(status.rawValue)
        writer.key("created_at")
        writer.value(createdAt)
        writer.endObject()
    }
}
