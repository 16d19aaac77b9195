import ChatrixHistory
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import Foundation
import Testing

@testable import ChatrixCheck

/// The judge on runs through a bad network.
@Suite struct NoisyRunTests {
    private static let second: Int64 = 1_000_000_000

    private func simulate(
        seed: UInt64, _ network: NetworkModel.Configuration
    ) throws -> VirtualInterpreter.Result {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scenarios/smoke.yaml").path
        var scenario = try Scenario(contentsOf: path)
        scenario.seed = seed
        scenario.users = 30
        scenario.load = [.init(name: "p", load: .arrivals([20, 60], .even), duration: 15 * Self.second)]
        // Requests that are lost in the end are given up after 10 s.
        scenario.settle = 20 * Self.second
        var interpreter = VirtualInterpreter(
            Plan(scenario), backend: ReferenceBackend(configuration: .init(seed: seed)), network: network)
        return interpreter.run()
    }

    /// A network drawn with the seed, out of everything that a correct deployment has to survive: its broker keeps the
    /// order of a session and drops nothing that waits.
    private func network(seed: UInt64) -> NetworkModel.Configuration {
        var random = SplitMix64(seed: seed)
        var network = NetworkModel.Configuration()
        let delays: [ChatrixScenario.Distribution] = [
            .constant(1_000_000), .uniform(100_000...40_000_000),
            .normal(mean: 30_000_000, deviation: 20_000_000), .exponential(mean: 40_000_000),
            .logNormal(median: 20_000_000, sigma: 1),
        ]
        func chance<Value>(_ value: Value, else other: Value) -> Value { random.below(2) == 0 ? value : other }
        network.request = delays[random.below(delays.count)]
        network.answer = delays[random.below(delays.count)]
        network.event = delays[random.below(delays.count)]
        network.session = delays[random.below(delays.count)]
        network.loss.packets = chance(0.05, else: 0)
        network.loss.requests = chance(0.03, else: 0)
        network.loss.answers = chance(0.03, else: 0)
        network.sessions = chance(.clean, else: .kept)
        network.disconnects = chance(8 * Self.second, else: nil)
        network.slow = chance(.init(share: 0.3, rate: 100), else: nil)
        for part in NetworkModel.Partition.Part.allCases where random.below(2) == 0 {
            network.partitions.append(
                .init(
                    part, share: 0.4, at: Int64(random.below(12)) * Self.second,
                    for: Int64(1 + random.below(9)) * Self.second))
        }
        return network
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func networkAloneBreaksNoGuarantee(seed: UInt64) throws {
        let network = network(seed: seed)
        var settings = Judge.Settings()
        settings.sessionGrace = network.patience
        settings.deliveryWait = network.patience
        let judgement = Judge.judge(try simulate(seed: seed, network).history, settings: settings)
        for finding in judgement.findings where finding.verdict.name == "invalid" {
            let text = String("seed \(seed), \(network): \(finding)".prefix(3000))
            Issue.record("\(text)")
        }
    }
}
