import CMosquitto
import Glibc

/// What the reactor's thread knows of one session. Never leaves that thread.
final class SessionRecord {
    enum Phase {
        /// Disconnected on request, or given up.
        case idle
        /// Waiting for one of the concurrent handshakes.
        case queued
        case resolving
        /// From the SYN to CONNACK.
        case connecting
        case connected
        /// DISCONNECT is on its way out.
        case closing
        case waitingToRetry
    }

    struct Inflight {
        var token: MQTTToken
        var qos: MQTTQoS
        var label: String
    }

    let session: MQTTSession
    let observer: (any SessionObserver)?
    let slot: Int
    unowned let loop: ReactorLoop
    var client: OpaquePointer?

    var phase = Phase.idle
    var failures = 0
    /// Counts the deadlines set; an older one that comes up is void.
    var timerGeneration: UInt32 = 0
    /// Counts the sockets used; an epoll event of an older one is void.
    var epoch: UInt32 = 0
    var socket: CInt = -1
    var interest: Poller.Interest = []
    var isTCPConnected = false
    var holdsHandshake = false
    var isRemoving = false
    /// True while a closed socket must not be taken for a lost connection, because its end is handled elsewhere.
    var isTearingDown = false
    var isDirty = false

    var addresses: [String] = []
    var addressIndex = 0
    /// The address that libmosquitto has.
    var configuredAddress: String?

    var connackCode: CInt = -1
    /// The code that libmosquitto gave with the end of the connection.
    var disconnectCode: CInt?
    var disconnectErrno: CInt = 0
    var lastError: String?

    var subscriptions: [MQTTSubscription]
    /// Filters by the identifier of the SUBSCRIBE or UNSUBSCRIBE that is under way.
    var pendingFilters: [CInt: [String]] = [:]
    var inflight: [CInt: Inflight] = [:]
    var unsentCount = 0
    /// True when publications wait in the session's outbox.
    var mayPump = false
    var settledThisRound = 0

    init(
        session: MQTTSession, subscriptions: [MQTTSubscription], observer: (any SessionObserver)?, slot: Int,
        loop: ReactorLoop
    ) {
        self.session = session
        self.subscriptions = subscriptions
        self.observer = observer
        self.slot = slot
        self.loop = loop
    }

    deinit {
        if let client { mosquitto_destroy(client) }
    }

    /// The key of the present socket in epoll.
    var key: UInt64 { UInt64(slot) << 32 | UInt64(epoch) }

    /// Where the present attempt goes, for messages.
    var addressText: String {
        var endpoint = session.configuration.endpoint
        if addressIndex < addresses.count { endpoint.host = addresses[addressIndex] }
        return endpoint.host.contains(":") ? "[\(endpoint.host)]:\(endpoint.port)" : "\(endpoint.host):\(endpoint.port)"
    }

    /// The filter's own string when `topic` is one of the exact filters, so that the usual message needs no new one.
    func topicString(_ topic: UnsafePointer<CChar>) -> String {
        let length = strlen(topic)
        for subscription in subscriptions where subscription.filter.utf8.count == length {
            let isSame =
                subscription.filter.utf8.withContiguousStorageIfAvailable {
                    $0.baseAddress.map { memcmp($0, topic, length) == 0 } ?? true
                } ?? false
            if isSame { return subscription.filter }
        }
        return String(cString: topic)
    }
}

