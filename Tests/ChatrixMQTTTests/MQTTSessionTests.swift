import Glibc
import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite struct MQTTSessionTests {
        @Test func messageMakesTheRoundTripAndIsAcknowledged() throws {
            try withBroker { broker, reactor, log in
                let receiver = try reactor.add(
                    .test(broker.endpoint, "receiver"), tag: 7, subscriptions: [.init("a/b"), .init("wild/+")])
                let sender = try reactor.add(.test(broker.endpoint, "sender"))
                try log.waitForSubscription(of: receiver)
                let before = MonotonicTime.now.nanoseconds
                let payload: [UInt8] = [0, 1, 2, 255, 0]
                let first = try sender.publish(topic: "a/b", payload: payload)
                let second = try sender.publish(topic: "wild/x", payload: [], qos: .exactlyOnce)
                let third = try sender.publish(topic: "a/b", payload: [9], qos: .atMostOnce)
                try log.wait(for: "three messages and acknowledgements") { events in
                    events.messages(of: receiver).count == 3
                        && events.count { if case .acknowledged = $0 { true } else { false } } == 3
                }
                let messages = log.messages(of: receiver)
                #expect(messages.map(\.topic).sorted() == ["a/b", "a/b", "wild/x"])
                let message = try #require(messages.first { $0.payload == payload })
                #expect(message.qos == .atLeastOnce)
                #expect(message.packetIdentifier != nil)
                #expect(!message.retain)
                #expect(message.arrivalNanoseconds >= before)
                #expect(message.arrivalNanoseconds <= MonotonicTime.now.nanoseconds)
                #expect(receiver.tag == 7)
                var tokens: Set<MQTTToken> = []
                for case .acknowledged(let session, let token) in log.all {
                    #expect(session === sender)
                    tokens.insert(token)
                }
                #expect(tokens == [first, second, third])
                #expect(sender.unacknowledgedCount == 0)
                #expect(sender.state == .connected)
            }
        }

        @Test func everyOneOf500SessionsGetsItsOwnMessageOnce() throws {
            try FileDescriptorLimit.raiseToHardLimit()
            try withBroker { broker, reactor, log in
                let sessions = try (0..<500).map { number in
                    try reactor.add(
                        .test(broker.endpoint, "user-\(number)"), tag: number, subscriptions: [.init("user/\(number)")])
                }
                try log.wait(for: "500 subscriptions") { events in
                    events.count { if case .subscribed = $0 { true } else { false } } == 500
                }
                #expect(reactor.progress.connected == 500)
                let sender = sessions[0]
                for number in 0..<500 {
                    try sender.publish(topic: "user/\(number)", payload: Array("to \(number)".utf8))
                }
                // A second message each, which can only come after a duplicate of the first would have come.
                for number in 0..<500 {
                    try sender.publish(topic: "user/\(number)", payload: Array("end \(number)".utf8))
                }
                try log.wait(for: "1,000 messages") { events in
                    events.count { if case .message = $0 { true } else { false } } >= 1000
                }
                var received = [[String]](repeating: [], count: 500)
                for case .message(let session, let message) in log.all { received[session.tag].append(message.text) }
                for number in 0..<500 { #expect(received[number] == ["to \(number)", "end \(number)"]) }
            }
        }

        @Test func handshakesArePaced() throws {
            let server = try SilentServer()
            try withBroker(handshakes: 5) { broker, reactor, log in
                // Handshakes that nobody answers hold their places, so the others can be seen waiting.
                for number in 0..<12 {
                    _ = try reactor.add(
                        .test(MQTTEndpoint(host: "127.0.0.1", port: server.port), "silent-\(number)"))
                }
                let late = try reactor.add(.test(broker.endpoint, "late"))
                try waitUntil("13 sessions") { reactor.progress.sessions == 13 }
                var expected = MQTTProgress()
                expected.sessions = 13
                expected.connecting = 5
                expected.queued = 8
                #expect(reactor.progress == expected)
                #expect(late.state == .connecting)
                _ = log
            }
            try withBroker(handshakes: 5) { broker, reactor, _ in
                for number in 0..<60 { _ = try reactor.add(.test(broker.endpoint, "paced-\(number)")) }
                try waitUntil("60 connections") { reactor.progress.connected == 60 }
                #expect(reactor.progress.queued == 0 && reactor.progress.sessions == 60)
            }
        }

        @Test func orderOfATopicIsKept() throws {
            try withBroker { broker, reactor, log in
                let receiver = try reactor.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("t/#")])
                let sender = try reactor.add(.test(broker.endpoint, "sender"))
                try log.waitForSubscription(of: receiver)
                for number in 0..<5000 {
                    try sender.publish(topic: "t/\(number % 3)", payload: Array("\(number)".utf8))
                }
                try log.wait(for: "5,000 messages") { $0.count >= 10_000 && $0.messages(of: receiver).count >= 5000 }
                #expect(log.messages(of: receiver).map(\.text) == (0..<5000).map { "\($0)" })
            }
        }

        @Test func subscriptionsCanBeAddedAndEnded() throws {
            try withBroker { broker, reactor, log in
                let session = try reactor.add(.test(broker.endpoint, "s"), subscriptions: [.init("one")])
                try log.waitForSubscription(of: session)
                try session.subscribe([.init("two")])
                try log.waitForSubscription(of: session, count: 2)
                session.unsubscribe(["one"])
                try log.wait(for: "unsubscribed") {
                    $0.contains { if case .unsubscribed(_, ["one"]) = $0 { true } else { false } }
                }
                try session.publish(topic: "one", payload: Array("first".utf8))
                try session.publish(topic: "two", payload: Array("second".utf8))
                try log.wait(for: "the message on two") { !$0.messages(of: session).isEmpty }
                #expect(log.messages(of: session).map(\.text) == ["second"])
            }
        }

        @Test func disconnectedSessionGetsNothingUntilItReconnects() throws {
            try withBroker { broker, reactor, log in
                let phone = try reactor.add(.test(broker.endpoint, "phone"), subscriptions: [.init("in")])
                let sender = try reactor.add(.test(broker.endpoint, "sender"))
                try log.waitForSubscription(of: phone)
                phone.disconnect()
                let end = try log.waitForFailure(of: phone)
                #expect(end.failure == .requested && end.retryIn == nil)
                #expect(phone.state == .disconnected)
                try sender.publish(topic: "in", payload: Array("missed".utf8))
                try log.wait(for: "acknowledgement") {
                    $0.contains { if case .acknowledged = $0 { true } else { false } }
                }
                phone.reconnect()
                try log.waitForSubscription(of: phone, count: 2)
                try sender.publish(topic: "in", payload: Array("seen".utf8))
                try log.wait(for: "a message") { !$0.messages(of: phone).isEmpty }
                #expect(log.messages(of: phone).map(\.text) == ["seen"])
            }
        }

        @Test func publicationsWaitForTheConnection() throws {
            try withBroker { broker, reactor, log in
                let receiver = try reactor.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("w")])
                try log.waitForSubscription(of: receiver)
                let sender = try reactor.add(.test(broker.endpoint, "sender"))
                for number in 0..<10 { try sender.publish(topic: "w", payload: Array("\(number)".utf8)) }
                try log.wait(for: "ten messages") { $0.messages(of: receiver).count == 10 }
                #expect(log.messages(of: receiver).map(\.text) == (0..<10).map { "\($0)" })
            }
        }

        @Test func removedSessionIsClosedAndReportsWhatWaited() throws {
            try withReactor { reactor, log in
                let port = try LoopbackPort.findFree()
                let session = try reactor.add(.test(MQTTEndpoint(host: "127.0.0.1", port: port), "s"))
                try session.publish(topic: "t", payload: [], label: "waiting one")
                session.remove()
                try log.wait(for: "closed") { $0.contains { if case .closed = $0 { true } else { false } } }
                let losses = log.all.compactMap { if case .lost(_, let loss) = $0 { loss } else { nil } }
                #expect(losses.map(\.label) == ["waiting one"])
                #expect(losses.first?.reason == .closedWhileWaiting)
                #expect(session.state == .closed)
                #expect(throws: MQTTError.sessionClosed(clientID: "s")) { try session.publish(topic: "t", payload: []) }
                try waitUntil("no session left") { reactor.progress.sessions == 0 }
            }
        }

        @Test func stopDeliversEverythingPublishedBefore() throws {
            let broker = try ManagedBroker.start()
            defer { broker.stop() }
            try withReactor { receiving, log in
                let receiver = try receiving.add(.test(broker.endpoint, "receiver"), subscriptions: [.init("x")])
                try log.waitForSubscription(of: receiver)
                let sendingLog = EventLog()
                let sending = try MQTTReactor.start(handler: sendingLog.handler)
                let sender = try sending.add(.test(broker.endpoint, "sender"))
                try sendingLog.waitForConnection(of: sender)
                for number in 0..<2000 { try sender.publish(topic: "x", payload: Array("\(number)".utf8)) }
                sending.stop()
                try log.wait(for: "2,000 messages") { $0.messages(of: receiver).count == 2000 }
                #expect(!sendingLog.all.contains { if case .lost = $0 { true } else { false } })
                let last = try #require(sendingLog.all.last)
                guard case .closed(let closed) = last else {
                    Issue.record("the last event is \(last.summary)")
                    return
                }
                #expect(closed === sender)
                #expect(throws: MQTTError.self) { try sending.add(.test(broker.endpoint, "late")) }
            }
        }
    }
}
