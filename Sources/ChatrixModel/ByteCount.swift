/// A number of bytes as command lines write it.
package struct ByteCount: Sendable, Hashable, CustomStringConvertible {
    package let bytes: Int

    package init(_ bytes: Int) { self.bytes = bytes }

    /// The largest first.
    private static let units: [(name: String, bytes: Int)] = [
        ("TiB", 1 << 40), ("TB", 1_000_000_000_000), ("GiB", 1 << 30), ("GB", 1_000_000_000), ("MiB", 1 << 20),
        ("MB", 1_000_000), ("KiB", 1 << 10), ("kB", 1000), ("B", 1), ("", 1),
    ]

    /// Reads `512`, `512MB`, `1.5 GiB`: a number without sign, and a unit in any case. `nil` for anything else, for
    /// fractions of a byte and for what no `Int` holds.
    package init?(_ text: String) {
        let number = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        let unitName = text.dropFirst(number.count).drop { $0 == " " }.lowercased()
        guard let unit = ByteCount.units.first(where: { $0.name.lowercased() == unitName }) else { return nil }
        if let whole = Int(number) {
            let (bytes, isTooLarge) = whole.multipliedReportingOverflow(by: unit.bytes)
            guard !isTooLarge else { return nil }
            self.bytes = bytes
        } else {
            guard let value = Double(String(number)), let bytes = Int(exactly: value * Double(unit.bytes)) else {
                return nil
            }
            self.bytes = bytes
        }
    }

    /// In the largest unit that leaves a whole number.
    package var description: String {
        let unit = ByteCount.units.first { bytes != 0 && bytes % $0.bytes == 0 && $0.name != "B" }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)"
    }
}
