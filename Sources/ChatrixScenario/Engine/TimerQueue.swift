/// Things that fall due, earliest first; those of one time in the order in which they were added.
///
/// A binary heap: O(log n) to add and to remove. Elements are small, so that sifting moves little memory.
struct TimerQueue<Payload: Sendable>: Sendable {
    struct Entry: Sendable {
        var time: Int64
        fileprivate var sequence: UInt64
        var payload: Payload
    }

    private var heap: [Entry] = []
    private var nextSequence: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    /// The earliest time; `nil` if nothing is to come.
    var nextTime: Int64? { heap.first?.time }

    mutating func add(_ payload: Payload, at time: Int64) {
        let entry = Entry(time: time, sequence: nextSequence, payload: payload)
        nextSequence += 1
        heap.append(entry)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard TimerQueue.isBefore(entry, heap[parent]) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    /// Removes and returns the earliest; `nil` if there is none at or before `limit`.
    mutating func popFirst(until limit: Int64) -> Entry? {
        guard let first = heap.first, first.time <= limit, let moved = heap.popLast() else { return nil }
        let count = heap.count
        if count == 0 { return first }
        var index = 0
        while true {
            var child = 2 * index + 1
            guard child < count else { break }
            if child + 1 < count, TimerQueue.isBefore(heap[child + 1], heap[child]) { child += 1 }
            guard TimerQueue.isBefore(heap[child], moved) else { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = moved
        return first
    }

    mutating func removeAll() { heap.removeAll() }

    @inline(__always)
    private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
        a.time != b.time ? a.time < b.time : a.sequence < b.sequence
    }
}
