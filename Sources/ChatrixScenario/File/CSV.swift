/// A table in the form of RFC 4180: a header row, commas, fields in double quotes where they hold commas, quotes or line
/// breaks. Also read with bare line feeds, and with a byte order mark.
struct CSV: Sendable, Hashable {
    var columns: [String] = []
    /// Each as long as `columns`.
    var rows: [[String]] = []

    init() {}

    static let bytesMax = 64 << 20
    static let rowsMax = 1_000_000

    /// Reads a table; throws its first fault. O(bytes).
    init(parsing bytes: [UInt8]) throws(InputError.Problem) {
        guard bytes.count <= CSV.bytesMax else {
            throw InputError.Problem(
                message: "the table has \(bytes.count) bytes; at most \(CSV.bytesMax) are read")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw InputError.Problem(message: "the table is not UTF-8; save the file as UTF-8")
        }
        var records = RecordReader(bytes: bytes)
        guard let header = try records.next() else {
            throw InputError.Problem(line: 1, column: 1, message: "the table is empty; its first row names the columns")
        }
        columns = header.fields
        for (index, name) in columns.enumerated() {
            if name.isEmpty {
                throw InputError.Problem(line: 1, column: 1, message: "column \(index + 1) has no name")
            }
            if columns[..<index].contains(name) {
                throw InputError.Problem(line: 1, column: 1, message: "two columns are called '\(name)'")
            }
        }
        while let record = try records.next() {
            // An empty line at the end is no row.
            if record.fields == [""], columns.count > 1 || records.isAtEnd { continue }
            guard record.fields.count == columns.count else {
                throw InputError.Problem(
                    line: record.line, column: 1,
                    message: "the row has \(record.fields.count) fields, the header has \(columns.count)")
            }
            guard rows.count < CSV.rowsMax else {
                throw InputError.Problem(
                    line: record.line, column: 1, message: "the table has more than \(CSV.rowsMax) rows")
            }
            rows.append(record.fields)
        }
    }

    private struct RecordReader {
        let bytes: [UInt8]
        var offset = 0
        var line = 1
        var lineStart = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                offset = 3
                lineStart = 3
            }
        }

        var isAtEnd: Bool { offset >= bytes.count }

        /// The fields of the next record and the line on which it begins; `nil` at the end.
        mutating func next() throws(InputError.Problem) -> (fields: [String], line: Int)? {
            guard !isAtEnd else { return nil }
            let start = line
            var fields: [String] = []
            while true {
                fields.append(try field())
                guard !isAtEnd else { break }
                let separator = bytes[offset]
                offset += 1
                if separator == UInt8(ascii: ",") { continue }
                if separator == UInt8(ascii: "\r"), !isAtEnd, bytes[offset] == UInt8(ascii: "\n") { offset += 1 }
                line += 1
                lineStart = offset
                break
            }
            return (fields, start)
        }

        /// A field; stops at the comma or line break behind it, or at the end.
        private mutating func field() throws(InputError.Problem) -> String {
            guard !isAtEnd, bytes[offset] == UInt8(ascii: "\"") else {
                let start = offset
                while !isAtEnd, !CSV.isSeparator(bytes[offset]) {
                    if bytes[offset] == UInt8(ascii: "\"") {
                        throw problem(
                            "a quote stands inside a field that does not begin with one; double it and quote the field")
                    }
                    offset += 1
                }
                return String(decoding: bytes[start..<offset], as: UTF8.self)
            }
            let place = problem("the quote is never closed")
            offset += 1
            var content: [UInt8] = []
            while !isAtEnd {
                let byte = bytes[offset]
                offset += 1
                if byte == UInt8(ascii: "\"") {
                    if !isAtEnd, bytes[offset] == UInt8(ascii: "\"") {
                        offset += 1
                    } else {
                        guard isAtEnd || CSV.isSeparator(bytes[offset]) else {
                            throw problem("expected a comma or the end of the row behind the closing quote")
                        }
                        return String(decoding: content, as: UTF8.self)
                    }
                } else if byte == UInt8(ascii: "\n") {
                    line += 1
                    lineStart = offset
                }
                content.append(byte)
            }
            throw place
        }

        private func problem(_ message: String) -> InputError.Problem {
            InputError.Problem(line: line, column: offset - lineStart + 1, message: message)
        }
    }

    private static func isSeparator(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }
}
