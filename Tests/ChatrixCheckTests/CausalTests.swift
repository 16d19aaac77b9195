import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct CausalTests {
    private func sent() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        return story
    }

    @Test func messageThatNobodySentIsInvented() throws {
        var story = sent()
        story.message(9, from: 0, to: 1, at: 300, created: story.stamp(at: 290))
        story.update(0, 1, to: 1, at: 301, stamp: story.stamp(at: 290))
        let judgement = try story.judged()
        #expect(judgement.broken == [.causal])
        #expect(judgement.statements(.causal)[0].hasSuffix("from user 0, but no send of the run can have created it"))
    }

    @Test func refusedSendThatArrivesIsInvented() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 200, message: 206, update: 207, result: .refused(status: 400))
        #expect(try story.judged().broken == [.causal])
    }

    @Test func oneLostReplyExplainsOneMessage() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 200, message: 206, update: 207, result: .lost(reason: "reset"))
        #expect(try story.judged().broken == [])
        story.message(3, from: 0, to: 1, at: 300, created: story.stamp(at: 290))
        story.update(0, 1, to: 1, at: 301, stamp: story.stamp(at: 290))
        #expect(try story.judged().broken == [.causal])
    }

    // MARK: before the cause

    @Test func messageBeforeItsSendIsBroken() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 200, message: 199, update: 206)
        let judgement = try story.judged()
        #expect(judgement.broken == [.causal])
        #expect(
            judgement.statements(.causal) == [
                "message 000000000003000000000002 reached user 1 at 0.199000 s, before its send was handed to the "
                    + "connection at 0.200000 s"
            ])
        #expect(judgement.violations(.causal)[0].window.map(\.at) == [199_000_000, 200_000_000])
    }

    @Test func updateBeforeItsSendIsBroken() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 200, message: 198, update: 199)
        #expect(try story.judged().statements(.causal).count == 2)
    }

    @Test func markingBeforeItsOperationIsBroken() throws {
        var story = sent()
        story.operation(.read, by: 1, partner: 0, at: 300, conversation: Story.conversation(0, 1))
        story.events(ofRead: 1, 0, from: 206, readAt: 202, count: 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.causal])
        #expect(
            judgement.statements(.causal)[0].hasSuffix(
                "before the first operation that can have caused it was sent"))
        #expect(judgement.violations(.causal)[0].window.map(\.at) == [206_000_000, 300_000_000])
    }

    @Test func markingThatNobodyAskedForIsBroken() throws {
        var story = sent()
        story.events(ofRead: 1, 0, from: 206, readAt: 202, count: 1)
        #expect(try story.judged().broken == [.causal])
        var twice = sent()
        twice.send(2, 0, to: 1, at: 150, message: 156, update: 157)
        twice.read(1, 0, at: 200, count: 1)
        twice.events(ofRead: 1, 0, from: 306, readAt: 302, count: 1)
        #expect(try twice.judged().broken == [.causal])
        #expect(
            try twice.judged().statements(.causal)[0].hasSuffix(
                "the 2 markings of his there had only 1 operation to cause them"))
    }

    // MARK: reads

    @Test func pageShowsWhatWasDeliveredAndSent() throws {
        var story = sent()
        story.send(2, 1, to: 0, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 1, endpoint: .messages)
        story.page([(2, 1, 122), (1, 0, 102)], 0, 1)
        #expect(try story.judged().findings.allSatisfy { $0.verdict == .valid })
    }

    @Test func pageWithoutADeliveredMessageIsBroken() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 120, message: 126, update: 127)
        story.send(3, 0, to: 1, at: 140, message: 146, update: 147)
        story.read(1, 0, at: 200, count: 3, endpoint: .messages)
        story.page([(3, 0, 142), (1, 0, 102)], 0, 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.causal])
        #expect(
            judgement.statements(.causal) == [
                "a page of messages that user 1 asked for at 0.200000 s lacks message 000000000003000000000002, delivered "
                    + "to him at 0.126000 s"
            ])
        #expect(judgement.violations(.causal)[0].window.map(\.at) == [120_000_000, 126_000_000, 200_000_000])
        story.history.operations[story.history.operations.count - 1].isFiltered = true
        #expect(try story.judged().broken == [])
    }

    @Test func pageWithoutTheReadersOwnMessageIsBroken() throws {
        var story = sent()
        story.send(2, 1, to: 0, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 1, endpoint: .messages)
        story.page([(1, 0, 102)], 0, 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.causal])
        #expect(judgement.statements(.causal)[0].contains("lacks his own message 000000000003000000000002"))
    }

    @Test func deletedMessageNeedNotBeRead() throws {
        var story = sent()
        story.send(2, 1, to: 0, at: 120, message: 126, update: 127)
        story.read(1, 0, at: 200, count: 1, endpoint: .messages)
        story.page([(1, 0, 102)], 0, 1)
        var deletion = story.history.operations[1]
        deletion.request = .socket(.messageDelete)
        deletion.message = Story.message(2)
        deletion.user = 1
        deletion.id = story.history.operations.count
        deletion.completed = 190_000_000
        story.history.operations.append(deletion)
        #expect(try story.judged().broken == [])
    }

    @Test func messageWithALostReplyThatAPageShowsHasToArrive() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 120, message: nil, update: nil, result: .lost(reason: "reset"))
        story.read(1, 0, at: 200, count: 2, endpoint: .messages)
        story.page([(2, 0, 122), (1, 0, 102)], 0, 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.complete])
        #expect(judgement.statements(.complete)[0].contains("whose reply was lost but which a page of messages showed"))
    }

    @Test func pageWithAMessageThatNobodySentIsBroken() throws {
        var story = sent()
        story.read(1, 0, at: 200, count: 1, endpoint: .messages)
        story.page([(7, 0, 150), (1, 0, 102)], 0, 1)
        let judgement = try story.judged()
        #expect(judgement.broken.contains(.causal))
        #expect(judgement.statements(.causal)[0].contains("a page of messages showed message 000000000003000000000007"))
    }
}
