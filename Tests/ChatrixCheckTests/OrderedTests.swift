import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct OrderedTests {
    private func conversation() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        return story
    }

    @Test func overtakenMessageIsNamed() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 140, update: 141)
        story.send(2, 0, to: 1, at: 120, message: 130, update: 142)
        let judgement = try story.judged()
        #expect(judgement.broken == [.order])
        #expect(
            judgement.statements(.order) == [
                "message 000000000003000000000001 of 2023-04-10T12:00:00.102Z in conversation 000000000002000000000001 "
                    + "reached user 1 at 0.140000 s, after message 000000000003000000000002 of "
                    + "2023-04-10T12:00:00.122Z had arrived at 0.130000 s"
            ])
        #expect(
            judgement.violations(.order)[0].window.map(\.at) == [100_000_000, 120_000_000, 130_000_000, 140_000_000])
    }

    @Test func overtakenUpdateIsBroken() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 130, update: 142)
        story.send(2, 0, to: 1, at: 120, message: 131, update: 141)
        let judgement = try story.judged()
        #expect(judgement.broken == [.order])
        #expect(judgement.statements(.order)[0].hasPrefix("the conversation-updated event of"))
    }

    @Test func overtakenReadMarkingIsBroken() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.send(2, 0, to: 1, at: 150, message: 156, update: 157)
        story.read(1, 0, at: 120, count: 1, without: [0])
        story.mark(.readReceipt, 1, 0, to: 0, at: 220, readAt: 122, count: 1)
        story.read(1, 0, at: 200, count: 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.order])
        #expect(judgement.statements(.order)[0].hasPrefix("the read-receipt event of"))
    }

    @Test func messageAfterItsUpdateIsBroken() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 108, update: 107)
        let judgement = try story.judged()
        #expect(judgement.broken == [.order])
        #expect(
            judgement.statements(.order)[0].hasSuffix(
                "after the conversation-updated event of the same step had arrived at 0.107000 s"))
    }

    @Test(arguments: [History.Delivery.Kind.readReceipt, .messagesStatus])
    func markingStepOutOfOrderIsBroken(kind: History.Delivery.Kind) throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.read(1, 0, at: 200, count: 1, without: [kind == .readReceipt ? 0 : 1])
        story.mark(kind, 1, 0, to: kind == .readReceipt ? 0 : 1, at: 250, readAt: 202, count: 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.order])
        #expect(judgement.statements(.order)[0].contains("after the messages-read event of the same step"))
    }

    @Test func creationTimeDecidesBetweenOverlappingSends() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, created: 104, message: 110, update: 111)
        story.send(2, 0, to: 1, at: 101, created: 103, message: 108, update: 109)
        #expect(try story.judged().broken == [])
    }

    @Test func conversationsAndReceiversAreIndependent() throws {
        var story = conversation()
        story.ensure(2, 1, at: 11)
        story.send(1, 0, to: 1, at: 100, message: 140, update: 141)
        story.send(2, 2, to: 1, at: 120, message: 126, update: 127)
        story.send(3, 1, to: 0, at: 125, message: 131, update: 132)
        #expect(try story.judged().broken == [])
    }

    @Test func redeliveryIsNotOutOfOrder() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        story.send(2, 0, to: 1, at: 120, message: 126, update: 127)
        story.down(1, at: 130)
        story.up(1, at: 131)
        story.message(1, from: 0, to: 1, at: 140, created: story.stamp(at: 102))
        #expect(try story.judged().broken == [])
    }

    @Test func messagesOfOneMomentGoById() throws {
        var story = conversation()
        story.send(1, 0, to: 1, at: 100, created: 102, message: 107, update: 108)
        story.send(2, 0, to: 1, at: 101, created: 102, message: 106, update: 109)
        #expect(try story.judged().broken == [.order])
    }
}
