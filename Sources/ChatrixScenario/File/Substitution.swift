import ChatrixHistory
import Yams

/// `${NAME}` and `${NAME:-default}` in the values of a file, filled with what a command line gives.
///
/// Done after parsing, value by value, so that what is filled in cannot change the structure of the file and every place
/// stays where it was. `$${` stands for `${` itself.
struct Substitution {
    let values: [String: String]
    /// The names that some file asks for.
    private(set) var used: Set<String> = []

    init(_ values: [String: String]) { self.values = values }

    /// The node with all values filled in; what has no value is reported.
    mutating func fill(_ node: Node, _ reader: inout FileReader) -> Node {
        switch node {
        case .alias: return node
        case .scalar(let scalar):
            guard scalar.string.contains("${"), let text = fill(scalar.string, at: node, &reader) else { return node }
            // What was filled in is read as if it stood there bare: a number is a number, whatever the quotes.
            return .scalar(Node.Scalar(text, scalar.tag, .any, scalar.mark))
        case .sequence(let sequence):
            return .sequence(
                Node.Sequence(sequence.map { fill($0, &reader) }, sequence.tag, sequence.style, sequence.mark))
        case .mapping(let mapping):
            return .mapping(
                Node.Mapping(
                    mapping.map { ($0.key, fill($0.value, &reader)) }, mapping.tag, mapping.style, mapping.mark))
        }
    }

    private mutating func fill(_ text: String, at node: Node, _ reader: inout FileReader) -> String? {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            if rest[..<open.lowerBound].last == "$" {
                filled += rest[..<open.lowerBound].dropLast() + "${"
                rest = rest[open.upperBound...]
                continue
            }
            filled += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else {
                reader.reportUnfilled(
                    node, "'${' is never closed; write ${NAME}, or $${ for the two characters themselves")
                return nil
            }
            let content = rest[open.upperBound..<close]
            let separator = content.firstRange(of: ":-")
            let name = String(content[..<(separator?.lowerBound ?? content.endIndex)])
            rest = rest[rest.index(after: close)...]
            guard Substitution.isName(name) else {
                reader.reportUnfilled(
                    node, "'\(FileReader.excerpt(name))' is no name for a value; use letters, digits and underscores")
                return nil
            }
            used.insert(name)
            if let value = values[name] {
                filled += value
            } else if let separator {
                filled += content[separator.upperBound...]
            } else {
                let remedy =
                    Spelling.nearest(to: name, in: values.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
                reader.reportUnfilled(
                    node, "${\(name)} has no value; give -e \(name)=VALUE or write ${\(name):-default}\(remedy)")
                return nil
            }
        }
        return filled + rest
    }

    /// Letters, digits and underscores, no digit first.
    static func isName(_ text: String) -> Bool {
        let isLetter: (UInt8) -> Bool = { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) || $0 == 0x5F }
        return text.utf8.count <= 100 && text.utf8.first.map(isLetter) == true
            && text.utf8.allSatisfy { isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}
