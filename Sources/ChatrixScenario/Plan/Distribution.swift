import ChatrixReference

/// How long something takes, drawn anew each time. Nanoseconds.
package enum Distribution: Sendable, Hashable {
    case constant(Int64)
    case uniform(ClosedRange<Int64>)
    /// Never below 0.
    case normal(mean: Int64, deviation: Int64)
    case exponential(mean: Int64)

    func draw(_ random: inout SplitMix64) -> Int64 {
        switch self {
        case .constant(let value): value
        case .uniform(let range): random.within(range)
        case .normal(let mean, let deviation):
            // The sum of twelve even numbers: within six deviations, and the same bits on every machine.
            max(0, mean + Int64(Double(deviation) * ((0..<12).reduce(-6.0) { sum, _ in sum + random.unit() })))
        case .exponential(let mean): Int64(Double(mean) * random.exponential())
        }
    }
}

extension SplitMix64 {
    /// Exponentially distributed with mean 1, at most 44. By von Neumann's comparison of even numbers, which needs no
    /// logarithm: the same bits on every machine.
    package mutating func exponential() -> Double {
        var whole = 0.0
        while true {
            let first = unit()
            var last = first
            var count = 1
            while true {
                let next = unit()
                guard next < last else { break }
                last = next
                count += 1
            }
            if count % 2 == 1 { return min(44, whole + first) }
            whole += 1
        }
    }
}
