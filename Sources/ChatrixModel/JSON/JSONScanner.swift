/// Where the values of a JSON text stand, found in one pass: the grammar of everything that reads JSON here.
///
/// The values lie flat in the order of the text, each container followed by what it contains; of an object that is name,
/// value, name, value. The memory is kept, so that one index reads any number of texts without allocating.
package struct JSONIndex: Sendable {
    enum Kind: UInt8, Sendable { case null, bool, number, string, array, object }

    /// A value, or the name of a member.
    struct Node: Sendable {
        /// Of a string, what stands between its quotes; of other values all of their text.
        var start: UInt32
        var end: UInt32
        /// The position of the first node that this one does not contain.
        var next: UInt32
        var kind: Kind
        /// A string that does not stand for itself.
        var hasEscape: Bool
    }

    private(set) var nodes: [Node] = []
    private var index = 0
    private var depth = 0

    package init() {
        // Enough for most of the texts of the API.
        nodes.reserveCapacity(32)
    }

    /// Finds the values of one JSON text (RFC 8259).
    ///
    /// Throws `JSONError` as `JSON.parse` does, for the same texts.
    mutating func scan(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        nodes.removeAll(keepingCapacity: true)
        index = 0
        depth = 0
        guard bytes.count <= UInt32.max else { throw JSONError(offset: 0, reason: "the text is too long") }
        skipSpace(bytes)
        try value(bytes)
        skipSpace(bytes)
        guard index == bytes.count else { throw failure("text after the end of the value") }
    }

    private func failure(_ reason: String) -> JSONError { JSONError(offset: index, reason: reason) }

    @inline(__always)
    private func current(_ bytes: UnsafeRawBufferPointer) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    @inline(__always)
    private mutating func skipSpace(_ bytes: UnsafeRawBufferPointer) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    @inline(__always)
    private mutating func append(_ kind: Kind, from start: Int, to end: Int, hasEscape: Bool = false) {
        nodes.append(
            Node(
                start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: end),
                next: UInt32(truncatingIfNeeded: nodes.count + 1), kind: kind, hasEscape: hasEscape))
    }

    private mutating func value(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        guard let byte = current(bytes) else { throw failure("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"): try container(bytes, .object)
        case UInt8(ascii: "["): try container(bytes, .array)
        case UInt8(ascii: "\""): try string(bytes)
        case UInt8(ascii: "t"): try literal(bytes, "true", .bool)
        case UInt8(ascii: "f"): try literal(bytes, "false", .bool)
        case UInt8(ascii: "n"): try literal(bytes, "null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number(bytes)
        default: throw failure("no value starts with this character")
        }
    }

    private mutating func literal(
        _ bytes: UnsafeRawBufferPointer, _ text: StaticString, _ kind: Kind
    ) throws(JSONError) {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { throw failure("unknown word") }
        for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { throw failure("unknown word") }
        append(kind, from: index, to: index + count)
        index += count
    }

    private mutating func container(_ bytes: UnsafeRawBufferPointer, _ kind: Kind) throws(JSONError) {
        let position = nodes.count
        append(kind, from: index, to: index)
        depth += 1
        guard depth <= JSON.nestingMax else { throw failure("nested deeper than \(JSON.nestingMax) levels") }
        index += 1
        skipSpace(bytes)
        let isObject = kind == .object
        let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if current(bytes) == close {
            index += 1
        } else {
            try elements(bytes, isObject: isObject, close: close)
        }
        depth -= 1
        nodes[position].end = UInt32(truncatingIfNeeded: index)
        nodes[position].next = UInt32(truncatingIfNeeded: nodes.count)
    }

    private mutating func elements(
        _ bytes: UnsafeRawBufferPointer, isObject: Bool, close: UInt8
    ) throws(JSONError) {
        while true {
            if isObject {
                guard current(bytes) == UInt8(ascii: "\"") else { throw failure("a member name is expected") }
                try string(bytes)
                skipSpace(bytes)
                guard current(bytes) == UInt8(ascii: ":") else { throw failure("':' is expected") }
                index += 1
                skipSpace(bytes)
            }
            try value(bytes)
            skipSpace(bytes)
            switch current(bytes) {
            case UInt8(ascii: ","):
                index += 1
                skipSpace(bytes)
            case close:
                index += 1
                return
            default: throw failure(isObject ? "',' or '}' is expected" : "',' or ']' is expected")
            }
        }
    }

    private mutating func skipDigits(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let start = index
        while let byte = current(bytes), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index > start
    }

    private mutating func number(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        let start = index
        if current(bytes) == UInt8(ascii: "-") { index += 1 }
        if current(bytes) == UInt8(ascii: "0") {
            index += 1
        } else if !skipDigits(bytes) {
            throw failure("a digit is expected")
        }
        if current(bytes) == UInt8(ascii: ".") {
            index += 1
            guard skipDigits(bytes) else { throw failure("a digit is expected after '.'") }
        }
        if current(bytes) == UInt8(ascii: "e") || current(bytes) == UInt8(ascii: "E") {
            index += 1
            if current(bytes) == UInt8(ascii: "+") || current(bytes) == UInt8(ascii: "-") { index += 1 }
            guard skipDigits(bytes) else { throw failure("a digit is expected in the exponent") }
        }
        append(.number, from: start, to: index)
    }

    private mutating func string(_ bytes: UnsafeRawBufferPointer) throws(JSONError) {
        index += 1
        let start = index
        var segment = index
        var hasEscape = false
        var union: UInt8 = 0
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                if union >= 0x80 { try checkUTF8(bytes, segment..<index) }
                append(.string, from: start, to: index, hasEscape: hasEscape)
                index += 1
                return
            case UInt8(ascii: "\\"):
                if union >= 0x80 { try checkUTF8(bytes, segment..<index) }
                hasEscape = true
                union = 0
                index += 1
                _ = try JSONIndex.escape(bytes, &index)
                segment = index
            case 0..<0x20:
                throw failure("a control character in a text must be escaped")
            default:
                union |= byte
                index += 1
            }
        }
        throw failure("the text ends inside a string")
    }

    private func checkUTF8(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) throws(JSONError) {
        guard String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self) != nil else {
            throw JSONError(offset: range.lowerBound, reason: "the string is not UTF-8")
        }
    }

    /// The character that the escape at `index`, behind its backslash, stands for; leaves `index` behind it.
    static func escape(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) throws(JSONError) -> Unicode.Scalar {
        guard index < bytes.count else { throw JSONError(offset: index, reason: "the text ends inside an escape") }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw JSONError(offset: index, reason: "unknown escape")
        }
        let first = try fourHexDigits(bytes, &index)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), index + 1 < bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { throw JSONError(offset: index, reason: "half of a surrogate pair") }
        index += 2
        let second = try fourHexDigits(bytes, &index)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw JSONError(offset: index, reason: "half of a surrogate pair") }
        return scalar
    }

    private static func fourHexDigits(
        _ bytes: UnsafeRawBufferPointer, _ index: inout Int
    ) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard index < bytes.count, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else {
                throw JSONError(offset: index, reason: "four hexadecimal digits are expected")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
