/// The text frames of a client (D-90, D-92, D-94).
extension SocketRequest {
    /// `{"event": name, "data": {…}}`.
    package func frame() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("event", action.rawValue)
        writer.key("data")
        writer.beginObject()
        encodeMembers(to: &writer)
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private func encodeMembers(to writer: inout JSONWriter) {
        switch self {
        case .subscribe(let events), .unsubscribe(let events):
            writer.key("events")
            writer.array(events) { $1.value($0.rawValue) }
        case .typing(let conversation, let isTyping):
            writer.member("conversation_id", conversation)
            writer.member("is_typing", isTyping)
        case .call(let draft): draft.encodeMembers(to: &writer)
        case .callAccept(let call, let answer):
            writer.member("call_id", call)
            writer.member("answer", answer)
        case .callReject(let call), .callEnd(let call): writer.member("call_id", call)
        case .message(let conversation, let draft): draft.encodeMembers(in: conversation, to: &writer)
        case .messageUpdate(let message, let content):
            writer.member("id", message)
            writer.member("content", content)
        case .messageDelete(let message): writer.member("id", message)
        }
    }
}
