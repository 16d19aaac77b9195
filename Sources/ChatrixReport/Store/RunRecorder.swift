import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Dispatch
import GRDB
import Synchronization

/// Writes a run into its `run.sqlite` while it goes, on a thread of its own.
///
/// `append` never waits for the disk: what does not fit the mailbox is left out and written by `finish` from the whole
/// history, so nothing is lost, and `lateRows` says how much it was. A run that is killed keeps all batches written.
package final class RunRecorder: Sendable {
    /// Where rows of a history stand.
    private struct Position: Sendable {
        var operation = 0
        var delivery = 0
        var sessionChange = 0
    }

    private struct State {
        /// Rows handed over, written or not.
        var next = Position()
        var waitingRows = 0
        /// Left out: the rows from here on, as many as the batch holds.
        var left: [(start: Position, operations: Int, deliveries: Int, sessionChanges: Int)] = []
        var leftRows = 0
        /// The first thing that went wrong.
        var failure: String?
    }

    package let folder: RunFolder
    private let database: DatabaseQueue
    private let writer = DispatchQueue(label: "chatrix.run-recorder", qos: .utility)
    private let state = Mutex(State())
    private let mailboxRowsMax: Int

    /// Makes the store and writes what is known of the run at its start.
    package init(
        _ folder: RunFolder, _ run: History.Run, _ environment: RunEnvironment, thresholds: [Threshold] = [],
        mailboxRowsMax: Int = 500_000
    ) throws {
        self.folder = folder
        self.mailboxRowsMax = mailboxRowsMax
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // Readers may look while the run goes; a killed process loses nothing that was committed.
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        }
        do {
            database = try DatabaseQueue(path: folder.database, configuration: configuration)
            try database.write { database in
                try database.execute(sql: RunStore.tables)
                try RunRecorder.write(run, environment, thresholds, isFinished: false, to: database)
            }
        } catch {
            throw RunFolder.Failure(operation: "make the store", subject: folder.database, cause: "\(error)")
        }
    }

    /// Rows that the disk could not take while the run went.
    package var lateRows: Int { state.withLock { $0.leftRows } }

    /// Hands rows over and returns at once.
    package func append(_ batch: History.Batch) {
        let rows = batch.recordCount
        guard rows > 0 else { return }
        let start: Position? = state.withLock { state in
            let start = state.next
            state.next.operation += batch.operations.count
            state.next.delivery += batch.deliveries.count
            state.next.sessionChange += batch.sessionChanges.count
            guard state.waitingRows + rows <= mailboxRowsMax || state.waitingRows == 0, state.failure == nil else {
                state.left.append(
                    (start, batch.operations.count, batch.deliveries.count, batch.sessionChanges.count))
                state.leftRows += rows
                return nil
            }
            state.waitingRows += rows
            return start
        }
        guard let start else { return }
        writer.async { [self] in
            do {
                try database.write { try RunRecorder.write(batch, at: start, to: $0) }
            } catch {
                state.withLock { state in
                    state.left.append(
                        (start, batch.operations.count, batch.deliveries.count, batch.sessionChanges.count))
                    state.leftRows += rows
                    if state.failure == nil { state.failure = "\(error)" }
                }
            }
            state.withLock { $0.waitingRows -= rows }
        }
    }

    /// Returns when everything handed over so far was written or left out.
    package func waitUntilWritten() { writer.sync {} }

    /// Waits for the writer, writes what was left out and what the judgement found, makes the indices and closes.
    ///
    /// `history` holds at least everything that was appended, in the same order; what is beyond is written as well.
    package func finish(
        _ history: History, _ summary: Summary, _ series: Series, _ environment: RunEnvironment,
        thresholds: [Threshold] = []
    ) throws {
        do {
            try writer.sync {
                try database.write { database in
                    try RunRecorder.complete(history, state.withLock { ($0.left, $0.next) }, database)
                    try RunRecorder.write(history.run, environment, thresholds, isFinished: true, to: database)
                    try RunRecorder.write(history.run.phases, to: database)
                    try RunRecorder.write(summary, to: database)
                    try RunRecorder.write(series, to: database)
                    try database.execute(sql: RunStore.indices)
                }
                try database.writeWithoutTransaction { database in
                    _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                    _ = try Row.fetchAll(database, sql: "PRAGMA journal_mode = DELETE")
                }
                try database.close()
            }
        } catch {
            let first = state.withLock { $0.failure }.map { " (first failure: \($0))" } ?? ""
            throw RunFolder.Failure(operation: "write", subject: folder.database, cause: "\(error)\(first)")
        }
    }

    private static func complete(
        _ history: History,
        _ open: (left: [(start: Position, operations: Int, deliveries: Int, sessionChanges: Int)], next: Position),
        _ database: Database
    ) throws {
        func rows<Row>(_ list: [Row], _ start: Int, _ count: Int) -> [Row] {
            Array(list[min(start, list.count)..<min(start + count, list.count)])
        }
        let rest = (open.next, Int.max / 2, Int.max / 2, Int.max / 2)
        for (start, operations, deliveries, sessionChanges) in open.left + [rest] {
            var batch = History.Batch()
            batch.operations = rows(history.operations, start.operation, operations)
            batch.deliveries = rows(history.deliveries, start.delivery, deliveries)
            batch.sessionChanges = rows(history.sessionChanges, start.sessionChange, sessionChanges)
            try write(batch, at: start, to: database)
        }
        let known = try Set(Int.fetchAll(database, sql: "SELECT number FROM users"))
        var batch = History.Batch()
        batch.users = history.users.filter { !known.contains($0.number) }
        try write(batch, at: Position(), to: database)
    }
}

