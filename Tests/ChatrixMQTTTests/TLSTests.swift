import Testing

@testable import ChatrixMQTT

extension RealParts {
    @Suite(.enabled(if: hasProgram("openssl"), "needs the program openssl"))
    struct TLSTests {
        /// A certificate for the name localhost, its key, and a broker that shows it.
        private func withTLSBroker(_ body: (MQTTEndpoint, TemporaryFolder, MQTTReactor, EventLog) throws -> Void) throws
        {
            let folder = try TemporaryFolder()
            try folder.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out",
                    "certificate.pem",
                ])
            try folder.makeReadable()
            let lines = ["certfile \(folder.path)/certificate.pem", "keyfile \(folder.path)/key.pem"]
            try withBroker(.init(extraLines: lines)) { broker, reactor, log in
                try body(MQTTEndpoint(host: "localhost", port: broker.port, usesTLS: true), folder, reactor, log)
            }
        }

        private func configuration(_ endpoint: MQTTEndpoint, _ tls: MQTTSession.TLS) -> MQTTSession.Configuration {
            MQTTSession.Configuration(endpoint: endpoint, clientID: "tls", tls: tls, reconnect: .constant(.seconds(60)))
        }

        @Test func trustedCertificateCarriesMessages() throws {
            try withTLSBroker { endpoint, folder, reactor, log in
                let tls = MQTTSession.TLS(caFile: "\(folder.path)/certificate.pem")
                let session = try reactor.add(configuration(endpoint, tls), subscriptions: [.init("t")])
                try log.waitForSubscription(of: session)
                for number in 0..<300 {
                    try session.publish(
                        topic: "t", payload: [UInt8](repeating: UInt8(number % 251), count: 1000 + number))
                }
                try log.wait(for: "300 messages") { $0.messages(of: session).count == 300 }
                #expect(log.messages(of: session).map(\.payload.count) == (0..<300).map { 1000 + $0 })
            }
        }

        @Test func unknownCertificateIsRefusedWithAReason() throws {
            try withTLSBroker { endpoint, _, reactor, log in
                let session = try reactor.add(configuration(endpoint, .init()))
                let (failure, _) = try log.waitForFailure(of: session)
                #expect("\(failure)".contains("certificate verify failed"))
            }
        }

        @Test func wrongNameIsRefused() throws {
            try withTLSBroker { endpoint, folder, reactor, log in
                var elsewhere = endpoint
                elsewhere.host = "127.0.0.1"
                let tls = MQTTSession.TLS(caFile: "\(folder.path)/certificate.pem")
                let session = try reactor.add(configuration(elsewhere, tls))
                let (failure, _) = try log.waitForFailure(of: session)
                #expect("\(failure)".hasPrefix("TLS failed"))
            }
        }

        @Test func insecureAcceptsAnyCertificate() throws {
            try withTLSBroker { endpoint, _, reactor, log in
                var elsewhere = endpoint
                elsewhere.host = "127.0.0.1"
                let session = try reactor.add(configuration(elsewhere, .init(insecure: true)))
                try log.waitForConnection(of: session)
            }
        }

        @Test func plainBrokerBehindTLSAddressIsReported() throws {
            try withBroker { broker, reactor, log in
                var endpoint = broker.endpoint
                endpoint.usesTLS = true
                let session = try reactor.add(configuration(endpoint, .init(insecure: true)))
                let (failure, _) = try log.waitForFailure(of: session)
                #expect(failure != .requested)
            }
        }
    }
}
