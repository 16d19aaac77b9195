import ChatrixModel

/// A key that a mapping of the scenario file may have. Decoder, error texts and documentation read the same declarations.
package struct KeyDeclaration: Sendable {
    /// What may stand behind the key.
    package enum Value: Sendable {
        /// A text of 1 to this many characters.
        case text(Int)
        /// One of these words.
        case word([String])
        case whole(ClosedRange<Int>)
        /// A whole number from 0 to the largest that 64 bits hold.
        case seed
        /// A number above 0.
        case weight
        /// A number of this range.
        case number(ClosedRange<Double>)
        /// `true` or `false`.
        case flag
        /// Nanoseconds.
        case duration(ClosedRange<Int64>)
        case durationRange
        case rate
        case attachments
        /// Read by the one who declared it.
        case nested(String)

        /// What a message says that the value has to be.
        package var expected: String {
            switch self {
            case .text(let count): "a text of 1 to \(count) characters"
            case .word(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
            case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .seed: "a whole number from 0 to \(UInt64.max)"
            case .weight: "a number above 0"
            case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
            case .flag: "true or false"
            case .duration(let range):
                range.lowerBound > 0
                    ? "a duration above zero such as 500ms, 30s, 1m or 2h" : "a duration such as 500ms, 30s, 1m or 2h"
            case .durationRange: "a duration such as 2s or a range such as 1s..3s"
            case .rate: "a rate such as 50/s or 50/s -> 400/s"
            case .attachments: "a list of {url, type} with at most \(Limits.attachmentsMax) elements"
            case .nested(let text): text
            }
        }
    }

    package let name: String
    package let value: Value
    package let isRequired: Bool
    /// For documentation.
    package let summary: String

    package init(_ name: String, _ value: Value, required: Bool = false, _ summary: String) {
        self.name = name
        self.value = value
        isRequired = required
        self.summary = summary
    }
}
