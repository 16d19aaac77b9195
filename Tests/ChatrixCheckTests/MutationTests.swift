import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

/// Random histories of a correct server hold; with one delivery tampered with, the right guarantee breaks.
@Suite struct MutationTests {
    private static let seeds: [UInt64] = Array(1...25)

    private func rehearsal(_ seed: UInt64) -> History { Rehearsal(seed: seed, users: 9, operations: 600).history }

    /// Deliveries of users whose session held, far from the end.
    private func candidates(_ history: History, _ condition: (History.Delivery) -> Bool = { _ in true }) -> [Int] {
        history.deliveries.indices.filter {
            !history.deliveries[$0].user.isMultiple(of: 2) && condition(history.deliveries[$0])
        }
    }

    private func resorted(_ history: History) -> History {
        var history = history
        history.deliveries = history.deliveries.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        return history
    }

    @Test(arguments: seeds)
    func correctHistoryHolds(seed: UInt64) {
        let judgement = Judge.judge(rehearsal(seed))
        for finding in judgement.findings {
            #expect(finding.verdict == .valid, "seed \(seed): \(finding.violations.first?.statement ?? "")")
        }
        let counts = judgement.counts
        #expect(counts.expected == counts.delivered + counts.lost + counts.excused + counts.awaited)
        #expect(counts.delivered > 200)
    }

    @Test(arguments: seeds)
    func droppedDeliveryBreaksComplete(seed: UInt64) throws {
        var history = rehearsal(seed)
        var random = SeededRandom(seed: seed)
        let index = try #require(candidates(history).randomElement(using: &random))
        let dropped = history.deliveries.remove(at: index)
        let judgement = Judge.judge(history)
        #expect(judgement.broken == [.complete], "seed \(seed): dropped \(dropped)")
        #expect(judgement.counts.lost == 1)
        #expect(
            judgement.violations(.complete).first?.window.contains { entry in
                switch entry {
                case .operation(let operation): operation.conversation == dropped.conversation
                case .delivery(let delivery): delivery.conversation == dropped.conversation
                case .session: false
                }
            } == true)
    }

    @Test(arguments: seeds)
    func duplicatedDeliveryBreaksUnique(seed: UInt64) throws {
        var history = rehearsal(seed)
        var random = SeededRandom(seed: seed)
        let index = try #require(candidates(history).randomElement(using: &random))
        var copy = history.deliveries[index]
        copy.at += Int64.random(in: 0...50_000_000, using: &random)
        history.deliveries.append(copy)
        let judgement = Judge.judge(resorted(history))
        #expect(judgement.broken == [.unique], "seed \(seed): doubled \(copy)")
        #expect(judgement.counts.duplicated == 1)
        #expect(judgement.violations(.unique).first?.window.contains(.delivery(copy)) == true)
    }

    @Test(arguments: seeds)
    func changedRepetitionBreaksUnique(seed: UInt64) throws {
        var history = rehearsal(seed)
        var random = SeededRandom(seed: seed)
        let index = try #require(candidates(history).randomElement(using: &random))
        var copy = history.deliveries[index]
        copy.at += 1
        copy.payloadDigest ^= 1
        history.deliveries.append(copy)
        #expect(Judge.judge(resorted(history)).broken == [.unique], "seed \(seed): \(copy)")
    }

    /// Only delayed, as the second one must not come before its own cause.
    @Test(arguments: seeds)
    func overtakenDeliveryBreaksOrder(seed: UInt64) throws {
        var history = rehearsal(seed)
        var random = SeededRandom(seed: seed)
        let kinds = History.Delivery.Kind.ofMQTT
        let kind = try #require(kinds.randomElement(using: &random))
        var pairs: [(Int, Int)] = []
        var last: [String: Int] = [:]
        for index in candidates(history, { $0.kind == kind }) {
            let delivery = history.deliveries[index]
            let lane = "\(delivery.user) \(delivery.conversation?.description ?? "")"
            if let earlier = last[lane] { pairs.append((earlier, index)) }
            last[lane] = index
        }
        let (first, second) = try #require(pairs.randomElement(using: &random))
        history.deliveries[first].at = history.deliveries[second].at + 1
        let judgement = Judge.judge(resorted(history))
        #expect(judgement.broken == [.order], "seed \(seed): \(kind)")
    }

    @Test(arguments: seeds)
    func leakedDeliveryBreaksPrivate(seed: UInt64) throws {
        var history = rehearsal(seed)
        var random = SeededRandom(seed: seed)
        let index = try #require(candidates(history).randomElement(using: &random))
        var copy = history.deliveries[index]
        // Neighbours in the ring talk to each other; three places on is a stranger.
        copy.user = (copy.user + 3) % 9
        copy.topicUser = Rehearsal.user(copy.user)
        copy.at += 1
        history.deliveries.append(copy)
        let judgement = Judge.judge(resorted(history))
        #expect(judgement.broken == [.private], "seed \(seed): leaked \(copy)")
        #expect(judgement.violations(.private).first?.window.contains(.delivery(copy)) == true)
    }

    @Test(arguments: seeds)
    func delayedDeliveryBreaksPrompt(seed: UInt64) throws {
        var history = rehearsal(seed)
        var random = SeededRandom(seed: seed)
        let threshold = try Threshold(parsing: "delivery.max < 1s")
        #expect(Judge.judge(history, thresholds: [threshold]).broken == [])
        let index = try #require(candidates(history) { $0.kind == .message }.randomElement(using: &random))
        history.deliveries[index].at += 2_000_000_000
        let late = history.deliveries[index]
        let judgement = Judge.judge(resorted(history), thresholds: [threshold])
        // Being late it may also be overtaken, and the send may be one without a reply, of which nobody knows the time.
        let hasCause = history.operations.contains { $0.message == late.message }
        #expect(judgement.broken.contains(.prompt) == hasCause, "seed \(seed): \(late)")
    }

    @Test(arguments: seeds)
    func droppedMarkingBreaksComplete(seed: UInt64) throws {
        // Nothing overlaps and every reply arrives, so it is certain what each marking has to mark.
        var history = Rehearsal(
            seed: seed, users: 9, operations: 600, spacing: 20, breaksSessions: false, losesReplies: false
        ).history
        let last = try #require(history.deliveries.last { $0.kind == .messagesStatus })
        history.deliveries.removeAll {
            $0.stamp == last.stamp && $0.actor == last.actor && $0.conversation == last.conversation
        }
        let judgement = Judge.judge(history)
        #expect(judgement.broken == [.complete], "seed \(seed)")
        #expect(judgement.statements(.complete).first?.contains("had been accepted, but the events") == true)
    }

    @Test func judgingIsTheSameEveryTime() {
        let history = rehearsal(99)
        let once = Judge.judge(history)
        let again = Judge.judge(history)
        #expect(once.findings == again.findings)
    }
}
