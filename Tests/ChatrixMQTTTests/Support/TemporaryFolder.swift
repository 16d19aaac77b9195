import Glibc
import Testing

@testable import ChatrixMQTT

/// A folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/chatrix-mqtt-tests-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    func write(_ text: String, to name: String) throws {
        let file = try #require(fopen("\(path)/\(name)", "w"))
        fputs(text, file)
        try #require(fclose(file) == 0)
    }

    /// Runs a program of the system inside the folder and requires that it succeeds.
    func run(_ program: String, _ arguments: [String]) throws {
        let null = try ChildProcess.raised(open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null")
        defer { close(null) }
        let child = try ChildProcess.spawn(
            "/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", path, program] + arguments, files: [null, null, null])
        var status: CInt = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        try #require(
            ChildProcess.termination(status: status) == .exited(status: 0), "\(program) failed in \(path)")
    }

    /// Lets the user `mosquitto` read everything, whom the broker becomes when it is started by root.
    func makeReadable() throws {
        try run("chmod", ["-R", "a+rX", "."])
    }

    deinit {
        guard let folder = opendir(path) else { return }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unlink("\(path)/\(name)") }
        }
        closedir(folder)
        rmdir(path)
    }
}
