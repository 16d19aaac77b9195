/// The body of the call endpoints. Shapes: API document, Calls 1 to 3.
extension Call {
    /// `answered_at` is there from the answer on, and in an ended call (D-82).
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        encodeMembers(to: &writer)
        writer.endObject()
    }

    /// The members alone, for WebSocket events that add the offer or the answer (D-92).
    package func encodeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("caller_id", caller)
        writer.member("recipient_id", recipient)
        writer.member("type", kind.rawValue)
        writer.member("status", status.rawValue)
        writer.member("started_at", startedAt)
        if status != .ringing { writer.member("answered_at", answeredAt) }
        writer.member("ended_at", endedAt)
        writer.member("duration", durationSeconds)
    }
}
