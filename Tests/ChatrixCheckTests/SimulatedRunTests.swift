import ChatrixHistory
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import Foundation
import Testing

@testable import ChatrixCheck

/// The judge on histories that the engine wrote, with the reference as the server.
@Suite struct SimulatedRunTests {
    private func simulate(_ seed: UInt64) throws -> (history: History, thresholds: [Threshold]) {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("scenarios/smoke.yaml").path
        var scenario = try Scenario(contentsOf: path)
        scenario.seed = seed
        scenario.users = 40
        scenario.load = [.init(name: "p", load: .arrivals([20, 60], .even), duration: 6_000_000_000)]
        var interpreter = VirtualInterpreter(
            Plan(scenario), backend: ReferenceBackend(configuration: .init(seed: seed)))
        return (interpreter.run().history, scenario.thresholds)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func correctServerHolds(seed: UInt64) throws {
        let run = try simulate(seed)
        let judgement = Judge.judge(run.history, thresholds: run.thresholds)
        for finding in judgement.findings {
            #expect(finding.verdict == .valid, "seed \(seed), \(finding.guarantee): \(finding)")
        }
        #expect(judgement.counts.messagesDelivered > 200)
        #expect(judgement.counts.expected == judgement.counts.delivered)
        #expect(judgement.counts.delivered == run.history.deliveries.count)
    }

    @Test(arguments: History.Delivery.Kind.ofMQTT)
    func lostEventOfEachKindIsNoticed(kind: History.Delivery.Kind) throws {
        var history = try simulate(7).history
        let ofKind = history.deliveries.indices.filter { history.deliveries[$0].kind == kind }
        history.deliveries.remove(at: try #require(ofKind.dropFirst(ofKind.count / 2).first))
        #expect(Judge.judge(history).broken == [.complete])
    }
}
