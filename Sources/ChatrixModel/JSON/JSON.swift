/// A JSON value as it was read: member order kept, numbers as written.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The digits as they stood in the text, so that a value too large for a machine number is still well-formed JSON.
    case number(String)
    case string(String)
    case array([JSON])
    /// Members in the order of their first appearance, each name once: of a repeated name the last value counts (D-14).
    case object([Member])

    package struct Member: Hashable, Sendable {
        package var name: String
        package var value: JSON

        package init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// The member called `name`, or `nil` where there is none or this is no object. O(members).
    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element at `index`, or `nil` where there is none or this is no array.
    package subscript(index: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    package var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The value of a number written without fraction and exponent that fits a machine integer.
    package var integer: Int? {
        if case .number(let digits) = self { Int(digits) } else { nil }
    }

    /// The value of a number that is finite as a double.
    package var double: Double? {
        guard case .number(let digits) = self, let value = Double(digits), value.isFinite else { return nil }
        return value
    }

    package var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    package var isNull: Bool { self == .null }
}

extension JSON: CustomStringConvertible {
    /// Compact JSON text.
    package var description: String {
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(elements.map { Member($0.0, $0.1) }) }
}

extension JSON {
    /// The identifier that a text of 24 hexadecimal digits holds.
    package func id<E>(of entity: E.Type) -> ID<E>? { string.flatMap { ID<E>($0) } }

    /// The time that an RFC 3339 text holds.
    package var timestamp: Timestamp? { string.flatMap { Timestamp($0) } }
}
