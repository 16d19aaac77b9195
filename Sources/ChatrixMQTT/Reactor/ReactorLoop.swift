import CMosquitto
import Glibc
import Synchronization

/// The reactor's thread: waits on epoll and lets libmosquitto read, write and keep alive.
///
/// A round runs: sockets, commands, deadlines, keep-alive, new handshakes, writing, delivery of events. libmosquitto's
/// callbacks only note what happened; nothing is closed or freed inside them.
final class ReactorLoop {
    static let wakeKey = UInt64.max
    /// Every session is looked after by `mosquitto_loop_misc` once in this time, a slice at a time.
    static let sweepPeriod = Duration.seconds(1)
    static let sweepSlice = Duration.milliseconds(50)

    let configuration: MQTTReactor.Configuration
    let poller: Poller
    let mailbox: ReactorMailbox
    private let board: ProgressBoard
    private let handler: MQTTReactor.Handler

    var records: [SessionRecord?] = []
    var freeSlots: [Int] = []
    var slots: [ObjectIdentifier: Int] = [:]
    var timers = TimerQueue()
    var resolver: NameResolver
    var connectQueue = FIFO<Int>()
    var handshakes = 0
    var dirty: [SessionRecord] = []
    var progress = MQTTProgress()
    /// Set by the command `stop`; sessions may finish until then.
    var stopDeadline: MonotonicTime?

    private var counter: UInt32 = 0
    private var events: [MQTTEvent] = []
    private var observed: [(observer: any SessionObserver, event: MQTTEvent?)] = []
    private var publishedProgress = MQTTProgress()
    private var sweepCursor = 0
    private var lastSweep = MonotonicTime.now
    private var batch: [Publication] = []

    init(
        configuration: MQTTReactor.Configuration, poller: Poller, mailbox: ReactorMailbox, board: ProgressBoard,
        handler: @escaping MQTTReactor.Handler
    ) {
        self.configuration = configuration
        self.poller = poller
        self.mailbox = mailbox
        self.board = board
        self.handler = handler
        resolver = NameResolver(mailbox: mailbox)
    }

    /// Runs until the command `stop` has been carried out.
    func run() {
        while true {
            var hasCommands = false
            poller.wait(milliseconds: waitMilliseconds()) { key, readiness in
                if key == Self.wakeKey {
                    hasCommands = true
                } else {
                    handleReadiness(key, readiness)
                }
            }
            if hasCommands { for command in mailbox.takeAll() { execute(command) } }
            let now = MonotonicTime.now
            while let due = timers.popDue(at: now) { handleDeadline(due) }
            sweep(now)
            startHandshakes()
            flushDirty()
            if let stopDeadline, slots.isEmpty || now >= stopDeadline {
                finish()
                return
            }
            deliver()
        }
    }

    /// A number that no earlier deadline or socket of any session has.
    func nextNumber() -> UInt32 {
        counter &+= 1
        return counter
    }

    func emit(_ record: SessionRecord, _ event: MQTTEvent) {
        if let observer = record.observer {
            observed.append((observer, event))
        } else {
            events.append(event)
        }
    }

    func markDirty(_ record: SessionRecord) {
        guard !record.isDirty else { return }
        record.isDirty = true
        dirty.append(record)
    }

    func setPhase(_ record: SessionRecord, _ phase: SessionRecord.Phase) {
        count(record.phase, -1)
        record.phase = phase
        count(phase, 1)
    }

    private func count(_ phase: SessionRecord.Phase, _ change: Int) {
        switch phase {
        case .idle, .closing: break
        case .queued: progress.queued += change
        case .resolving, .connecting: progress.connecting += change
        case .connected: progress.connected += change
        case .waitingToRetry: progress.waitingToRetry += change
        }
    }

    private func waitMilliseconds() -> CInt {
        if !dirty.isEmpty || (handshakes < configuration.concurrentHandshakes && !connectQueue.isEmpty) { return 0 }
        var wake: MonotonicTime? = timers.next
        if progress.connected > 0 {
            let slice = max(Self.sweepSlice, Self.sweepPeriod / progress.connected)
            wake = min(wake ?? lastSweep + slice, lastSweep + slice)
        }
        if let stopDeadline { wake = min(wake ?? stopDeadline, stopDeadline) }
        guard let wake else { return -1 }
        let now = MonotonicTime.now
        return wake <= now ? 0 : CInt(clamping: (wake.nanoseconds - now.nanoseconds) / 1_000_000 + 1)
    }

    private func handleReadiness(_ key: UInt64, _ readiness: Poller.Interest) {
        guard let record = records[Int(key >> 32)], record.epoch == UInt32(truncatingIfNeeded: key),
            record.socket >= 0, let client = record.client
        else { return }
        if !record.isTCPConnected {
            var code: CInt = 0
            var size = socklen_t(MemoryLayout<CInt>.size)
            getsockopt(record.socket, SOL_SOCKET, SO_ERROR, &code, &size)
            if code != 0 {
                connectFailed(record, .unreachable(address: record.addressText, message: systemMessage(code)))
                return
            }
            record.isTCPConnected = true
        }
        markDirty(record)
        guard !readiness.isDisjoint(with: [.read, .failure]) else { return }
        // libmosquitto takes an EAGAIN left over from an earlier call for the end of the input.
        errno = 0
        let code = mosquitto_loop_read(client, 1)
        noticeEnd(record, code)
    }

