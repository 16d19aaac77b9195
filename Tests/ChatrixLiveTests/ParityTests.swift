import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import ChatrixServer
import Logging
import Testing

@testable import ChatrixLive

/// The same scenario in both clocks.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ParityTests {
    /// One flow at a time, each long over before the next begins, so that nothing depends on who is faster.
    private static let text = """
        name: parity
        seed: 11
        users: 4
        pairs: {kind: ring, degree: 1}
        load: [{rate: 2/s, for: 6s}]
        settle: 5s
        flows:
          - name: chat
            weight: 3
            steps:
              - ensure
              - send: {text: "hello {{peer}} {{n}}"}
              - await: {event: message, at: peer, within: 5s}
              - await: {event: conversation-updated, at: peer, within: 5s}
              - peer: {read: {}}
              - await: {event: read-receipt, at: self, within: 5s}
              - view
          - name: look
            steps: [me, conversations, messages, profile, follow, unfollow, login]
          - name: block
            steps: [block, send: {text: "refused"}, unblock, send: {text: "accepted"}, messages]
        """

    /// What does not depend on the clock. Refusals are told by their status.
    private struct Operation: Hashable {
        var number: Int
        var user: Int
        var name: String
        var step: [Int]
        var result: History.Operation.Result
        var partner: Int?
        var conversation: ConversationID?
        var message: MessageID?
        var contentDigest: UInt64

        init(_ operation: History.Operation) {
            number = operation.id
            user = operation.user
            name = operation.request.name
            step = [operation.flow, operation.step]
            result = operation.result
            partner = operation.partner
            conversation = operation.conversation
            message = operation.message
            contentDigest = operation.contentDigest
        }
    }

    private struct Delivery: Hashable {
        var kind: History.Delivery.Kind
        var topicUser: UserID?
        var conversation: ConversationID?
        var message: MessageID?
        var actor: UserID?
        var count: Int
        var contentDigest: UInt64

        init(_ delivery: History.Delivery) {
            kind = delivery.kind
            topicUser = delivery.topicUser
            conversation = delivery.conversation
            message = delivery.message
            actor = delivery.actor
            count = delivery.count
            contentDigest = delivery.contentDigest
        }
    }

    @Test func sequentialScenarioGivesTheSameRepliesAndEventsInBothClocks() async throws {
        let scenario = try Scenario(parsing: Array(Self.text.utf8), file: "parity.yaml")
        var options = Plan.Options()
        options.setupConcurrency = 1
        var backend = ReferenceBackend.Configuration(seed: scenario.seed)
        backend.passwordRounds = 1

        var interpreter = VirtualInterpreter(
            Plan(scenario, options: options), backend: ReferenceBackend(configuration: backend))
        let virtual = interpreter.run().history

        var configuration = ReferenceServer.Configuration.inProcess
        configuration.broker = .managed(port: 0)
        configuration.api.rateLimits = .off
        configuration.api.backend = backend
        var logger = Logger(label: "test")
        logger.logLevel = .error
        let server = try ReferenceServer.start(configuration, logger: logger)
        defer { server.stop() }
        var live = LiveConfiguration(
            http: try HTTPBase(parsing: server.httpURL),
            mqtt: try server.mqttURL.map { try MQTTEndpoint(parsing: $0) })
        live.plan = options
        let real = try await LiveInterpreter(scenario, configuration: live).run().history

        #expect(virtual.users == real.users)
        let operations = (virtual.operations.map(Operation.init), real.operations.map(Operation.init))
        #expect(operations.0.sorted { $0.number < $1.number } == operations.1.sorted { $0.number < $1.number })
        #expect(operations.0.count > 40)
        #expect(operations.0.contains { if case .refused = $0.result { true } else { false } })
        for user in 0..<scenario.users {
            let deliveries = [virtual, real].map { history in
                history.deliveries.filter { $0.user == user }.map(Delivery.init)
            }
            #expect(deliveries[0] == deliveries[1], "user \(user)")
            #expect(!deliveries[0].isEmpty)
        }
    }
}
