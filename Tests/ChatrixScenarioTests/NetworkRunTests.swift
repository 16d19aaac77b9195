import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Testing

@testable import ChatrixScenario

/// Whole runs through networks and faults of every kind.
struct NetworkRunTests {
    private static let second: Int64 = 1_000_000_000

    private func scenario(seed: UInt64) throws -> Scenario {
        var scenario = try Scenario(contentsOf: SimulationTests.path("smoke.yaml"))
        scenario.seed = seed
        scenario.users = 30
        scenario.load = [.init(name: "p", load: .arrivals([20, 60], .even), duration: 20 * Self.second)]
        return scenario
    }

    private func run(
        _ scenario: Scenario, faults: [Fault] = [], record: (History.Batch) -> Void = { _ in },
        keepsHistory: Bool = true, _ change: (inout NetworkModel.Configuration) -> Void
    ) -> VirtualInterpreter.Result {
        var network = NetworkModel.Configuration()
        change(&network)
        var configuration = ReferenceBackend.Configuration(seed: scenario.seed)
        configuration.faults = faults
        var interpreter = VirtualInterpreter(
            Plan(scenario), backend: ReferenceBackend(configuration: configuration), network: network, faults: faults)
        return interpreter.run(keepsHistory: keepsHistory, record: record)
    }

    /// Everything that the network can do at once.
    private func spoil(_ network: inout NetworkModel.Configuration) {
        network.request = .normal(mean: 20_000_000, deviation: 5_000_000)
        network.answer = .bounded(.exponential(mean: 15_000_000), 1_000_000...Self.second)
        network.event = .logNormal(median: 20_000_000, sigma: 0.6)
        network.loss.packets = 0.02
        network.loss.requests = 0.01
        network.loss.answers = 0.01
        network.order = .topic
        network.sessions = .kept
        network.disconnects = 10 * Self.second
        network.partitions = [
            .init(.users, share: 0.3, at: 3 * Self.second, for: 6 * Self.second),
            .init(.broker, at: 8 * Self.second, for: 5 * Self.second),
            .init(.api, at: 15 * Self.second, for: 2 * Self.second),
        ]
        network.slow = .init(share: 0.2, rate: 50, queue: 100)
    }

    private static let allFaults = [
        Fault(.drop, every: 31), Fault(.duplicate, every: 37), Fault(.reorder, every: 41), Fault(.leak, every: 43),
        Fault(.delay(milliseconds: 80), every: 5), Fault(.corrupt, every: 47), Fault(.ghost, every: 53),
        Fault(.early, every: 59), Fault(.forget, every: 13), Fault(.miscount, every: 3), Fault(.breach, every: 1),
    ]

    @Test func sameSeedGivesTheSameLogWithEveryNoiseAndFaultAtOnce() throws {
        let first = run(try scenario(seed: 5), faults: Self.allFaults, spoil)
        let second = run(try scenario(seed: 5), faults: Self.allFaults, spoil)
        let other = run(try scenario(seed: 6), faults: Self.allFaults, spoil)
        #expect(first.digest == second.digest)
        #expect(first.history.operations == second.history.operations)
        #expect(first.history.deliveries == second.history.deliveries)
        #expect(first.history.sessionChanges == second.history.sessionChanges)
        #expect(first.digest != other.digest)
        #expect(first.history.operations.contains { if case .lost = $0.result { true } else { false } })
        #expect(first.history.sessionChanges.contains { !$0.isUp })
        let injected = first.injected.filter { $0.count > 0 }.map(\.fault.kind)
        #expect(injected.count >= 9, "injected were \(injected)")
    }

    @Test func batchesDoNotChangeTheDigestAndPutTogetherAreTheHistory() throws {
        var scenario = try scenario(seed: 2)
        scenario.load = [
            .init(name: "p", load: .arrivals([100, 100], .even), duration: 90 * Self.second)
        ]
        let kept = run(scenario, spoil)
        var gained = History(run: kept.history.run)
        var batches = 0
        let record = { (batch: History.Batch) in
            gained.append(batch)
            batches += 1
        }
        let result = run(scenario, record: record, keepsHistory: false, spoil)
        #expect(result.digest == kept.digest)
        #expect(result.history.operations.isEmpty)
        #expect(gained.operations == kept.history.operations)
        #expect(gained.deliveries == kept.history.deliveries)
        #expect(gained.sessionChanges == kept.history.sessionChanges)
        #expect(batches > 1)
        // The beginning of a phase ends a batch too.
        let phases = kept.history.run.phases.count
        #expect(batches <= 2 + phases + (gained.operations.count + gained.deliveries.count) / 4096)
    }

    /// The messages of accepted sends and those that arrived.
    private func messages(_ history: History) -> (sent: Set<MessageID>, delivered: [MessageID]) {
        (
            Set(history.operations.filter(\.isSend).compactMap(\.message)),
            history.deliveries.filter { $0.kind == .message }.compactMap(\.message)
        )
    }

    @Test func lostRequestHasNoEffectAndLostAnswerHas() throws {
        let requests = messages(run(try scenario(seed: 3)) { $0.loss.requests = 0.3 }.history)
        #expect(Set(requests.delivered) == requests.sent)
        let answers = messages(run(try scenario(seed: 3)) { $0.loss.answers = 0.3 }.history)
        #expect(Set(answers.delivered).isStrictSuperset(of: answers.sent))
    }

    @Test func cleanSessionMissesWhatAKeptOneGetsAndGetsTwice() throws {
        func history(_ sessions: NetworkModel.Sessions) throws -> History {
            run(try scenario(seed: 4)) {
                $0.sessions = sessions
                $0.disconnects = 2 * Self.second
                $0.event = .exponential(mean: 50_000_000)
            }.history
        }
        let clean = messages(try history(.clean))
        #expect(Set(clean.delivered).isStrictSubset(of: clean.sent))
        #expect(Set(clean.delivered).count == clean.delivered.count)
        let kept = messages(try history(.kept))
        #expect(Set(kept.delivered) == kept.sent)
        #expect(kept.delivered.count > kept.sent.count)
    }

    @Test func sessionsThatBreakComeBack() throws {
        let result = run(try scenario(seed: 1)) {
            $0.partitions = [.init(.broker, at: 5 * Self.second, for: 6 * Self.second)]
        }
        let down = result.history.sessionChanges.filter { !$0.isUp }
        #expect(down.count == 30)
        let start = result.history.run.loadStart
        #expect(down.allSatisfy { $0.at == start + 9 * Self.second })
        let up = result.history.sessionChanges.filter { $0.isUp && $0.at > start }
        #expect(Set(up.map(\.user)).count == 30)
        #expect(up.allSatisfy { (start + 11 * Self.second...start + 14 * Self.second).contains($0.at) })
        #expect(result.counters.sessionsUp == 30)
    }

    @Test func apiThatCannotBeReachedLosesRequestsWithTheirTimeout() throws {
        let result = run(try scenario(seed: 1)) {
            $0.partitions = [.init(.api, at: 5 * Self.second, for: 6 * Self.second)]
        }
        let lost = result.history.operations.filter { if case .lost = $0.result { true } else { false } }
        #expect(!lost.isEmpty)
        #expect(lost.allSatisfy { $0.completed - $0.sent == 10 * Self.second })
        #expect(!result.history.sessionChanges.contains { !$0.isUp })
    }
}
