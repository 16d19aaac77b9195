import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import GRDB

/// Writes a run into its `run.sqlite` while it goes. Every call returns after its rows were committed, so a process that is
/// killed loses nothing that was handed over.
package struct RunRecorder {
    private let path: String
    private let database: DatabaseQueue
    /// Rows written so far: the next values of the columns `n`.
    private var operations = 0
    private var deliveries = 0
    private var sessionChanges = 0
    private var observations = 0

    /// Makes the store and writes what is known of the run at its start.
    package init(
        _ folder: RunFolder, _ run: History.Run, _ environment: RunEnvironment, thresholds: [Threshold] = []
    ) throws {
        path = folder.database
        var configuration = Configuration()
        configuration.prepareDatabase { database in
            // Readers may look while the run goes; a killed process loses nothing that was committed.
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF")
        }
        do {
            database = try DatabaseQueue(path: path, configuration: configuration)
            try database.write { database in
                try database.execute(sql: RunStore.tables)
                try RunRecorder.write(run, environment, thresholds, isFinished: false, to: database)
            }
        } catch {
            throw RunFolder.Failure(operation: "make the store", subject: path, cause: "\(error)")
        }
    }

    /// Adds what the history gained, in one transaction.
    package mutating func write(_ batch: History.Batch) throws {
        guard !batch.isEmpty else { return }
        do {
            try database.write { try write(batch, to: $0) }
        } catch {
            throw RunFolder.Failure(operation: "write", subject: path, cause: "\(error)")
        }
        operations += batch.operations.count
        deliveries += batch.deliveries.count
        sessionChanges += batch.sessionChanges.count
        observations += batch.observations.count
    }

    /// Writes the circumstances of the run as they are now.
    package func write(_ run: History.Run) throws {
        do {
            try database.write { try RunRecorder.write(run, to: $0) }
        } catch {
            throw RunFolder.Failure(operation: "write", subject: path, cause: "\(error)")
        }
    }

    /// Adds a look at a process.
    package func write(_ sample: ProcessSample) throws {
        do {
            try database.write { database in
                try database.cachedStatement(sql: RunStore.insertProcess).execute(
                    arguments: [sample.at, sample.process.rawValue, sample.cpuSeconds, sample.residentBytes])
            }
        } catch {
            throw RunFolder.Failure(operation: "write", subject: path, cause: "\(error)")
        }
    }

    /// Writes how the run ended and what the judgement found, makes the indices and closes the store.
    package func finish(
        _ run: History.Run, _ summary: Summary, _ timeline: Timeline, _ environment: RunEnvironment,
        thresholds: [Threshold] = []
    ) throws {
        do {
            try database.write { database in
                try RunRecorder.write(run, environment, thresholds, isFinished: true, to: database)
                try RunRecorder.write(summary, to: database)
                try RunRecorder.write(timeline, to: database)
                try database.execute(sql: RunStore.indices)
            }
            try database.writeWithoutTransaction { database in
                _ = try Row.fetchAll(database, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                _ = try Row.fetchAll(database, sql: "PRAGMA journal_mode = DELETE")
            }
            try database.close()
        } catch {
            throw RunFolder.Failure(operation: "write", subject: path, cause: "\(error)")
        }
    }
}

// MARK: - Rows

extension RunRecorder {
    private func write(_ batch: History.Batch, to database: Database) throws {
        let user = try database.cachedStatement(sql: RunStore.insertUser)
        for row in batch.users {
            try user.execute(arguments: [row.number, row.id.description, row.username.withoutNUL])
        }
        let operation = try database.cachedStatement(sql: RunStore.insertOperation)
        for (offset, row) in batch.operations.enumerated() {
            let result = row.result.columns
            operation.setUncheckedArguments([
                operations + offset, row.id, row.user, row.device, row.request.name, row.phase.name, row.flow,
                row.step, row.scheduled, row.sent, row.completed, result.outcome, result.status,
                result.reason?.withoutNUL, row.partner, row.conversation?.description, row.message?.description,
                row.createdAt?.description, Int64(bitPattern: row.contentDigest),
                Int64(bitPattern: row.previewDigest), row.isFurtherPage,
            ])
            try operation.execute()
        }
        let delivery = try database.cachedStatement(sql: RunStore.insertDelivery)
        for (offset, row) in batch.deliveries.enumerated() {
            delivery.setUncheckedArguments([
                deliveries + offset, row.user, row.device, row.channel.rawValue, row.at, row.kind.rawValue,
                row.topicUser?.description, row.conversation?.description, row.message?.description,
                row.actor?.description, row.stamp?.description, row.count, row.call?.description,
                Int64(bitPattern: row.contentDigest), Int64(bitPattern: row.payloadDigest), row.note?.withoutNUL,
            ])
            try delivery.execute()
        }
        let change = try database.cachedStatement(sql: RunStore.insertSessionChange)
        for (offset, row) in batch.sessionChanges.enumerated() {
            try change.execute(
                arguments: [
                    sessionChanges + offset, row.user, row.device, row.channel.rawValue, row.at, row.isUp,
                    row.reason.withoutNUL,
                ])
        }
        let observation = try database.cachedStatement(sql: RunStore.insertObservation)
        for (offset, row) in batch.observations.enumerated() {
            observation.setUncheckedArguments([
                observations + offset, row.operation, row.kind.rawValue, row.conversation.description,
                row.message?.description, row.sender?.description, row.createdAt?.description,
                Int64(bitPattern: row.contentDigest), row.status?.name, row.unreadCount,
            ])
            try observation.execute()
        }
    }

    private static func write(
        _ run: History.Run, _ environment: RunEnvironment, _ thresholds: [Threshold], isFinished: Bool,
        to database: Database
    ) throws {
        var values: [(String, String)] = [
            ("schema_version", RunStore.version), ("command", environment.command),
            ("scenario_text", environment.scenarioText), ("finished", isFinished ? "1" : "0"),
            ("thresholds", thresholds.map(\.description).joined(separator: "\n")),
        ]
        if let saturation = environment.saturation { values.append(("saturation", saturation)) }
        // The table has no order, reports do.
        values.append(("versions", environment.versions.map(\.name).joined(separator: "\n")))
        values.append(("facts", environment.facts.map(\.name).joined(separator: "\n")))
        values += environment.versions.map { ("version: \($0.name)", $0.value) }
        values += environment.facts.map { ("fact: \($0.name)", $0.value) }
        try write(values, to: database)
        try write(run, to: database)
    }

    private static func write(_ run: History.Run, to database: Database) throws {
        var values: [(String, String)] = [
            ("scenario", run.scenario), ("seed", String(run.seed)), ("clock", run.clock.rawValue),
            ("users", String(run.userCount)), ("started_at", run.startedAt.description),
            ("load_start_ns", String(run.loadStart)), ("load_end_ns", String(run.loadEnd)),
            ("end_ns", String(run.end)), ("interrupted", run.isInterrupted ? "1" : "0"),
        ]
        if let abortedBy = run.abortedBy { values.append(("aborted_by", abortedBy)) }
        values += run.generator.fields.map { ("generator: \($0.name)", String($0.value)) }
        try write(values, to: database)
        for (n, phase) in run.phases.enumerated() {
            try database.execute(
                sql: "INSERT OR REPLACE INTO phases VALUES (?, ?, ?, ?, ?)",
                arguments: [n, phase.name, phase.start, phase.end, phase.isWarmUp])
        }
    }

    private static func write(_ values: [(String, String)], to database: Database) throws {
        for (key, value) in values {
            try database.execute(
                sql: "INSERT OR REPLACE INTO run VALUES (?, ?)", arguments: [key.withoutNUL, value.withoutNUL])
        }
    }

    private static func write(_ summary: Summary, to database: Database) throws {
        for row in summary.guarantees {
            try database.execute(
                sql: RunStore.insert(into: "guarantees", columns: 5),
                arguments: [
                    row.name, row.verdict, row.violations, row.promise,
                    (row.reasons + row.remarks).joined(separator: "\n"),
                ])
        }
        for row in summary.thresholds {
            try database.execute(
                sql: RunStore.insert(into: "thresholds", columns: 6),
                arguments: [row.text, row.metric, row.state, row.measured, row.bound, row.quantity])
        }
        for (id, row) in summary.violations.enumerated() {
            try database.execute(
                sql: RunStore.insert(into: "violations", columns: 3), arguments: [id, row.guarantee, row.statement])
            for (position, entry) in row.window.enumerated() {
                try database.execute(
                    sql: RunStore.insert(into: "violation_entries", columns: 5),
                    arguments: [id, position, Int64((entry.at * 1e9).rounded()), entry.user, entry.what])
            }
        }
    }

    private static func write(_ timeline: Timeline, to database: Database) throws {
        let statement = try database.cachedStatement(sql: RunStore.insertStretch)
        for (index, row) in timeline.points.enumerated() {
            func value(_ distribution: Distribution, _ percent: Double) -> Double? {
                distribution.value(.percentile(percent))
            }
            try statement.execute(
                arguments: [
                    index * timeline.secondsPerPoint, timeline.secondsPerPoint, row.requests, row.failed, row.messages,
                    row.events, value(row.http, 50), value(row.http, 95), value(row.http, 99), value(row.delivery, 50),
                    value(row.delivery, 95), value(row.delivery, 99), Double(row.lagMax) / 1e6, row.disconnects,
                ])
        }
    }
}

extension String {
    /// SQLite ends texts at a NUL, so they become U+FFFD.
    fileprivate var withoutNUL: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}
