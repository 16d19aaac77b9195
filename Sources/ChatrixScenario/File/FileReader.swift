import ChatrixHistory
import ChatrixModel
import Yams

/// Reads YAML nodes by declarations and collects everything that is wrong with them.
package struct FileReader {
    package var problems: [InputError.Problem] = []
    /// The file that is being read, where it is another one than the error will name.
    package var file: String?
    /// The faults of values whose `${NAME}` has no value.
    private var unfilled: [InputError.Problem] = []

    package init() {}

    package mutating func report(_ node: Node, offset: Int = 0, _ message: String) {
        let problem = InputError.Problem(
            line: node.mark?.line, column: node.mark.map { $0.column + offset }, message: message, file: file)
        // A value that could not be filled in has its fault already.
        guard
            !unfilled.contains(where: { $0.line == problem.line && $0.column == node.mark?.column && $0.file == file })
        else { return }
        problems.append(problem)
    }

    /// Reports why a value cannot be filled in; nothing else is said of it.
    mutating func reportUnfilled(_ node: Node, _ message: String) {
        report(node, message)
        if let problem = problems.last { unfilled.append(problem) }
    }

    /// The values of a mapping by key. Unknown and missing keys are reported; `nil` if the node is no mapping.
    ///
    /// `subject` names the mapping in messages: `a flow`.
    package mutating func mapping(_ node: Node, of subject: String, keys: [KeyDeclaration]) -> [String: Node]? {
        guard case .mapping(let mapping) = node else {
            report(
                node, "\(subject) must be a mapping with \(FileReader.list(keys.map(\.name))), not \(describe(node))")
            return nil
        }
        var values: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, keys.contains(where: { $0.name == name }) else {
                unknown(key, kind: "key", in: keys.map(\.name))
                continue
            }
            values[name] = value
        }
        for key in keys where key.isRequired && values[key.name] == nil {
            report(node, "\(subject) needs the key '\(key.name)': \(key.value.expected)")
        }
        return values
    }

    /// Reports a word that is none of `words`.
    package mutating func unknown(_ node: Node, kind: String, in words: [String]) {
        guard let word = node.scalar?.string else {
            report(node, "a \(kind) must be a word, not \(describe(node))")
            return
        }
        let remedy =
            Spelling.nearest(to: word, in: words).map { "; did you mean '\($0)'?" }
            ?? "; expected \(FileReader.list(words))"
        report(node, "unknown \(kind) '\(FileReader.excerpt(word))'\(remedy)")
    }

    /// The elements of a list; `nil`, and a report, for anything else and for an empty list.
    package mutating func list(_ node: Node, of subject: String) -> [Node]? {
        guard case .sequence(let elements) = node else {
            report(node, "\(subject) must be a list, not \(describe(node))")
            return nil
        }
        if elements.isEmpty {
            report(node, "\(subject) must not be empty")
            return nil
        }
        return Array(elements)
    }

    /// A mapping all of whose values can be read by their declarations; what is wrong is reported and left out.
    package mutating func declared(_ node: Node, of subject: String, keys: [KeyDeclaration]) -> DeclaredValues? {
        let problemCount = problems.count
        guard let nodes = mapping(node, of: subject, keys: keys) else { return nil }
        var values = DeclaredValues()
        for key in keys {
            guard let node = nodes[key.name] else { continue }
            values.nodes[key.name] = node
            if case .nested = key.value { continue }
            if let value = value(node, key) { values.values[key.name] = value }
        }
        values.isComplete = problems.count == problemCount
        return values
    }

    /// What a node is, for a message that expected something else.
    package func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.isNull ? "empty" : "'\(FileReader.excerpt(scalar.string))'"
        case .mapping: "a mapping"
        case .sequence(let elements): "a list of \(elements.count)"
        case .alias: "an alias"
        }
    }

    package static func excerpt(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count <= 60 && line.count == text.count ? text : "\(line.prefix(60))…"
    }

    private static func list(_ words: [String]) -> String {
        words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
    }
}

extension Node.Scalar {
    package var isPlain: Bool { style == .plain || style == .any }
    /// `Substitution` has put something in, so that places inside it are not those of the file.
    var isFilled: Bool { style == .any }
    package var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(string) }
}
