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
        let outcome = threshold.evaluated { $0 == .deliveryCount(.lost) ? 3 : 200 }
        #expect(outcome.measured == 0.015)
        #expect(outcome.state == .crossed)
        #expect(threshold.evaluated { $0 == .deliveryCount(.lost) ? 0 : 0 }.state == .unmeasured)
    }

    @Test func percentilesAreNearestRank() {
        let distribution = Distribution((1...1000).map { Int64($0) * 1_000_000 }.reversed())
        #expect(distribution.value(.percentile(50)) == 500)
        #expect(distribution.value(.percentile(99)) == 990)
        #expect(distribution.value(.percentile(99.9)) == 999)
        #expect(distribution.value(.percentile(100)) == 1000)
        #expect(distribution.value(.average) == 500.5)
        #expect(Distribution([]).value(.minimum) == nil)
        #expect(Distribution([7]).percentile(1) == 7)
    }
}
