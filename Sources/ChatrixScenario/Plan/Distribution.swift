import ChatrixReference

/// How long something takes, drawn anew each time. Nanoseconds.
package enum Distribution: Sendable, Hashable {
    case constant(Int64)
    case uniform(ClosedRange<Int64>)
    /// Never below 0.
    case normal(mean: Int64, deviation: Int64)
    case exponential(mean: Int64)
    /// Half of all are below the median; `sigma` is the deviation of the logarithm.
    case logNormal(median: Int64, sigma: Double)
    /// Another one: what is drawn outside is drawn again, and moved to the nearest bound if that happens 16 times.
    indirect case bounded(Distribution, ClosedRange<Int64>)

    func draw(_ random: inout SplitMix64) -> Int64 {
        switch self {
        case .constant(let value): value
        case .uniform(let range): random.within(range)
        case .normal(let mean, let deviation):
            max(0, mean + Int64(Double(deviation) * random.normal()))
        case .exponential(let mean): Int64(Double(mean) * random.exponential())
        case .logNormal(let median, let sigma): Int64(min(Double(median) * exp(sigma * random.normal()), 0x1p62))
        case .bounded(let distribution, let bounds): Distribution.draw(distribution, within: bounds, &random)
        }
    }

    private static func draw(
        _ distribution: Distribution, within bounds: ClosedRange<Int64>, _ random: inout SplitMix64
    ) -> Int64 {
        var value: Int64 = 0
        for _ in 0..<16 {
            value = distribution.draw(&random)
            if bounds.contains(value) { return value }
        }
        return min(max(value, bounds.lowerBound), bounds.upperBound)
    }
}

/// e to the power of a number from -700 to 700, to about 14 digits. By the operations of IEEE 754 alone: the libraries of
/// different machines differ in the last digit.
func exp(_ x: Double) -> Double {
    let logarithmOf2 = 0x1.62E42FEFA39EFp-1
    let x = min(max(x, -700), 700)
    let power = (x / logarithmOf2).rounded()
    let rest = x - power * logarithmOf2
    var sum = 1.0
    for divisor in stride(from: 14, through: 1, by: -1) { sum = 1 + sum * rest / Double(divisor) }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
}

extension SplitMix64 {
    /// Normally distributed with mean 0 and deviation 1: the sum of twelve even numbers, within six deviations and with the
    /// same bits on every machine.
    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + unit() } }

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
