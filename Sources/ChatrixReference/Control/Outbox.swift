import ChatrixModel

/// The publications of a backend in order, for those who watch it through the control plane (D-100).
struct Outbox: Sendable {
    struct Entry: Sendable {
        let sequence: Int
        let event: Event
    }

    /// Entries kept; of a longer run the oldest go.
    static let entriesMax = 65_536

    private var entries: [Entry] = []
    private var lastSequence = 0

    mutating func append(_ events: [Event]) {
        for event in events {
            lastSequence += 1
            entries.append(Entry(sequence: lastSequence, event: event))
        }
        if entries.count >= 2 * Outbox.entriesMax { entries.removeFirst(entries.count - Outbox.entriesMax) }
    }

    /// The entries after a sequence number, exclusive.
    func entries(since sequence: Int) -> ArraySlice<Entry> {
        guard let first = entries.first else { return [] }
        return entries[min(entries.count, max(0, sequence - first.sequence + 1))...]
    }
}
