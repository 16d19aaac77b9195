/// A JSON value where it stands in its text: read without building a tree. Asks like `JSON`, answers the same.
///
/// Valid only inside the call of `JSONIndex.read` that made it.
package struct JSONView {
    private let bytes: UnsafeRawBufferPointer
    private let nodes: UnsafeBufferPointer<JSONIndex.Node>
    private let position: Int

    fileprivate init(
        _ bytes: UnsafeRawBufferPointer, _ nodes: UnsafeBufferPointer<JSONIndex.Node>, _ position: Int
    ) {
        self.bytes = bytes
        self.nodes = nodes
        self.position = position
    }

    private var node: JSONIndex.Node { nodes[position] }

    private func text(_ node: JSONIndex.Node) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
    }

    /// The member called `name`, or `nil` where there is none or this is no object. Of a repeated name the last value
    /// counts (D-14). O(members).
    package subscript(name: StaticString) -> JSONView? {
        guard node.kind == .object else { return nil }
        var found: JSONView?
        var index = position + 1
        while index < Int(node.next) {
            if isName(nodes[index], name) { found = JSONView(bytes, nodes, index + 1) }
            index = Int(nodes[index + 1].next)
        }
        return found
    }

    private func isName(_ node: JSONIndex.Node, _ name: StaticString) -> Bool {
        if node.hasEscape { return string(node) == "\(name)" }
        let text = text(node)
        guard text.count == name.utf8CodeUnitCount else { return false }
        return text.elementsEqual(UnsafeRawBufferPointer(start: name.utf8Start, count: text.count))
    }

    /// Calls `body` with each element in order and returns true, or returns false if this is no array.
    package func forEach(_ body: (JSONView) -> Void) -> Bool {
        guard node.kind == .array else { return false }
        var index = position + 1
        while index < Int(node.next) {
            body(JSONView(bytes, nodes, index))
            index = Int(nodes[index].next)
        }
        return true
    }

    package var isNull: Bool { node.kind == .null }
    package var isArray: Bool { node.kind == .array }
    package var isObject: Bool { node.kind == .object }
    package var isString: Bool { node.kind == .string }

    package var bool: Bool? { node.kind == .bool ? bytes[Int(node.start)] == UInt8(ascii: "t") : nil }

    package var string: String? { node.kind == .string ? string(node) : nil }

    private func string(_ node: JSONIndex.Node) -> String {
        let text = text(node)
        guard node.hasEscape else { return String(decoding: text, as: UTF8.self) }
        return JSONView.unescaped(text)
    }

    /// Calls `body` with the UTF-8 bytes of the string; `nil` if this is none.
    package func withUTF8<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard node.kind == .string else { return nil }
        guard node.hasEscape else { return body(text(node)) }
        var string = string(node)
        return string.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// The value of a number written without fraction and exponent that fits a machine integer.
    package var integer: Int? {
        guard node.kind == .number else { return nil }
        var value = 0
        var digits = text(node)[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits = digits.dropFirst() }
        for byte in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            let digit = Int(byte - UInt8(ascii: "0"))
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeToo) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !isTooLarge, !isTooLargeToo else { return nil }
            value = sum
        }
        return value
    }

    /// The identifier that a text of 24 hexadecimal digits holds.
    package func id<E>(of entity: E.Type) -> ID<E>? { withUTF8 { ID<E>(utf8: $0) } ?? nil }

    /// The time that an RFC 3339 text holds.
    package var timestamp: Timestamp? { withUTF8 { Timestamp(utf8: $0) } ?? nil }

    /// The whole value as a tree.
    package var tree: JSON { JSON(nodes, position, bytes) }

    /// The text of a string node with escapes, which the scanner has found sound.
    fileprivate static func unescaped(_ bytes: UnsafeRawBufferPointer) -> String {
        var text = ""
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 1
                guard let scalar = try? JSONIndex.escape(bytes, &index) else { return text }
                text.unicodeScalars.append(scalar)
            } else {
                let start = index
                while index < bytes.count, bytes[index] != UInt8(ascii: "\\") { index += 1 }
                text += String(decoding: bytes[start..<index], as: UTF8.self)
            }
        }
        return text
    }
}

extension JSONIndex {
    /// Calls `body` with the value of one JSON text; throws what `JSON.parse` would.
    package mutating func read<Value>(
        _ bytes: UnsafeRawBufferPointer, _ body: (JSONView) -> Value
    ) throws(JSONError) -> Value {
        try scan(bytes)
        return nodes.withUnsafeBufferPointer { body(JSONView(bytes, $0, 0)) }
    }

    package mutating func read<Value>(_ bytes: [UInt8], _ body: (JSONView) -> Value) throws(JSONError) -> Value {
        let result: Result<Value, JSONError> = bytes.withUnsafeBytes { buffer in
            do throws(JSONError) { return .success(try read(buffer, body)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}

extension JSON {
    /// The tree of the node at `position` and what it contains.
    fileprivate init(
        _ nodes: UnsafeBufferPointer<JSONIndex.Node>, _ position: Int, _ bytes: UnsafeRawBufferPointer
    ) {
        let node = nodes[position]
        func text(_ node: JSONIndex.Node) -> String {
            let text = UnsafeRawBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.end)])
            return node.hasEscape ? JSONView.unescaped(text) : String(decoding: text, as: UTF8.self)
        }
        switch node.kind {
        case .null: self = .null
        case .bool: self = .bool(bytes[Int(node.start)] == UInt8(ascii: "t"))
        case .number: self = .number(text(node))
        case .string: self = .string(text(node))
        case .array:
            var elements: [JSON] = []
            var index = position + 1
            while index < Int(node.next) {
                elements.append(JSON(nodes, index, bytes))
                index = Int(nodes[index].next)
            }
            self = .array(elements)
        case .object:
            var members: [Member] = []
            var positions: [String: Int]?
            var index = position + 1
            while index < Int(node.next) {
                JSON.insert(text(nodes[index]), JSON(nodes, index + 1, bytes), into: &members, positions: &positions)
                index = Int(nodes[index + 1].next)
            }
            self = .object(members)
        }
    }

    /// Small objects are searched; large ones get an index, so that a hostile body stays linear.
    private static func insert(
        _ name: String, _ value: JSON, into members: inout [Member], positions: inout [String: Int]?
    ) {
        if positions == nil, members.count == 16 {
            positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })
        }
        let known = positions.map { $0[name] } ?? members.firstIndex { $0.name == name }
        if let known {
            members[known].value = value
        } else {
            positions?[name] = members.count
            members.append(Member(name, value))
        }
    }
}
