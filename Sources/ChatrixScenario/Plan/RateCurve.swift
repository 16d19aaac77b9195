import ChatrixReference

/// A rate of arrivals that moves evenly from one value to the next, in equal parts of its time; a single value is kept.
struct RateCurve: Sendable, Hashable {
    /// Per second; at least one.
    let rates: [Double]
    /// Nanoseconds.
    let duration: Int64
    /// Arrivals of the whole time: the integral of the rate.
    let area: Double

    init(_ rates: [Double], duration: Int64) {
        self.rates = rates.count < 2 ? [rates.first ?? 0, rates.first ?? 0] : rates
        self.duration = duration
        let part = Double(duration) / 1e9 / Double(self.rates.count - 1)
        area = zip(self.rates, self.rates.dropFirst()).reduce(0) { $0 + ($1.0 + $1.1) / 2 * part }
    }

    /// Arrivals of even spacing.
    var count: Int { Int(area.rounded()) }

    /// Nanoseconds from the beginning to arrival `index` (0..<count) of even spacing: where the integral of the rate
    /// reaches `index` + 1/2, so that the arrivals of equal rates are evenly spaced also across the border of two phases.
    func time(of index: Int) -> Int64 { time(ofArea: Double(index) + 0.5) }

    /// Nanoseconds from the beginning to where the integral of the rate reaches `target` (0…`area`). O(rates).
    func time(ofArea target: Double) -> Int64 {
        let part = Double(duration) / 1e9 / Double(rates.count - 1)
        var rest = target
        for index in 0..<(rates.count - 1) {
            let (start, end) = (rates[index], rates[index + 1])
            let partArea = (start + end) / 2 * part
            if rest > partArea, index + 2 < rates.count {
                rest -= partArea
                continue
            }
            let slope = (end - start) / part
            // The root of slope/2·t² + start·t = rest in the form that also holds for slope 0.
            let root = max(0, start * start + 2 * slope * rest).squareRoot()
            let seconds = start + root > 0 ? 2 * rest / (start + root) : part
            return min(Int64((Double(index) * part + seconds) * 1e9), duration - 1)
        }
        return duration - 1
    }
}

/// The times of the arrivals of a phase, one after the other.
struct ArrivalTimes: Sendable {
    let curve: RateCurve
    private var index = 0
    /// Of independent arrivals: the generator, and the integral of the rate up to the last one.
    private var random: SplitMix64?
    private var area = 0.0

    init(_ curve: RateCurve, _ spacing: Scenario.Phase.Spacing, seed: UInt64, phase: Int) {
        self.curve = curve
        if spacing == .poisson {
            random = SplitMix64(seed: seed, stream: RandomStream.spacing, index: UInt64(phase))
        }
    }

    /// Nanoseconds since the beginning of the phase; `nil` after the last one. Never less than the one before.
    mutating func next() -> Int64? {
        if random != nil {
            // Independent arrivals of rate 1, with the time stretched so that their rate becomes the one of the curve.
            area += random?.exponential() ?? 0
            return area < curve.area ? curve.time(ofArea: area) : nil
        }
        guard index < curve.count else { return nil }
        index += 1
        return curve.time(of: index - 1)
    }
}
