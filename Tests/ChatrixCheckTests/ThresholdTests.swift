import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

@Suite struct ThresholdTests {
    @Test(arguments: [
        ("http.send.p99 < 50ms", Metric.httpLatency(.send, .percentile(99)), Threshold.Comparison.less, 50.0),
        ("http.p99.9<=1.5s", .httpLatency(nil, .percentile(99.9)), .atMost, 1500),
        ("http.failed < 1%", .httpFailed(nil), .less, 0.01),
        (
            "delivery.conversation-updated.med < 900us", .deliveryLatency(.conversationUpdated, .percentile(50)), .less,
            0.9
        ),
        ("delivery.lost == 0", .deliveryCount(.lost), .equal, 0),
        ("messages.delivered >= 5_000", .messagesDelivered, .atLeast, 5000),
        ("messages.rate > 100/s", .messagesRate, .more, 100),
        ("order.violations == 0", .violations(.order), .equal, 0),
        ("private.violations == 0", .violations(.private), .equal, 0),
        ("generator.lag.p99 < 10 ms", .generatorLag(.percentile(99)), .less, 10),
    ])
    func readsWhatScenariosWrite(
        text: String, metric: Metric, comparison: Threshold.Comparison, bound: Double
    ) throws {
        let threshold = try Threshold(parsing: text)
        #expect(threshold.metric == metric)
        #expect(threshold.comparison == comparison)
        #expect(abs(threshold.bound - bound) < 1e-9)
        #expect(try Threshold(parsing: threshold.description) == threshold)
    }

    @Test(arguments: [
        ("http.p99", 0, "a threshold needs a comparison (<, <=, >, >= or ==), for example 'http.send.p99 < 50ms'"),
        ("http.p99 = 5ms", 9, "'=' is no comparison, expected <, <=, >, >= or ==; did you mean '=='?"),
        ("htp.send.p99 < 5ms", 0, "'htp.send.p99' is no metric; did you mean 'http.send.p99'?"),
        ("delivery.lots == 0", 0, "'delivery.lots' is no metric; did you mean 'delivery.lost'?"),
        ("http.p99 < 5", 11, "http.p99 is compared with a duration such as 50ms, not with '5'"),
        ("delivery.lost < 5ms", 16, "delivery.lost is compared with a count or a share such as 1%, not with '5ms'"),
        ("http.p99 < fast", 11, "expected a number, got 'fast'"),
        ("http.p99 < 5 lightyears", 13, "'lightyears' is no unit, expected us, ms, s, m, %, /s or none for a count"),
        ("delivery.lost < 0", 14, "no run can keep 'delivery.lost < 0'"),
        ("http.failed > 100%", 12, "no run can keep 'http.failed > 100%'"),
        ("http.p99 == -1ms", 9, "no run can keep 'http.p99 == -1ms'"),
        ("http.p99 > -1ms", 9, "every run keeps 'http.p99 > -1ms', as nothing is negative"),
    ])
    func refusesWithPlaceAndRemedy(text: String, offset: Int, problem: String) {
        let error = #expect(throws: Threshold.ParseError.self) { try Threshold(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.description == problem)
    }

    @Test func everyNameIsAMetricAndBack() throws {
        for name in Metric.names {
            let metric = try #require(Metric(name), "\(name)")
            #expect(metric.description == name)
        }
        #expect(Set(Metric.names).count == Metric.names.count)
    }

    @Test func shareIsOfItsWhole() throws {
        let threshold = try Threshold(parsing: "delivery.lost < 1%")
        let outcome = threshold.evaluated { metric, _ in metric == .deliveryCount(.lost) ? 3 : 200 }
        #expect(outcome.measured == 0.015)
        #expect(outcome.state == .crossed)
        #expect(threshold.evaluated { _, _ in 0 }.state == .unmeasured)
    }