    /// Pumps waiting publications, writes what libmosquitto has queued, and settles accounts of every session touched.
    private func flushDirty() {
        var index = 0
        while index < dirty.count {
            let record = dirty[index]
            index += 1
            record.isDirty = false
            if record.phase == .connected, record.mayPump { pump(record) }
            write(record)
            settle(record)
        }
        dirty.removeAll(keepingCapacity: true)
    }

    private func write(_ record: SessionRecord) {
        guard let client = record.client, record.socket >= 0, record.isTCPConnected else { return }
        if mosquitto_want_write(client) {
            // mosquitto_loop_write repeats its pass over the queue once for every message in flight unless errno says
            // EAGAIN; one pass already writes all that the socket takes.
            errno = EAGAIN
            let code = mosquitto_loop_write(client, 1)
            noticeEnd(record, code)
            guard record.socket >= 0 else { return }
        }
        var interest: Poller.Interest = .read
        if record.phase == .connecting, record.session.configuration.endpoint.usesTLS {
            // In a TLS handshake CONNECT waits in the queue while the socket is writable: level-triggered that spins.
            interest = [.read, .write, .edge]
        } else if mosquitto_want_write(client) {
            interest = [.read, .write]
        }
        guard interest != record.interest else { return }
        do {
            try poller.modify(record.socket, interest, key: record.key)
            record.interest = interest
        } catch {
            connectFailed(record, .lost(message: "\(error)"))
        }
    }

    /// Hands waiting publications to libmosquitto as far as the window allows.
    func pump(_ record: SessionRecord) {
        guard let client = record.client else { return }
        let room = record.session.configuration.effectiveInflight - record.inflight.count
        guard room > 0 else { return }
        batch.removeAll(keepingCapacity: true)
        record.mayPump = record.session.outbox.withLock { $0.take(room, into: &batch) }
        for publication in batch {
            var identifier: CInt = 0
            let code = publication.payload.withUnsafeBytes {
                mosquitto_publish(
                    client, &identifier, publication.topic, CInt($0.count), $0.baseAddress, publication.qos.rawValue,
                    publication.retain)
            }
            if code == MOSQ_ERR_SUCCESS.rawValue {
                record.inflight[identifier] = SessionRecord.Inflight(
                    token: publication.token, qos: publication.qos, label: publication.label)
                if publication.qos == .atMostOnce { record.unsentCount += 1 }
            } else {
                record.settledThisRound += 1
                let reason = MQTTLoss.Reason.refused(code: Int(code), message: libraryMessage(code))
                emit(
                    record,
                    .lost(
                        record.session,
                        MQTTLoss(token: publication.token, label: publication.label, reason: reason)))
            }
        }
    }

    func settle(_ record: SessionRecord) {
        guard record.settledThisRound > 0 else { return }
        let settled = record.settledThisRound
        record.settledThisRound = 0
        record.session.outbox.withLock { $0.unacknowledged -= settled }
        if let observer = record.observer { observed.append((observer, nil)) }
        if stopDeadline != nil { finishIfSettled(record) }
    }

    /// Lets libmosquitto send pings and notice missing answers, for the slice of sessions that is due.
    private func sweep(_ now: MonotonicTime) {
        let elapsed = now.nanoseconds - lastSweep.nanoseconds
        guard progress.connected > 0 else {
            lastSweep = now
            return
        }
        let period = Self.sweepPeriod.wholeNanoseconds
        let due = min(records.count, records.count * Int(min(elapsed, period)) / Int(period))
        guard due > 0 else { return }
        lastSweep = now
        for _ in 0..<due {
            sweepCursor = sweepCursor + 1 < records.count ? sweepCursor + 1 : 0
            guard let record = records[sweepCursor], record.phase == .connected, let client = record.client else {
                continue
            }
            let code = mosquitto_loop_misc(client)
            noticeEnd(record, code)
            if record.socket >= 0, mosquitto_want_write(client) { markDirty(record) }
        }
    }

    private func deliver() {
        // First the progress, so that whoever acts on an event finds it already counted.
        progress.sessions = slots.count
        if progress != publishedProgress {
            publishedProgress = progress
            board.progress.withLock { $0 = progress }
        }
        if !events.isEmpty {
            handler(events)
            events.removeAll(keepingCapacity: true)
        }
        if !observed.isEmpty {
            for (observer, event) in observed {
                if let event { observer.receive(event) } else { observer.publicationsSettled() }
            }
            observed.removeAll(keepingCapacity: true)
        }
    }

    /// Ends what is left, refuses further commands, and delivers the last events.
    private func finish() {
        for record in records.compactMap({ $0 }) {
            if record.phase == .connected, let client = record.client, record.socket >= 0 {
                // Best effort: an unread DISCONNECT is the same to the broker as the end of the connection.
                mosquitto_disconnect(client)
                errno = EAGAIN
                mosquitto_loop_write(client, 1)
            }
            discard(record)
        }
        for command in mailbox.close() {
            switch command {
            case .report(let event): events.append(event)
            case .add(let session, _, let observer):
                let losses = session.outbox.withLock { $0.close() }
                for event in losses.map({ MQTTEvent.lost(session, $0) }) + [.closed(session)] {
                    if let observer { observed.append((observer, event)) } else { events.append(event) }
                }
            default: break
            }
        }
        deliver()
    }
}
