import ChatrixModel
import Foundation

/// The folder that a run leaves behind: `<date>-<scenario>` with the files of `docs/reports.md`.
package struct RunFolder: Sendable, Hashable {
    /// A file or folder could not be made, read or written.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        package var operation: String
        package var subject: String
        package var cause: String

        package init(operation: String, subject: String, cause: String) {
            self.operation = operation
            self.subject = subject
            self.cause = cause
        }

        package var description: String { "cannot \(operation) \(subject): \(cause)" }
    }

    package let path: String

    package init(path: String) { self.path = path }

    /// The folder of a run that was saved. Throws for a folder without a `run.sqlite`.
    package init(containing path: String) throws {
        self.init(path: path)
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw Failure(operation: "read", subject: path, cause: "there is no such folder")
        }
        guard isFolder.boolValue, FileManager.default.fileExists(atPath: database) else {
            throw Failure(
                operation: "read", subject: path, cause: "it is no folder of a run: there is no run.sqlite in it")
        }
    }

    package var database: String { path + "/run.sqlite" }
    package var summary: String { path + "/summary.json" }
    package var junit: String { path + "/junit.xml" }
    package var html: String { path + "/report.html" }

    /// Makes a new folder below `parent`, which is made as well; runs of the same second get a number.
    ///
    /// `date` is the start of the run in UTC. Characters of the name that are unsafe in paths become `-`.
    package static func create(in parent: String, scenarioName: String, date: Timestamp) throws -> RunFolder {
        let safe = String(
            scenarioName.unicodeScalars.prefix(80).map { scalar -> Character in
                let isSafe =
                    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
                return isSafe || scalar == "-" || scalar == "_" ? Character(scalar) : "-"
            })
        let stamp = date.description.prefix(19).replacing(":", with: "").replacing("T", with: "-")
        let manager = FileManager.default
        do {
            try manager.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw Failure(operation: "make the folder", subject: parent, cause: error.localizedDescription)
        }
        for attempt in 1...1000 {
            let path = "\(parent)/\(stamp)-\(safe)" + (attempt > 1 ? "-\(attempt)" : "")
            if manager.fileExists(atPath: path) { continue }
            do {
                try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
                return RunFolder(path: path)
            } catch {
                if manager.fileExists(atPath: path) { continue }
                throw Failure(operation: "make the folder", subject: path, cause: error.localizedDescription)
            }
        }
        throw Failure(operation: "make the folder", subject: parent, cause: "a thousand runs of this second exist")
    }

    /// Takes the folder at `path`, which is made if it is not there and has to be empty.
    package static func create(at path: String) throws -> RunFolder {
        let manager = FileManager.default
        let entries: [String]
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            entries = try manager.contentsOfDirectory(atPath: path)
        } catch {
            throw Failure(operation: "make the folder", subject: path, cause: error.localizedDescription)
        }
        guard entries.isEmpty else {
            throw Failure(
                operation: "use the folder", subject: path,
                cause: "it is not empty; name another or remove what is in it")
        }
        return RunFolder(path: path)
    }

    /// Writes a text file atomically.
    package static func write(_ text: String, to path: String) throws {
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw Failure(operation: "write", subject: path, cause: error.localizedDescription)
        }
    }
}