// MARK: - Rows

extension RunRecorder {
    private static func write(_ batch: History.Batch, at start: Position, to database: Database) throws {
        let user = try database.cachedStatement(sql: RunStore.insertUser)
        for row in batch.users {
            try user.execute(arguments: [row.number, row.id.description, row.username])
        }
        let operation = try database.cachedStatement(sql: RunStore.insertOperation)
        for (offset, row) in batch.operations.enumerated() {
            let result = row.result.columns
            operation.setUncheckedArguments([
                start.operation + offset, row.id, row.user, row.request.name, row.phase.name, row.flow, row.step,
                row.scheduled, row.sent, row.completed, result.outcome, result.status, result.reason?.withoutNUL,
                row.partner,
                row.conversation?.description, row.message?.description, row.createdAt?.description,
                Int64(bitPattern: row.contentDigest), row.isFurtherPage,
            ])
            try operation.execute()
        }
        let delivery = try database.cachedStatement(sql: RunStore.insertDelivery)
        for (offset, row) in batch.deliveries.enumerated() {
            delivery.setUncheckedArguments([
                start.delivery + offset, row.user, row.at, row.kind.rawValue, row.topicUser?.description,
                row.conversation?.description, row.message?.description, row.actor?.description,
                row.stamp?.description, row.count, Int64(bitPattern: row.payloadDigest), row.note?.withoutNUL,
            ])
            try delivery.execute()
        }
        let change = try database.cachedStatement(sql: RunStore.insertSessionChange)
        for (offset, row) in batch.sessionChanges.enumerated() {
            try change.execute(
                arguments: [start.sessionChange + offset, row.user, row.at, row.isUp, row.reason.withoutNUL])
        }
    }

    private static func write(
        _ run: History.Run, _ environment: RunEnvironment, _ thresholds: [Threshold], isFinished: Bool,
        to database: Database
    ) throws {
        var values: [(String, String)] = [
            ("schema_version", RunStore.version), ("scenario", run.scenario), ("seed", String(run.seed)),
            ("clock", run.clock.rawValue), ("users", String(run.userCount)),
            ("started_at", run.startedAt.description), ("load_start_ns", String(run.loadStart)),
            ("load_end_ns", String(run.loadEnd)), ("end_ns", String(run.end)), ("command", environment.command),
            ("scenario_text", environment.scenarioText),
            ("thresholds", thresholds.map(\.description).joined(separator: "\n")),
        ]
        if let saturation = environment.saturation { values.append(("saturation", saturation)) }
        if isFinished { values.append(("interrupted", run.isInterrupted ? "1" : "0")) }
        values += run.generator.fields.map { ("generator: \($0.name)", String($0.value)) }
        values += environment.versions.map { ("version: \($0.name)", $0.value) }
        values += environment.facts.map { ("fact: \($0.name)", $0.value) }
        for (key, value) in values {
            try database.execute(sql: "INSERT OR REPLACE INTO run VALUES (?, ?)", arguments: [key, value])
        }
    }

    private static func write(_ phases: [History.LoadPhase], to database: Database) throws {
        for (n, phase) in phases.enumerated() {
            try database.execute(
                sql: "INSERT INTO phases VALUES (?, ?, ?, ?)", arguments: [n, phase.name, phase.start, phase.end])
        }
    }

    private static func write(_ summary: Summary, to database: Database) throws {
        for row in summary.guarantees {
            try database.execute(
                sql: "INSERT INTO guarantees VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    row.name, row.verdict, row.violations, row.promise,
                    (row.reasons + row.remarks).joined(separator: "\n"),
                ])
        }
        for row in summary.thresholds {
            try database.execute(
                sql: "INSERT INTO thresholds VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [row.text, row.metric, row.state, row.measured, row.bound, row.quantity])
        }
        for (id, row) in summary.violations.enumerated() {
            try database.execute(
                sql: "INSERT INTO violations VALUES (?, ?, ?)", arguments: [id, row.guarantee, row.statement])
            for (position, entry) in row.window.enumerated() {
                try database.execute(
                    sql: "INSERT INTO violation_entries VALUES (?, ?, ?, ?, ?)",
                    arguments: [id, position, Int64((entry.at * 1e9).rounded()), entry.user, entry.what])
            }
        }
    }

    private static func write(_ series: Series, to database: Database) throws {
        for row in series.points {
            try database.execute(
                sql: "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: [
                    row.second, row.requests, row.failed, row.messages, row.http.median, row.http.p95, row.http.p99,
                    row.delivery.median, row.delivery.p95, row.delivery.p99, row.lagMillisecondsMax, row.disconnects,
                ])
        }
    }
}

extension String {
    /// SQLite ends texts at a NUL, so they become U+FFFD.
    fileprivate var withoutNUL: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
