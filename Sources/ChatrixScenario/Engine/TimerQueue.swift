/// Things that fall due, earliest first; those of one time in the order in which they were added.
///
/// A heap of four branches: O(log n) to add and to remove, with half the levels, and so half the cache misses, of a binary
/// one. Elements are small, so that sifting moves little memory.
struct TimerQueue<Payload: Sendable>: Sendable {
    struct Entry: Sendable {
        var time: Int64
        fileprivate var sequence: UInt64
        var payload: Payload
    }

    private var heap: ContiguousArray<Entry> = []
    private var nextSequence: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }
    var count: Int { heap.count }
    /// The earliest time; `nil` if nothing is to come.
    var nextTime: Int64? { heap.isEmpty ? nil : heap[0].time }

    mutating func add(_ payload: Payload, at time: Int64) {
        let entry = Entry(time: time, sequence: nextSequence, payload: payload)
        nextSequence += 1
        heap.append(entry)
        heap.withUnsafeMutableBufferPointer { heap in
            var index = heap.count - 1
            while index > 0 {
                let parent = (index - 1) >> 2
                guard TimerQueue.isBefore(entry, heap[parent]) else { break }
                heap[index] = heap[parent]
                index = parent
            }
            heap[index] = entry
        }
    }

    /// Removes and returns the earliest; `nil` if there is none at or before `limit`.
    mutating func popFirst(until limit: Int64) -> Entry? {
        guard !heap.isEmpty, heap[0].time <= limit, let moved = heap.popLast() else { return nil }
        if heap.isEmpty { return moved }
        return heap.withUnsafeMutableBufferPointer { heap in
            let first = heap[0]
            let count = heap.count
            var index = 0
            while true {
                var child = 4 * index + 1
                guard child < count else { break }
                for other in (child + 1)..<max(child + 1, min(child + 4, count))
                where TimerQueue.isBefore(heap[other], heap[child]) {
                    child = other
                }
                guard TimerQueue.isBefore(heap[child], moved) else { break }
                heap[index] = heap[child]
                index = child
            }
            heap[index] = moved
            return first
        }
    }

    mutating func removeAll() { heap.removeAll() }

    @inline(__always)
    private static func isBefore(_ a: Entry, _ b: Entry) -> Bool {
        a.time != b.time ? a.time < b.time : a.sequence < b.sequence
    }
}
