/// The body of POST /follows/:userId. Shape: API document, Follows 1.
extension Follow {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("follower_id", follower)
        writer.member("following_id", following)
        writer.member("status", status.rawValue)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}
