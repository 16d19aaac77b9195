import ChatrixReference
import Foundation
import Logging
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

    private static let node = path(of: "node").flatMap { path in
        (try? run(path, ["--experimental-websocket", "-e", "new WebSocket('ws://127.0.0.1:1').onerror = () => {}"]))?
            .status == 0 ? path : nil
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

    /// Node's client masks, fragments and closes as it likes.
    @Test(.enabled(if: node != nil, "node with a WebSocket client is not installed")) func nodeTalksOverWebSocket()
        throws
    {
        let node = try #require(RealClientTests.node)
        let script = """
            const base = process.argv[1]
            const end = socket => new Promise(done => socket.onclose = e => done(`${e.code} ${e.wasClean}`))
            const run = async () => {
                const answer = await fetch('http://' + base + '/auth/register', {
                    method: 'POST', headers: { 'Content-Type': 'application/json' },
                    body: '{"phone":"+491700000000","username":"node","password":"secret"}' })
                const url = 'ws://' + base + '/ws?token=' + (await answer.json()).access_token
                console.log(await end(new WebSocket('ws://' + base + '/ws')))
                const socket = new WebSocket(url)
                socket.onopen = () => socket.send('{"event":"x","data":{}}' + ' '.repeat(500000))
                socket.onmessage = message => { console.log(message.data); socket.close(4321, 'bye') }
                console.log(await end(socket))
                const large = new WebSocket(url)
                large.onopen = () => large.send('x'.repeat(2000000))
                console.log(await end(large))
            }
            run().catch(error => { console.log(error); process.exit(1) })
            """
        let server = try ReferenceServer.start(
            .inProcess, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        defer { server.stop(within: .seconds(1)) }
        let result = try RealClientTests.run(
            node, ["--experimental-websocket", "-e", script, "127.0.0.1:\(server.port)"])
        #expect(
            result.output == """
                4401 true
                {"event":"error","data":{"event":"x","statusCode":400,"message":"The field event is missing or invalid",\
                "error":"Bad Request"}}
                4321 true
                1009 true

                """)
    }
}
