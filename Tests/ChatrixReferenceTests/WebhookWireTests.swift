import ChatrixModel
import Foundation
import HTTPTypes
import Testing

@testable import ChatrixReference

/// Webhooks at the wire seam: commands, what a message causes, determinism.
@Suite struct WebhookWireTests {
    private var api: ReferenceAPI
    private var clock = ReferenceClock.virtual(.virtualStart)

    init() {
        var configuration = ReferenceAPI.Configuration()
        configuration.rateLimits = .off
        configuration.isObserved = true
        api = ReferenceAPI(configuration: configuration)
    }

    private mutating func send(_ target: String, _ body: String, token: String? = nil) -> (status: Int, body: String) {
        var headers = HTTPFields()
        if let token { headers[.authorization] = "Bearer \(token)" }
        let request = APIRequest(method: .post, target: target, headers: headers, body: Array(body.utf8))
        let response =
            target.hasPrefix("/_reference/")
            ? api.control(request, clock: &clock, systemTime: .virtualStart)
            : api.respond(to: request, at: clock.now(systemTime: .virtualStart))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    private mutating func page(_ name: String) throws -> JSON {
        let request = APIRequest(method: .get, target: "/_reference/\(name)")
        return try JSON.parse(api.control(request, clock: &clock, systemTime: .virtualStart).body)
    }

    /// Anna writes `texts` to Bert.
    private mutating func write(_ texts: String...) throws {
        var token = ""
        var ids: [String] = []
        for (name, phone) in [("bert", "+491700000002"), ("anna", "+491700000001")] {
            let answer = try JSON.parse(
                send("/auth/register", #"{"phone":"\#(phone)","username":"\#(name)","password":"secret1"}"#).body)
            token = try #require(answer["access_token"]?.string)
            ids.append(try #require(answer["user"]?["id"]?.string))
        }
        let ensured = send("/chat/conversations/ensure", #"{"recipientId":"\#(ids[0])"}"#, token: token)
        let conversation = try #require(JSON.parse(ensured.body)["id"]?.string)
        for text in texts {
            let answer = send(
                "/chat/messages", #"{"conversationId":"\#(conversation)","content":"\#(text)"}"#, token: token)
            #expect(answer.status == 201)
        }
    }

    private mutating func take() -> WebhookAttempt? { api.takeWebhookAttempt(clock: clock, systemTime: .virtualStart) }

    private mutating func finish(_ attempt: WebhookAttempt?, succeeded: Bool) throws {
        api.finishWebhookAttempt(
            try #require(attempt).number, succeeded: succeeded, clock: clock, systemTime: .virtualStart)
    }

    @Test mutating func aMessageIsSignedForItsReceiver() throws {
        let added = send(
            "/_reference/webhook-add",
            #"{"url":"http://127.0.0.1:9/hook","secret":"Schlüssel","events":["message.created"]}"#)
        #expect(added.status == 200)
        #expect(try JSON.parse(added.body).members?.map(\.name) == ["id"])
        try write("hi")
        let attempt = try #require(take())
        #expect(attempt.url.description == "http://127.0.0.1:9/hook")
        #expect(
            String(decoding: attempt.body, as: UTF8.self) == """
                {"event":"message.created","data":{"id":"000000000001000000000004",\
                "conversation_id":"000000000001000000000003","sender_id":"000000000001000000000002","content":"hi",\
                "type":"text","created_at":"2023-04-10T12:00:00.003Z"},"timestamp":"2023-04-10T12:00:00.003Z"}
                """)
        #expect(
            attempt.headers.map(\.name) == [
                "Content-Type", "X-Chatrix-Event", "X-Chatrix-Signature", "X-Chatrix-Delivery",
            ])
        #expect(attempt.headers[0].value == "application/json")
        #expect(attempt.headers[1].value == "message.created")
        #expect(attempt.headers[2].value == (try Self.openSSLSignature(of: attempt.body, secret: "Schlüssel")))
        #expect(take() == nil)
    }

    /// What the command line tool of OpenSSL says.
    private static func openSSLSignature(of body: [UInt8], secret: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl", "dgst", "-sha256", "-hmac", secret, "-r"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(body))
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: text.prefix(64), as: UTF8.self)
    }

    @Test mutating func theOutboxHasOneEntryADelivery() throws {
        for _ in 1...2 { _ = send("/_reference/webhook-add", #"{"url":"http://a.test/","secret":"s"}"#) }
        try write("hi")
        while let attempt = take() { try finish(attempt, succeeded: false) }
        _ = send("/_reference/clock-advance", #"{"milliseconds":5000}"#)
        #expect(take() != nil)
        let entries = try #require(try JSON.parse(send("/_reference/outbox", "{}").body)["entries"]?.array)
        let message = entries.filter { $0["topic"]?.string == "message.created" }
        #expect(message.map { $0["channel"]?.string } == ["webhook", "webhook"])
        #expect(message.first?["payload"]?["data"]?["content"]?.string == "hi")
        #expect(
            entries.compactMap { $0["channel"]?.string }.suffix(4) == ["mqtt", "mqtt", "webhook", "webhook"],
            "webhooks come after the broker")
    }

    @Test mutating func theStateShowsWhatBecameOfDeliveries() throws {
        _ = send(
            "/_reference/webhook-add", #"{"url":"http://a.test/","secret":"s","events":["message.created"]}"#)
        try write("1", "2", "3")
        for succeeded in [true, false] { try finish(take(), succeeded: succeeded) }
        #expect(
            try page("state")["webhooks"]?.description
                == #"{"subscriptions":1,"waiting":1,"due":1,"delivered":1,"failed":0,"dropped":0}"#)
        _ = send("/_reference/reset", "{}")
        #expect(
            try page("state")["webhooks"]?.description
                == #"{"subscriptions":0,"waiting":0,"due":0,"delivered":0,"failed":0,"dropped":0}"#)
        #expect(take() == nil)
    }

    @Test mutating func sameSeedAndRequestsGiveTheSameDeliveries() throws {
        var runs: [[String]] = []
        for seed in [7, 7, 8] {
            _ = send("/_reference/reset", #"{"seed":\#(seed)}"#)
            let added = send("/_reference/webhook-add", #"{"url":"http://a.test/","secret":"s"}"#)
            try write("1", "2")
            var seen = [added.body]
            while let attempt = take() {
                seen += attempt.headers.map(\.value) + [String(decoding: attempt.body, as: UTF8.self)]
                try finish(attempt, succeeded: true)
            }
            runs.append(seen)
        }
        #expect(runs[0] == runs[1])
        #expect(runs[0] != runs[2])
        #expect(runs[0].count > 10)
    }

    @Test(arguments: [
        (#"{"secret":"s"}"#, "url"), (#"{"url":"hook","secret":"s"}"#, "url"), (#"{"url":1,"secret":"s"}"#, "url"),
        (#"{"url":"http://a.test/"}"#, "secret"), (#"{"url":"http://a.test/","secret":""}"#, "secret"),
        (#"{"url":"http://a.test/","secret":"s","events":"message.created"}"#, "events"),
        (#"{"url":"http://a.test/","secret":"s","events":[]}"#, "events"),
        (#"{"url":"http://a.test/","secret":"s","events":[1]}"#, "events"),
        (#"{"url":"http://a.test/","secret":"s","events":["message.created","message.read"]}"#, "events"),
    ])
    mutating func aFaultySubscriptionIsRefused(fields: String, fault: String) throws {
        let answer = send("/_reference/webhook-add", fields)
        #expect(answer.status == 400)
        #expect(try JSON.parse(answer.body)["message"]?.string == "The field \(fault) is missing or invalid")
        #expect(!api.webhooks.hasSubscriptions)
    }

    @Test mutating func anUnknownSubscriptionCannotBeRemoved() {
        #expect(send("/_reference/webhook-remove", #"{"id":"x"}"#).status == 404)
        #expect(send("/_reference/webhook-remove", "{}").status == 400)
    }
}
