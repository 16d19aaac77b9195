import ChatrixModel
import Foundation
import Yams

extension FileReader {
    /// The content of a file; `subject` is what was expected at `path`.
    package static func bytes(of path: String, expecting subject: String) throws(InputError) -> [UInt8] {
        func failure(_ message: String) -> InputError {
            InputError(file: path, problems: [InputError.Problem(message: message)])
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw failure("there is no such file")
        }
        if isDirectory.boolValue { throw failure("this is a folder, expected \(subject)") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw failure("the file cannot be read; check its permissions")
        }
        return Array(data)
    }

    /// What `body` makes of the root of a YAML document; throws every fault that is found, in the order of the file.
    ///
    /// `subject` is what was expected. The result of `body` means nothing where it has reported a fault.
    package static func read<Result>(
        _ bytes: [UInt8], file: String, expecting subject: String, _ body: (inout FileReader, Node) -> Result?
    ) throws(InputError) -> Result {
        let root: Node
        do {
            root = try FileReader.root(of: bytes, expecting: subject)
        } catch {
            throw InputError(file: file, problems: [error])
        }
        var reader = FileReader()
        let problem = reader.sizeProblem(of: root)
        guard problem == nil, let result = body(&reader, root), reader.problems.isEmpty else {
            throw InputError(file: file, problems: problem.map { [$0] } ?? reader.problems.inFileOrder)
        }
        return result
    }

    /// Larger files are no files that people write, bytes.
    static let bytesMax = 8 << 20
    /// Anchored parts can be used again so many times, so that they cannot multiply without end.
    static let aliasesMax = 100
    static let levelsMax = 100
    static let nodesMax = 1_000_000

    /// The root of a YAML document; throws why it is none.
    static func root(of bytes: [UInt8], expecting subject: String) throws(InputError.Problem) -> Node {
        guard bytes.count <= bytesMax else {
            throw InputError.Problem(
                message: "the file has \(bytes.count) bytes; \(subject) has at most \(bytesMax); keep data in CSV files"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw encodingProblem(bytes) }
        if let problem = shapeProblem(bytes) { throw problem }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw syntaxProblem(error)
        }
        guard let root, !(root.scalar?.isNull ?? false) else {
            throw InputError.Problem(line: 1, column: 1, message: "the file is empty; expected \(subject)")
        }
        return root
    }

    /// Why a text is not given to the YAML parser, which follows nesting and aliases wherever they lead.
    private static func shapeProblem(_ bytes: [UInt8]) -> InputError.Problem? {
        var line = 1
        var lineStart = 0
        var depth = 0
        var aliases = 0
        var last = UInt8(ascii: "\n")
        for (offset, byte) in bytes.enumerated() {
            var problem: String?
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += 1
                if depth > levelsMax { problem = "more than \(levelsMax) brackets are open" }
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case UInt8(ascii: "*") where " \t\n[{,:-?".utf8.contains(last):
                let next = offset + 1 < bytes.count ? bytes[offset + 1] : UInt8(ascii: " ")
                if !" \t\r\n*".utf8.contains(next) { aliases += 1 }
                if aliases > aliasesMax { problem = "the file uses more than \(aliasesMax) aliases" }
            case UInt8(ascii: "\n"):
                line += 1
                lineStart = offset + 1
            default: break
            }
            if let problem { return InputError.Problem(line: line, column: offset - lineStart + 1, message: problem) }
            last = byte
        }
        return nil
    }

    /// Why a tree is not read: it is too deep, or with its aliases too large.
    func sizeProblem(of root: Node) -> InputError.Problem? {
        var count = 0
        return FileReader.sizeProblem(of: root, level: 0, &count)
    }

    private static func sizeProblem(of node: Node, level: Int, _ count: inout Int) -> InputError.Problem? {
        count += 1
        func problem(_ message: String) -> InputError.Problem {
            InputError.Problem(line: node.mark?.line, column: node.mark?.column, message: message)
        }
        if level > levelsMax { return problem("nested deeper than \(levelsMax) levels") }
        if count > nodesMax { return problem("with its aliases the file has more than \(nodesMax) values") }
        switch node {
        case .scalar, .alias: return nil
        case .sequence(let elements):
            for element in elements {
                if let problem = sizeProblem(of: element, level: level + 1, &count) { return problem }
            }
        case .mapping(let mapping):
            for (key, value) in mapping {
                if let problem = sizeProblem(of: key, level: level + 1, &count) { return problem }
                if let problem = sizeProblem(of: value, level: level + 1, &count) { return problem }
            }
        }
        return nil
    }

    private static func encodingProblem(_ bytes: [UInt8]) -> InputError.Problem {
        // The text up to the first repair is what was right.
        let repaired = String(decoding: bytes, as: UTF8.self)
        var line = 1
        var column = 1
        var offset = 0
        for scalar in repaired.unicodeScalars {
            let width = UTF8.width(scalar)
            if scalar == "\u{FFFD}", !bytes[offset...].starts(with: [0xEF, 0xBF, 0xBD]) { break }
            offset += width
            if scalar == "\n" {
                line += 1
                column = 1
            } else {
                column += 1
            }
        }
        let value = offset < bytes.count ? String(bytes[offset], radix: 16) : "?"
        return InputError.Problem(
            line: line, column: column, message: "the byte 0x\(value) is not UTF-8; save the file as UTF-8")
    }

    private static func syntaxProblem(_ error: any Error) -> InputError.Problem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return InputError.Problem(line: mark.line, column: mark.column, message: "not YAML: \(problem)")
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = 1 + before.count { $0.isNewline }
            let column = 1 + before.reversed().prefix { !$0.isNewline }.count
            return InputError.Problem(line: line, column: column, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            return InputError.Problem(
                line: context.mark.line, column: context.mark.column,
                message: "the mapping has \(list) more than once")
        default:
            return InputError.Problem(message: "not YAML: \(error)")
        }
    }
}

extension [InputError.Problem] {
    /// The file itself first, then the others as they were met; in a file by place, and at one place as found.
    var inFileOrder: [InputError.Problem] {
        var files: [String?: Int] = [nil: 0]
        for problem in self where files[problem.file] == nil { files[problem.file] = files.count }
        return enumerated().sorted {
            (files[$0.element.file] ?? 0, $0.element.line ?? 0, $0.element.column ?? 0, $0.offset)
                < (files[$1.element.file] ?? 0, $1.element.line ?? 0, $1.element.column ?? 0, $1.offset)
        }.map(\.element)
    }
}
