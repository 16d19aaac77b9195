/// The times at which arrivals begin when the rate moves evenly from one value to another.
struct RateCurve: Sendable, Hashable {
    /// Per second.
    let startRate: Double
    let endRate: Double
    /// Nanoseconds.
    let duration: Int64
    /// Arrivals of the whole time: the integral of the rate, rounded to the next whole number.
    let count: Int

    init(startRate: Double, endRate: Double, duration: Int64) {
        self.startRate = startRate
        self.endRate = endRate
        self.duration = duration
        count = Int(((startRate + endRate) / 2 * Double(duration) / 1e9).rounded())
    }

    /// Nanoseconds from the beginning to arrival `index` (0..<count): where the integral of the rate reaches
    /// `index` + 1/2, so that the arrivals of equal rates are evenly spaced also across the border of two phases.
    func time(of index: Int) -> Int64 {
        let area = Double(index) + 0.5
        let slope = (endRate - startRate) / (Double(duration) / 1e9)
        // The root of slope/2·t² + start·t = area in the form that also holds for slope 0.
        let root = (max(0, startRate * startRate + 2 * slope * area)).squareRoot()
        let seconds = 2 * area / (startRate + root)
        return min(Int64(seconds * 1e9), duration - 1)
    }
}
