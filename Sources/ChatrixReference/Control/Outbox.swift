import ChatrixModel

/// The publications of a backend in order, for those who watch it through the control plane (D-100).
struct Outbox: Sendable {
    /// What was sent, on which way. The payload is what travels: the MQTT payload, the WebSocket frame, the webhook body.
    enum Output: Sendable {
        case mqtt(Event)
        /// A text frame to one connection; `event` is its name.
        case webSocket(event: String, frame: [UInt8])
        /// One delivery to one subscription; retries are not repeated here.
        case webhook(event: String, body: [UInt8])
    }

    struct Entry: Sendable {
        let sequence: Int
        let output: Output

        /// `seq`, `channel`, `topic`, `payload`.
        func encode(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("seq", sequence)
            switch output {
            case .mqtt(let event):
                writer.member("channel", "mqtt")
                writer.member("topic", event.topic.name(for: event.recipient))
                writer.key("payload")
                event.encode(to: &writer)
            case .webSocket(let event, let frame):
                writer.member("channel", "websocket")
                writer.member("topic", event)
                writer.key("payload")
                writer.encoded(frame)
            case .webhook(let event, let body):
                writer.member("channel", "webhook")
                writer.member("topic", event)
                writer.key("payload")
                writer.encoded(body)
            }
            writer.endObject()
        }
    }

    /// Entries kept; of a longer run the oldest go.
    static let entriesMax = 65_536

    private var entries: [Entry] = []
    private(set) var lastSequence = 0

    mutating func append(_ output: Output) {
        lastSequence += 1
        entries.append(Entry(sequence: lastSequence, output: output))
        if entries.count >= 2 * Outbox.entriesMax { entries.removeFirst(entries.count - Outbox.entriesMax) }
    }

    /// The entries after a sequence number, exclusive.
    func entries(since sequence: Int) -> ArraySlice<Entry> {
        guard let first = entries.first else { return [] }
        return entries[min(entries.count, max(0, sequence - first.sequence + 1))...]
    }
}
