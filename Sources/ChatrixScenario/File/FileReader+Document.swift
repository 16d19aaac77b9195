import ChatrixModel
import Foundation
import Yams

extension FileReader {
    /// The content of a file of ours; `kind` says what it should hold.
    package static func bytes(ofFile path: String, holding kind: String) throws(ScenarioError) -> [UInt8] {
        var isDirectory: ObjCBool = false
        func failure(_ message: String) -> ScenarioError {
            ScenarioError(file: path, problems: [ScenarioError.Problem(message: message)])
        }
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw failure("there is no such file")
        }
        if isDirectory.boolValue { throw failure("this is a folder, expected \(kind) file") }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw failure("the file cannot be read; check its permissions")
        }
        return Array(data)
    }

    /// The root of a YAML text that is not empty; `file` is named in the error.
    package static func root(of bytes: [UInt8], file: String, holding kind: String) throws(ScenarioError) -> Node {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ScenarioError(file: file, problems: [encodingProblem(bytes)])
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw ScenarioError(file: file, problems: [syntaxProblem(error)])
        }
        guard let root, !(root.scalar?.isNull ?? false) else {
            throw ScenarioError(
                file: file,
                problems: [ScenarioError.Problem(line: 1, column: 1, message: "the file is empty; expected \(kind)")])
        }
        return root
    }

    /// Throws what was reported, in the order of the file.
    package func finish(file: String) throws(ScenarioError) {
        guard problems.isEmpty else { throw ScenarioError(file: file, problems: problems.inFileOrder) }
    }

    private static func encodingProblem(_ bytes: [UInt8]) -> ScenarioError.Problem {
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
        return ScenarioError.Problem(
            line: line, column: column, message: "the byte 0x\(value) is not UTF-8; save the file as UTF-8")
    }

    private static func syntaxProblem(_ error: any Error) -> ScenarioError.Problem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return ScenarioError.Problem(line: mark.line, column: mark.column, message: "not YAML: \(problem)")
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.prefix(offset ?? 0)
            let line = 1 + before.count { $0.isNewline }
            let column = 1 + before.reversed().prefix { !$0.isNewline }.count
            return ScenarioError.Problem(line: line, column: column, message: "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let names, let context):
            let list = names.map { "'\($0)'" }.joined(separator: ", ")
            return ScenarioError.Problem(
                line: context.mark.line, column: context.mark.column,
                message: "the mapping has \(list) more than once")
        default:
            return ScenarioError.Problem(message: "not YAML: \(error)")
        }
    }
}

extension [ScenarioError.Problem] {
    /// By place; those of one place in the order in which they were found.
    fileprivate var inFileOrder: [ScenarioError.Problem] {
        enumerated().sorted {
            ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset)
                < ($1.element.line ?? 0, $1.element.column ?? 0, $1.offset)
        }.map(\.element)
    }
}
