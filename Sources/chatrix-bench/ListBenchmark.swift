import ChatrixModel
import NIOHTTP1

/// Whether lists stay as fast when a hundred times as much is stored: the same requests to a server with little and to one
/// with much, in turn.
struct ListBenchmark {
    /// The ratio is that of the large population to the small one.
    let rows: [BenchmarkRow]
    let bytesPerMessage: Double

    static func run(requests count: Int, rounds: Int) throws -> ListBenchmark {
        let small = try ServerProcess(command: "reference-server", "--population", "small")
        let large = try ServerProcess(command: "reference-server", "--population", "large")
        let pairs = zip(try requests(to: small), try requests(to: large)).map { ($0, $1) }
        var figures = pairs.map { _ in (small: [Double](), large: [Double]()) }
        for _ in 0..<rounds {
            for (index, pair) in pairs.enumerated() {
                figures[index].small.append(try pair.0.processorMicroseconds(count: count))
                figures[index].large.append(try pair.1.processorMicroseconds(count: count))
            }
        }
        let rows = zip(pairs, figures).map { pair, figures in
            BenchmarkRow(pair.0.name, figures.large, floor: BenchmarkRow("", figures.small).median)
        }
        return ListBenchmark(rows: rows, bytesPerMessage: large.bytesPerMessage)
    }

    /// The list endpoints as the hub of the population asks for them: first pages, and pages from the middle.
    private static func requests(to server: ServerProcess) throws -> [ServerBenchmark] {
        let client = BenchmarkClient(port: server.port, connectionCount: 1)
        let login = #"{"phoneOrUsername":"\#(Population.hubName)","password":"\#(Population.password)"}"#
        let token = try client.answer(to: .post("/auth/login", login))["access_token"]?.string
        func get(_ path: String) throws -> JSON {
            try client.answer(to: BenchmarkRequest(method: .GET, path: path, token: token))
        }
        /// The cursor behind some pages of a list.
        func cursor(_ path: String, pages: Int) throws -> String {
            var cursor = ""
            for _ in 0..<pages {
                let page = try get(path + (cursor.isEmpty ? "" : "&before=\(cursor)"))
                guard let next = page["next_cursor"]?.string else { break }
                cursor = next
            }
            return cursor
        }
        guard let conversation = try get("/chat/conversations?limit=1")["conversations"]?[0]?["id"]?.string else {
            throw BenchmarkError("the hub of the population has no conversation")
        }
        let messages = "/chat/conversations/\(conversation)/messages?limit=20"
        let paths = [
            ("GET /chat/conversations", "/chat/conversations?limit=20"),
            ("GET messages, first page", messages),
            ("GET messages, third page", messages + "&before=\(try cursor(messages, pages: 2))"),
            ("GET /posts/feed, first page", "/posts/feed?limit=20"),
            (
                "GET /posts/feed, tenth page",
                "/posts/feed?limit=20&before=\(try cursor("/posts/feed?limit=20", pages: 9))"
            ),
            ("GET /notifications", "/notifications?limit=20"),
            ("GET /stories/feed", "/stories/feed"),
            ("GET /users/me", "/users/me"),
        ]
        return paths.map { name, path in
            ServerBenchmark(
                name: name, server: server, request: BenchmarkRequest(method: .GET, path: path, token: token))
        }
    }
}
