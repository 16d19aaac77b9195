import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// The reads at the end.
struct AuditTests {
    private func hand(users: Int = 4, degree: Int = 1, options: Plan.Options = Plan.Options()) -> Hand {
        var scenario = scenario(users: users, load: [arrivals(10, 10, seconds: 1)], steps: [.call(.init("read"))])
        scenario.pairs = .ring(degree: degree)
        return Hand(scenario, options: options)
    }

    private func audit(_ hand: Hand) -> [History.Operation] {
        hand.engine.history.operations.filter { $0.phase == .audit }
    }

    @Test func everyUserListsBeforeAnyReads() {
        var hand = hand()
        hand.advance(to: 100 * second)
        #expect(
            audit(hand).map(\.endpoint) == Array(repeating: .conversations, count: 4)
                + Array(repeating: .messages, count: 4))
        #expect(audit(hand).prefix(4).map(\.user) == [0, 1, 2, 3])
        #expect(audit(hand).suffix(4).map(\.partner) == [1, 2, 3, 0])
        #expect(hand.sent.suffix(8).allSatisfy { $0.wish == .observations })
        #expect(hand.engine.isFinished)
        // Quiet for two and a half seconds after the load of one second; and again after the reads.
        #expect(hand.engine.history.run.end == 6 * second)
    }

    @Test func readsAreBounded() {
        var options = Plan.Options()
        options.auditedConversations = 2
        options.setupConcurrency = 3
        var hand = hand(users: 8, degree: 5, options: options)
        hand.advance(to: 3 * second)
        hand.answersAtOnce = false
        hand.advance(to: 4 * second)
        #expect(hand.engine.stage == .auditing)
        #expect(hand.engine.counters.inFlight == 3)
        hand.answersAtOnce = true
        for request in hand.sent.suffix(3) { hand.answer(request) }
        hand.advance(to: 100 * second)
        let reads = audit(hand).filter { $0.endpoint == .messages }
        #expect((0..<8).allSatisfy { user in reads.count { $0.user == user } <= 2 })
        #expect(!reads.isEmpty)
        let touched = Set(hand.loadOperations.compactMap(\.conversation))
        #expect(reads.allSatisfy { $0.conversation.map(touched.contains) == true }, "of what was used")
        #expect(audit(hand).filter { $0.endpoint == .conversations }.count == 8)
    }

    @Test func listsAreFollowedToTheirEndAndNoFurther() {
        var hand = hand(users: 2)
        hand.advance(to: 2 * second)
        hand.answersAtOnce = false
        hand.advance(to: 4 * second)
        var cursors: [Timestamp?] = []
        var count = 0
        while hand.engine.stage == .auditing, count < 100 {
            count += 1
            for request in hand.sent where request.at >= 3 * second {
                guard case .chat(.conversations(let query)) = request.command else {
                    hand.engine.completed(request.ticket, .accepted(status: 200), at: hand.now)
                    continue
                }
                cursors.append(query.before)
                // Two more pages; then one that is no older, as only a broken deployment would say.
                let next = max(Timestamp.virtualStart + (-2), (query.before ?? .virtualStart) + (-1))
                hand.engine.completed(request.ticket, .accepted(status: 200), .page(next: next), at: hand.now)
            }
            hand.sent.removeAll()
            hand.drain()
            if hand.sent.isEmpty { hand.advance(to: hand.now + second) }
        }
        #expect(hand.engine.isFinished)
        #expect(cursors.count == 6, "\(cursors)")
    }

    @Test func eventsOfTheAuditAreRecordedAndRowsBelongToTheirRead() {
        var hand = hand(users: 2)
        hand.advance(to: 3 * second)
        hand.answersAtOnce = false
        hand.advance(to: 4 * second)
        #expect(hand.engine.stage == .auditing)
        let id = ConversationID(prefix: 0, number: 1)
        for request in hand.sent.suffix(2) {
            hand.engine.completed(
                request.ticket, .accepted(status: 200),
                observations: [
                    .init(kind: .conversation, conversation: id), .init(kind: .conversation, conversation: id),
                ],
                at: hand.now)
        }
        hand.engine.received(History.Delivery(user: 0, at: hand.now, kind: .readReceipt))
        #expect(hand.engine.history.observations.map(\.operation) == audit(hand).flatMap { [$0.id, $0.id] })
        #expect(hand.engine.history.deliveries.count == 1)
    }

    @Test func interruptedRunsAndThoseThatDidNothingAreNotAudited() {
        var stopped = hand()
        stopped.advance(to: second / 2)
        stopped.engine.stop(at: stopped.now)
        stopped.advance(to: 100 * second)
        #expect(audit(stopped).isEmpty)
        #expect(stopped.engine.history.run.isInterrupted)

        var aborted = hand()
        aborted.advance(to: second / 2)
        aborted.engine.stop(abortedBy: "http.failed == 0", at: aborted.now)
        aborted.advance(to: 100 * second)
        #expect(aborted.engine.history.run.abortedBy == "http.failed == 0")
        #expect(!aborted.engine.history.run.isInterrupted)

        var idle = Hand(scenario(load: [arrivals(0, 0, seconds: 1)], steps: [me]))
        idle.advance(to: 100 * second)
        #expect(idle.engine.isFinished && audit(idle).isEmpty)
    }

    @Test func auditOfADeadDeploymentEnds() {
        var options = Plan.Options()
        options.setupConcurrency = 30
        var hand = hand(users: 500, options: options)
        hand.advance(to: 2 * second)
        hand.answersAtOnce = false
        hand.advance(to: 200 * second)
        #expect(hand.engine.isFinished)
        #expect(audit(hand).count == 30 + 19, "all at once, and one for each that was given up before")
        #expect(audit(hand).allSatisfy { if case .lost = $0.result { true } else { false } })
        #expect(hand.engine.history.run.end < 30 * second)
    }

    @Test func auditBeginsNothingAfterItsTime() {
        var options = Plan.Options()
        options.setupConcurrency = 1
        options.auditTimeout = 5 * second
        var hand = hand(users: 50, options: options)
        hand.advance(to: 2 * second)
        hand.answersAtOnce = false
        for _ in 0..<300 where !hand.engine.isFinished {
            hand.advance(to: hand.now + second)
            if let last = hand.sent.last { hand.answer(last) }
        }
        #expect((5...7).contains(audit(hand).count))
        #expect(hand.engine.isFinished)
    }
}
