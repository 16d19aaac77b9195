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

    /// Notes a request. The token of a WebSocket handshake is a credential, and not shown.
    mutating func append(method: HTTPRequest.Method, target: String, status: Int, at time: Timestamp) {
        lastSequence += 1
        let shown = target.hasPrefix("/ws?") ? Journal.withoutToken(target) : target
        entries.append(Entry(sequence: lastSequence, at: time, method: method, target: shown, status: status))
        if entries.count >= 2 * Journal.entriesMax { entries.removeFirst(entries.count - Journal.entriesMax) }
    }

    private static func withoutToken(_ target: String) -> String {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts[1].split(separator: "&", omittingEmptySubsequences: false).map { pair in
            // The name may be written with escapes, as whoever reads the query reads it.
            let name = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)[0]
            return Percent.decode(name, isForm: true) == "token" ? "\(name)=…" : String(pair)
        }
        return "\(parts[0])?\(query.joined(separator: "&"))"
    }

    var last: ArraySlice<Entry> { entries.suffix(Journal.entriesMax) }
}
