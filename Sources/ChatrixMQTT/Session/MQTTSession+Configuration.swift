import Glibc

extension MQTTSession {
    /// How a session connects. Protocol 3.1.1.
    package struct Configuration: Sendable {
        package var endpoint: MQTTEndpoint
        /// Empty: libmosquitto makes one up.
        package var clientID: String
        /// Used when the endpoint's scheme is `mqtts`.
        package var tls: TLS
        /// 5 to 65,535 seconds.
        package var keepAliveSeconds: Int
        package var cleanSession: Bool
        /// QoS 1 publications sent and not acknowledged at a time; more wait in the session. 0 lifts the limit to the
        /// 65,000 that the 16-bit identifiers allow. libmosquitto 2.0.11 walks its list of unacknowledged messages
        /// for every publication (3 µs at 1,000, 23 µs at 8,000); with 200 a saturated publisher and its subscribers
        /// take 24 µs of CPU a message, with 1,000 33 µs.
        package var maximumInflight: Int
        package var reconnect: ReconnectPolicy
        /// From the first SYN to the broker's CONNACK.
        package var connectDeadline: Duration
        /// Publications that wait while there is no connection; beyond, the oldest is dropped and reported. Nil: no limit.
        package var waitingLimit: Int?

        package init(
            endpoint: MQTTEndpoint, clientID: String, tls: TLS = TLS(), keepAliveSeconds: Int = 60,
            cleanSession: Bool = true, maximumInflight: Int = 200,
            reconnect: ReconnectPolicy = .backoff(initial: .milliseconds(500), maximum: .seconds(30), seed: 0),
            connectDeadline: Duration = .seconds(10), waitingLimit: Int? = nil
        ) {
            self.endpoint = endpoint
            self.clientID = clientID
            self.tls = tls
            self.keepAliveSeconds = keepAliveSeconds
            self.cleanSession = cleanSession
            self.maximumInflight = maximumInflight
            self.reconnect = reconnect
            self.connectDeadline = connectDeadline
            self.waitingLimit = waitingLimit
        }
    }

    /// Certificates in PEM files. libmosquitto loads them anew for every session, about 100 KiB each.
    package struct TLS: Sendable, Equatable {
        /// Certificates of the authorities to trust; nil: those of the operating system.
        package var caFile: String?
        /// Certificate and key of this client, both or neither.
        package var certFile: String?
        package var keyFile: String?
        /// Accept any certificate under any name. Only for tests.
        package var insecure: Bool

        package init(caFile: String? = nil, certFile: String? = nil, keyFile: String? = nil, insecure: Bool = false) {
            self.caFile = caFile
            self.certFile = certFile
            self.keyFile = keyFile
            self.insecure = insecure
        }
    }
}

extension MQTTSession.Configuration {
    static let inflightCeiling = 65_000

    var effectiveInflight: Int {
        maximumInflight == 0 ? Self.inflightCeiling : min(maximumInflight, Self.inflightCeiling)
    }

    /// Throws what libmosquitto would refuse later and less clearly.
    func validate() throws(MQTTError) {
        guard (5...65_535).contains(keepAliveSeconds) else {
            throw .invalidSetting(name: "keepAliveSeconds", problem: "\(keepAliveSeconds) is not in 5...65535")
        }
        guard (1...65_535).contains(endpoint.port) else {
            throw .invalidSetting(name: "port", problem: "\(endpoint.port) is not in 1...65535")
        }
        guard maximumInflight >= 0 else {
            throw .invalidSetting(name: "maximumInflight", problem: "\(maximumInflight) is negative")
        }
        guard waitingLimit.map({ $0 >= 1 }) ?? true else {
            throw .invalidSetting(name: "waitingLimit", problem: "must be at least 1")
        }
        guard connectDeadline > .zero else {
            throw .invalidSetting(name: "connectDeadline", problem: "must be positive")
        }
        guard cleanSession || !clientID.isEmpty else {
            throw .invalidSetting(name: "clientID", problem: "needed when cleanSession is false")
        }
        guard clientID.utf8.count <= 65_535, !clientID.utf8.contains(0) else {
            throw .invalidSetting(name: "clientID", problem: "longer than 65,535 bytes or with a NUL")
        }
        guard endpoint.password == nil || endpoint.username != nil else {
            throw .invalidSetting(name: "password", problem: "MQTT 3.1.1 allows none without a user name")
        }
        guard endpoint.usesTLS else { return }
        guard (tls.certFile == nil) == (tls.keyFile == nil) else {
            throw .invalidSetting(name: "certFile and keyFile", problem: "one is given without the other")
        }
        let files = [
            (tls.caFile, "CA certificate file"), (tls.certFile, "client certificate file"),
            (tls.keyFile, "client key file"),
        ]
        for case (let path?, let purpose) in files where access(path, R_OK) != 0 {
            throw .unreadableFile(path: path, purpose: purpose, code: errno)
        }
    }
}
