import ChatrixHistory
import ChatrixModel
import Yams

/// Reads YAML nodes by declarations and collects everything that is wrong with them.
package struct FileReader {
    package var problems: [InputError.Problem] = []

    package init() {}

    package mutating func report(_ node: Node, offset: Int = 0, _ message: String) {
        problems.append(
            InputError.Problem(
                line: node.mark?.line, column: node.mark.map { $0.column + offset }, message: message))
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

    /// A value as its declaration wants it; `nil` after a report.
    package mutating func value(_ node: Node, _ key: KeyDeclaration) -> DeclaredValue? {
        if case .attachments = key.value { return attachments(node, key) }
        guard let scalar = node.scalar, let value = FileReader.value(scalar, key.value) else {
            var remedy = ""
            if case .word(let words) = key.value, let word = node.scalar?.string,
                let nearest = Spelling.nearest(to: word, in: words)
            {
                remedy = "; did you mean '\(nearest)'?"
            }
            report(node, "'\(key.name)' must be \(key.value.expected), not \(describe(node))\(remedy)")
            return nil
        }
        return value
    }

    private static func value(_ scalar: Node.Scalar, _ declared: KeyDeclaration.Value) -> DeclaredValue? {
        let text = scalar.string
        switch declared {
        case .text(let maximum):
            guard !text.isEmpty, !scalar.isNull, text.isWithinScalars(maximum) else { return nil }
            return .text(text)
        case .word(let words): return words.contains(text) ? .text(text) : nil
        case .whole(let range):
            guard scalar.isPlain, let number = Int(text), range.contains(number) else { return nil }
            return .whole(number)
        case .seed:
            guard scalar.isPlain, let number = UInt64(text) else { return nil }
            return .seed(number)
        case .weight:
            guard scalar.isPlain, let number = Double(text), number.isFinite, number > 0, number <= 1e9
            else { return nil }
            return .weight(number)
        case .number(let range):
            guard scalar.isPlain, let number = Double(text), range.contains(number) else { return nil }
            return .number(number)
        case .flag:
            guard scalar.isPlain, text == "true" || text == "false" else { return nil }
            return .flag(text == "true")
        case .duration(let range):
            guard let duration = Quantity.duration(text), range.contains(duration) else { return nil }
            return .duration(duration...duration)
        case .durationRange: return Quantity.durationRange(text).map { .duration($0) }
        case .rate:
            guard let rate = Quantity.rateRange(text), rate.start + rate.end > 0 else { return nil }
            return .rate(start: rate.start, end: rate.end)
        case .attachments, .nested: return nil
        }
    }

    private static let attachmentKeys = [
        KeyDeclaration("url", .text(2048), required: true, "Absolute http or https address."),
        KeyDeclaration("type", .word(["image", "video", "audio", "document"]), required: true, "Kind of the file."),
        KeyDeclaration("width", .whole(1...100_000), "Pixels."),
        KeyDeclaration("height", .whole(1...100_000), "Pixels."),
    ]

    private mutating func attachments(_ node: Node, _ key: KeyDeclaration) -> DeclaredValue? {
        guard case .sequence(let elements) = node, elements.count <= Limits.attachmentsMax else {
            report(node, "'\(key.name)' must be \(key.value.expected), not \(describe(node))")
            return nil
        }
        var attachments: [Attachment] = []
        for element in elements {
            guard let values = declared(element, of: "an attachment", keys: FileReader.attachmentKeys) else { continue }
            guard let url = values.text("url"), let type = values.text("type") else { continue }
            var fields: [JSON.Member] = [.init("url", .string(url)), .init("type", .string(type))]
            for name in ["width", "height"] {
                if let pixels = values.whole(name) { fields.append(.init(name, .number(String(pixels)))) }
            }
            guard let attachment = Attachment(JSON.object(fields)) else {
                report(element, "'url' must be an absolute http or https address, not '\(FileReader.excerpt(url))'")
                continue
            }
            attachments.append(attachment)
        }
        return attachments.count == elements.count ? .attachments(attachments) : nil
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

/// A value that fits its declaration.
package enum DeclaredValue {
    case text(String)
    case whole(Int)
    case seed(UInt64)
    case weight(Double)
    case number(Double)
    case flag(Bool)
    case duration(ClosedRange<Int64>)
    case rate(start: Double, end: Double)
    case attachments([Attachment])
}

/// The values of a mapping by key.
package struct DeclaredValues {
    package var values: [String: DeclaredValue] = [:]
    /// All that the file has, with those that could not be read.
    package var nodes: [String: Node] = [:]
    /// Nothing had to be reported.
    package var isComplete = true

    package func text(_ name: String) -> String? {
        if case .text(let value) = values[name] { value } else { nil }
    }

    package func whole(_ name: String) -> Int? {
        if case .whole(let value) = values[name] { value } else { nil }
    }

    package func weight(_ name: String) -> Double? {
        if case .weight(let value) = values[name] { value } else { nil }
    }

    package func number(_ name: String) -> Double? {
        if case .number(let value) = values[name] { value } else { nil }
    }

    /// False where the key is absent.
    package func flag(_ name: String) -> Bool {
        if case .flag(let value) = values[name] { value } else { false }
    }

    package func seed(_ name: String) -> UInt64? {
        if case .seed(let value) = values[name] { value } else { nil }
    }

    package func duration(_ name: String) -> ClosedRange<Int64>? {
        if case .duration(let value) = values[name] { value } else { nil }
    }

    package func rate(_ name: String) -> (start: Double, end: Double)? {
        if case .rate(let start, let end) = values[name] { (start, end) } else { nil }
    }

    package func attachments(_ name: String) -> [Attachment]? {
        if case .attachments(let value) = values[name] { value } else { nil }
    }
}

extension Node.Scalar {
    package var isPlain: Bool { style == .plain || style == .any }
    package var isNull: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(string) }
}
