import CMosquitto
import Glibc
import Synchronization

/// The way of a session from its turn to CONNACK, and from the end of a connection to the next attempt.
extension ReactorLoop {
    func enqueue(_ record: SessionRecord) {
        record.timerGeneration = nextNumber()
        setPhase(record, .queued)
        connectQueue.append(record.slot)
    }

    func startHandshakes() {
        while handshakes < configuration.concurrentHandshakes, let slot = connectQueue.popFirst() {
            guard let record = records[slot], record.phase == .queued else { continue }
            handshakes += 1
            record.holdsHandshake = true
            record.addressIndex = 0
            setPhase(record, .resolving)
            setDeadline(record, after: record.session.configuration.connectDeadline)
            switch resolver.lookUp(record.session.configuration.endpoint.host, slot: slot) {
            case .addresses(let addresses):
                record.addresses = addresses
                openSocket(record)
            case .later:
                break
            case .failed(let error):
                endConnection(record, unresolvable(record, error))
            }
        }
    }

    func didResolve(_ host: String, _ result: Result<[String], ResolutionError>) {
        for slot in resolver.finish(host, result) {
            guard let record = records[slot], record.phase == .resolving,
                record.session.configuration.endpoint.host == host
            else { continue }
            switch result {
            case .success(let addresses):
                record.addresses = addresses
                openSocket(record)
            case .failure(let error):
                endConnection(record, unresolvable(record, error))
            }
        }
    }

    private func unresolvable(_ record: SessionRecord, _ error: ResolutionError) -> MQTTFailure {
        .unresolvable(host: record.session.configuration.endpoint.host, message: error.message)
    }

    private func openSocket(_ record: SessionRecord) {
        guard let client = record.client else { return }
        let endpoint = record.session.configuration.endpoint
        // The certificate is checked against the name that libmosquitto connects to, so TLS has to go by name.
        let address = endpoint.usesTLS ? endpoint.host : record.addresses[record.addressIndex]
        record.connackCode = -1
        record.disconnectCode = nil
        record.disconnectErrno = 0
        record.lastError = nil
        record.isTCPConnected = false
        setPhase(record, .connecting)

        let code: CInt
        let systemCode: CInt
        if record.configuredAddress == address {
            code = mosquitto_reconnect_async(client)
            systemCode = errno
        } else {
            (code, systemCode) = SocketPairs.shrinkingNew {
                let code = mosquitto_connect_async(
                    client, address, CInt(endpoint.port), CInt(record.session.configuration.keepAliveSeconds))
                return (code, errno)
            }
            record.configuredAddress = address
        }
        guard code == MOSQ_ERR_SUCCESS.rawValue else {
            connectFailed(record, openFailure(record, code, systemCode))
            return
        }
        let socket = mosquitto_socket(client)
        record.socket = socket
        record.epoch = nextNumber()
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        record.interest = endpoint.usesTLS ? [.read, .write, .edge] : [.read, .write]
        do {
            try poller.add(socket, record.interest, key: record.key)
        } catch {
            connectFailed(record, .unreachable(address: record.addressText, message: "\(error)"))
        }
    }

    private func openFailure(_ record: SessionRecord, _ code: CInt, _ systemCode: CInt) -> MQTTFailure {
        switch mosq_err_t(rawValue: code) {
        case MOSQ_ERR_ERRNO:
            .unreachable(address: record.addressText, message: systemMessage(systemCode))
        case MOSQ_ERR_EAI:
            // libmosquitto puts the code of getaddrinfo into errno.
            .unresolvable(
                host: record.session.configuration.endpoint.host, message: String(cString: gai_strerror(systemCode)))
        case MOSQ_ERR_TLS:
            .tls(message: record.lastError ?? libraryMessage(code))
        default:
            .library(code: Int(code), message: libraryMessage(code))
        }
    }

    /// Gives up an attempt or a connection that libmosquitto has not closed by itself.
    func connectFailed(_ record: SessionRecord, _ failure: MQTTFailure) {
        let isTCPStage = !record.isTCPConnected && record.phase == .connecting
        tearDown(record)
        if isTCPStage, case .unreachable = failure, !record.session.configuration.endpoint.usesTLS,
            record.addressIndex + 1 < record.addresses.count
        {
            record.addressIndex += 1
            openSocket(record)
        } else {
            endConnection(record, failure)
        }
    }

    /// Closes the socket behind libmosquitto's back, which has no function for it: cut off, reading makes it notice.
    func tearDown(_ record: SessionRecord) {
        guard let client = record.client, record.socket >= 0 else { return }
        record.isTearingDown = true
        poller.remove(record.socket)
        shutdown(record.socket, CInt(SHUT_RDWR))
        // What had arrived before is still read. Should the socket stay open, the next attempt closes it.
        for _ in 0..<64 where mosquitto_socket(client) >= 0 {
            errno = 0
            mosquitto_loop_read(client, 1)
        }
        record.socket = -1
        record.isTearingDown = false
    }

