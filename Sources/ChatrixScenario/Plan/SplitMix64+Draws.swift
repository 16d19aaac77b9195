import ChatrixReference

extension SplitMix64 {
    /// A generator of its own for the element `index` of the stream `stream` of a seed. Which ones exist besides it does
    /// not matter, so a population can be split without changing what any user does.
    package init(seed: UInt64, stream: UInt64, index: UInt64) {
        var mixer = SplitMix64(seed: seed &+ stream &* 0xD1B5_4A32_D192_ED03)
        var first = SplitMix64(seed: mixer.next() ^ (index &* 0x9E37_79B9_7F4A_7C15))
        self.init(seed: first.next())
    }

    /// 0..<bound, evenly but for a bias below bound / 2^64.
    package mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// 0 up to but not including 1.
    package mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Evenly within the range.
    package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(bitPattern: range.upperBound &- range.lowerBound)
        guard width > 0 else { return range.lowerBound }
        return range.lowerBound &+ Int64(next().multipliedFullWidth(by: width + 1).high)
    }
}

/// The streams of a scenario's seed.
enum RandomStream {
    static let partners: UInt64 = 1
    static let arrivals: UInt64 = 2
    static let iterations: UInt64 = 3
    static let order: UInt64 = 4
    static let network: UInt64 = 5
    static let spacing: UInt64 = 6
    static let networkShares: UInt64 = 7
}