extension SessionRecord {
    /// Makes the libmosquitto client with all settings that hold for its whole life.
    func makeClient() throws(MQTTError) {
        let configuration = session.configuration
        let user = Unmanaged.passUnretained(self).toOpaque()
        let identifier: String? = configuration.clientID.isEmpty ? nil : configuration.clientID
        let (made, systemCode) = SocketPairs.shrinkingNew {
            let client = mosquitto_new(identifier, configuration.cleanSession, user)
            return (client, errno)
        }
        guard let client = made else {
            throw .system(operation: "making the MQTT client \"\(configuration.clientID)\"", code: systemCode)
        }
        self.client = client

        // With "threads", libmosquitto leaves all writing to mosquitto_loop_write, so that an error on the socket shows
        // up in one place and not in the middle of a publication.
        try LibMosquitto.check(mosquitto_threaded_set(client, true), "choosing deferred writing")
        try setOption(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V311)
        try setOption(client, MOSQ_OPT_TCP_NODELAY, 1)
        // The window is kept by the reactor; 0 lifts libmosquitto's own.
        try setOption(client, MOSQ_OPT_SEND_MAXIMUM, 0)
        if let username = configuration.endpoint.username {
            try LibMosquitto.check(
                mosquitto_username_pw_set(client, username, configuration.endpoint.password),
                "setting the user name of \"\(configuration.clientID)\"")
        }
        if configuration.endpoint.usesTLS { try configureTLS(client, configuration.tls) }
        installCallbacks(client)
    }

    private func setOption(_ client: OpaquePointer, _ option: mosq_opt_t, _ value: CInt) throws(MQTTError) {
        try LibMosquitto.check(
            mosquitto_int_option(client, option, value), "setting libmosquitto option \(option.rawValue)")
    }

    private func configureTLS(_ client: OpaquePointer, _ tls: MQTTSession.TLS) throws(MQTTError) {
        if let caFile = tls.caFile {
            try LibMosquitto.check(
                mosquitto_tls_set(client, caFile, nil, tls.certFile, tls.keyFile, nil), "setting the TLS files")
        } else {
            try setOption(client, MOSQ_OPT_TLS_USE_OS_CERTS, 1)
            if tls.certFile != nil {
                // Without a CA, mosquitto_tls_set wants a folder of CAs to take the client's certificate at all.
                try LibMosquitto.check(
                    mosquitto_tls_set(client, nil, "/etc/ssl/certs", tls.certFile, tls.keyFile, nil),
                    "setting the TLS client certificate")
            }
        }
        if tls.insecure {
            let verifyNothing: CInt = 0
            try LibMosquitto.check(
                mosquitto_tls_opts_set(client, verifyNothing, nil, nil), "switching TLS verification off")
            try LibMosquitto.check(mosquitto_tls_insecure_set(client, true), "switching the TLS name check off")
        }
        mosquitto_log_callback_set(client) { _, user, level, text in
            // libmosquitto tells the reason of a TLS failure only here.
            guard level == MOSQ_LOG_ERR, let text else { return }
            SessionRecord.from(user)?.lastError = String(cString: text)
        }
    }

    private func installCallbacks(_ client: OpaquePointer) {
        mosquitto_connect_callback_set(client) { _, user, code in
            guard let record = SessionRecord.from(user) else { return }
            record.connackCode = code
            if code == 0 { record.loop.didConnect(record) }
        }
        mosquitto_disconnect_callback_set(client) { _, user, code in
            let systemCode = errno
            guard let record = SessionRecord.from(user) else { return }
            record.disconnectCode = code
            record.disconnectErrno = systemCode
        }
        mosquitto_subscribe_callback_set(client) { _, user, identifier, count, granted in
            guard let record = SessionRecord.from(user) else { return }
            let refused = (0..<Int(count)).filter { (granted?[$0] ?? 0x80) > 2 }
            record.loop.didSubscribe(record, identifier: identifier, refused: refused)
        }
        mosquitto_unsubscribe_callback_set(client) { _, user, identifier in
            guard let record = SessionRecord.from(user) else { return }
            record.loop.didUnsubscribe(record, identifier: identifier)
        }
        mosquitto_publish_callback_set(client) { _, user, identifier in
            guard let record = SessionRecord.from(user) else { return }
            record.loop.didAcknowledge(record, identifier: identifier)
        }
        mosquitto_message_callback_set(client) { _, user, message in
            guard let record = SessionRecord.from(user), let message else { return }
            record.loop.didReceive(record, message.pointee, at: .now)
        }
    }

    private static func from(_ user: UnsafeMutableRawPointer?) -> SessionRecord? {
        user.map { Unmanaged<SessionRecord>.fromOpaque($0).takeUnretainedValue() }
    }
}
