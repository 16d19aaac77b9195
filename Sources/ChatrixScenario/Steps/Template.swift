/// A text with places for what is known only when it is used: `hello {{peer}}`.
package struct Template: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case literal(String)
        /// `{{n}}`: the acting user's count of messages sent, 1 for the first of the run.
        case number
        /// `{{user}}`: the acting user's username.
        case user
        /// `{{peer}}`: the other one's username.
        case peer
        /// `{{user.id}}`: the acting user's ID.
        case userID
        /// `{{peer.id}}`: the other one's ID.
        case peerID
        /// `{{conversation}}`: the ID of the two's conversation; empty before they have one.
        case conversation
        /// `{{name}}`: a variable of the flow; empty before it has a value.
        case variable(String)
        /// `{{feeder.column}}`: of the row that the flow drew.
        case column(feeder: String, String)
    }

    package var segments: [Segment]

    package init(_ segments: [Segment]) { self.segments = segments }

    /// A text without places.
    package init(literal text: String) { segments = [.literal(text)] }

    /// Without places, the text; else `nil`.
    package var literal: String? {
        if segments.isEmpty { return "" }
        if segments.count == 1, case .literal(let text) = segments[0] { return text }
        return nil
    }

    /// Why a text is no template.
    struct Fault: Error {
        /// The word between the braces.
        var word: String
    }

    static let placeholders = ["n", "user", "peer", "user.id", "peer.id", "conversation"]

    /// Whether a flow may have a variable of this name: letters, digits, `_` and `-`, a letter first.
    static func isVariableName(_ text: some StringProtocol) -> Bool {
        let isLetter: (UInt8) -> Bool = { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
        return text.utf8.count <= 60 && text.utf8.first.map(isLetter) == true
            && text.utf8.allSatisfy {
                isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "_-".utf8.contains($0)
            } && !placeholders.contains(String(text))
    }

    /// The variables that it reads, in the order of the text.
    var variables: [String] {
        segments.compactMap { if case .variable(let name) = $0 { name } else { nil } }
    }

    /// Reads a text with `{{…}}`; words that are none of `placeholders` have to be variables or columns.
    init(
        parsing text: String, isVariable: (String) -> Bool = Template.isVariableName,
        isColumn: (String, String) -> Bool = { _, _ in false }
    ) throws(Fault) {
        var segments: [Segment] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            if open.lowerBound > rest.startIndex { segments.append(.literal(String(rest[..<open.lowerBound]))) }
            let word = rest[open.upperBound..<close.lowerBound].trimmingBlanks
            let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            switch word {
            case "n": segments.append(.number)
            case "user": segments.append(.user)
            case "peer": segments.append(.peer)
            case "user.id": segments.append(.userID)
            case "peer.id": segments.append(.peerID)
            case "conversation": segments.append(.conversation)
            default:
                if parts.count == 2, isColumn(parts[0], parts[1]) {
                    segments.append(.column(feeder: parts[0], parts[1]))
                } else if isVariable(String(word)) {
                    segments.append(.variable(String(word)))
                } else {
                    throw Fault(word: String(word))
                }
            }
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { segments.append(.literal(String(rest))) }
        self.segments = segments
    }
}
