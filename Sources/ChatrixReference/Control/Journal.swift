import ChatrixModel
import HTTPTypes

/// The last requests of the documented surface, for those who look for what a client did.
struct Journal: Sendable {
    struct Entry: Sendable {
        let sequence: Int
        let at: Timestamp
        let method: HTTPRequest.Method
        let target: String
        let status: Int
    }

    static let entriesMax = 256

    private(set) var entries: [Entry] = []
    private var lastSequence = 0

    mutating func append(method: HTTPRequest.Method, target: String, status: Int, at time: Timestamp) {
        lastSequence += 1
        entries.append(Entry(sequence: lastSequence, at: time, method: method, target: target, status: status))
        if entries.count >= 2 * Journal.entriesMax { entries.removeFirst(entries.count - Journal.entriesMax) }
    }

    var last: ArraySlice<Entry> { entries.suffix(Journal.entriesMax) }
}
