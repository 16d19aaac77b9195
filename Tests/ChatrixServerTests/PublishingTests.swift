import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import Foundation
import Logging
import Testing

@testable import ChatrixServer

/// Events of HTTP requests at a subscriber of a real broker.
@Suite struct PublishingTests {
    /// What a subscriber received, to wait for from the test's thread.
    private final class Inbox: @unchecked Sendable {
        private let condition = NSCondition()
        private var messages: [MQTTMessage] = []
        private var isSubscribed = false

        func take(_ events: [MQTTEvent]) {
            condition.lock()
            defer { condition.unlock() }
            for event in events {
                switch event {
                case .message(_, let message): messages.append(message)
                case .subscribed: isSubscribed = true
                default: break
                }
            }
            condition.broadcast()
        }

        func waitUntilSubscribed() throws { try wait("the subscription") { self.isSubscribed } }

        func first(_ count: Int) throws -> [MQTTMessage] {
            try wait("\(count) messages") { self.messages.count >= count }
            condition.lock()
            defer { condition.unlock() }
            return Array(messages.prefix(count))
        }

        private func wait(_ what: String, _ isThere: () -> Bool) throws {
            condition.lock()
            defer { condition.unlock() }
            let deadline = Date().addingTimeInterval(20)
            while !isThere() {
                guard condition.wait(until: deadline) else {
                    throw RawClient.Failure(description: "no \(what) within 20 s; messages: \(messages.map(\.topic))")
                }
            }
        }
    }