    @Test func percentilesAreNearestRankToHalfAThousandth() throws {
        let distribution = Distribution((1...1000).map { Int64($0) * 1_000_000 }.reversed())
        for (percent, expected) in [(50, 500.0), (99, 990), (99.9, 999), (0.1, 1)] {
            let value = try #require(distribution.value(.percentile(percent)))
            #expect(abs(value - expected) <= expected * 0.0005, "\(percent) %: \(value)")
        }
        #expect(distribution.value(.percentile(100)) == 1000)
        #expect(distribution.value(.minimum) == 1)
        #expect(distribution.value(.average) == 500.5)
        #expect(Distribution().value(.minimum) == nil)
        #expect(Distribution([7]).percentile(1) == 7)
    }

    @Test func bucketsCoverAllDurationsWithoutGaps() {
        for bits in [5, 10] {
            var values: [Int64] = []
            for shift in 0..<50 { values += [-1, 0, 1].map { (Int64(1) << Int64(shift)) + $0 } }
            for value in values {
                var distribution = Distribution(precisionBits: bits)
                distribution.record(value)
                #expect(distribution.buckets.count == 1)
                let bucket = distribution.buckets[0]
                #expect(bucket.low <= max(value, 0) && max(value, 0) < bucket.high, "\(value)")
                #expect(Double(bucket.high - bucket.low) <= max(1, Double(bucket.low) / Double(1 << bits)))
            }
        }
    }

    @Test func distributionsAddUpExactly() {
        let values = (0..<500).map { Int64($0) * Int64($0) * 7919 }
        var whole = Distribution()
        var parts = [Distribution(), Distribution(), Distribution()]
        for (index, value) in values.enumerated() {
            whole.record(value)
            parts[index % 3].record(value)
        }
        var merged = Distribution()
        for part in [parts[2], parts[0], parts[1]] { merged.add(part) }
        #expect(merged.buckets.map(\.count) == whole.buckets.map(\.count))
        #expect(merged.buckets.map(\.low) == whole.buckets.map(\.low))
        for percent in [1.0, 25, 50, 75, 99.9] { #expect(merged.percentile(percent) == whole.percentile(percent)) }
    }

    @Test func timelineStaysBoundedAndKeepsItsCounts() {
        var timeline = Timeline()
        let week: Int64 = 7 * 86_400
        for second in stride(from: 0, to: week, by: 97) {
            timeline.noteArrival(at: second * 1_000_000_000, isMessage: second.isMultiple(of: 2))
            timeline.noteDelivery(at: second * 1_000_000_000, latency: 5_000_000)
        }
        #expect(timeline.points.count <= Timeline.pointsMax)
        #expect(timeline.secondsPerPoint == 256)
        #expect(timeline.points.map(\.events).reduce(0, +) == Int((week + 96) / 97))
        #expect(timeline.points.map(\.delivery.count).reduce(0, +) == Int((week + 96) / 97))
    }

    @Test(arguments: [
        ("http.send.p99{phase: peak} < 50ms", "peak"), ("http.p95 {phase:late evening}<= 1s", "late evening"),
        ("messages.rate{phase: a < b} > 1/s", "a < b"), ("websocket.typing.p99 < 5ms", nil),
        ("hop.after-answer.message.max{phase: x} < 1s", "x"),
    ])
    func phaseIsReadAndWritten(text: String, phase: String?) throws {
        let threshold = try Threshold(parsing: text)
        #expect(threshold.phase == phase)
        #expect(try Threshold(parsing: threshold.description) == threshold)
    }

    @Test(arguments: [
        ("http.p99{stage: peak} < 5ms", 8, "expected '{phase: NAME}' after the metric, got '{stage: peak}'"),
        ("http.p99{phase: peak < 5ms", 8, "expected '{phase: NAME}' after the metric, got '{phase: peak'"),
        ("delivery.lost{phase: x} == 0", 13, "delivery.lost is counted over the whole run, not by phase"),
    ])
    func wrongPhaseIsRefused(text: String, offset: Int, problem: String) {
        let error = #expect(throws: Threshold.ParseError.self) { try Threshold(parsing: text) }
        #expect(error?.offset == offset)
        #expect(error?.description == problem)
    }
}
