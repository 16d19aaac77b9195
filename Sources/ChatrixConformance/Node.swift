import ChatrixModel

/// A place in a JSON answer or publication that knows its path and the exchange it came from.
///
/// Expectations throw `Check.Failure`, which names the place, what was expected and what is there.
package struct Node: Sendable {
    /// `nil`: there is nothing at this place.
    package let value: JSON?
    package let path: String
    package let exchange: Exchange?
    /// What the profile says about key sets and missing values.
    let fields: FieldRules

    package init(_ value: JSON?, path: String, exchange: Exchange?) {
        self.init(value, path: path, exchange: exchange, fields: FieldRules())
    }

    init(_ value: JSON?, path: String, exchange: Exchange?, fields: FieldRules) {
        self.value = value
        self.path = path
        self.exchange = exchange
        self.fields = fields
    }

    package subscript(name: String) -> Node {
        Node(value?[name], path: path.isEmpty ? name : "\(path).\(name)", exchange: exchange, fields: fields)
    }

    package subscript(index: Int) -> Node {
        Node(value?[index], path: "\(path)[\(index)]", exchange: exchange, fields: fields)
    }

    private func failure(expected: String) -> Check.Failure {
        let found = value.map { $0.description } ?? "nothing"
        return Check.Failure(
            "\(path.isEmpty ? "the body" : path): expected \(expected), found \(found)", exchange: exchange)
    }

    private func require<Value>(_ part: Value?, _ expected: String) throws -> Value {
        guard let part else { throw failure(expected: expected) }
        return part
    }

    private func require(_ holds: Bool, _ expected: String) throws {
        guard holds else { throw failure(expected: expected) }
    }
}

/// The elements of an array. One that is not there is a node without a value, so that a check which looks at it fails
/// instead of ending the run.
package struct NodeList: RandomAccessCollection, Sendable {
    private let node: Node
    package let count: Int

    fileprivate init(_ node: Node, count: Int) {
        self.node = node
        self.count = count
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
    package subscript(index: Int) -> Node { node[index] }
}

// MARK: Values

extension Node {
    package func text() throws -> String { try require(value?.string, "a text") }

    package func integer() throws -> Int { try require(value?.integer, "an integer") }

    package func bool() throws -> Bool { try require(value?.bool, "true or false") }

    /// The elements of an array.
    package func items() throws -> NodeList {
        NodeList(self, count: try require(value?.array, "an array").count)
    }

    /// The milliseconds since 1970 that a canonical timestamp stands for.
    package func milliseconds() throws -> Int64 {
        try expectTimestamp()
        return try require(value?.timestamp, "a timestamp").milliseconds
    }
}

// MARK: Expectations

extension Node {
    /// Exactly this value, or none if it is `null`; numbers compare as they are written, texts scalar by scalar.
    package func expect(_ expected: JSON) throws {
        guard expected != .null else { return try expectNull() }
        try require(value.map { fields.isSame($0, expected) } ?? false, expected.description)
    }

    package func expect(oneOf texts: String...) throws {
        try require(value?.string.map(texts.contains) ?? false, "one of \(texts.joined(separator: ", "))")
    }

    package func expectNot(_ unexpected: JSON) throws {
        try require(value != nil && value != unexpected, "something other than \(unexpected)")
    }

    /// No value: `null`, or nothing where the profile says so.
    package func expectNull() throws {
        let expected: [Knobs.AbsentOptionals: String] = [.omitted: "nothing", .either: "null or nothing"]
        try require(fields.isAbsent(value), expected[fields.absentOptionals] ?? "null")
    }

    /// An object with exactly these members, in any order, as far as the profile does not say otherwise.
    package func expectKeys(_ names: String...) throws { try expectKeys(names) }

    /// An object with exactly these members, in any order, as far as the profile does not say otherwise.
    package func expectKeys(_ names: [String]) throws {
        let members = try require(value?.members, "an object with the keys \(names.joined(separator: ", "))")
        let found = members.map(\.name)
        let (missing, extra) = fields.departures(of: found, from: names)
        guard missing.isEmpty, extra.isEmpty else {
            let parts = [
                missing.isEmpty ? nil : "without \(missing.joined(separator: ", "))",
                extra.isEmpty ? nil : "with \(extra.joined(separator: ", ")) in addition",
            ]
            throw Check.Failure(
                "\(path.isEmpty ? "the body" : path): expected exactly the keys \(names.joined(separator: ", ")), "
                    + "found it " + parts.compactMap { $0 }.joined(separator: " and "), exchange: exchange)
        }
    }

    package func expectCount(_ count: Int) throws {
        try require(value?.array?.count == count, "an array of \(count)")
    }

    package func expectText() throws { _ = try text() }

    package func expectNonEmptyText() throws { try require(!text().isEmpty, "a text that is not empty") }

    package func expectInteger() throws { _ = try integer() }

    package func expectBool() throws { _ = try bool() }

    /// 24 lowercase hexadecimal digits.
    package func expectID() throws {
        let digits = try text().utf8
        let fits = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        try require(digits.count == 24 && fits, "an ID of 24 lowercase hexadecimal digits")
    }

    /// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
    package func expectTimestamp() throws {
        let fits = zip("0000-00-00T00:00:00.000Z".utf8, try text().utf8).allSatisfy { pattern, byte in
            pattern == 0x30 ? (0x30...0x39).contains(byte) : pattern == byte
        }
        let isTime = try fits && text().utf8.count == 24 && Timestamp(text()) != nil
        try require(isTime, "a timestamp like 2023-04-10T12:00:00.000Z")
    }
}

extension Node {
    /// A version 4 UUID in lowercase (RFC 9562).
    package func expectUUIDv4() throws {
        let bytes = Array(try text().utf8)
        let fits =
            bytes.count == 36
            && bytes.indices.allSatisfy { index in
                switch index {
                case 8, 13, 18, 23: bytes[index] == UInt8(ascii: "-")
                case 14: bytes[index] == UInt8(ascii: "4")
                case 19: [0x38, 0x39, 0x61, 0x62].contains(bytes[index])
                default: (0x30...0x39).contains(bytes[index]) || (0x61...0x66).contains(bytes[index])
                }
            }
        try require(fits, "a version 4 UUID in lowercase")
    }
}

extension Node {
    /// The only element of an array of objects whose member `key` is `text`.
    package func element(whose key: String, is text: String) throws -> Node {
        let found = try items().filter { $0[key].value?.string == text }
        return try require(found.count == 1 ? found.first : nil, "one element whose \(key) is \(text)")
    }
}
