/// Whole members in one line, for shapes with many of them. A value that is absent is written as `null` (D-02).
extension JSONWriter {
    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Int?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    /// The shortest digits that read back as the same number; finite numbers only.
    package mutating func member(_ name: StaticString, _ value: Double) {
        key(name)
        self.value(JSON.number(value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)))
    }

    package mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: String?) {
        key(name)
        self.value(value)
    }

    package mutating func member<Entity>(_ name: StaticString, _ value: ID<Entity>) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Timestamp) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Timestamp?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    package mutating func member(_ name: StaticString, _ value: JSON) {
        key(name)
        self.value(value)
    }

    /// An array with an element for each of `elements`.
    package mutating func array<Elements: Sequence>(
        _ elements: Elements, _ encode: (Elements.Element, inout JSONWriter) -> Void
    ) {
        beginArray()
        for element in elements { encode(element, &self) }
        endArray()
    }
}
