/// Numbers by 128-bit keys: open addressing with linear probing, in O(1); nothing is allocated but when it grows.
struct KeyTable: Sendable {
    private struct Entry: Sendable {
        var a: UInt64 = 0
        var b: UInt64 = 0
        /// -1 in an empty place.
        var value: Int32 = -1
    }

    private var entries = [Entry](repeating: Entry(), count: 64)
    private(set) var count = 0

    @inline(__always)
    private func place(_ a: UInt64, _ b: UInt64) -> Int {
        var hash = (a &* 0x9E37_79B9_7F4A_7C15) ^ ((b &+ 0x5851_F42D_4C95_7F2D) &* 0xC2B2_AE3D_27D4_EB4F)
        hash ^= hash >> 29
        hash = hash &* 0xBF58_476D_1CE4_E5B9
        return Int(truncatingIfNeeded: hash >> 32) & (entries.count - 1)
    }

    /// -1 if there is none.
    subscript(a: UInt64, b: UInt64) -> Int32 {
        var place = place(a, b)
        while entries[place].value >= 0 {
            if entries[place].a == a, entries[place].b == b { return entries[place].value }
            place = (place + 1) & (entries.count - 1)
        }
        return -1
    }

    /// The key must not be there yet; `value` is not negative.
    mutating func insert(_ a: UInt64, _ b: UInt64, _ value: Int32) {
        if count * 2 >= entries.count { grow() }
        var place = place(a, b)
        while entries[place].value >= 0 { place = (place + 1) & (entries.count - 1) }
        entries[place] = Entry(a: a, b: b, value: value)
        count += 1
    }

    /// Does nothing if the key is not there.
    mutating func remove(_ a: UInt64, _ b: UInt64) {
        let mask = entries.count - 1
        var hole = place(a, b)
        while true {
            if entries[hole].value < 0 { return }
            if entries[hole].a == a, entries[hole].b == b { break }
            hole = (hole + 1) & mask
        }
        count -= 1
        var next = (hole + 1) & mask
        // Entries behind the hole move up, unless that would put them before their own place.
        while entries[next].value >= 0 {
            let home = place(entries[next].a, entries[next].b)
            if (next &- home) & mask >= (next &- hole) & mask {
                entries[hole] = entries[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        entries[hole].value = -1
    }

    private mutating func grow() {
        let old = entries
        entries = [Entry](repeating: Entry(), count: old.count * 2)
        count = 0
        for entry in old where entry.value >= 0 { insert(entry.a, entry.b, entry.value) }
    }
}

/// Records of the last time, numbered from 0 in the order of their coming.
///
/// In chunks that are given back when all in them is old: one array would keep as much again that is old, and twice that
/// while it grows.
struct RecordLog<Element: Sendable>: Sendable {
    private static var chunkBits: Int { 9 }

    /// Those given back at the front are empty; all others but the last one are full.
    private var chunks: [ContiguousArray<Element>] = []
    /// How many chunks are no longer in `chunks`.
    private var base = 0
    /// Number of the first record that is kept, and of the next one.
    private var head = 0
    private var end = 0

    mutating func append(_ element: Element) -> Int {
        if end & (1 << RecordLog.chunkBits - 1) == 0 {
            var chunk: ContiguousArray<Element> = []
            chunk.reserveCapacity(1 << RecordLog.chunkBits)
            chunks.append(chunk)
        }
        chunks[chunks.count - 1].append(element)
        end += 1
        return end - 1
    }

    /// `nil` if it is not kept any longer, or was never there.
    subscript(number: Int) -> Element? { number >= head && number < end ? self[kept: number] : nil }

    /// The record must still be kept. Reads in place.
    subscript(kept number: Int) -> Element {
        @inline(__always) _read {
            yield chunks[number >> RecordLog.chunkBits - base][number & (1 << RecordLog.chunkBits - 1)]
        }
    }

    mutating func removeAll(where isOld: (Element) -> Bool) {
        let first = head >> RecordLog.chunkBits
        while head < end, isOld(self[kept: head]) { head += 1 }
        let kept = head >> RecordLog.chunkBits
        for chunk in first..<kept { chunks[chunk - base] = [] }
        if kept - base > 16, (kept - base) * 2 > chunks.count {
            chunks.removeFirst(kept - base)
            base = kept
        }
    }
}

/// Values that are made and given back all the time, known by the number of their place.
struct Pool<Element: Sendable>: Sendable {
    private var items: [Element] = []
    private var free: [Int32] = []

    var count: Int { items.count - free.count }

    mutating func add(_ element: Element) -> Int32 {
        if let place = free.popLast() {
            items[Int(place)] = element
            return place
        }
        items.append(element)
        return Int32(items.count - 1)
    }

    mutating func remove(_ place: Int32) { free.append(place) }

    subscript(place: Int32) -> Element {
        @inline(__always) get { items[Int(place)] }
        @inline(__always) _modify { yield &items[Int(place)] }
    }
}

/// What has to be done at some time, first in, first out.
struct Agenda<Element: Sendable>: Sendable {
    private var items: [Element] = []
    private var head = 0

    var first: Element? { head < items.count ? items[head] : nil }
    var count: Int { items.count - head }

    mutating func append(_ element: Element) { items.append(element) }

    mutating func removeFirst() {
        head += 1
        if head > 1024, head * 2 > items.count {
            items.removeFirst(head)
            head = 0
        }
    }
}
