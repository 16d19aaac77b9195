/// Reading of the quantities that scenario files write with their units.
enum Quantity {
    static let nanosecondsPerSecond: Int64 = 1_000_000_000
    /// No duration of a scenario is longer: 30 days.
    static let longestNanoseconds: Int64 = 30 * 86_400 * nanosecondsPerSecond
    /// No rate of a scenario is higher, per second.
    static let highestRate = 1_000_000.0

    /// Nanoseconds of `150us`, `500ms`, `1.5s`, `2m`, `1h` or `7d`; `nil` for anything else and for more than 30 days.
    static func duration(_ text: some StringProtocol) -> Int64? {
        guard let (number, unit) = split(text) else { return nil }
        let factor: Double
        switch unit {
        case "us": factor = 1e3
        case "ms": factor = 1e6
        case "s": factor = 1e9
        case "m": factor = 60e9
        case "h": factor = 3600e9
        case "d": factor = 86_400e9
        default: return nil
        }
        let value = (number * factor).rounded()
        return value <= Double(longestNanoseconds) ? Int64(value) : nil
    }

    /// `1s..3s`, or a single duration as a range of one value; `nil` also if the second is the shorter one.
    static func durationRange(_ text: String) -> ClosedRange<Int64>? {
        guard let dots = text.firstRange(of: "..") else { return duration(text).map { $0...$0 } }
        guard let low = duration(text[..<dots.lowerBound].trimmingBlanks),
            let high = duration(text[dots.upperBound...].trimmingBlanks), low <= high
        else { return nil }
        return low...high
    }

    /// Per second of `50/s`, `3000/m` or `100/h`; `nil` for anything else and for more than `highestRate`.
    static func rate(_ text: some StringProtocol) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let (number, unit) = split(parts[0]), unit.isEmpty else { return nil }
        let seconds: Double
        switch parts[1] {
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3600
        default: return nil
        }
        return number / seconds <= highestRate ? number / seconds : nil
    }

    /// `50/s`, or `50/s -> 500/s -> 50/s` for a rate that moves evenly from one to the next; at most 100 of them, not all
    /// zero.
    static func rates(_ text: String) -> [Double]? {
        let parts = text.split(separator: "->", maxSplits: 100, omittingEmptySubsequences: false)
        let rates = parts.compactMap { rate($0.trimmingBlanks) }
        guard rates.count == parts.count, rates.count <= 100, rates.contains(where: { $0 > 0 }) else { return nil }
        return rates
    }

    /// `50`, or `10 -> 500` for a number that moves evenly from the first to the second.
    static func count(_ text: String) -> (start: Int, end: Int)? {
        let parts = text.split(separator: "->", maxSplits: 2, omittingEmptySubsequences: false)
        let counts = parts.compactMap { Int($0.trimmingBlanks) }
        guard counts.count == parts.count, let start = counts.first, let end = counts.last, counts.count <= 2 else {
            return nil
        }
        return (start, end)
    }

    /// 0…1 of `30%` or `0.3`.
    static func share(_ text: String) -> Double? {
        guard let (number, unit) = split(text), unit.isEmpty || unit == "%" else { return nil }
        let share = unit.isEmpty ? number : number / 100
        return share <= 1 ? share : nil
    }

    /// A number without sign and exponent, and the rest.
    private static func split(_ text: some StringProtocol) -> (number: Double, unit: String)? {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        guard let number = Double(String(digits)), number.isFinite else { return nil }
        return (number, String(text.dropFirst(digits.count)))
    }
}

extension Substring {
    var trimmingBlanks: Substring {
        var text = self
        while let first = text.first, first == " " { text.removeFirst() }
        while let last = text.last, last == " " { text.removeLast() }
        return text
    }
}
