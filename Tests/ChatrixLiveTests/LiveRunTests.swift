import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import ChatrixServer
import NIOCore
import Synchronization
import Testing

@testable import ChatrixLive

/// Whole runs over real sockets.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct LiveRunTests {
    @Test func everyMessageReachesItsRecipientOnce() async throws {
        let server = try LiveSetup.startServer(.managed(port: 0))
        defer { server.stop() }
        let batches = Mutex(History.Batch())
        let reports = Mutex(0)
        let observer = LiveObserver(
            progress: { _ in reports.withLock { $0 += 1 } },
            history: { batch in
                batches.withLock {
                    $0.users += batch.users
                    $0.operations += batch.operations
                    $0.deliveries += batch.deliveries
                    $0.sessionChanges += batch.sessionChanges
                }
            })
        let run = LiveInterpreter(
            try LiveSetup.scenario(),
            configuration: try LiveSetup.configuration(http: server.httpURL, mqtt: server.mqttURL),
            observer: observer)
        let result = try await run.run()

        #expect(result.setupFailure == nil)
        let failures = result.history.operations.filter { !$0.isAccepted }
        #expect(failures.isEmpty, "\(failures.prefix(3))")
        let sent = result.history.operations.filter { $0.endpoint == .send }.compactMap(\.message).sorted()
        let delivered = result.history.deliveries.filter { $0.kind == .message }.compactMap(\.message).sorted()
        #expect(sent.count > 50)
        #expect(delivered == sent)
        #expect(result.counters.awaitsTimedOut == 0)
        #expect(result.history.deliveries.allSatisfy { $0.kind != .unreadable })
        #expect(result.history.deliveries.contains { $0.kind == .readReceipt })
        #expect(result.counters.sessionsUp == 20)
        #expect(result.history.operations.allSatisfy { $0.sent >= $0.scheduled && $0.completed > $0.sent })

        let all = batches.withLock { $0 }
        #expect(all.operations == result.history.operations)
        #expect(all.deliveries == result.history.deliveries)
        #expect(all.sessionChanges == result.history.sessionChanges)
        #expect(all.users == result.history.users)
        #expect(reports.withLock { $0 } >= 2)
        await #expect(throws: LiveError.self) { try await run.run() }
    }

    @Test func withoutABrokerNothingIsAwaited() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(load: "{users: 5, for: 1s}"),
            configuration: try LiveSetup.configuration(http: server.httpURL, mqtt: nil)
        ).run()
        #expect(result.setupFailure == nil)
        #expect(result.counters.awaitsSkipped > 0)
        #expect(result.counters.awaitsTimedOut == 0)
        #expect(result.history.operations.allSatisfy { $0.isAccepted })
    }

    @Test func secondRunOfASeedLogsIn() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: nil)
        let scenario = try LiveSetup.scenario(users: 5, load: "{users: 2, for: 300ms}", settle: "1s")
        _ = try await LiveInterpreter(scenario, configuration: configuration).run()
        let second = try await LiveInterpreter(scenario, configuration: configuration).run()
        let setup = second.history.operations.filter { $0.phase == .setup }
        #expect(setup.filter { $0.endpoint == .register }.allSatisfy { $0.result == .refused(status: 409) })
        #expect(setup.filter { $0.endpoint == .login }.allSatisfy { $0.isAccepted })
        #expect(second.setupFailure == nil)
    }

    @Test func serverThatIsNotThereIsNamed() async throws {
        let listener = try await LiveSetup.silentServer { _ in }
        let port = try #require(listener.localAddress?.port)
        try await listener.close()
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 3, settle: "1s"),
            configuration: try LiveSetup.configuration(http: "http://127.0.0.1:\(port)", mqtt: nil)
        ).run()
        #expect(result.setupFailure == "only 0 of 3 users could be set up")
        #expect(result.setupProblems.first?.contains("cannot connect to") == true, "\(result.setupProblems)")
    }

    @Test func brokerThatIsNotThereIsNamed() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let listener = try await LiveSetup.silentServer { _ in }
        let port = try #require(listener.localAddress?.port)
        try await listener.close()
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: "mqtt://127.0.0.1:\(port)")
        configuration.plan.sessionTimeout = 1_000_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 3, settle: "1s"), configuration: configuration
        ).run()
        #expect(result.setupFailure == "only 0 of 3 users could be set up")
        #expect(
            result.setupProblems.last?.contains("cannot connect to 127.0.0.1:\(port)")
                == true,
            "\(result.setupProblems)")
    }

    @Test func serverThatNeverAnswersIsGivenUp() async throws {
        let listener = try await LiveSetup.silentServer { _ in }
        let port = try #require(listener.localAddress?.port)
        var configuration = try LiveSetup.configuration(http: "http://127.0.0.1:\(port)", mqtt: nil)
        configuration.plan.requestTimeout = 200_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 3, settle: "1s"), configuration: configuration
        ).run()
        try await listener.close()
        #expect(result.setupFailure == "only 0 of 3 users could be set up")
        #expect(result.history.operations.count == 9)
        #expect(result.history.operations.allSatisfy { $0.result == .lost(reason: "no answer within 200 ms") })
    }

    @Test func answerThatIsNoJSONIsUnreadable() async throws {
        let listener = try await LiveSetup.silentServer { channel in
            channel.writeAndFlush(
                ByteBuffer(string: "HTTP/1.1 201 Created\r\ncontent-length: 4\r\n\r\noops"), promise: nil)
        }
        let port = try #require(listener.localAddress?.port)
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 3, settle: "1s"),
            configuration: try LiveSetup.configuration(http: "http://127.0.0.1:\(port)", mqtt: nil)
        ).run()
        try await listener.close()
        guard case .unreadable(201, let reason)? = result.history.operations.first?.result else {
            Issue.record("\(result.history.operations.prefix(2))")
            return
        }
        #expect(reason.hasPrefix("the body is not JSON"))
    }

    @Test func connectionThatTheServerClosesIsOpenedAgain() async throws {
        let connections = Mutex(0)
        let listener = try await LiveSetup.silentServer { channel in
            connections.withLock { $0 += 1 }
            let body =
                #"{"statusCode":409,"message":"m","error":"Conflict","timestamp":"2023-04-10T12:00:00.000Z","path":"/"}"#
            channel.writeAndFlush(
                ByteBuffer(
                    string:
                        "HTTP/1.1 409 Conflict\r\nconnection: close\r\ncontent-length: \(body.utf8.count)\r\n\r\n\(body)"
                ),
                promise: nil)
            channel.close(promise: nil)
        }
        let port = try #require(listener.localAddress?.port)
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 3, settle: "1s"),
            configuration: try LiveSetup.configuration(http: "http://127.0.0.1:\(port)/some/prefix", mqtt: nil)
        ).run()
        try await listener.close()
        #expect(
            result.history.operations.compactMap(\.endpoint).sorted { $0.rawValue < $1.rawValue } == [
                .login, .login, .login, .register, .register, .register,
            ])
        #expect(
            result.history.operations.allSatisfy { $0.result == .refused(status: 409) }, "\(result.history.operations)")
        #expect(connections.withLock { $0 } == 6)
    }

    @Test func serverThatDiesInMidRunEndsTheRunInTime() async throws {
        let server = try LiveSetup.startServer(.off)
        let observer = LiveObserver(progress: { progress in
            if progress.loadElapsed > 500_000_000 { Task.detached { server.stop(within: .milliseconds(100)) } }
        })
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: nil)
        configuration.progressInterval = 600_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(load: "{rate: 50/s, for: 3s}", settle: "1s"), configuration: configuration,
            observer: observer
        ).run()
        server.stop()
        #expect(result.counters.lost > 0)
        #expect(result.counters.lost < 200, "a dead server is not asked without end")
        #expect(result.history.operations.contains { $0.phase == .load && $0.isAccepted })
        #expect(result.history.run.loadEnd - result.history.run.loadStart >= 3_000_000_000)
    }

    @Test func brokerThatComesBackIsSubscribedAgain() async throws {
        let broker = try ManagedBroker.start()
        defer { broker.stop() }
        let server = try LiveSetup.startServer(.external(broker.endpoint))
        defer { server.stop() }
        let isRestarted = Mutex(false)
        let observer = LiveObserver(progress: { progress in
            guard progress.loadElapsed > 500_000_000 else { return }
            let isFirst = isRestarted.withLock { isRestarted in
                defer { isRestarted = true }
                return !isRestarted
            }
            if isFirst { Task.detached { try broker.restart() } }
        })
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: broker.endpoint.url)
        configuration.progressInterval = 600_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(load: "{rate: 30/s, for: 6s}", settle: "3s"), configuration: configuration,
            observer: observer
        ).run()
        #expect(result.counters.sessionsLost == 20)
        #expect(result.counters.sessionsUp == 20, "all came back")
        let losses = result.history.sessionChanges.filter { !$0.isUp }
        #expect(losses.allSatisfy { !$0.reason.isEmpty })
        #expect(!result.history.run.isInterrupted)
    }

    @Test func stoppedRunReportsWhatThereIs() async throws {
        let server = try LiveSetup.startServer(.managed(port: 0))
        defer { server.stop() }
        let run = Mutex<LiveInterpreter?>(nil)
        let observer = LiveObserver(progress: { progress in
            if progress.loadElapsed > 300_000_000, progress.stage == .load { run.withLock { $0?.stop() } }
        })
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: server.mqttURL)
        configuration.progressInterval = 400_000_000
        let interpreter = LiveInterpreter(
            try LiveSetup.scenario(load: "{rate: 50/s, for: 1h}"), configuration: configuration, observer: observer)
        run.withLock { $0 = interpreter }
        let result = try await interpreter.run()
        #expect(result.history.run.isInterrupted)
        #expect(result.history.operations.contains { $0.phase == .load })
        #expect(result.counters.messagesDelivered == result.counters.messagesSent)
    }

    @Test func populationThatDoesNotFitIsRefusedBeforeItStarts() async throws {
        let run = LiveInterpreter(
            try LiveSetup.scenario(users: 1_000_000),
            configuration: try LiveSetup.configuration(http: "http://127.0.0.1:1", mqtt: "mqtt://127.0.0.1:1"))
        await #expect(throws: FileDescriptorLimit.Exceeded.self) { try await run.run() }
    }
}
