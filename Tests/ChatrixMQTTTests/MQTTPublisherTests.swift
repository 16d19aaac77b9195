import Glibc
import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite struct MQTTPublisherTests {
        /// What a publisher told its owner.
        private final class Diary: Sendable {
            struct Entries {
                var dropped: [MQTTLoss] = []
                var states: [MQTTPublisher.State] = []
            }

            let entries = Monitor(Entries())

            func publisher(
                on reactor: MQTTReactor, _ endpoint: MQTTEndpoint, queueLimit: Int = MQTTPublisher.documentedQueueLimit,
                reconnectInterval: Duration = .milliseconds(50)
            ) throws -> MQTTPublisher {
                try MQTTPublisher(
                    on: reactor, endpoint: endpoint, clientID: "publisher", queueLimit: queueLimit,
                    reconnectInterval: reconnectInterval,
                    onDropped: { [entries] loss in entries.update { $0.dropped.append(loss) } },
                    onStateChange: { [entries] state in entries.update { $0.states.append(state) } })
            }

            func wait(for what: String, until isMet: (Entries) -> Bool) throws {
                if !entries.wait(until: .after(.seconds(20)), isMet) {
                    throw WaitFailed(what: what, saw: "\(entries.read { $0 })")
                }
            }
        }

        /// MQTT-CONFIG-03, MQTT-CONFIG-04, MQTT-CONFIG-05: every 5 s without end, 1000 waiting.
        @Test func documentedDefaultsAreThoseOfD58() {
            #expect(MQTTPublisher.documentedQueueLimit == 1000)
            #expect(MQTTPublisher.documentedReconnectInterval == .seconds(5))
        }

        @Test func flushReturnsWhenEverythingIsAcknowledged() throws {
            try withBroker { broker, reactor, log in
                let receiver = try reactor.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("t")])
                try log.waitForSubscription(of: receiver)
                let diary = Diary()
                let publisher = try diary.publisher(on: reactor, broker.endpoint)
                for number in 0..<900 {
                    try publisher.publish(topic: "t", payload: Array("\(number)".utf8), label: "\(number)")
                }
                #expect(publisher.flush(within: .seconds(20)))
                #expect(publisher.queueDepth == 0 && publisher.unacknowledgedCount == 0)
                #expect(publisher.acknowledgedCount == 900 && publisher.droppedCount == 0)
                #expect(publisher.state == .connected)
                try log.wait(for: "900 messages") { $0.messages(of: receiver).count == 900 }
                #expect(log.messages(of: receiver).map(\.text) == (0..<900).map { "\($0)" })
                // Its events are its owner's, not the handler's of the reactor.
                #expect(!log.all.contains { $0.session !== receiver })
            }
        }

        /// MQTT-CONFIG-05.
        @Test func the1001stWaitingPublicationDropsTheOldestByName() throws {
            try withReactor { reactor, _ in
                let diary = Diary()
                let port = try LoopbackPort.findFree()
                let publisher = try diary.publisher(
                    on: reactor, MQTTEndpoint(host: "127.0.0.1", port: port), reconnectInterval: .seconds(60))
                try diary.wait(for: "the refusal") { !$0.states.isEmpty }
                for number in 1...1000 { try publisher.publish(topic: "t", payload: [], label: "event \(number)") }
                #expect(publisher.queueDepth == 1000)
                #expect(diary.entries.read { $0.dropped.isEmpty })
                try publisher.publish(topic: "t", payload: [], label: "event 1001")
                try publisher.publish(topic: "t", payload: [], label: "event 1002")
                #expect(publisher.queueDepth == 1000)
                try diary.wait(for: "two drops") { $0.dropped.count == 2 }
                #expect(diary.entries.read { $0.dropped.map(\.label) } == ["event 1", "event 2"])
                #expect(
                    diary.entries.read { $0.dropped.map(\.reason) } == [
                        .queueFull(limit: 1000), .queueFull(limit: 1000),
                    ])
                #expect(!publisher.flush(within: .milliseconds(20)))
                #expect(!publisher.close(within: .milliseconds(20)))
                try diary.wait(for: "the report of the other 1,000") { $0.dropped.count == 1002 }
                #expect(diary.entries.read { $0.dropped.dropFirst(2).map(\.label) } == (3...1002).map { "event \($0)" })
                try diary.wait(for: "closed") { $0.states.last == .closed }
            }
        }

        /// MQTT-CONFIG-03, MQTT-CONFIG-05.
        @Test func keptPublicationsArriveInOrderWhenTheBrokerIsBack() throws {
            let exit = Monitor<[BrokerTermination]>([])
            let broker = try ManagedBroker.start(onExit: { termination in exit.update { $0.append(termination) } })
            defer { broker.stop() }
            try withReactor { reactor, log in
                let receiver = try reactor.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("t")])
                try log.waitForSubscription(of: receiver)
                let diary = Diary()
                let publisher = try diary.publisher(on: reactor, broker.endpoint)
                try publisher.publish(topic: "t", payload: Array("before".utf8), label: "before")
                #expect(publisher.flush(within: .seconds(20)))
                try log.wait(for: "the message before") { $0.messages(of: receiver).count == 1 }

                kill(try #require(broker.processID), SIGKILL)
                try diary.wait(for: "the loss of the broker") {
                    $0.states.contains { if case .disconnected = $0 { true } else { false } }
                }
                #expect(exit.wait(until: .after(.seconds(20))) { !$0.isEmpty })
                #expect(exit.read { $0 } == [.signalled(9)])
                try log.wait(for: "the loss at the receiver") { !$0.failures(of: receiver).isEmpty }
                for number in 0..<1500 {
                    try publisher.publish(topic: "t", payload: Array("\(number)".utf8), label: "\(number)")
                }
                #expect(publisher.queueDepth == 1000)
                try diary.wait(for: "500 drops") { $0.dropped.count == 500 }

                try broker.restart()
                // The publisher may come back first, and then nobody listens yet: what it sends is acknowledged and gone,
                // as a clean session has it. So only the order of what is seen can be claimed.
                #expect(publisher.flush(within: .seconds(20)))
                try log.waitForSubscription(of: receiver, count: 2)
                try publisher.publish(topic: "t", payload: Array("after".utf8), label: "after")
                try log.wait(for: "the last message") { $0.messages(of: receiver).last?.text == "after" }
                let numbers = log.messages(of: receiver).compactMap { Int($0.text) }
                #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
                #expect(numbers.allSatisfy { $0 >= 500 })
                #expect(diary.entries.read { $0.dropped.map(\.label) } == (0..<500).map { "\($0)" })
                // 1,000 kept, one before, one after.
                #expect(publisher.flush(within: .seconds(20)))
                #expect(publisher.acknowledgedCount == 1002)
            }
        }

        @Test func queuedPublicationsReachAConnectedSubscriberInOrder() throws {
            try withBroker { broker, reactor, log in
                let receiver = try reactor.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("t")])
                try log.waitForSubscription(of: receiver)
                let diary = Diary()
                let port = try LoopbackPort.findFree()
                // The publisher's way to the broker opens late; the subscriber is there all the time.
                let publisher = try diary.publisher(on: reactor, MQTTEndpoint(host: "127.0.0.1", port: port))
                try diary.wait(for: "the refusal") { !$0.states.isEmpty }
                for number in 0..<1200 {
                    try publisher.publish(topic: "t", payload: Array("\(number)".utf8), label: "\(number)")
                }
                try diary.wait(for: "200 drops") { $0.dropped.count == 200 }
                let relay = try TCPRelay(from: port, to: broker.port)
                defer { relay.stop() }
                #expect(publisher.flush(within: .seconds(20)))
                try log.wait(for: "1,000 messages") { $0.messages(of: receiver).count >= 1000 }
                #expect(log.messages(of: receiver).map(\.text) == (200..<1200).map { "\($0)" })
            }
        }

        /// MQTT-CONFIG-05.
        @Test func unacknowledgedPublicationsAreSentAgain() throws {
            try withBroker { broker, reactor, log in
                let receiver = try reactor.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("t")])
                try log.waitForSubscription(of: receiver)
                let diary = Diary()
                let port = try LoopbackPort.findFree()
                let relay = try TCPRelay(from: port, to: broker.port)
                defer { relay.stop() }
                let publisher = try diary.publisher(on: reactor, MQTTEndpoint(host: "127.0.0.1", port: port))
                try diary.wait(for: "the connection") { $0.states == [.connected] }
                // Requests pass, answers do not: everything arrives and nothing is acknowledged.
                relay.holdsAnswers = true
                for number in 0..<50 {
                    try publisher.publish(topic: "t", payload: Array("\(number)".utf8), label: "\(number)")
                }
                try log.wait(for: "50 messages") { $0.messages(of: receiver).count == 50 }
                #expect(publisher.unacknowledgedCount == 50)
                relay.cutConnections()
                #expect(publisher.flush(within: .seconds(20)))
                try log.wait(for: "50 messages once more") { $0.messages(of: receiver).count == 100 }
                let expected = (0..<50).map { "\($0)" }
                #expect(log.messages(of: receiver).map(\.text) == expected + expected)
                #expect(publisher.droppedCount == 0 && publisher.acknowledgedCount == 50)
            }
        }
    }
}
