/// TIME: a moment in whole milliseconds since 1970-01-01T00:00:00Z (D-06, D-07).
package struct Timestamp: Hashable, Comparable, Sendable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// 2023-04-10T12:00:00.000Z, where virtual clocks start (D-06).
    package static let virtualStart = Timestamp(milliseconds: 1_681_128_000_000)

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : -((999 - milliseconds) / 1000)
    }

    /// Whole seconds since 1970, rounded up.
    package var secondsRoundedUp: Int64 { Timestamp(milliseconds: milliseconds + 999).seconds }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    package static func + (time: Timestamp, milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: time.milliseconds + milliseconds)
    }

    /// Milliseconds from `b` to `a`.
    package static func - (a: Timestamp, b: Timestamp) -> Int64 { a.milliseconds - b.milliseconds }
}

// MARK: - Calendar (proleptic Gregorian, after Howard Hinnant's civil algorithms)

extension Timestamp {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// Reads an RFC 3339 date-time with `Z` or a numeric offset and 0 to 9 fraction digits, truncated to milliseconds;
    /// `nil` for anything else, also for a date alone (D-07, TIME-04).
    package init?(_ text: some StringProtocol) {
        var text = String(text)
        guard let time = text.withUTF8({ Timestamp(utf8: UnsafeRawBufferPointer($0)) }) else { return nil }
        self = time
    }

    /// The same of the bytes of a text.
    init?(utf8 bytes: UnsafeRawBufferPointer) {
        var scanner = Scanner(bytes: bytes)
        guard let year = scanner.digits(4), scanner.skip("-"),
            let month = scanner.digits(2), (1...12).contains(month), scanner.skip("-"),
            let day = scanner.digits(2), day >= 1, day <= Timestamp.daysInMonth(month, year: year),
            scanner.skip("T") || scanner.skip("t"),
            let hour = scanner.digits(2), hour < 24, scanner.skip(":"),
            let minute = scanner.digits(2), minute < 60, scanner.skip(":"),
            let second = scanner.digits(2), second < 60
        else { return nil }
        var fraction: Int64 = 0
        if scanner.skip(".") {
            guard let value = scanner.fractionMilliseconds() else { return nil }
            fraction = value
        }
        var offsetMinutes: Int64 = 0
        if !scanner.skip("Z"), !scanner.skip("z") {
            let sign: Int64
            if scanner.skip("+") { sign = 1 } else if scanner.skip("-") { sign = -1 } else { return nil }
            guard let hours = scanner.digits(2), hours < 24, scanner.skip(":"), let minutes = scanner.digits(2),
                minutes < 60
            else { return nil }
            offsetMinutes = sign * (hours * 60 + minutes)
        }
        guard scanner.isAtEnd else { return nil }
        let days = Timestamp.daysSinceEpoch(year: year, month: month, day: day)
        let ofDay = ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fraction
        self.init(milliseconds: days * Timestamp.dayMilliseconds + ofDay)
    }

    private static func daysInMonth(_ month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Calls `body` with each of the 24 characters of `YYYY-MM-DDTHH:MM:SS.mmmZ` in order (D-07).
    @inline(__always)
    func forEachCharacter(_ body: (UInt8) -> Void) {
        var days = milliseconds / Timestamp.dayMilliseconds
        var ofDay = milliseconds % Timestamp.dayMilliseconds
        if ofDay < 0 {
            days -= 1
            ofDay += Timestamp.dayMilliseconds
        }
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)

        func two(_ value: Int64) {
            body(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / 10))
            body(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
        }
        two(year / 100)
        two(year % 100)
        body(UInt8(ascii: "-"))
        two(month)
        body(UInt8(ascii: "-"))
        two(day)
        body(UInt8(ascii: "T"))
        two(ofDay / 3_600_000)
        body(UInt8(ascii: ":"))
        two(ofDay / 60_000 % 60)
        body(UInt8(ascii: ":"))
        two(ofDay / 1000 % 60)
        body(UInt8(ascii: "."))
        body(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: ofDay / 100 % 10))
        two(ofDay % 100)
        body(UInt8(ascii: "Z"))
    }
}

extension Timestamp: CustomStringConvertible {
    /// `YYYY-MM-DDTHH:MM:SS.mmmZ`, always 24 characters for the years 0 to 9999.
    package var description: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            var index = 0
            forEachCharacter {
                buffer[index] = $0
                index += 1
            }
            return 24
        }
    }
}

private struct Scanner {
    let bytes: UnsafeRawBufferPointer
    var index = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { index == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
        index += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
        defer { index += 1 }
        return Int64(bytes[index] - UInt8(ascii: "0"))
    }

    mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// 1 to 9 digits, of which the first three count.
    mutating func fractionMilliseconds() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = digit() {
            if count < 3 { value = value * 10 + digit }
            count += 1
        }
        guard (1...9).contains(count) else { return nil }
        for _ in count..<max(count, 3) { value *= 10 }
        return value
    }
}
