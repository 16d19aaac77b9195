import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct PrivateTests {
    private func sent() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        return story
    }

    @Test func leakToAStrangersTopicIsNamed() throws {
        var story = sent()
        story.message(1, from: 0, to: 1, at: 108, created: story.stamp(at: 102), receiver: 2)
        let judgement = try story.judged()
        #expect(judgement.broken == [.private])
        #expect(
            judgement.statements(.private) == [
                "user 2 received an event message at 0.108000 s of conversation 000000000002000000000001 between user 0 "
                    + "and user 1"
            ])
        #expect(judgement.violations(.private)[0].window.map(\.user) == [0, 2])
    }

    @Test func foreignTopicIsALeakInItself() throws {
        var story = sent()
        story.read(1, 0, at: 200, count: 1)
        story.history.deliveries[2].topicUser = Story.user(2)
        #expect(try story.judged().broken == [.private])
        #expect(try story.judged().statements(.private)[0].hasSuffix("on the topic of user 2"))
    }

    @Test func senderMustNotReceiveHisOwnMessage() throws {
        var story = sent()
        story.message(1, from: 0, to: 1, at: 108, created: story.stamp(at: 102), receiver: 0)
        story.update(0, 1, to: 0, at: 109, stamp: story.stamp(at: 102))
        let judgement = try story.judged()
        #expect(judgement.broken == [.private])
        #expect(judgement.statements(.private)[0].hasSuffix("though he is its sender"))
        #expect(judgement.statements(.private)[1].hasSuffix("though he is the sender of the message"))
    }

    @Test func receiptsAndStatusesHaveOneReceiver() throws {
        var story = sent()
        story.read(1, 0, at: 200, count: 1)
        story.mark(.readReceipt, 1, 0, to: 1, at: 210, readAt: 202, count: 1)
        story.mark(.messagesStatus, 1, 0, to: 0, at: 211, readAt: 202, count: 1)
        let judgement = try story.judged()
        #expect(judgement[.private]?.violationCount == 2)
        #expect(judgement.statements(.private)[0].hasSuffix("though he is the reader himself"))
        #expect(judgement.statements(.private)[1].hasSuffix("which is meant for the reader"))
    }

    @Test func conversationNobodyOpenedIsForeign() throws {
        var story = sent()
        story.update(7, 8, to: 1, at: 300, stamp: story.stamp(at: 290))
        #expect(try story.judged().broken == [.private])
        #expect(try story.judged().statements(.private)[0].contains("which no operation of the run ever opened"))
    }

    @Test func conversationOfALostEnsureLeavesTheVerdictOpen() throws {
        var story = sent()
        story.operation(.ensure, by: 2, partner: 1, at: 200, result: .lost(reason: "reset"))
        story.update(1, 2, to: 1, at: 300, stamp: story.stamp(at: 290))
        #expect(try story.judged().broken == [])
        #expect(try story.judged().reasons(.private)[0].hasPrefix("1 event came from conversations whose participants"))
    }

    // MARK: blocks

    private func blocked(by blocker: Int, of target: Int) -> Story {
        var story = sent()
        story.operation(.block, by: blocker, partner: target, at: 200)
        return story
    }

    @Test(arguments: [(0, 1), (1, 0)])
    func messageAfterABlockOfEitherSideIsBroken(blocker: Int, target: Int) throws {
        var story = blocked(by: blocker, of: target)
        story.send(2, 0, to: 1, at: 300, message: 306, update: 307)
        let judgement = try story.judged()
        #expect(judgement.broken == [.private])
        #expect(
            judgement.statements(.private) == [
                "message 000000000003000000000002 from user 0 to user 1, sent at 0.300000 s, was accepted and delivered "
                    + "although user \(blocker) had blocked user \(target) by 0.205000 s"
            ])
        #expect(judgement.violations(.private)[0].window.map(\.at) == [200_000_000, 300_000_000, 306_000_000])
    }

    @Test func refusedMessageThatPassesABlockIsBroken() throws {
        var story = blocked(by: 1, of: 0)
        story.send(2, 0, to: 1, at: 300, message: 306, update: 307, result: .refused(status: 403))
        #expect(try story.judged().broken == [.private, .causal])
    }

    @Test func lostMessageThatPassesABlockIsBroken() throws {
        var story = blocked(by: 1, of: 0)
        story.send(2, 0, to: 1, at: 300, message: 306, update: 307, result: .lost(reason: "reset"))
        #expect(try story.judged().broken == [.private])
    }

    @Test func refusalAfterABlockIsValid() throws {
        var story = blocked(by: 1, of: 0)
        story.send(2, 0, to: 1, at: 300, message: nil, update: nil, result: .refused(status: 403))
        #expect(try story.judged().findings.allSatisfy { $0.verdict == .valid })
    }

    @Test func sendThatOverlapsTheBlockMayPass() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 203, message: 209, update: 210)
        story.operation(.block, by: 1, partner: 0, at: 200)
        #expect(try story.judged().broken == [])
    }

    @Test func sentBeforeTheBlockMayArriveLater() throws {
        var story = blocked(by: 1, of: 0)
        story.send(2, 0, to: 1, at: 190, message: 400, update: 401)
        #expect(try story.judged().broken == [])
    }

    @Test func unblockOpensTheWayFromItsStartOn() throws {
        var story = blocked(by: 1, of: 0)
        story.operation(.unblock, by: 1, partner: 0, at: 300)
        story.send(2, 0, to: 1, at: 301, message: 308, update: 309)
        story.send(3, 0, to: 1, at: 400, message: 406, update: 407)
        #expect(try story.judged().broken == [])
    }

    @Test func unblockByTheOtherSideOpensNothing() throws {
        var story = blocked(by: 1, of: 0)
        story.operation(.unblock, by: 0, partner: 1, at: 300, result: .refused(status: 404))
        story.send(2, 0, to: 1, at: 400, message: 406, update: 407)
        #expect(try story.judged().broken == [.private])
    }

    @Test func lostUnblockLeavesTheBlockUncertain() throws {
        var story = blocked(by: 1, of: 0)
        story.operation(.unblock, by: 1, partner: 0, at: 300, result: .lost(reason: "reset"))
        story.send(2, 0, to: 1, at: 400, message: 406, update: 407)
        #expect(try story.judged().broken == [])
    }
}
