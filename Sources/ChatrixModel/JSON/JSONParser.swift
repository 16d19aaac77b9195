/// Why a text is not JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Offset of the first byte that could not be read.
    package var offset: Int
    package var reason: String

    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSON {
    /// Deepest nesting that is read (D-100, notes under the table).
    package static let nestingMax = 512

    /// Reads one JSON text (RFC 8259).
    ///
    /// Throws `JSONError` for text that is not UTF-8 or not JSON, for an escape that is half of a surrogate pair, and for
    /// nesting deeper than `nestingMax`. Numbers keep their digits whatever their size.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONError) -> JSON {
        var parser = JSONParser(bytes: bytes)
        return try parser.document()
    }

    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        let result: Result<JSON, JSONError> = bytes.withUnsafeBytes { buffer in
            do throws(JSONError) { return .success(try parse(buffer)) } catch { return .failure(error) }
        }
        return try result.get()
    }

    package static func parse(_ text: String) throws(JSONError) -> JSON { try parse(Array(text.utf8)) }
}

/// Recursive descent over borrowed bytes. There is one way in, `document()`; the nesting limit bounds the recursion.
private struct JSONParser {
    let bytes: UnsafeRawBufferPointer
    var index = 0
    var depth = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    mutating func document() throws(JSONError) -> JSON {
        skipSpace()
        let value = try value()
        skipSpace()
        guard index == bytes.count else { throw failure("text after the end of the value") }
        return value
    }

    private func failure(_ reason: String) -> JSONError { JSONError(offset: index, reason: reason) }

    private var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSON {
        guard let byte = current else { throw failure("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure("no value starts with this character")
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let count = text.utf8CodeUnitCount
        guard index + count <= bytes.count else { throw failure("unknown word") }
        for offset in 0..<count where bytes[index + offset] != text.utf8Start[offset] { throw failure("unknown word") }
        index += count
        return value
    }

    private mutating func enter() throws(JSONError) {
        depth += 1
        guard depth <= JSON.nestingMax else { throw failure("nested deeper than \(JSON.nestingMax) levels") }
        index += 1
        skipSpace()
    }

    private mutating func object() throws(JSONError) -> JSON {
        try enter()
        var members: [JSON.Member] = []
        var positions: [String: Int]?
        if current == UInt8(ascii: "}") {
            index += 1
            depth -= 1
            return .object(members)
        }
        while true {
            guard current == UInt8(ascii: "\"") else { throw failure("a member name is expected") }
            let name = try string()
            skipSpace()
            guard current == UInt8(ascii: ":") else { throw failure("':' is expected") }
            index += 1
            skipSpace()
            let value = try value()
            insert(name, value, into: &members, positions: &positions)
            skipSpace()
            if current == UInt8(ascii: ",") {
                index += 1
                skipSpace()
            } else if current == UInt8(ascii: "}") {
                index += 1
                depth -= 1
                return .object(members)
            } else {
                throw failure("',' or '}' is expected")
            }
        }
    }

    /// Small objects are searched; large ones get an index, so that a hostile body stays linear.
    private func insert(
        _ name: String, _ value: JSON, into members: inout [JSON.Member], positions: inout [String: Int]?
    ) {
        if positions == nil, members.count == 16 {
            positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })
        }
        let known = positions.map { $0[name] } ?? members.firstIndex { $0.name == name }
        if let known {
            members[known].value = value
        } else {
            positions?[name] = members.count
            members.append(JSON.Member(name, value))
        }
    }

    private mutating func array() throws(JSONError) -> JSON {
        try enter()
        var elements: [JSON] = []
        if current == UInt8(ascii: "]") {
            index += 1
            depth -= 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipSpace()
            if current == UInt8(ascii: ",") {
                index += 1
                skipSpace()
            } else if current == UInt8(ascii: "]") {
                index += 1
                depth -= 1
                return .array(elements)
            } else {
                throw failure("',' or ']' is expected")
            }
        }
    }

    private mutating func skipDigits() -> Bool {
        let start = index
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        return index > start
    }

    private mutating func number() throws(JSONError) -> JSON {
        let start = index
        if current == UInt8(ascii: "-") { index += 1 }
        if current == UInt8(ascii: "0") {
            index += 1
        } else if !skipDigits() {
            throw failure("a digit is expected")
        }
        if current == UInt8(ascii: ".") {
            index += 1
            guard skipDigits() else { throw failure("a digit is expected after '.'") }
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            index += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { index += 1 }
            guard skipDigits() else { throw failure("a digit is expected in the exponent") }
        }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let text = try text(start..<index)
                index += 1
                return text
            case UInt8(ascii: "\\"):
                return try escapedString(from: start)
            case 0..<0x20:
                throw failure("a control character in a text must be escaped")
            default:
                index += 1
            }
        }
        throw failure("the text ends inside a string")
    }

    private func text(_ range: Range<Int>) throws(JSONError) -> String {
        guard let text = String(validating: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self) else {
            throw JSONError(offset: range.lowerBound, reason: "the string is not UTF-8")
        }
        return text
    }

    /// The slow way, taken from the first escape on.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var text = try text(start..<index)
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return text
            case UInt8(ascii: "\\"):
                index += 1
                text.unicodeScalars.append(try escape())
            case 0..<0x20:
                throw failure("a control character in a text must be escaped")
            default:
                let segment = index
                while index < bytes.count, bytes[index] >= 0x20, bytes[index] != UInt8(ascii: "\""),
                    bytes[index] != UInt8(ascii: "\\")
                {
                    index += 1
                }
                text += try self.text(segment..<index)
            }
        }
        throw failure("the text ends inside a string")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let byte = current else { throw failure("the text ends inside an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): break
        default: throw failure("unknown escape")
        }
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\") else {
            throw failure("half of a surrogate pair")
        }
        index += 1
        guard current == UInt8(ascii: "u") else { throw failure("half of a surrogate pair") }
        index += 1
        let second = try fourHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("half of a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        return value
    }
}
