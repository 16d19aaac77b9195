import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct PromptTests {
    private func sent(arrival: Int) -> Story {
        var story = Story()
        story.ensure(0, 1, at: 10)
        story.send(1, 0, to: 1, at: 100, message: arrival, update: arrival + 1)
        return story
    }

    @Test func arrivalWithinTheBoundIsValid() throws {
        let judgement = try sent(arrival: 110).judged(["delivery.message.p99 < 50ms"])
        #expect(judgement[.prompt]?.verdict == .valid)
        #expect(judgement.thresholds[0].state == .held)
        #expect(judgement.thresholds[0].measured == 10)
    }

    @Test func lateMessageIsNamed() throws {
        let judgement = try sent(arrival: 700).judged(["delivery.message.p99 < 50ms"])
        #expect(judgement.broken == [.prompt])
        #expect(
            judgement.statements(.prompt) == [
                "delivery.message.med is 600.000 ms".replacing("med", with: "p99")
                    + ", asked is 'delivery.message.p99 < 50ms'; message 000000000003000000000001 reached user 1 only "
                    + "600.000 ms after its scheduled time 0.100000 s"
            ])
        #expect(judgement.violations(.prompt)[0].window.map(\.at) == [100_000_000, 700_000_000])
        #expect(judgement.crossesThreshold)
    }

    @Test func delayCountsFromTheScheduledTime() throws {
        var story = sent(arrival: 110)
        story.history.operations[1].scheduled = 0
        #expect(try story.judged(["delivery.message.max < 50ms"]).broken == [.prompt])
    }

    @Test func withoutAThresholdNothingIsPromised() throws {
        let judgement = try sent(arrival: 9_000).judged(["http.p99 < 1s"])
        #expect(judgement[.prompt]?.verdict == .valid)
        #expect(judgement.remarks(.prompt) == ["the scenario sets no threshold on delivery latency"])
    }

    @Test func thresholdWithoutMeasurementIsUnknown() throws {
        let judgement = try sent(arrival: 110).judged(["delivery.read-receipt.p99 < 50ms"])
        #expect(judgement.reasons(.prompt) == ["no event was measured for 'delivery.read-receipt.p99 < 50ms'"])
        #expect(judgement.isUnknown)
    }

    @Test func readMarkingsAreMeasuredFromTheirOperation() throws {
        var story = sent(arrival: 110)
        story.read(1, 0, at: 200, count: 1)
        let judgement = try story.judged(["delivery.read-receipt.max < 7ms", "delivery.messages-read.max < 7ms"])
        #expect(judgement.thresholds.map(\.state) == [.held, .crossed])
        #expect(judgement.thresholds.map(\.measured) == [6, 9])
    }

    @Test func setupIsNotMeasured() throws {
        var story = sent(arrival: 9_000)
        story.history.operations[1].phase = .setup
        let judgement = try story.judged(["delivery.message.p99 < 50ms"])
        #expect(judgement.thresholds[0].state == .unmeasured)
    }
}