    /// Looks after a call of libmosquitto whether it closed the connection.
    func noticeEnd(_ record: SessionRecord, _ code: CInt) {
        guard record.socket >= 0, !record.isTearingDown, let client = record.client else { return }
        let isClosed = mosquitto_socket(client) < 0
        guard isClosed || code != MOSQ_ERR_SUCCESS.rawValue else { return }
        let failure = endFailure(record, record.disconnectCode ?? code)
        if isClosed { record.socket = -1 } else { tearDown(record) }
        endConnection(record, failure)
    }

    private func endFailure(_ record: SessionRecord, _ code: CInt) -> MQTTFailure {
        if record.phase == .closing { return .requested }
        if record.connackCode > 0 {
            return .refused(code: Int(record.connackCode), message: connackMessage(record.connackCode))
        }
        let isConnecting = record.phase == .connecting
        if let lastError = record.lastError, isConnecting { return .tls(message: lastError) }
        switch mosq_err_t(rawValue: code) {
        case MOSQ_ERR_KEEPALIVE:
            return .keepAliveExpired
        case MOSQ_ERR_TLS:
            return .tls(message: record.lastError ?? libraryMessage(code))
        case MOSQ_ERR_ERRNO where record.disconnectErrno != 0 && record.disconnectErrno != EAGAIN:
            return .lost(message: systemMessage(record.disconnectErrno))
        case MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO, MOSQ_ERR_NO_CONN:
            return .lost(message: isConnecting ? "closed by the broker before CONNACK" : "closed by the broker")
        default:
            return .library(code: Int(code), message: libraryMessage(code))
        }
    }

    /// Enters the end of a connection or of an attempt and plans the next one.
    func endConnection(_ record: SessionRecord, _ failure: MQTTFailure) {
        releaseHandshake(record)
        record.socket = -1
        record.pendingFilters.removeAll()
        dropUnsent(record)
        markDirty(record)

        let session = record.session
        if record.isRemoving {
            discard(record)
            return
        }
        var delay: Duration?
        if failure != .requested {
            record.failures += 1
            delay = session.configuration.reconnect.delay(
                afterFailures: record.failures, clientID: session.configuration.clientID)
        }
        let losses = session.outbox.withLock { outbox in
            outbox.state = delay == nil ? .disconnected : .connecting
            var losses: [MQTTLoss] = []
            while let loss = outbox.dropOldestBeyondLimit() { losses.append(loss) }
            return losses
        }
        for loss in losses { emit(record, .lost(session, loss)) }
        if let delay {
            setPhase(record, .waitingToRetry)
            setDeadline(record, after: delay)
        } else {
            setPhase(record, .idle)
            record.timerGeneration = nextNumber()
        }
        emit(record, .disconnected(session, failure, retryIn: delay))
        if stopDeadline != nil { discard(record) }
    }

    /// QoS 0 publications that were not written die with the connection.
    private func dropUnsent(_ record: SessionRecord) {
        guard record.unsentCount > 0 else { return }
        let unsent = record.inflight.filter { $0.value.qos == .atMostOnce }.sorted { $0.value.token < $1.value.token }
        for (identifier, entry) in unsent {
            record.inflight[identifier] = nil
            record.settledThisRound += 1
            emit(record, .lost(record.session, MQTTLoss(token: entry.token, label: entry.label, reason: .notSent)))
        }
        record.unsentCount = 0
    }

    func releaseHandshake(_ record: SessionRecord) {
        guard record.holdsHandshake else { return }
        record.holdsHandshake = false
        handshakes -= 1
    }

    func setDeadline(_ record: SessionRecord, after delay: Duration) {
        record.timerGeneration = nextNumber()
        timers.insert(
            TimerQueue.Entry(time: .after(delay), slot: record.slot, generation: record.timerGeneration))
    }

    func handleDeadline(_ entry: TimerQueue.Entry) {
        guard let record = records[entry.slot], record.timerGeneration == entry.generation else { return }
        let limit = record.session.configuration.connectDeadline
        switch record.phase {
        case .waitingToRetry:
            enqueue(record)
        case .resolving:
            let host = record.session.configuration.endpoint.host
            endConnection(record, .timedOut(stage: "address for \"\(host)\"", after: limit))
        case .connecting:
            let stage =
                record.isTCPConnected
                ? "answer (CONNACK) from \(record.addressText)" : "TCP connection to \(record.addressText)"
            tearDown(record)
            endConnection(record, .timedOut(stage: stage, after: limit))
        case .closing:
            tearDown(record)
            endConnection(record, .requested)
        case .idle, .queued, .connected:
            break
        }
    }
}
