import ChatrixModel

/// The conversations of one user by `updated_at`: a log to which every change appends, so that sending costs O(1).
///
/// An entry is current while it names the present `updated_at` of its conversation; the others are stale, are skipped when
/// the list is read, and are cleared away in steps that the changes which made them stale have paid for. Reading a page is
/// O(page + log n), amortised.
struct ConversationOrder: Sendable {
    private struct Entry {
        var updatedAt: Timestamp
        var conversation: UInt32
    }

    private var entries: ContiguousArray<Entry> = []
    /// Conversations of the user, so current entries.
    private(set) var count = 0

    /// A new conversation, with the latest time of all.
    mutating func add(_ conversation: ConversationIndex, at time: Timestamp) {
        count += 1
        entries.append(Entry(updatedAt: time, conversation: UInt32(conversation)))
    }

    /// The conversation is gone; its entry must no longer be current.
    mutating func remove() {
        count -= 1
    }

    /// The conversation has changed at a time that is the latest of all.
    mutating func touch(
        _ conversation: ConversationIndex, at time: Timestamp, in all: ContiguousArray<ConversationRecord>
    ) {
        if let last = entries.indices.last, entries[last].conversation == UInt32(conversation) {
            entries[last].updatedAt = time
            return
        }
        entries.append(Entry(updatedAt: time, conversation: UInt32(conversation)))
        if entries.count > 2 * count + 16 { entries.removeAll { !ConversationOrder.isCurrent($0, in: all) } }
    }

    private static func isCurrent(_ entry: Entry, in all: ContiguousArray<ConversationRecord>) -> Bool {
        all[Int(entry.conversation)].updatedAt == entry.updatedAt
    }

    /// The first `limit` conversations that were updated after `after` and before `before`, both exclusive.
    mutating func page(
        limit: Int, after: Timestamp?, before: Timestamp?, order: ListOrder, in all: ContiguousArray<ConversationRecord>
    ) -> [ConversationIndex] {
        let low = after.map { bound in entries.partitioningIndex { $0.updatedAt > bound } } ?? 0
        let high = max(
            low, before.map { bound in entries.partitioningIndex { $0.updatedAt >= bound } } ?? entries.count)
        var page: [ConversationIndex] = []
        var index = order == .newestFirst ? high : low
        var staleCount = 0
        while page.count < limit, order == .newestFirst ? index > low : index < high {
            if order == .newestFirst { index -= 1 }
            let entry = entries[index]
            if ConversationOrder.isCurrent(entry, in: all) {
                page.append(Int(entry.conversation))
            } else {
                staleCount += 1
            }
            if order == .oldestFirst { index += 1 }
        }
        if staleCount > page.count + 16 { clearStale(order == .newestFirst ? index..<high : low..<index, in: all) }
        return page
    }

    private mutating func clearStale(_ range: Range<Int>, in all: ContiguousArray<ConversationRecord>) {
        let current = entries[range].filter { ConversationOrder.isCurrent($0, in: all) }
        entries.replaceSubrange(range, with: current)
    }

    /// The conversations of the user, the one that was updated first in front. O(entries).
    func current(in all: ContiguousArray<ConversationRecord>) -> [ConversationIndex] {
        entries.filter { ConversationOrder.isCurrent($0, in: all) }.map { Int($0.conversation) }
    }
}

extension ContiguousArray {
    /// The first index whose element satisfies `belongsInSecondPartition`, in an array where all that do stand behind all
    /// that do not. O(log n).
    func partitioningIndex(where belongsInSecondPartition: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = low + (high - low) / 2
            if belongsInSecondPartition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension ContiguousArray where Element: Comparable {
    /// Removes an element from an ascending array, if it is there. O(elements behind it + log n).
    mutating func removeSorted(_ element: Element) {
        let place = partitioningIndex { $0 >= element }
        if place < count, self[place] == element { remove(at: place) }
    }
}
