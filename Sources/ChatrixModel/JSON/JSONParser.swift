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
        var index = JSONIndex()
        return try index.read(bytes) { $0.tree }
    }

    package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSON {
        var index = JSONIndex()
        return try index.read(bytes) { $0.tree }
    }

    package static func parse(_ text: String) throws(JSONError) -> JSON { try parse(Array(text.utf8)) }
}
