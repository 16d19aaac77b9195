import CMosquitto
import Glibc
import Synchronization

/// What libmosquitto reports. These run inside its calls, so they note and queue, and never close or free.
extension ReactorLoop {
    func didConnect(_ record: SessionRecord) {
        record.failures = 0
        record.addressIndex = 0
        record.timerGeneration = nextNumber()
        releaseHandshake(record)
        setPhase(record, .connected)
        record.session.outbox.withLock { $0.state = .connected }
        record.mayPump = true
        markDirty(record)
        emit(record, .connected(record.session))
        if !record.subscriptions.isEmpty { subscribe(record, record.subscriptions) }
    }

    func subscribe(_ record: SessionRecord, _ subscriptions: [MQTTSubscription]) {
        for qos in [MQTTQoS.atMostOnce, .atLeastOnce, .exactlyOnce] {
            let filters = subscriptions.filter { $0.qos == qos }.map(\.filter)
            guard !filters.isEmpty else { continue }
            request(record, filters) { client, identifier, list in
                mosquitto_subscribe_multiple(
                    client, identifier, CInt(filters.count), list, qos.rawValue, 0, nil)
            }
        }
    }

    func unsubscribe(_ record: SessionRecord, _ filters: [String]) {
        guard !filters.isEmpty else { return }
        request(record, filters) { client, identifier, list in
            mosquitto_unsubscribe_multiple(client, identifier, CInt(filters.count), list, nil)
        }
    }

    private func request(
        _ record: SessionRecord, _ filters: [String],
        _ send: (OpaquePointer, UnsafeMutablePointer<CInt>, UnsafePointer<UnsafeMutablePointer<CChar>?>) -> CInt
    ) {
        guard let client = record.client else { return }
        let list = filters.map { strdup($0) }
        defer { list.forEach { free($0) } }
        var identifier: CInt = 0
        let code = list.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { send(client, &identifier, $0) } ?? MOSQ_ERR_INVAL.rawValue
        }
        markDirty(record)
        if code == MOSQ_ERR_SUCCESS.rawValue {
            record.pendingFilters[identifier] = filters
        } else {
            record.lastError = libraryMessage(code)
            emit(record, .subscribed(record.session, filters: filters, refused: filters))
        }
    }

    func didSubscribe(_ record: SessionRecord, identifier: CInt, refused: [Int]) {
        guard let filters = record.pendingFilters.removeValue(forKey: identifier) else { return }
        let refusedFilters = refused.filter { $0 < filters.count }.map { filters[$0] }
        emit(record, .subscribed(record.session, filters: filters, refused: refusedFilters))
    }

    func didUnsubscribe(_ record: SessionRecord, identifier: CInt) {
        guard let filters = record.pendingFilters.removeValue(forKey: identifier) else { return }
        emit(record, .unsubscribed(record.session, filters: filters))
    }

    func didAcknowledge(_ record: SessionRecord, identifier: CInt) {
        guard let entry = record.inflight.removeValue(forKey: identifier) else { return }
        if entry.qos == .atMostOnce { record.unsentCount -= 1 }
        record.settledThisRound += 1
        markDirty(record)
        emit(record, .acknowledged(record.session, entry.token))
    }

    func didReceive(_ record: SessionRecord, _ message: mosquitto_message, at arrival: MonotonicTime) {
        guard let topic = message.topic else { return }
        let bytes = UnsafeRawBufferPointer(start: message.payload, count: Int(message.payloadlen))
        let qos = MQTTQoS(rawValue: message.qos) ?? .atMostOnce
        emit(
            record,
            .message(
                record.session,
                MQTTMessage(
                    topic: record.topicString(topic), payload: Array(bytes), qos: qos, retain: message.retain,
                    packetIdentifier: qos == .atMostOnce ? nil : UInt16(truncatingIfNeeded: message.mid),
                    arrivalNanoseconds: arrival.nanoseconds)))
    }
}
