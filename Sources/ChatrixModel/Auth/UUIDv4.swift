/// A version 4 UUID made of 128 bits that the caller provides, so that it can be deterministic (D-08).
package struct UUIDv4: Hashable, Sendable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    /// Sets the version and variant bits in the given random bits.
    package init(random high: UInt64, _ low: UInt64) {
        self.high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        self.low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    }

    /// Reads the lowercase text form, whatever the version; `nil` for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 36 else { return nil }
        var halves: [UInt64] = [0, 0]
        var digits = 0
        for (index, byte) in bytes.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard byte == UInt8(ascii: "-") else { return nil }
                continue
            }
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
            halves[digits / 16] = halves[digits / 16] << 4 | digit
            digits += 1
        }
        high = halves[0]
        low = halves[1]
    }

    /// `xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx`, lowercase.
    package var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var index = 0
            for half in [high, low] {
                for shift in stride(from: 60, through: 0, by: -4) {
                    if [8, 13, 18, 23].contains(index) {
                        buffer[index] = UInt8(ascii: "-")
                        index += 1
                    }
                    let digit = UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 0xF
                    buffer[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
                    index += 1
                }
            }
            return index
        }
    }
}
