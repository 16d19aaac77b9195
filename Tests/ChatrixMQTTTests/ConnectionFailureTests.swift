import Glibc
import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite struct ConnectionFailureTests {
        private func configuration(
            _ endpoint: MQTTEndpoint, deadline: Duration = .seconds(10),
            reconnect: ReconnectPolicy = .constant(.seconds(60))
        ) -> MQTTSession.Configuration {
            MQTTSession.Configuration(
                endpoint: endpoint, clientID: "client", reconnect: reconnect, connectDeadline: deadline)
        }

        @Test(arguments: ["127.0.0.1", "localhost"])
        func absentBrokerIsReportedWithAddressAndReason(host: String) throws {
            try withReactor { reactor, log in
                let port = try LoopbackPort.findFree()
                let session = try reactor.add(configuration(MQTTEndpoint(host: host, port: port)))
                let (failure, retryIn) = try log.waitForFailure(of: session)
                #expect("\(failure)" == "cannot connect to 127.0.0.1:\(port): Connection refused")
                #expect(retryIn == .seconds(60))
                #expect(reactor.progress.connecting == 0)
            }
        }

        @Test func attemptsGoOnUntilTheBrokerIsThere() throws {
            try withReactor { reactor, log in
                let port = try LoopbackPort.findFree()
                let session = try reactor.add(
                    configuration(
                        MQTTEndpoint(host: "127.0.0.1", port: port), reconnect: .constant(.milliseconds(20))))
                try log.wait(for: "three failures") { $0.failures(of: session).count >= 3 }
                let broker = try ManagedBroker.start(.init(port: port))
                defer { broker.stop() }
                try log.waitForConnection(of: session)
            }
        }

        @Test func silentServerTimesOut() throws {
            let server = try SilentServer()
            try withReactor { reactor, log in
                let session = try reactor.add(
                    configuration(MQTTEndpoint(host: "127.0.0.1", port: server.port), deadline: .milliseconds(200)))
                let (failure, retryIn) = try log.waitForFailure(of: session)
                #expect("\(failure)" == "no answer (CONNACK) from 127.0.0.1:\(server.port) within 0.2 seconds")
                #expect(retryIn == .seconds(60))
                #expect(reactor.progress.connecting == 0)
            }
        }

        @Test func silentServerDoesNotHoldUpOtherSessionsForEver() throws {
            let server = try SilentServer()
            try withBroker(handshakes: 1) { broker, reactor, log in
                let silent = try reactor.add(
                    configuration(MQTTEndpoint(host: "127.0.0.1", port: server.port), deadline: .milliseconds(100)))
                let honest = try reactor.add(configuration(broker.endpoint))
                try log.waitForConnection(of: honest)
                #expect(!log.all.failures(of: silent).isEmpty)
            }
        }

        @Test func serverThatHangsUpIsReported() throws {
            let server = try SilentServer()
            try withReactor { reactor, log in
                let session = try reactor.add(configuration(MQTTEndpoint(host: "127.0.0.1", port: server.port)))
                server.acceptAndClose()
                let (failure, _) = try log.waitForFailure(of: session)
                guard case .lost(let message) = failure else {
                    Issue.record("got \(failure)")
                    return
                }
                #expect(message == "closed by the broker before CONNACK" || message == "Connection reset by peer")
            }
        }

        @Test func unknownHostIsReported() throws {
            try withReactor { reactor, log in
                let session = try reactor.add(configuration(MQTTEndpoint(host: "no-such-host.invalid", port: 1883)))
                let (failure, retryIn) = try log.waitForFailure(of: session)
                #expect("\(failure)".contains("\"no-such-host.invalid\""))
                #expect(retryIn == .seconds(60))
            }
        }

        @Test func wrongCredentialsAreReported() throws {
            let folder = try TemporaryFolder()
            try folder.run("mosquitto_passwd", ["-b", "-c", "passwords", "user", "right"])
            try folder.makeReadable()
            try withBroker(
                .init(allowAnonymous: false, extraLines: ["password_file \(folder.path)/passwords"])
            ) { broker, reactor, log in
                var endpoint = broker.endpoint
                endpoint.username = "user"
                endpoint.password = "right"
                let welcome = try reactor.add(configuration(endpoint))
                try log.waitForConnection(of: welcome)
                endpoint.password = "wrong"
                let session = try reactor.add(configuration(endpoint))
                let (failure, retryIn) = try log.waitForFailure(of: session)
                #expect(
                    "\(failure)"
                        == "broker refused the connection: not authorised; check user name and password (code 5)")
                #expect(retryIn == .seconds(60))
            }
        }

        @Test func sessionWithoutReconnectGivesUp() throws {
            try withReactor { reactor, log in
                let port = try LoopbackPort.findFree()
                let session = try reactor.add(
                    configuration(MQTTEndpoint(host: "127.0.0.1", port: port), reconnect: .never))
                let (_, retryIn) = try log.waitForFailure(of: session)
                #expect(retryIn == nil)
                #expect(session.state == .disconnected)
            }
        }

        @Test func impossibleSettingsAreRefusedAtOnce() throws {
            try withReactor { reactor, _ in
                let endpoint = MQTTEndpoint(host: "h", port: 1)
                var keepAlive = configuration(endpoint)
                keepAlive.keepAliveSeconds = 4
                #expect(throws: MQTTError.self) { try reactor.add(keepAlive) }
                var tls = configuration(MQTTEndpoint(host: "h", port: 1, usesTLS: true))
                tls.tls.caFile = "/no/such/ca.pem"
                let error = try #require(throws: MQTTError.self) { try reactor.add(tls) }
                #expect(
                    "\(error)" == "CA certificate file \"/no/such/ca.pem\" cannot be read: No such file or directory")
                #expect(throws: MQTTError.self) {
                    try reactor.add(configuration(endpoint), subscriptions: [.init("a#")])
                }
            }
        }
    }
}
