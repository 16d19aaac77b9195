import ChatrixReference

/// How long something takes: a distribution of durations, in nanoseconds, drawn from a seed's stream.
///
/// Draws are made of the four operations of IEEE 754 alone, so the same stream gives the same durations on every machine.
package struct DurationDistribution: Sendable, Hashable {
    package enum Shape: Sendable, Hashable {
        case constant(Int64)
        /// Evenly within the range.
        case uniform(ClosedRange<Int64>)
        /// The bell curve, never further than six deviations from its middle.
        case normal(mean: Int64, deviation: Int64)
        case exponential(mean: Int64)
        /// Half of all are below the median; `sigma` is the deviation of the logarithm.
        case logNormal(median: Int64, sigma: Double)
    }

    package var shape: Shape
    /// What is drawn outside is drawn again; nothing shorter or longer comes out.
    package var bounds: ClosedRange<Int64>

    package init(_ shape: Shape, bounds: ClosedRange<Int64> = 0...DurationDistribution.longest) {
        self.shape = shape
        self.bounds = bounds
    }

    package static func constant(_ nanoseconds: Int64) -> DurationDistribution { .init(.constant(nanoseconds)) }
    package static func uniform(_ range: ClosedRange<Int64>) -> DurationDistribution { .init(.uniform(range)) }

    /// Nothing takes longer where no bound is given: 30 days.
    package static let longest = Quantity.longestNanoseconds

    /// Draws of which none was within the bounds, before the nearest bound is taken.
    private static let drawsMax = 16

    /// The next duration; within `bounds` for the shapes that have no end of their own.
    package func draw(_ random: inout SplitMix64) -> Int64 {
        switch shape {
        case .constant(let value): return value
        case .uniform(let range): return random.within(range)
        case .normal, .exponential, .logNormal: break
        }
        var value: Int64 = 0
        for _ in 0..<DurationDistribution.drawsMax {
            value = unbounded(&random)
            if bounds.contains(value) { return value }
        }
        return min(max(value, bounds.lowerBound), bounds.upperBound)
    }

    private func unbounded(_ random: inout SplitMix64) -> Int64 {
        let value: Double
        switch shape {
        case .constant(let nanoseconds): value = Double(nanoseconds)
        case .uniform(let range): return random.within(range)
        case .normal(let mean, let deviation): value = Double(mean) + Double(deviation) * random.standardNormal()
        case .exponential(let mean): value = Double(mean) * random.standardExponential()
        case .logNormal(let median, let sigma):
            value = Double(median) * Exact.exponential(sigma * random.standardNormal())
        }
        return Int64(min(max(value, -0x1p62), 0x1p62))
    }
}

extension SplitMix64 {
    /// Middle 0 and deviation 1: the sum of twelve evenly drawn numbers, which ends at six deviations.
    package mutating func standardNormal() -> Double {
        var sum = -6.0
        for _ in 0..<12 { sum += unit() }
        return sum
    }

    /// Mean 1.
    package mutating func standardExponential() -> Double { -Exact.logarithm(1 - unit()) }
}

/// Functions that the libraries of different machines compute differently in the last digit.
enum Exact {
    private static let logarithmOf2 = 0x1.62E42FEFA39EFp-1

    /// The natural logarithm of a number above zero, to about 14 digits.
    static func logarithm(_ x: Double) -> Double {
        var exponent = Double(x.exponent)
        var significand = x.significand
        if significand > 0x1.6A09E667F3BCDp+0 {
            significand /= 2
            exponent += 1
        }
        let z = (significand - 1) / (significand + 1)
        let square = z * z
        var sum = 0.0
        for odd in stride(from: 17, through: 1, by: -2) { sum = sum * square + 1 / Double(odd) }
        return exponent * logarithmOf2 + 2 * z * sum
    }

    /// e to the power of a number from -700 to 700, to about 14 digits; the nearest of these for others.
    static func exponential(_ x: Double) -> Double {
        let x = min(max(x, -700), 700)
        let power = (x / logarithmOf2).rounded()
        let rest = x - power * logarithmOf2
        var sum = 1.0
        for divisor in stride(from: 14, through: 1, by: -1) { sum = 1 + sum * rest / Double(divisor) }
        return Double(sign: .plus, exponent: Int(power), significand: sum)
    }
}
