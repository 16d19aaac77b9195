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
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw InputError(file: file, problems: [encodingProblem(bytes)])
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw InputError(file: file, problems: [syntaxProblem(error)])
        }
        guard let root, !(root.scalar?.isNull ?? false) else {
            let message = "the file is empty; expected \(subject)"
            throw InputError(file: file, problems: [InputError.Problem(line: 1, column: 1, message: message)])
        }
        var reader = FileReader()
        guard let result = body(&reader, root), reader.problems.isEmpty else {
            throw InputError(file: file, problems: reader.problems.inFileOrder)
        }
        return result
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
    /// By place; those of one place in the order in which they were found.
    fileprivate var inFileOrder: [InputError.Problem] {
        enumerated().sorted {
            ($0.element.line ?? 0, $0.element.column ?? 0, $0.offset)
                < ($1.element.line ?? 0, $1.element.column ?? 0, $1.offset)
        }.map(\.element)
    }
}
