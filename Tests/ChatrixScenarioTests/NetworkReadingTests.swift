import Testing

@testable import ChatrixScenario

/// The key `network` of scenario files.
struct NetworkReadingTests {
    private func read(_ network: String) throws(InputError) -> NetworkModel.Configuration? {
        let text = """
            name: n
            users: 2
            load: [{users: 1, for: 1s}]
            flows: [{name: f, steps: [me]}]
            network: \(network)
            """
        return try Scenario(parsing: Array(text.utf8), file: "n.yaml").network
    }

    @Test func everyKeyIsRead() throws {
        var expected = NetworkModel.Configuration()
        expected.request = .constant(20_000_000)
        expected.answer = .uniform(150_000...3_000_000)
        expected.event = .normal(mean: 20_000_000, deviation: 5_000_000)
        expected.session = .bounded(.exponential(mean: 30_000_000), 5_000_000...2_000_000_000)
        expected.loss.packets = 0.01
        expected.loss.requests = 0.002
        expected.loss.answers = 0.003
        expected.order = .topic
        expected.sessions = .kept
        expected.detection = 10_000_000_000
        expected.disconnects = 600_000_000_000
        expected.partitions = [
            .init(.users, share: 0.2, at: 30_000_000_000, for: 10_000_000_000),
            .init(.broker, at: 60_000_000_000, for: 5_000_000_000),
        ]
        expected.slow = .init(share: 0.05, rate: 20, queue: 1000)
        let read = try read(
            """

              request: 20ms
              answer: 150us..3ms
              event: {normal: {mean: 20ms, deviation: 5ms}}
              session: {exponential: {mean: 30ms}, minimum: 5ms, maximum: 2s}
              loss: {packets: 0.01, requests: 0.002, answers: 0.003}
              order: topic
              sessions: kept
              detection: 10s
              disconnects: 10m
              partitions:
                - {of: users, share: 0.2, at: 30s, for: 10s}
                - {of: broker, at: 1m, for: 5s}
              slow: {share: 0.05, rate: 20/s, queue: 1000}
            """)
        #expect(read == expected)
    }

    @Test func logNormalDelayIsRead() throws {
        let read = try read("{event: {log-normal: {median: 20ms, sigma: 0.5}}}")
        #expect(read?.event == .logNormal(median: 20_000_000, sigma: 0.5))
    }

    @Test(arguments: [
        ("{reqest: 1ms}", "unknown key 'reqest'; did you mean 'request'?"),
        ("{request: fast}", "'request' must be a duration such as 2s, a range such as 1s..3s, or a mapping"),
        ("{event: {minimum: 1ms}}", "'event' needs exactly one of constant, uniform, normal, exponential, log-normal"),
        ("{event: {exponential: {mean: 1ms}, minimum: 3ms, maximum: 2ms}}", "'minimum' must not be above 'maximum'"),
        ("{loss: {packets: 2}}", "'packets' must be a number from 0.0 to 1.0, not '2'"),
        ("{partitions: [{of: api, share: 0.5, at: 0s, for: 1s}]}", "'share' has a meaning for users only, not for api"),
        ("{partitions: [{of: brokr, at: 0s, for: 1s}]}", "'of' must be one of users, broker, api, not 'brokr'"),
        ("{slow: {share: 0.5, rate: 1/s -> 2/s}}", "'rate' must stay the same here, such as 20/s"),
        ("{sessions: dirty}", "'sessions' must be one of clean, kept, not 'dirty'"),
    ])
    func faultIsNamed(network: String, message: String) {
        do throws(InputError) {
            _ = try read(network)
            Issue.record("nothing was found wrong with \(network)")
        } catch {
            #expect(error.problems.first?.message.hasPrefix(message) == true, "\(error)")
            #expect(error.problems.first?.line == 5)
        }
    }
}
