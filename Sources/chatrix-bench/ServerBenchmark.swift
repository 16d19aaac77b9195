import ArgumentParser
import ChatrixMQTT
import ChatrixModel
import Foundation
import NIOHTTP1

struct Server: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The reference server: processor time a request, next to a bare SwiftNIO hello.")

    @Option(help: "Requests of each round.")
    var requests = 60_000

    @Option(help: "Rounds, each with all servers in turn.")
    var rounds = 3

    @Option(help: "Also write the figures as JSON to this file.")
    var json: String?

    func run() throws {
        let hello = try ServerProcess(command: "hello-server")
        let reference = try ServerProcess(command: "reference-server")
        let requests = try ServerBenchmark.prepare(hello: hello, reference: reference)
        var figures = requests.map { _ in [Double]() }
        for _ in 0..<rounds {
            for (index, request) in requests.enumerated() {
                figures[index].append(try request.processorMicroseconds(count: self.requests))
            }
        }
        let floor = BenchmarkRow(requests[0].name, figures[0])
        let rows = zip(requests, figures).dropFirst().map { BenchmarkRow($0.name, $1, floor: floor.median) }
        let lists = try ListBenchmark.run(requests: self.requests / 10, rounds: rounds)
        try BenchmarkTable.show(
            [
                BenchmarkTable(
                    title: "server", unit: "us of processor time a request", ratio: "to the first row",
                    rows: [floor] + rows),
                BenchmarkTable(
                    title: "lists", unit: "us of processor time a request, large population",
                    ratio: "to the small population", rows: lists.rows),
                BenchmarkTable(
                    title: "memory", unit: "bytes resident a stored message", ratio: "",
                    rows: [BenchmarkRow("1000 conversations of 1000 messages", [lists.bytesPerMessage])]),
            ], json: json)
    }
}

/// One kind of request against one server process.
struct ServerBenchmark {
    static let connectionCount = 64

    let name: String
    let server: ServerProcess
    let request: BenchmarkRequest

    /// Processor time that the server process spent per request, microseconds.
    func processorMicroseconds(count: Int) throws -> Double {
        let client = BenchmarkClient(port: server.port, connectionCount: ServerBenchmark.connectionCount)
        try client.run(request, count: count / 20)
        let before = try server.processorSeconds()
        try client.run(request, count: count)
        return (try server.processorSeconds() - before) / Double(count) * 1e6
    }

    /// The floor first, then the requests of the budget.
    static func prepare(hello: ServerProcess, reference: ServerProcess) throws -> [ServerBenchmark] {
        let client = BenchmarkClient(port: reference.port, connectionCount: 1)
        let anna = try client.register("anna", phone: "+491700000001")
        let bert = try client.register("bert", phone: "+491700000002")
        let ensured = try client.answer(
            to: .post("/chat/conversations/ensure", #"{"recipientId":"\#(bert.id)"}"#, token: anna.token))
        guard let conversation = ensured["id"]?.string else {
            throw BenchmarkError("the reference did not ensure a conversation: \(ensured)")
        }
        let message = #"{"conversationId":"\#(conversation)","content":"The quick brown fox","type":"text"}"#
        return [
            ServerBenchmark(
                name: "floor: bare SwiftNIO hello", server: hello, request: BenchmarkRequest(method: .GET, path: "/")),
            ServerBenchmark(
                name: "GET /users/me with token", server: reference,
                request: BenchmarkRequest(method: .GET, path: "/users/me", token: anna.token)),
            ServerBenchmark(
                name: "POST /chat/messages, no MQTT", server: reference,
                request: .post("/chat/messages", message, token: anna.token)),
        ]
    }
}

extension BenchmarkRequest {
    static func post(_ path: String, _ body: String, token: String? = nil) -> BenchmarkRequest {
        BenchmarkRequest(method: .POST, path: path, token: token, body: Array(body.utf8))
    }
}

extension BenchmarkClient {
    fileprivate func register(_ name: String, phone: String) throws -> (id: String, token: String) {
        let body = #"{"phone":"\#(phone)","username":"\#(name)","password":"secret1"}"#
        let answer = try answer(to: .post("/auth/register", body))
        guard let id = answer["user"]?["id"]?.string, let token = answer["access_token"]?.string else {
            throw BenchmarkError("the reference did not register \(name): \(answer)")
        }
        return (id, token)
    }
}

/// This program again, as a server on a free port; ended when the value goes away.
final class ServerProcess {
    let port: Int
    private let process = Process()
    private let input = Pipe()

    /// What the server measured while it was filled; 0 where it was not.
    let bytesPerMessage: Double

    /// Starts the hidden subcommand and reads the port from its first line.
    init(command: String, _ arguments: String...) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [command] + arguments
        process.standardOutput = output
        // It ends when this end of its input is closed, also when this process dies.
        process.standardInput = input
        try process.run()
        var line = Data()
        while line.last != UInt8(ascii: "\n") {
            let chunk = output.fileHandleForReading.readData(ofLength: 1)
            if chunk.isEmpty { break }
            line += chunk
        }
        let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let port = Int(words[0]), let bytesPerMessage = Double(words[1]) else {
            throw BenchmarkError("\(command) did not start")
        }
        self.port = port
        self.bytesPerMessage = bytesPerMessage
    }

    deinit {
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }

    /// User and system time since the start, from the kernel's accounting.
    func processorSeconds() throws -> Double {
        guard let account = ProcessAccount(of: process.processIdentifier) else {
            throw BenchmarkError("the kernel's figures of the server process cannot be read")
        }
        return account.processorSeconds
    }
}
