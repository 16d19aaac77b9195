/// Deadlines of sessions, earliest first. A deadline is never removed: the session's generation tells whether it still
/// counts when it comes up.
struct TimerQueue {
    struct Entry {
        var time: MonotonicTime
        var slot: Int
        var generation: UInt32
    }

    private var heap: [Entry] = []

    var next: MonotonicTime? { heap.first?.time }

    /// O(log n).
    mutating func insert(_ entry: Entry) {
        heap.append(entry)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].time < heap[parent].time else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes and returns the earliest entry when it is due at `now`. O(log n).
    mutating func popDue(at now: MonotonicTime) -> Entry? {
        guard let first = heap.first, first.time <= now else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].time < heap[least].time {
                least = child
            }
            guard least != parent else { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
