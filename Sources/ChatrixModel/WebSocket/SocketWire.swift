/// The text frames of a server (D-90, D-92, D-94).
package enum SocketFrame {
    /// `{"event": name, "data": …}` with the data that `encode` writes.
    package static func encoded(_ event: SocketEvent, _ encode: (inout JSONWriter) -> Void) -> [UInt8] {
        encoded(event.rawValue, encode)
    }

    private static func encoded(_ name: String, _ encode: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 320)
        writer.beginObject()
        writer.member("event", name)
        writer.key("data")
        encode(&writer)
        writer.endObject()
        return writer.bytes
    }

    /// The answer to a faulty frame; `event` is the name that the frame gave, if it gave one.
    package static func error(_ refusal: Refusal, of event: String?) -> [UInt8] {
        encoded(SocketEvent.errorName) { writer in
            writer.beginObject()
            writer.member("event", event)
            writer.member("statusCode", refusal.status)
            writer.member("message", refusal.message(in: .english))
            writer.member("error", String(describing: Refusal.phrase(of: refusal.status)))
            writer.endObject()
        }
    }

    package static func typing(_ user: UserID, in conversation: ConversationID, _ isTyping: Bool) -> [UInt8] {
        encoded(.typing) { writer in
            writer.beginObject()
            writer.member("conversation_id", conversation)
            writer.member("user_id", user)
            writer.member("is_typing", isTyping)
            writer.endObject()
        }
    }

    /// `lastSeen` is of a user who went offline, `nil` for one who came online.
    package static func presence(_ user: UserID, lastSeen: Timestamp?) -> [UInt8] {
        encoded(.presence) { writer in
            writer.beginObject()
            writer.member("user_id", user)
            writer.member("status", lastSeen == nil ? "online" : "offline")
            writer.member("last_seen", lastSeen)
            writer.endObject()
        }
    }

    /// A call with the session description that belongs to the event.
    package static func call(
        _ event: SocketEvent, _ call: Call, _ name: StaticString, _ description: JSON
    ) -> [UInt8] {
        encoded(event) { writer in
            writer.beginObject()
            call.encodeMembers(to: &writer)
            writer.member(name, description)
            writer.endObject()
        }
    }
}
