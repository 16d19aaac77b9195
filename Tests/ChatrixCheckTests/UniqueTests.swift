import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct UniqueTests {
    private func sent() -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: 106, update: 107)
        return story
    }

    @Test func secondArrivalInTheSameSessionIsADuplicate() throws {
        var story = sent()
        story.message(1, from: 0, to: 1, at: 120, created: story.stamp(at: 102))
        let judgement = try story.judged()
        #expect(judgement.broken == [.unique])
        #expect(
            judgement.statements(.unique) == [
                "message 000000000003000000000001 arrived twice at user 1: at 0.106000 s and at 0.120000 s"
            ])
        #expect(judgement.violations(.unique)[0].window.map(\.at) == [100_000_000, 106_000_000, 120_000_000])
        #expect(judgement.counts.duplicated == 1)
        #expect(judgement.counts.delivered == 2)
    }

    @Test func repeatedUpdateAndMarkingAreDuplicates() throws {
        var story = sent()
        story.update(0, 1, to: 1, at: 130, stamp: story.stamp(at: 102))
        story.read(1, 0, at: 200, count: 1)
        story.mark(.readReceipt, 1, 0, to: 0, at: 220, readAt: 202, count: 1)
        let judgement = try story.judged()
        #expect(judgement.broken == [.unique])
        #expect(judgement.counts.duplicated == 2)
    }

    @Test func exactRepetitionAfterReconnectionIsARedelivery() throws {
        var story = sent()
        story.down(1, at: 110)
        story.up(1, at: 115)
        story.message(1, from: 0, to: 1, at: 120, created: story.stamp(at: 102))
        let judgement = try story.judged()
        #expect(judgement.findings.allSatisfy { $0.verdict == .valid })
        #expect(judgement.counts.redelivered == 1)
        #expect(judgement.counts.duplicated == 0)
    }

    @Test func oneReconnectionExcusesOneRepetition() throws {
        var story = sent()
        story.down(1, at: 110)
        story.up(1, at: 115)
        story.message(1, from: 0, to: 1, at: 120, created: story.stamp(at: 102))
        story.message(1, from: 0, to: 1, at: 121, created: story.stamp(at: 102))
        let judgement = try story.judged()
        #expect(judgement.broken == [.unique])
        #expect(judgement.counts.redelivered == 1)
        #expect(judgement.counts.duplicated == 1)
    }

    @Test func reconnectionOfAnotherUserExcusesNothing() throws {
        var story = sent()
        story.down(0, at: 110)
        story.up(0, at: 115)
        story.message(1, from: 0, to: 1, at: 120, created: story.stamp(at: 102))
        #expect(try story.judged().broken == [.unique])
    }

    @Test func sameIdWithAnotherPayloadIsBrokenEvenAfterReconnection() throws {
        var story = sent()
        story.down(1, at: 110)
        story.up(1, at: 115)
        story.message(1, from: 0, to: 1, at: 120, created: story.stamp(at: 102), digest: 77)
        let judgement = try story.judged()
        #expect(judgement.broken == [.unique])
        #expect(judgement.statements(.unique)[0].contains("arrived twice with different contents at user 1"))
    }

    @Test func sendsOfOneMomentHaveAnUpdateEach() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 101, created: 102, message: 109, update: 110)
        #expect(try story.judged().broken == [])
        story.update(0, 1, to: 1, at: 111, stamp: story.stamp(at: 102))
        #expect(try story.judged().broken == [.unique])
    }

    @Test func repetitionLongAfterwardsIsNoticed() throws {
        var story = sent()
        story.send(2, 0, to: 1, at: 50_000, message: 50_006, update: 50_007)
        #expect(try story.judged().broken == [])
        var reconnected = story
        story.message(1, from: 0, to: 1, at: 55_000, created: story.stamp(at: 102))
        let judgement = try story.judged()
        #expect(judgement.broken == [.unique])
        #expect(
            judgement.statements(.unique)[0].contains("arrived again at user 1 at 55.000000 s, more than 30 s after"))
        reconnected.down(1, at: 54_000)
        reconnected.up(1, at: 54_001)
        reconnected.message(1, from: 0, to: 1, at: 55_000, created: story.stamp(at: 102))
        #expect(try reconnected.judged().broken == [])
        #expect(try reconnected.judged().counts.redelivered == 1)
    }
}