    /// Anna (…01) and Bert (…02) in the conversation …03, and Anna's token.
    private func conversation(on server: ReferenceServer) throws -> (http: HTTPCalls, token: String) {
        let http = try HTTPCalls(port: server.port)
        var tokens: [String] = []
        for (name, phone) in [("anna", "+491700000001"), ("bert", "+491700000002")] {
            let answer = try http.post(
                "/auth/register", #"{"phone":"\#(phone)","username":"\#(name)","password":"secret1"}"#)
            tokens.append(try #require(try JSON.parse(answer)["access_token"]?.string))
        }
        _ = try http.post(
            "/chat/conversations/ensure", #"{"recipientId":"000000000001000000000002"}"#, token: tokens[0])
        return (http, tokens[0])
    }

    private struct HTTPCalls {
        let port: Int

        init(port: Int) throws { self.port = port }

        func post(_ path: String, _ body: String, token: String? = nil) throws -> String {
            let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
            let client = try RawClient(port: port)
            client.send(
                """
                POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(authorization)\
                Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)
                """)
            return try client.readAnswer().body
        }

        /// The rows MQTT-CONFIG that the coverage counts as exercised.
        func exercisedConfigRows() throws -> Set<String> {
            let client = try RawClient(port: port)
            client.send(
                "GET /_reference/coverage?area=mqtt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            let ids = try JSON.parse(try client.readAnswer().body)["exercised_ids"]?.array ?? []
            return Set(ids.compactMap(\.string).filter { $0.hasPrefix("MQTT-CONFIG") })
        }

        func waitForRows(_ rows: Set<String>) throws {
            let deadline = Date().addingTimeInterval(20)
            while true {
                let exercised = try exercisedConfigRows()
                if rows.isSubset(of: exercised) { return }
                guard Date() < deadline else {
                    throw RawClient.Failure(description: "not all of \(rows) within 20 s; seen: \(exercised)")
                }
            }
        }

        func send(_ text: String, token: String) throws {
            _ = try post(
                "/chat/messages", #"{"conversationId":"000000000001000000000003","content":"\#(text)"}"#, token: token)
        }
    }

    private func withServer(
        _ broker: ReferenceServer.Broker = .managed(port: 0), faults: [Fault] = [],
        _ body: (ReferenceServer, MQTTEndpoint) throws -> Void
    ) throws {
        var configuration = ReferenceServer.Configuration.inProcess
        configuration.broker = broker
        configuration.brokerRetryInterval = .milliseconds(50)
        configuration.faults = faults
        configuration.clock = .virtual(.virtualStart)
        let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try ReferenceServer.start(configuration, logger: silent)
        defer { server.stop(within: .seconds(5)) }
        try body(server, try MQTTEndpoint(parsing: try #require(server.mqttURL)))
    }

    private func withSubscriber(_ endpoint: MQTTEndpoint, _ body: (Inbox) throws -> Void) throws {
        let inbox = Inbox()
        let reactor = try MQTTReactor.start { inbox.take($0) }
        defer { reactor.stop() }
        _ = try reactor.add(
            MQTTSession.Configuration(endpoint: endpoint, clientID: "publishing-test"),
            subscriptions: [MQTTSubscription("chat/#")])
        try inbox.waitUntilSubscribed()
        try body(inbox)
    }

    /// MQTT-CONFIG-01, and the order and bytes of MQTT-MESSAGE and MQTT-CONVERSATION through a broker.
    @Test func aMessageArrivesWithQoS1AndWithoutRetain() throws {
        try withServer { server, endpoint in
            let (http, token) = try conversation(on: server)
            try withSubscriber(endpoint) { inbox in
                try http.send("hi", token: token)
                let messages = try inbox.first(2)
                #expect(
                    messages.map(\.topic) == [
                        "chat/000000000001000000000002/messages", "chat/000000000001000000000002/conversations",
                    ])
                #expect(messages.allSatisfy { $0.qos == .atLeastOnce && !$0.retain })
                #expect(
                    String(decoding: messages[0].payload, as: UTF8.self) == """
                        {"conversation_id":"000000000001000000000003","message":{"id":"000000000001000000000004",\
                        "sender_id":"000000000001000000000001","type":"text","text":"hi","media":null,"status":"sent",\
                        "created_at":"2023-04-10T12:00:00.003Z"}}
                        """)
            }
        }
    }

    /// MQTT-CONFIG-03, MQTT-CONFIG-04, MQTT-CONFIG-05 in `GET /_reference/coverage`.
    @Test func lossAndReturnOfTheBrokerExerciseTheirRows() throws {
        let broker = try ManagedBroker.start()
        defer { broker.stop() }
        try withServer(.external(broker.endpoint)) { server, _ in
            let (http, token) = try conversation(on: server)
            try http.send("before", token: token)
            #expect(try http.exercisedConfigRows().isDisjoint(with: Self.lossRows))
            kill(try #require(broker.processID), SIGKILL)
            try http.waitForRows(["MQTT-CONFIG-04"])
            try http.send("meanwhile", token: token)
            try broker.restart()
            try http.waitForRows(Self.lossRows)
        }
    }

    private static let lossRows: Set = ["MQTT-CONFIG-03", "MQTT-CONFIG-04", "MQTT-CONFIG-05"]

    /// MQTT-CONFIG-09.
    @Test(arguments: [[], [Fault(.duplicate, every: 2)]])
    func publicationThatAFaultRepeatsExercisesItsRow(faults: [Fault]) throws {
        try withServer(faults: faults) { server, _ in
            let (http, token) = try conversation(on: server)
            try http.send("hi", token: token)
            #expect(try http.exercisedConfigRows().contains("MQTT-CONFIG-09") == !faults.isEmpty)
        }
    }

    /// MQTT-CONFIG-02.
    @Test func aLaterSubscriberGetsNothingFromThePast() throws {
        try withServer { server, endpoint in
            let (http, token) = try conversation(on: server)
            try withSubscriber(endpoint) { inbox in
                try http.send("before", token: token)
                _ = try inbox.first(2)
            }
            try withSubscriber(endpoint) { inbox in
                try http.send("after", token: token)
                let first = String(decoding: try inbox.first(1)[0].payload, as: UTF8.self)
                #expect(first.contains(#""text":"after""#))
            }
        }
    }
}
