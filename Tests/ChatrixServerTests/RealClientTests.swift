import ChatrixReference
import Foundation
import Testing

@testable import ChatrixServer

/// Programs that users drive the server with. A program that is not installed disables its tests.
@Suite struct RealClientTests {
    private static func path(of program: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(program)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static let curl = path(of: "curl")
    private static let python = path(of: "python3").flatMap { path in
        (try? run(path, ["-c", "import requests"]))?.status == 0 ? path : nil
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test(.enabled(if: curl != nil, "curl is not installed"), arguments: ["--http1.0", "--http1.1", "--http2"])
    func curlGets(version: String) throws {
        let curl = try #require(RealClientTests.curl)
        try withEchoServer { server, _ in
            let url = "http://127.0.0.1:\(server.port)"
            let result = try RealClientTests.run(curl, ["-sS", "-m", "10", version, "\(url)/one", "\(url)/two"])
            #expect(result.output == "GET /one 0GET /two 0")
        }
    }

    /// curl sends `Expect: 100-continue` with bodies above a mebibyte.
    @Test(.enabled(if: curl != nil, "curl is not installed")) func curlUploadsAForm() throws {
        let curl = try #require(RealClientTests.curl)
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(count: 3_000_000).write(to: file)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: file) } }
        try withEchoServer { server, journal in
            let result = try RealClientTests.run(
                curl,
                [
                    "-sS", "-m", "10", "-H", "Expect: 100-continue", "-F", "file=@\(file.path)",
                    "http://127.0.0.1:\(server.port)/up",
                ])
            let request = try #require(journal.all.first)
            #expect(request.body.count > 3_000_000)
            #expect(result.output == "POST /up \(request.body.count)")
        }
    }

    @Test(.enabled(if: python != nil, "python3 with requests is not installed")) func pythonRequestsKeepsItsSession()
        throws
    {
        let python = try #require(RealClientTests.python)
        let script = """
            import requests, sys
            session = requests.Session()
            url = sys.argv[1]
            print(session.get(url + "/one").text)
            print(session.post(url + "/two", json={"a": 1}).text)
            print(session.post(url + "/three", data=iter([b"ab", b"cd"])).text)
            print(session.post(url + "/four", data=b"x" * 2000000).status_code)
            print(session.delete(url + "/empty").status_code)
            """
        try withEchoServer { server, _ in
            let result = try RealClientTests.run(python, ["-c", script, "http://127.0.0.1:\(server.port)"])
            #expect(result.output == "GET /one 0\nPOST /two 8\nPOST /three 4\n413\n204\n")
        }
    }
}
