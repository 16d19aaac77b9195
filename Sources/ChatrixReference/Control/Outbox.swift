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
    /// What the frames and bodies kept may hold together; beyond it the oldest entries go earlier. Publications over
    /// MQTT share their texts with the stored messages and do not count.
    static let bytesMax = 32 << 20

    /// The entry with the number n at place n % `entriesMax`, once it is full.
    private var ring: [Entry?] = []
    private(set) var lastSequence = 0
    private(set) var count = 0
    private(set) var byteCount = 0

    mutating func append(_ output: Output) {
        if count == Outbox.entriesMax { dropFirst() }
        lastSequence += 1
        count += 1
        byteCount += output.byteCount
        let entry = Entry(sequence: lastSequence, output: output)
        let place = lastSequence % Outbox.entriesMax
        if place < ring.count { ring[place] = entry } else { grow(toHold: place, entry) }
        while byteCount > Outbox.bytesMax, count > 1 { dropFirst() }
    }

    private mutating func grow(toHold place: Int, _ entry: Entry) {
        while ring.count < place { ring.append(nil) }
        ring.append(entry)
    }

    private mutating func dropFirst() {
        let place = (lastSequence - count + 1) % Outbox.entriesMax
        byteCount -= ring[place]?.output.byteCount ?? 0
        ring[place] = nil
        count -= 1
    }

    /// The entries after a sequence number, exclusive, in order; of those that are gone nothing is said.
    func entries(since sequence: Int) -> some Sequence<Entry> {
        let first = max(sequence, lastSequence - count) + 1
        return (min(first, lastSequence + 1)..<lastSequence + 1).lazy.compactMap { ring[$0 % Outbox.entriesMax] }
    }
}

extension Outbox.Output {
    /// Of what is kept for this entry alone.
    fileprivate var byteCount: Int {
        switch self {
        case .mqtt: 0
        case .webSocket(_, let bytes), .webhook(_, let bytes): bytes.count
        }
    }
}
