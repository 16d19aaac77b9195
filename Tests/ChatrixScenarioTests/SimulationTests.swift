import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Foundation
import Testing

@testable import ChatrixScenario

/// Whole runs in virtual time against the reference.
struct SimulationTests {
    static func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scenarios/\(name)").path
    }

    private func simulate(
        _ scenario: Scenario, stop: (Int64) -> Bool = { _ in false }
    ) -> VirtualInterpreter.Result {
        let backend = ReferenceBackend(configuration: .init(seed: scenario.seed))
        var interpreter = VirtualInterpreter(Plan(scenario), backend: backend)
        return interpreter.run(isStopped: stop)
    }

    /// The smoke scenario, short enough for a test.
    private func smoke(seed: UInt64) throws -> Scenario {
        var scenario = try Scenario(contentsOf: Self.path("smoke.yaml"))
        scenario.seed = seed
        scenario.users = 30
        scenario.load = [.init(name: "p", load: .arrivals([20, 60], .even), duration: 4_000_000_000)]
        return scenario
    }

    @Test func sameSeedGivesTheSameLogAndAnotherSeedAnother() throws {
        let first = simulate(try smoke(seed: 7))
        let second = simulate(try smoke(seed: 7))
        let other = simulate(try smoke(seed: 8))
        #expect(first.digest == second.digest)
        #expect(first.history.operations == second.history.operations)
        #expect(first.history.deliveries == second.history.deliveries)
        #expect(first.digest != other.digest)
        #expect(first.digest.description.count == 32)
    }

    @Test func everyMessageOfTheSmokeScenarioArrivesOnceAndInOrder() throws {
        let result = simulate(try smoke(seed: 3))
        let history = result.history
        #expect(result.setupFailure == nil)
        #expect(result.counters.awaitsTimedOut == 0)
        #expect(result.counters.stepsSkipped == 0)
        #expect(result.counters.arrivalsDropped == 0)
        #expect(history.operations.allSatisfy { $0.isAccepted })
        let sent = history.operations.filter { $0.endpoint == .send }.compactMap(\.message)
        let delivered = history.deliveries.filter { $0.kind == .message }.compactMap(\.message)
        #expect(sent.count > 300)
        #expect(delivered.sorted() == sent.sorted())
        #expect(result.counters.inFlight == 0)
        #expect(!result.counters.isSaturated)
        #expect(history.run.loadEnd - history.run.loadStart == 4_000_000_000)
        #expect(history.run.phases.map(\.name) == ["p"])
        #expect(Set(history.operations.filter { $0.phase == .load }.map(\.flow)).count == 4)
    }

    @Test(arguments: ["smoke.yaml", "busy-evening.yaml"])
    func scenarioOfTheLibraryCanBeRead(name: String) throws {
        let scenario = try Scenario(contentsOf: Self.path(name))
        #expect(!scenario.thresholds.isEmpty)
        #expect(scenario.settle > 0)
    }

    @Test func interruptedRunKeepsItsHistory() throws {
        let result = simulate(try smoke(seed: 1)) { $0 > 1_000_000_000 }
        #expect(result.history.run.isInterrupted)
        #expect(result.history.run.loadEnd < 4_000_000_000)
        #expect(result.history.deliveries.count { $0.kind == .message } == result.counters.messagesSent)
    }

    @Test(arguments: [Scenario.Pairs.ring(degree: 3), .random(degree: 5), .star])
    func closedModelRunsWithEveryKindOfPairs(_ pairs: Scenario.Pairs) throws {
        var scenario = try smoke(seed: 2)
        scenario.pairs = pairs
        scenario.load = [.init(name: "c", load: .users(start: 12, end: 12), duration: 2_000_000_000)]
        let result = simulate(scenario)
        #expect(result.counters.iterations > 100)
        #expect(result.counters.messagesDelivered == result.counters.messagesSent)
    }
}
