import ChatrixHistory

/// When whose event session was up.
struct Sessions: Sendable {
    private struct Span {
        /// Up from here, nanoseconds.
        var start: Int64
        /// Until before here.
        var end: Int64
    }

    /// By user, ascending and disjoint.
    private var spans: [Int: [Span]] = [:]
    private var changes: [Int: [History.SessionChange]] = [:]

    init(_ history: History) {
        let closing = history.run.end > 0 ? history.run.end : Int64.max
        for change in history.sessionChanges where change.at < closing {
            changes[change.user, default: []].append(change)
        }
        for user in changes.keys {
            changes[user]?.sort { $0.at < $1.at }
            var list: [Span] = []
            for change in changes[user] ?? [] {
                // A session that comes up twice was lost in between, noticed or not.
                if let last = list.last, last.end == .max { list[list.count - 1].end = change.at }
                if change.isUp { list.append(Span(start: change.at, end: .max)) }
            }
            spans[user] = list
        }
    }

    /// The user subscribed at least once.
    func everUp(_ user: Int) -> Bool { spans[user]?.isEmpty == false }

    /// One session of the user was up all the time from `from` to `to`.
    func wasUp(_ user: Int, from: Int64, to: Int64) -> Bool {
        guard let spans = spans[user], let index = Sessions.last(in: spans, { $0.start <= from }) else { return false }
        return spans[index].end > to
    }

    /// A session of the user came up after `after`, at `until` or before.
    func cameUp(_ user: Int, after: Int64, until: Int64) -> Bool {
        guard let spans = spans[user], let index = Sessions.last(in: spans, { $0.start <= until }) else { return false }
        return spans[index].start > after
    }

    func changes(of user: Int, from: Int64, to: Int64) -> [History.SessionChange] {
        guard let changes = changes[user] else { return [] }
        let start = (Sessions.last(in: changes) { $0.at < from } ?? -1) + 1
        let end = (Sessions.last(in: changes) { $0.at <= to } ?? -1) + 1
        return start < end ? Array(changes[start..<end]) : []
    }

    /// Index of the last element of the leading run that fulfils the condition.
    private static func last<Element>(in list: [Element], _ condition: (Element) -> Bool) -> Int? {
        var low = 0
        var high = list.count
        while low < high {
            let middle = (low + high) / 2
            if condition(list[middle]) { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? low - 1 : nil
    }
}
