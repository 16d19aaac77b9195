import ChatrixHistory
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import Testing

@testable import ChatrixCheck

/// Each way in which the reference can misbehave breaks the guarantees that it violates, no others, and the first violation
/// says what went wrong.
@Suite struct FaultMatrixTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var fault: Fault
        var broken: Set<Metric.Guarantee>
        /// The guarantee that the fault is aimed at, and words of its first violation.
        var aim: Metric.Guarantee
        var says: String

        init(
            _ kind: Fault.Kind, every: Int = 15, _ broken: Set<Metric.Guarantee>, _ aim: Metric.Guarantee,
            _ says: String
        ) {
            (fault, self.broken, self.aim, self.says) = (Fault(kind, every: every), broken, aim, says)
        }

        var testDescription: String { "\(fault)" }
    }

    static let rows = [
        Row(.drop, [.complete], .complete, "never reached user"),
        Row(.duplicate, [.unique], .unique, "arrived twice at user"),
        Row(.reorder, [.order], .order, ", after message "),
        Row(.delay(milliseconds: 1500), every: 1, [.prompt], .prompt, "asked is 'delivery.message.p99 < 1s'"),
        Row(.leak, [.private], .private, "received an event message"),
        Row(.corrupt, [.conforming], .conforming, "with another content"),
        // What nobody sent has no event in the list of conversations either.
        Row(.ghost, [.causal, .complete], .causal, "no send of the run can have created it"),
        // A receipt of a marking that did not happen lacks the other events, and counts what was not read.
        Row(.early, [.causal, .complete, .conforming], .causal, "before the first operation that can have caused it"),
        // What is not stored is missing in pages, in read counts and in lists of conversations.
        Row(.forget, every: 7, [.causal, .complete, .converged], .converged, "was the last one accepted"),
        Row(.miscount, every: 5, [.converged], .converged, "shows unread_count 1"),
        Row(.breach, every: 1, [.private], .private, "was accepted and delivered although user"),
    ]

    private static let text = """
        name: matrix
        seed: 5
        users: 40
        pairs: {kind: ring, degree: 1}
        load: [{rate: 12/s, for: 12s}]
        settle: 15s
        flows:
          - name: chat
            weight: 3
            steps:
              - ensure
              - send: "hello {{peer}}, number {{n}}"
              - think: 100ms..200ms
              - conversations
              - peer: {conversations: {}}
              - send: "again {{n}}"
              - send: "and again {{n}}"
              - peer: {read: {}}
              - messages
          - name: block
            steps:
              - block
              - peer: {send: "hello?"}
              - think: 100ms..200ms
              - unblock
        """

    private func judge(_ faults: [Fault]) throws -> (judgement: Judgement, injected: Int) {
        let scenario = try Scenario(parsing: Array(Self.text.utf8), file: "matrix.yaml")
        var configuration = ReferenceBackend.Configuration(seed: scenario.seed)
        configuration.passwordRounds = 1
        configuration.faults = faults
        var interpreter = VirtualInterpreter(
            Plan(scenario), backend: ReferenceBackend(configuration: configuration), faults: faults)
        let result = interpreter.run()
        let isDelay = faults.contains { if case .delay = $0.kind { true } else { false } }
        let thresholds = isDelay ? [try Threshold(parsing: "delivery.message.p99 < 1s")] : []
        return (Judge.judge(result.history, thresholds: thresholds), result.injected.reduce(0) { $0 + $1.count })
    }

    @Test(arguments: rows)
    func faultBreaksItsGuarantees(row: Row) throws {
        let (judgement, injected) = try judge([row.fault])
        #expect(injected > 5)
        #expect(Set(judgement.broken) == row.broken)
        let first = judgement.violations(row.aim).first?.statement
        #expect(first?.contains(row.says) == true, "\(first ?? "no violation")")
    }

    @Test func withoutFaultsAllHold() throws {
        #expect(try judge([]).judgement.broken.isEmpty)
    }

    @Test func everyKindOfFaultAndEveryGuaranteeHasItsRow() {
        let kinds = Self.rows.map { "\($0.fault)".prefix { $0 != ":" } }
        #expect(Set(kinds) == Set(Fault.names.map { $0[...] }))
        #expect(Set(Self.rows.map(\.aim)) == Set(Metric.Guarantee.allCases))
    }
}
