import ChatrixHistory

/// Measured durations, exact.
package struct Distribution: Sendable, Hashable {
    /// Nanoseconds, ascending.
    package let sorted: [Int64]
    private let sum: Double

    package init(_ values: [Int64]) {
        sorted = values.sorted()
        sum = values.reduce(0) { $0 + Double($1) }
    }

    package var count: Int { sorted.count }

    /// The smallest value that at least `percent` % of the values do not exceed, nanoseconds; `nil` without values.
    package func percentile(_ percent: Double) -> Int64? {
        guard !sorted.isEmpty else { return nil }
        // The tolerance keeps 99.9 % of 1,000 values at rank 999 in spite of binary fractions.
        let rank = (percent / 100 * Double(sorted.count) - 1e-9).rounded(.up)
        return sorted[min(max(Int(rank), 1), sorted.count) - 1]
    }

    /// Milliseconds; `nil` without values.
    package func value(_ statistic: Metric.Statistic) -> Double? {
        guard let first = sorted.first, let last = sorted.last else { return nil }
        return switch statistic {
        case .average: sum / Double(sorted.count) / 1e6
        case .minimum: Double(first) / 1e6
        case .maximum: Double(last) / 1e6
        case .percentile(let percent): percentile(percent).map { Double($0) / 1e6 }
        }
    }
}
