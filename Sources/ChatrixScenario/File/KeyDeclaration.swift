import ChatrixModel

/// A key that a mapping of a file may have. Decoder, error texts, schema and documentation read the same declarations.
package struct KeyDeclaration: Sendable {
    /// What may stand behind the key.
    package enum Value: Sendable {
        /// A text of 1 to this many characters.
        case text(Int)
        /// A text of 1 to this many characters with places such as `{{peer}}`.
        case template(Int)
        /// A list of at most so many such texts.
        case templates(count: Int, Int)
        /// One of these words.
        case word([String])
        /// A list of different ones of these words.
        case words([String])
        case whole(ClosedRange<Int>)
        /// A whole number from 0 to the largest that 64 bits hold.
        case seed
        /// A number above 0.
        case weight
        /// A number of this range.
        case number(ClosedRange<Double>)
        /// A share of a whole, `30%` or `0.3`.
        case share
        /// `true` or `false`.
        case flag
        /// Nanoseconds.
        case duration(ClosedRange<Int64>)
        case distribution
        /// One rate, or several that follow one another.
        case rate
        /// A number of users, or one that moves to another.
        case count(ClosedRange<Int>)
        case attachments
        /// A file to upload, made of type and size.
        case file
        /// A list of 1 to this many files.
        case files(Int)
        case location
        /// Read by the one who declared it; the structure is for the schema.
        case nested(String, ScenarioSchema.Structure? = nil)

        /// What a message says that the value has to be.
        package var expected: String {
            switch self {
            case .text(let count), .template(let count): "a text of 1 to \(count) characters"
            case .templates(let count, _): "a list of at most \(count) texts"
            case .word(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
            case .words(let words): "a list of \(words.joined(separator: ", "))"
            case .whole(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .seed: "a whole number from 0 to \(UInt64.max)"
            case .weight: "a number above 0"
            case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
            case .share: "a share such as 30% or 0.3"
            case .flag: "true or false"
            case .duration(let range):
                range.lowerBound > 0
                    ? "a duration above zero such as 500ms, 30s, 1m or 2h" : "a duration such as 500ms, 30s, 1m or 2h"
            case .distribution:
                "a duration such as 2s, a range such as 1s..3s, or a mapping such as {normal: {mean: 2s, deviation: 500ms}}"
            case .rate: "a rate such as 50/s or 50/s -> 400/s"
            case .count(let range):
                "a whole number from \(range.lowerBound) to \(range.upperBound), or two such as 10 -> 500"
            case .attachments: "a list of {url, type} with at most \(Limits.attachmentsMax) elements"
            case .file: "a file type such as image/png, or {type, size, name}"
            case .files(let count): "a list of 1 to \(count) files such as {type: image/png, size: 200kB}"
            case .location: "{name, lat, lng}"
            case .nested(let text, _): text
            }
        }
    }

    package let name: String
    package let value: Value
    package let isRequired: Bool
    /// For documentation.
    package let summary: String
    /// The variable that is meant where a call does not give the key.
    let fallback: CallDeclaration.Variable?

    package init(_ name: String, _ value: Value, required: Bool = false, _ summary: String) {
        self.name = name
        self.value = value
        isRequired = required
        self.summary = summary
        fallback = nil
    }

    /// An ID or another short text, by default what a variable holds.
    init(_ name: String, or variable: CallDeclaration.Variable, _ summary: String) {
        self.name = name
        value = .template(500)
        isRequired = false
        self.summary = "\(summary); default {{\(variable.rawValue)}}."
        fallback = variable
    }
}
