import CMosquitto
import Glibc
import Synchronization

/// What other threads asked for.
extension ReactorLoop {
    func execute(_ command: ReactorCommand) {
        switch command {
        case .add(let session, let subscriptions, let observer): add(session, subscriptions, observer)
        case .pump(let session):
            guard let record = record(of: session) else { return }
            record.mayPump = true
            markDirty(record)
        case .subscribe(let session, let subscriptions):
            guard let record = record(of: session) else { return }
            for subscription in subscriptions {
                record.subscriptions.removeAll { $0.filter == subscription.filter }
                record.subscriptions.append(subscription)
            }
            if record.phase == .connected { subscribe(record, subscriptions) }
        case .unsubscribe(let session, let filters):
            guard let record = record(of: session) else { return }
            record.subscriptions.removeAll { filters.contains($0.filter) }
            if record.phase == .connected { unsubscribe(record, filters) }
        case .disconnect(let session):
            guard let record = record(of: session) else { return }
            disconnect(record)
        case .reconnect(let session):
            guard let record = record(of: session) else { return }
            reconnect(record)
        case .remove(let session):
            guard let record = record(of: session) else { return }
            record.isRemoving = true
            disconnect(record)
        case .resolved(let host, let result): didResolve(host, result)
        case .report(let event):
            guard let record = record(of: event.session) else { return }
            emit(record, event)
        case .stop(let deadline): stop(by: deadline)
        }
    }

    private func record(of session: MQTTSession) -> SessionRecord? {
        slots[ObjectIdentifier(session)].flatMap { records[$0] }
    }

    private func add(
        _ session: MQTTSession, _ subscriptions: [MQTTSubscription], _ observer: (any SessionObserver)?
    ) {
        let slot = freeSlots.popLast() ?? records.count
        if slot == records.count { records.append(nil) }
        let record = SessionRecord(
            session: session, subscriptions: subscriptions, observer: observer, slot: slot, loop: self)
        records[slot] = record
        slots[ObjectIdentifier(session)] = slot
        do {
            try record.makeClient()
            enqueue(record)
        } catch {
            session.outbox.withLock { $0.state = .disconnected }
            emit(record, .disconnected(session, .library(code: 0, message: "\(error)"), retryIn: nil))
        }
    }

    private func disconnect(_ record: SessionRecord) {
        switch record.phase {
        case .connected:
            if record.mayPump { pump(record) }
            sendDisconnect(record)
        case .closing:
            break
        case .idle:
            if record.isRemoving { discard(record) }
        case .queued, .resolving, .connecting, .waitingToRetry:
            tearDown(record)
            endConnection(record, .requested)
        }
    }

    private func sendDisconnect(_ record: SessionRecord) {
        guard let client = record.client else { return }
        record.session.outbox.withLock { $0.state = .disconnected }
        setPhase(record, .closing)
        setDeadline(record, after: record.session.configuration.connectDeadline)
        let code = mosquitto_disconnect(client)
        if code != MOSQ_ERR_SUCCESS.rawValue {
            tearDown(record)
            endConnection(record, .requested)
        } else {
            markDirty(record)
        }
    }

    private func reconnect(_ record: SessionRecord) {
        guard record.client != nil, !record.isRemoving else { return }
        switch record.phase {
        case .idle, .waitingToRetry:
            record.failures = 0
            record.session.outbox.withLock { $0.state = .connecting }
            enqueue(record)
        case .closing:
            // The old connection must be gone before libmosquitto may open the next.
            tearDown(record)
            endConnection(record, .requested)
            reconnect(record)
        case .queued, .resolving, .connecting, .connected:
            break
        }
    }

    private func stop(by deadline: MonotonicTime) {
        stopDeadline = deadline
        for record in records.compactMap({ $0 }) {
            switch record.phase {
            case .connected: finishIfSettled(record)
            case .closing: break
            case .idle, .queued, .resolving, .connecting, .waitingToRetry: discard(record)
            }
        }
    }

    /// While stopping: says good-bye once the broker has acknowledged everything.
    func finishIfSettled(_ record: SessionRecord) {
        guard record.phase == .connected, record.inflight.isEmpty,
            record.session.outbox.withLock({ $0.waiting.isEmpty })
        else { return }
        record.isRemoving = true
        sendDisconnect(record)
    }

    /// Forgets a session for ever and reports what it had not got rid of.
    func discard(_ record: SessionRecord) {
        guard records[record.slot] === record else { return }
        let session = record.session
        let wasConnected = record.phase == .connected || record.phase == .closing
        tearDown(record)
        releaseHandshake(record)
        setPhase(record, .idle)
        record.timerGeneration = nextNumber()
        for entry in record.inflight.values.sorted(by: { $0.token < $1.token }) {
            let loss = MQTTLoss(token: entry.token, label: entry.label, reason: .closedUnacknowledged)
            emit(record, .lost(session, loss))
        }
        record.inflight.removeAll()
        let waiting = session.outbox.withLock { outbox in
            outbox.unacknowledged = 0
            return outbox.close()
        }
        for loss in waiting { emit(record, .lost(session, loss)) }
        if wasConnected { emit(record, .disconnected(session, .requested, retryIn: nil)) }
        record.settledThisRound = 0
        emit(record, .closed(session))
        slots[ObjectIdentifier(session)] = nil
        records[record.slot] = nil
        freeSlots.append(record.slot)
    }
}
