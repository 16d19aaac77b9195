import ChatrixModel
import HTTPTypes
import Testing

@testable import ChatrixReference

/// WebSocket connections at the wire seam, in literal JSON: the rest of the rows is checked by ChatrixConformance.
@Suite struct SocketTests {
    private static let start = Timestamp.virtualStart
    private var api: ReferenceAPI
    private var clock = ReferenceClock.virtual(start)
    private var tokens: [String] = []

    /// The users 1 and 2 with the conversation 3.
    init() throws {
        var configuration = ReferenceAPI.Configuration()
        configuration.rateLimits = .off
        configuration.isObserved = true
        api = ReferenceAPI(configuration: configuration)
        for name in ["anna", "bert"] {
            let body = #"{"phone":"+49170000000\#(tokens.count)","username":"\#(name)","password":"secret1"}"#
            tokens.append(try #require(JSON.parse(send("/auth/register", body))["access_token"]?.string))
        }
        _ = send("/chat/conversations/ensure", #"{"recipientId":"000000000001000000000002"}"#, token: tokens[0])
    }

    @discardableResult
    private mutating func send(_ target: String, _ body: String, token: String? = nil) -> String {
        var headers = HTTPFields()
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = APIRequest(method: .post, target: target, headers: headers, body: Array(body.utf8))
        let response =
            target.hasPrefix("/_reference/")
            ? api.control(request, clock: &clock, systemTime: Self.start) : api.respond(to: request, at: Self.start)
        return String(decoding: response.body, as: UTF8.self)
    }

    private mutating func open(_ user: Int) throws -> SocketID {
        let request = APIRequest(method: .get, target: "/ws?token=\(tokens[user])")
        guard case .accepted(let id, _) = api.openSocket(request, at: Self.start) else { throw Refused() }
        return id
    }

    private struct Refused: Error {}

    /// What is to be sent, each with the place of its connection in `ids`.
    private mutating func output(_ ids: [SocketID]) -> [String] {
        api.takeSocketOutput().map { output in
            switch output {
            case .frame(let id, let text): "\(ids.firstIndex(of: id) ?? -1) \(String(decoding: text, as: UTF8.self))"
            case .close(let id, let code): "\(ids.firstIndex(of: id) ?? -1) close \(code.rawValue)"
            }
        }
    }

    @Test mutating func recipientsHearFirstAndTheActorLast() throws {
        let ids = [try open(0), try open(1), try open(1)]
        #expect(
            output(ids) == [
                """
                0 {"event":"presence","data":{"user_id":"000000000001000000000002","status":"online","last_seen":null}}
                """
            ])
        let frame = #"{"event":"message","data":{"conversationId":"000000000001000000000003","content":"hi"}}"#
        api.receive(.text(Array(frame.utf8)), on: ids[0], at: Self.start)
        let told = """
            {"event":"message","data":{"id":"000000000001000000000004",\
            "conversation_id":"000000000001000000000003","sender_id":"000000000001000000000001","content":"hi",\
            "type":"text","media":[],"created_at":"2023-04-10T12:00:00.003Z","status":"sent"}}
            """
        #expect(output(ids) == ["1 \(told)", "2 \(told)", "0 \(told)"])
        #expect(api.takeEvents().map(\.topic) == [.messages, .conversations])
        // MQTT first, then a line for each frame (D-57).
        let entries = try JSON.parse(send("/_reference/outbox", "{}"))["entries"]?.array ?? []
        #expect(
            entries.compactMap { $0["channel"]?.string }
                == ["websocket", "mqtt", "mqtt", "websocket", "websocket", "websocket"])
        #expect(
            entries.compactMap { $0["topic"]?.string }.filter { !$0.hasPrefix("chat/") }
                == ["presence", "message", "message", "message"])
        #expect(entries.last?["payload"]?.description == told)
    }

    @Test mutating func errorsShowTheFrame() throws {
        let ids = [try open(0)]
        for (text, answer) in [
            (
                "[1]",
                #"{"event":null,"statusCode":400,"message":"The body is not a JSON object","error":"Bad Request"}"#
            ),
            (
                #"{"event":"message_delete","data":{"id":"000000000001000000000009"}}"#,
                #"{"event":"message_delete","statusCode":404,"message":"The message does not exist","error":"Not Found"}"#
            ),
            (
                #"{"event":"call_end","data":{}}"#,
                #"{"event":"call_end","statusCode":400,"message":"The field call_id is missing or invalid","#
                    + #""error":"Bad Request"}"#
            ),
        ] {
            api.receive(.text(Array(text.utf8)), on: ids[0], at: Self.start)
            #expect(output(ids) == [#"0 {"event":"error","data":\#(answer)}"#])
        }
    }

    @Test mutating func nothingIsSentAfterTheEnd() throws {
        let ids = [try open(0), try open(1)]
        _ = output(ids)
        api.receive(.binary, on: ids[0], at: Self.start)
        api.receive(.text(Array("?".utf8)), on: ids[0], at: Self.start)
        api.socketClosed(ids[0], at: Self.start)
        #expect(
            output(ids) == [
                "0 close 1003",
                """
                1 {"event":"presence","data":{"user_id":"000000000001000000000001","status":"offline",\
                "last_seen":"2023-04-10T12:00:00.002Z"}}
                """,
            ])
    }

    /// A number of before is no connection of after.
    @Test mutating func resetClosesAllAndForgetsThem() throws {
        let before = [try open(0), try open(1)]
        _ = output(before)
        send("/_reference/reset", "{}")
        #expect(output(before) == ["0 close 1001", "1 close 1001"])
        let body = #"{"phone":"+491700000000","username":"anna","password":"secret1"}"#
        tokens[0] = try #require(JSON.parse(send("/auth/register", body))["access_token"]?.string)
        let after = try open(0)
        #expect(!before.contains(after))
        for id in before {
            api.receive(.text(Array("?".utf8)), on: id, at: Self.start)
            api.socketClosed(id, at: Self.start)
        }
        #expect(output([after]) == [])
        api.receive(.text(Array("?".utf8)), on: after, at: Self.start)
        #expect(output([after]).count == 1)
    }

    @Test mutating func replayGivesTheSameFrames() throws {
        func run(_ tests: SocketTests) throws -> [SocketOutput] {
            var tests = tests
            let ids = [try tests.open(0), try tests.open(1), try tests.open(0)]
            for id in ids {
                for frame in [
                    #"{"event":"typing","data":{"conversation_id":"000000000001000000000003"}}"#,
                    #"{"event":"message","data":{"conversationId":"000000000001000000000003","content":"x"}}"#, "?",
                ] {
                    tests.api.receive(.text(Array(frame.utf8)), on: id, at: Self.start)
                }
                tests.api.socketClosed(id, at: Self.start)
            }
            return tests.api.takeSocketOutput()
        }
        let first = try run(self)
        #expect(first.count > 10)
        #expect(try run(SocketTests()) == first)
    }
}
