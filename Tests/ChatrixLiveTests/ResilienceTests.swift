import ChatrixHistory
import ChatrixMQTT
import ChatrixModel
import ChatrixScenario
import ChatrixServer
import Glibc
import Synchronization
import Testing

@testable import ChatrixLive

/// Whole runs against servers and brokers that refuse, die or fall silent: every run ends, and says what happened.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct ResilienceTests {
    /// Calls `body` once, when the load has run for half a second.
    private func duringLoad(_ body: @escaping @Sendable () throws -> Void) -> LiveObserver {
        let isDone = Mutex(false)
        return LiveObserver(progress: { progress in
            guard progress.loadElapsed > 500_000_000 else { return }
            let isFirst = isDone.withLock { isDone in
                defer { isDone = true }
                return !isDone
            }
            if isFirst {
                Task.detached {
                    do { try body() } catch { Issue.record("\(error)") }
                }
            }
        })
    }

    /// Every request that was begun has an end, once.
    private func expectComplete(_ result: LiveResult) {
        #expect(result.history.operations.count == result.counters.operationsStarted)
        #expect(Set(result.history.operations.map(\.id)).count == result.history.operations.count)
        #expect(result.history.run.end > 0)
        for operation in result.history.operations {
            if case .lost(let reason) = operation.result { #expect(!reason.isEmpty) }
        }
    }

    @Test func brokerThatRefusesSomeConnectionsGetsThemLater() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let broker = try await FakeBroker(.init(refusedConnections: 7))
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 10, load: "{users: 2, for: 200ms}", settle: "200ms"),
            configuration: try LiveSetup.configuration(http: server.httpURL, mqtt: "mqtt://127.0.0.1:\(broker.port)")
        ).run()
        try await broker.stop()
        #expect(result.setupFailure == nil)
        #expect(result.counters.usersReady == 10)
        #expect(result.setupProblems.isEmpty)
    }

    @Test func refusedTopicsAreAskedForAgain() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let broker = try await FakeBroker(.init(refusedSubscriptions: 6))
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 5, load: "{users: 2, for: 200ms}", settle: "200ms"),
            configuration: try LiveSetup.configuration(http: server.httpURL, mqtt: "mqtt://127.0.0.1:\(broker.port)")
        ).run()
        try await broker.stop()
        #expect(result.counters.usersReady == 5)
        #expect(result.counters.sessionsUp == 5)
    }

    @Test func userThatTheBrokerNeverTakesIsLeftOut() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let broker = try await FakeBroker(.init(refusalCode: 5, refusedSuffix: "-3"))
        var configuration = try LiveSetup.configuration(
            http: server.httpURL, mqtt: "mqtt://127.0.0.1:\(broker.port)")
        configuration.plan.sessionTimeout = 1_500_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 6, load: "{users: 2, for: 300ms}", settle: "200ms"),
            configuration: configuration
        ).run()
        try await broker.stop()
        #expect(result.setupFailure == nil)
        #expect(result.counters.usersReady == 5)
        #expect(result.counters.usersFailed == 1)
        #expect(result.history.run.generator.usersFailed == 1)
        #expect(result.setupProblems.contains { $0.hasPrefix("user 3 got no mqtt session") })
        #expect(result.setupProblems.contains { $0.contains("not authorised") }, "\(result.setupProblems)")
        #expect(result.history.operations.filter { $0.phase == .load }.allSatisfy { $0.user != 3 })
    }

    @Test func brokerThatRefusesForAWhileIsWaitedFor() async throws {
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let broker = try ManagedBroker.start()
        defer { broker.stop() }
        let (url, id) = (broker.endpoint.url, try #require(broker.processID))
        kill(id, SIGKILL)
        let starting = Task.detached {
            try await Task.sleep(for: .seconds(1))
            try broker.restart()
        }
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(users: 10, load: "{users: 2, for: 200ms}", settle: "200ms"),
            configuration: try LiveSetup.configuration(http: server.httpURL, mqtt: url)
        ).run()
        try await starting.value
        #expect(result.counters.usersReady == 10)
    }

    @Test func brokerThatIsKilledIsRecorded() async throws {
        let broker = try ManagedBroker.start()
        defer { broker.stop() }
        let server = try LiveSetup.startServer(.external(broker.endpoint))
        defer { server.stop() }
        let id = try #require(broker.processID)
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: broker.endpoint.url)
        configuration.progressInterval = 200_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(load: "{rate: 30/s, for: 2s}", settle: "1s"), configuration: configuration,
            observer: duringLoad { kill(id, SIGKILL) }
        ).run()
        expectComplete(result)
        #expect(result.counters.sessionsLost == 20)
        #expect(result.counters.sessionsUp == 0)
        let downs = result.history.sessionChanges.filter { !$0.isUp }
        #expect(Set(downs.map(\.user)).count == 20)
        #expect(downs.allSatisfy { !$0.reason.isEmpty })
        #expect(result.history.run.end - result.history.run.loadStart < 20_000_000_000)
    }

    @Test func brokerThatFallsSilentDoesNotHoldTheRun() async throws {
        let broker = try ManagedBroker.start()
        defer { broker.stop() }
        let server = try LiveSetup.startServer(.external(broker.endpoint))
        defer { server.stop() }
        let id = try #require(broker.processID)
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: broker.endpoint.url)
        configuration.progressInterval = 200_000_000
        let result = try await LiveInterpreter(
            try LiveSetup.scenario(load: "{rate: 30/s, for: 2s}", settle: "1s"), configuration: configuration,
            observer: duringLoad { kill(id, SIGSTOP) }
        ).run()
        kill(id, SIGCONT)
        expectComplete(result)
        #expect(result.counters.messagesDelivered < result.counters.messagesSent)
        #expect(result.history.operations.contains { $0.phase == .load && $0.isAccepted })
    }

    @Test func deploymentBehindTLSIsUsed() async throws {
        guard let certificate = try TestCertificate() else { return }
        let server = try LiveSetup.startServer(.off)
        defer { server.stop() }
        let terminator = try await TLSTerminator(
            to: server.port, certificate: certificate.certificate, key: certificate.key)
        let scenario = try LiveSetup.scenario(users: 5, load: "{users: 3, for: 300ms}", settle: "1s")
        func run(host: String, _ change: (inout LiveConfiguration) -> Void) async throws -> LiveResult {
            var configuration = try LiveSetup.configuration(http: "https://\(host):\(terminator.port)", mqtt: nil)
            change(&configuration)
            return try await LiveInterpreter(scenario, configuration: configuration).run()
        }

        let trusted = try await run(host: "localhost") { $0.httpCAFile = certificate.certificate }
        #expect(trusted.setupFailure == nil)
        #expect(trusted.history.operations.contains { $0.phase == .load })
        #expect(trusted.history.operations.allSatisfy { $0.isAccepted })

        let unknown = try await run(host: "localhost") { _ in }
        #expect(unknown.setupFailure == "only 0 of 5 users could be set up")
        #expect(
            unknown.setupProblems.first?.contains("CERTIFICATE_VERIFY_FAILED") == true, "\(unknown.setupProblems)")

        let wrongName = try await run(host: "127.0.0.1") { $0.httpCAFile = certificate.certificate }
        #expect(wrongName.setupFailure == "only 0 of 5 users could be set up")

        let anything = try await run(host: "127.0.0.1") { $0.httpAcceptsAnyCertificate = true }
        #expect(anything.setupFailure == nil)
        try await terminator.stop()
        try certificate.remove()
    }

    @Test func everyConnectionIsShown() async throws {
        let server = try LiveSetup.startServer(.managed(port: 0))
        defer { server.stop() }
        let last = Mutex(LiveProgress.Connections())
        let observer = LiveObserver(progress: { progress in
            if progress.stage == .load { last.withLock { $0 = progress.connections } }
        })
        var configuration = try LiveSetup.configuration(http: server.httpURL, mqtt: server.mqttURL)
        configuration.progressInterval = 200_000_000
        _ = try await LiveInterpreter(
            try LiveSetup.scenario(load: "{users: 5, for: 1s}", settle: "1s"), configuration: configuration,
            observer: observer
        ).run()
        let shown = last.withLock { $0 }
        #expect(shown.httpOpen == 20)
        #expect(shown.mqttUp == 20)
        #expect(shown.opened == 40)
        #expect(shown.waiting == 0)
    }
}
