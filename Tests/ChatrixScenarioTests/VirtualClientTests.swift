import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Testing

@testable import ChatrixScenario

/// What a client of the virtual interpreter keeps and tells, as one of a live run does.
struct VirtualClientTests {
    private func run(
        _ steps: String, users: Int = 4, _ parts: String = "pairs: {kind: ring, degree: 1}"
    ) throws -> VirtualInterpreter.Result {
        let text = """
            name: clients
            users: \(users)
            \(parts)
            load: [{rate: 2/s, for: 3s}]
            settle: 2s
            flows: [{name: f, steps: \(steps)}]
            """
        let plan = Plan(try Scenario(parsing: Array(text.utf8), file: "clients.yaml"))
        var configuration = ReferenceBackend.Configuration(seed: plan.seed)
        configuration.passwordRounds = 1
        var interpreter = VirtualInterpreter(plan, backend: ReferenceBackend(configuration: configuration))
        return interpreter.run()
    }

    @Test func refreshUsesUpTheTokenOfTheDevice() throws {
        let result = try run("[refresh, refresh, login, refresh]", "devices: 2")
        #expect(result.counters.accepted > 20)
        #expect(result.counters.failed == 0)
    }

    @Test func accountRegisteredByAFlowIsNotTheUsers() throws {
        let result = try run(
            "[register, refresh, ensure, send: hello, await: {event: message, at: peer, within: 1s}]")
        #expect(result.counters.messagesSent == 6)
        #expect(result.counters.failed == 0)
        #expect(result.counters.awaitsTimedOut == 0)
    }

    @Test func confirmationsOfFramesFillVariables() throws {
        let result = try run(
            """
            [socket.call: audio, await: {event: call, at: peer, within: 1s}, peer: {socket.call_accept: {}}, \
            await: {event: call-accept, within: 1s}, peer: {endCall: {}}, await: {event: call-end, within: 1s}]
            """, "channels: [websocket]\npairs: {kind: ring, degree: 1}")
        #expect(result.history.operations.count { $0.request == .socket(.callAccept) } == 6)
        #expect(result.counters.stepsSkipped == 0)
        #expect(result.counters.awaitsTimedOut == 0)
    }

    @Test func auditReadsAllPagesOfAList() throws {
        let users = 2 * Limits.conversationPageMax + 2
        let result = try run("[send: hello]", users: users, "pairs: {kind: star}")
        let lists = result.history.operations.filter {
            $0.phase == .audit && $0.request == .http(.conversations) && $0.user == 0
        }
        #expect(lists.count == 3)
        let shown = Set(lists.map(\.id))
        #expect(result.history.observations.count { shown.contains($0.operation) } == users - 1)
    }
}
