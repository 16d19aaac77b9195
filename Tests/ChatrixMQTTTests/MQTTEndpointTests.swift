import Testing

@testable import ChatrixMQTT

@Suite struct MQTTEndpointTests {
    @Test(arguments: [
        ("mqtt://broker", MQTTEndpoint(host: "broker", port: 1883)),
        ("mqtts://broker", MQTTEndpoint(host: "broker", port: 8883, usesTLS: true)),
        ("MQTT://127.0.0.1:18830/", MQTTEndpoint(host: "127.0.0.1", port: 18830)),
        ("mqtt://[::1]:1884", MQTTEndpoint(host: "::1", port: 1884)),
        ("mqtt://[fe80::1]", MQTTEndpoint(host: "fe80::1", port: 1883)),
        ("mqtt://user@h:1", MQTTEndpoint(host: "h", port: 1, username: "user")),
        ("mqtt://user:pa:ss@h:65535", MQTTEndpoint(host: "h", port: 65535, username: "user", password: "pa:ss")),
        ("mqtt://u:p@ss@h", MQTTEndpoint(host: "h", port: 1883, username: "u", password: "p@ss")),
        ("mqtt://a%40b:%2F%c3%a9@h", MQTTEndpoint(host: "h", port: 1883, username: "a@b", password: "/é")),
        ("mqtt://u:@h", MQTTEndpoint(host: "h", port: 1883, username: "u", password: "")),
    ])
    func readsURL(text: String, expected: MQTTEndpoint) throws {
        #expect(try MQTTEndpoint(parsing: text) == expected)
    }

    @Test(arguments: [
        ("broker:1883", "no scheme"),
        ("http://broker", "scheme \"http\" is not one of mqtt, mqtts"),
        ("mqtt://", "no host"),
        ("mqtt://:1883", "no host"),
        ("mqtt://h:", "port \"\" is not a number from 1 to 65535"),
        ("mqtt://h:0", "port \"0\""),
        ("mqtt://h:65536", "port \"65536\""),
        ("mqtt://h:+18", "port \"+18\""),
        ("mqtt://h:18x", "port \"18x\""),
        ("mqtt://::1:1883", "an IPv6 address must stand in brackets"),
        ("mqtt://[::1", "without \"]\""),
        ("mqtt://[::1]1883", "unexpected \"1883\""),
        ("mqtt://h/topic", "no path"),
        ("mqtt://h?x=1", "no path"),
        ("mqtt://@h", "user name before @ is empty"),
        ("mqtt://u:%zz@h", "password is not valid percent-encoding"),
        ("mqtt://%4@h", "user name is not valid percent-encoding"),
    ])
    func refusesURLAndNamesThePart(text: String, problem: String) {
        #expect {
            try MQTTEndpoint(parsing: text)
        } throws: { error in
            "\(error)".contains(problem)
        }
    }

    @Test func errorsAndURLHideThePassword() throws {
        #expect {
            try MQTTEndpoint(parsing: "mqtt://user:secret@host:0")
        } throws: { error in
            !"\(error)".contains("secret") && "\(error)".contains("mqtt://user:***@host:0")
        }
        #expect(try MQTTEndpoint(parsing: "mqtts://u:secret@[::1]:99").url == "mqtts://[::1]:99")
    }
}

@Suite struct ReconnectPolicyTests {
    @Test func constantStaysConstant() {
        let policy = ReconnectPolicy.constant(.seconds(5))
        #expect(
            [1, 2, 1000].map { policy.delay(afterFailures: $0, clientID: "a") }
                == Array(repeating: .seconds(5), count: 3))
    }

    @Test func neverHasNoDelay() {
        #expect(ReconnectPolicy.never.delay(afterFailures: 1, clientID: "a") == nil)
    }

    @Test func backoffDoublesWithinAQuarterUpToItsMaximum() throws {
        let policy = ReconnectPolicy.backoff(initial: .seconds(1), maximum: .seconds(20), seed: 7)
        for (failures, middle) in [(1, 1.0), (2, 2), (3, 4), (4, 8), (5, 16), (6, 20), (40, 20)] {
            for client in 0..<200 {
                let delay = try #require(policy.delay(afterFailures: failures, clientID: "user-\(client)"))
                #expect(delay >= .seconds(middle * 0.7499) && delay <= .seconds(min(20, middle * 1.2501)))
            }
        }
    }

    @Test func backoffIsSpreadAndRepeatable() {
        func delays(_ seed: UInt64) -> [Duration?] {
            let policy = ReconnectPolicy.backoff(initial: .seconds(1), maximum: .seconds(60), seed: seed)
            return (0..<100).map { policy.delay(afterFailures: 1, clientID: "user-\($0)") }
        }
        #expect(delays(1) == delays(1))
        #expect(delays(1) != delays(2))
        #expect(Set(delays(1).map { "\($0 as Any)" }).count == 100)
    }
}

@Suite struct TopicTests {
    @Test(arguments: ["a", "a/b", "/", "a/+/c", "+", "#", "a/#", "+/+", "ä/ö"])
    func acceptsFilter(filter: String) throws {
        try MQTTSubscription(filter).validate()
    }

    @Test(arguments: ["", "a#", "a/#/b", "#/", "a+/b", "a/+b", "a\u{0}b", String(repeating: "x", count: 65_536)])
    func refusesFilter(filter: String) {
        #expect(throws: MQTTError.self) { try MQTTSubscription(filter).validate() }
    }

    @Test(arguments: ["", "a/+", "a/#", "a\u{0}"])
    func refusesPublicationTopic(topic: String) {
        #expect(throws: MQTTError.self) { try checkPublicationTopic(topic) }
    }
}

@Suite struct FIFOTests {
    @Test func keepsOrderThroughGrowthAndShrinking() {
        var queue = FIFO<Int>()
        var expected: [Int] = []
        var next = 0
        var taken: [Int] = []
        for round in 0..<200 {
            for _ in 0..<(round % 23) {
                queue.append(next)
                expected.append(next)
                next += 1
            }
            for _ in 0..<(round % 19) {
                if let value = queue.popFirst() { taken.append(value) }
            }
        }
        #expect(queue.count == expected.count - taken.count)
        while let value = queue.popFirst() { taken.append(value) }
        #expect(taken == expected)
        #expect(queue.isEmpty)
    }
}

@Suite struct TimerQueueTests {
    @Test func comesUpInOrderAndNotBeforeItsTime() {
        var queue = TimerQueue()
        let times: [UInt64] = [50, 10, 40, 10, 30, 20, 60, 5]
        for (slot, time) in times.enumerated() {
            queue.insert(.init(time: MonotonicTime(nanoseconds: time), slot: slot, generation: 0))
        }
        var seen: [UInt64] = []
        while let entry = queue.popDue(at: MonotonicTime(nanoseconds: 40)) { seen.append(entry.time.nanoseconds) }
        #expect(seen == [5, 10, 10, 20, 30, 40])
        #expect(queue.next == MonotonicTime(nanoseconds: 50))
    }
}
