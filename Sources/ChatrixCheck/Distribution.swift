import ChatrixHistory

/// Measured durations in bounded memory: how many fell into which bucket of a logarithmic scale, and sum, minimum and
/// maximum exactly.
///
/// Every doubling is divided into `1 << precisionBits` buckets: with the 10 bits of figures a value is told to 0.05 %, with
/// the 5 bits of a timeline to 1.6 %. Two distributions can be put together exactly. At most 170 kB with 10 bits, and 5 kB
/// with 5; less while values lie close together.
package struct Distribution: Sendable, Hashable {
    package let precisionBits: Int
    /// Of the buckets from `firstBucket` on.
    private var counts: [UInt32] = []
    private var firstBucket = 0
    package private(set) var count = 0
    private var sum = 0.0
    private var lowest = Int64.max
    private var highest = Int64.min

    package init(precisionBits: Int = 10) {
        self.precisionBits = precisionBits
    }

    package init(_ values: some Sequence<Int64>) {
        self.init()
        for value in values { record(value) }
    }

    /// Exact, nanoseconds; `nil` without values.
    package var minimum: Int64? { count > 0 ? lowest : nil }
    package var maximum: Int64? { count > 0 ? highest : nil }

    /// Adds a value, nanoseconds; below 0 it is counted as 0. In O(1).
    @inline(__always)
    package mutating func record(_ nanoseconds: Int64) {
        let value = max(nanoseconds, 0)
        let bucket = bucket(of: value)
        if bucket < firstBucket || bucket >= firstBucket + counts.count { widen(to: bucket) }
        counts[bucket - firstBucket] &+= 1
        count += 1
        sum += Double(value)
        lowest = min(lowest, value)
        highest = max(highest, value)
    }

    /// Puts another distribution of the same precision into this one. In O(buckets).
    package mutating func add(_ other: Distribution) {
        precondition(precisionBits == other.precisionBits, "distributions of different precision")
        guard other.count > 0 else { return }
        widen(to: other.firstBucket)
        widen(to: other.firstBucket + other.counts.count - 1)
        let shift = other.firstBucket - firstBucket
        for (index, part) in other.counts.enumerated() { counts[index + shift] &+= part }
        count += other.count
        sum += other.sum
        lowest = min(lowest, other.lowest)
        highest = max(highest, other.highest)
    }

    /// The smallest value that at least `percent` % of the values do not exceed, nanoseconds, to the precision; `nil` without
    /// values. In O(buckets).
    package func percentile(_ percent: Double) -> Int64? {
        guard count > 0 else { return nil }
        // The tolerance keeps 99.9 % of 1,000 values at rank 999 in spite of binary fractions.
        let rank = min(max(Int((percent / 100 * Double(count) - 1e-9).rounded(.up)), 1), count)
        if rank == count { return highest }
        var left = rank
        for (index, part) in counts.enumerated() {
            left -= Int(part)
            if left <= 0 { return min(max(middle(ofBucket: index + firstBucket), lowest), highest) }
        }
        return highest
    }

    /// Milliseconds; `nil` without values.
    package func value(_ statistic: Metric.Statistic) -> Double? {
        guard count > 0 else { return nil }
        return switch statistic {
        case .average: sum / Double(count) / 1e6
        case .minimum: Double(lowest) / 1e6
        case .maximum: Double(highest) / 1e6
        case .percentile(let percent): percentile(percent).map { Double($0) / 1e6 }
        }
    }

    /// The buckets that are not empty, ascending: the values from `low` to before `high`, nanoseconds, and their number.
    package var buckets: [(low: Int64, high: Int64, count: Int)] {
        counts.enumerated().compactMap { index, part in
            let bucket = index + firstBucket
            return part > 0 ? (start(ofBucket: bucket), start(ofBucket: bucket + 1), Int(part)) : nil
        }
    }

    // MARK: - Buckets

    /// Values below `2 << precisionBits` have a bucket each.
    @inline(__always)
    private func bucket(of value: Int64) -> Int {
        let shift = max(63 - precisionBits - (value | 1).leadingZeroBitCount, 0)
        return shift << precisionBits + Int(value >> Int64(shift))
    }

    private func start(ofBucket bucket: Int) -> Int64 {
        let shift = max((bucket >> precisionBits) - 1, 0)
        return Int64(bucket - shift << precisionBits) << Int64(shift)
    }

    private func middle(ofBucket bucket: Int) -> Int64 {
        let low = start(ofBucket: bucket)
        return low + (start(ofBucket: bucket + 1) - 1 - low) / 2
    }

    /// Makes room for a bucket, by whole doublings.
    private mutating func widen(to bucket: Int) {
        let size = 1 << precisionBits
        let first = bucket & ~(size - 1)
        if counts.isEmpty {
            firstBucket = first
            counts = [UInt32](repeating: 0, count: size)
        } else if first < firstBucket {
            counts.insert(contentsOf: repeatElement(0, count: firstBucket - first), at: 0)
            firstBucket = first
        } else if first + size > firstBucket + counts.count {
            counts += repeatElement(0, count: first + size - firstBucket - counts.count)
        }
    }
}
