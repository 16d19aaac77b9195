import Foundation
import Testing

/// `chatrix-sim` as a process.
enum Tool {
    struct Result {
        var code: Int32
        var output: String
        var errors: String
    }

    /// Seconds after which a program that has not ended is ended by force.
    private static let secondsMax = 120.0

    /// The program beside the test bundle.
    private static var executable: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("chatrix-sim")
    }

    /// Runs the program to its end.
    static func run(_ arguments: [String]) throws -> Result {
        try start(arguments).waitForEnd()
    }

    static func start(_ arguments: [String]) throws -> Running { try Running(executable, arguments) }

    static var hasPython: Bool { python != nil }

    /// Runs a script with the Python of the search path, in which the program can be found too.
    static func runPython(_ script: String, in folder: String) throws -> Result {
        let python = try #require(python)
        var environment = ProcessInfo.processInfo.environment
        environment["PATH"] = "\(executable.deletingLastPathComponent().path):\(environment["PATH"] ?? "")"
        return try Running(python, [script], in: folder, environment).waitForEnd()
    }

    private static var python: URL? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .map { URL(fileURLWithPath: "\($0)/python3") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// A program that was started. Streams go through files, so that no pipe can fill up and hold it.
    final class Running {
        private let process = Process()
        private let errorFile: URL
        private let output = Pipe()

        init(
            _ executable: URL, _ arguments: [String], in folder: String? = nil, _ environment: [String: String]? = nil
        ) throws {
            errorFile = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
            #expect(FileManager.default.createFile(atPath: errorFile.path, contents: nil))
            process.executableURL = executable
            process.arguments = arguments
            if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
            if let environment { process.environment = environment }
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: errorFile)
            try process.run()
            let identifier = process.processIdentifier
            let killer = DispatchWorkItem { [process] in if process.isRunning { kill(identifier, SIGKILL) } }
            DispatchQueue.global().asyncAfter(deadline: .now() + Tool.secondsMax, execute: killer)
        }

        /// The next line of standard output; empty at its end.
        func readLine() throws -> String {
            var line: [UInt8] = []
            while let byte = output.fileHandleForReading.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") {
                line.append(byte)
            }
            return String(decoding: line, as: UTF8.self)
        }

        /// Waits until standard error holds a text; false when the program ended, or the time is up, without it.
        func waitForError(_ text: String) throws -> Bool {
            let end = Date(timeIntervalSinceNow: Tool.secondsMax / 2)
            while Date() < end {
                if try String(contentsOf: errorFile, encoding: .utf8).contains(text) { return true }
                guard process.isRunning else { return false }
                poll(nil, 0, 20)
            }
            return false
        }

        func terminate() -> Result {
            process.terminate()
            return waitForEnd()
        }

        func waitForEnd() -> Result {
            let text = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let errors = (try? String(contentsOf: errorFile, encoding: .utf8)) ?? ""
            try? FileManager.default.removeItem(at: errorFile)
            return Result(
                code: process.terminationStatus, output: String(decoding: text, as: UTF8.self), errors: errors)
        }
    }
}

enum TemporaryFolder {
    /// Calls `body` with the path of a folder that is not there yet, and removes it afterwards.
    static func with<Value>(_ body: (String) throws -> Value) throws -> Value {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("chatrix-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }
}

enum TemporaryFile {
    /// Calls `body` with the path of a file that holds `text`, and removes it afterwards.
    static func with<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("chatrix-\(UUID().uuidString).yaml")
        try text.write(to: url, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }
}

enum Repository {
    /// The path of a file of the repository.
    static func file(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent(name).path
        try #require(FileManager.default.fileExists(atPath: path), "\(name) is not there")
        return path
    }
}
