import ChatrixHistory
import ChatrixModel
import GRDB

/// A run as it was saved: enough to judge and report it again.
package struct SavedRun: Sendable {
    package var history: History
    package var environment: RunEnvironment
    /// As the scenario gave them.
    package var thresholds: [Threshold]
}

extension RunStore {
    /// Reads a `run.sqlite`, also one whose run was killed in the middle.
    package static func load(from path: String) throws -> SavedRun {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            return try DatabaseQueue(path: path, configuration: configuration).read { try load($0, path) }
        } catch let failure as RunFolder.Failure {
            throw failure
        } catch {
            throw RunFolder.Failure(operation: "read", subject: path, cause: "\(error)")
        }
    }

    private static func load(_ database: Database, _ path: String) throws -> SavedRun {
        var values: [String: String] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM run") { values[row[0]] = row[1] }
        guard values["schema_version"] == version else {
            throw RunFolder.Failure(
                operation: "read", subject: path,
                cause: "its schema version is \(values["schema_version"] ?? "missing"), expected \(version)")
        }
        func number(_ key: String) -> Int64 { values[key].flatMap { Int64($0) } ?? 0 }
        var run = History.Run(
            scenario: values["scenario"] ?? "", seed: values["seed"].flatMap { UInt64($0) } ?? 0,
            clock: values["clock"].flatMap(History.Run.Clock.init) ?? .real, userCount: Int(number("users")),
            startedAt: values["started_at"].flatMap { Timestamp($0) } ?? Timestamp(milliseconds: 0))
        run.loadStart = number("load_start_ns")
        run.loadEnd = number("load_end_ns")
        run.end = number("end_ns")
        // A run that never wrote its end was killed.
        run.isInterrupted = values["interrupted"] != "0"
        for field in run.generator.fields {
            run.generator[field.name] = number("generator: \(field.name)")
        }
        run.phases = try Row.fetchAll(database, sql: "SELECT name, start_ns, end_ns FROM phases ORDER BY n").map {
            History.LoadPhase(name: $0[0], start: $0[1], end: $0[2])
        }
        var history = History(run: run)
        try loadRows(database, into: &history, path)
        var environment = RunEnvironment(
            command: values["command"] ?? "", scenarioText: values["scenario_text"] ?? "")
        for key in values.keys.sorted() {
            guard let value = values[key] else { continue }
            if key.hasPrefix("version: ") { environment.versions.append(.init(String(key.dropFirst(9)), value)) }
            if key.hasPrefix("fact: ") { environment.facts.append(.init(String(key.dropFirst(6)), value)) }
        }
        let thresholds = (values["thresholds"] ?? "").split(separator: "\n").compactMap {
            try? Threshold(parsing: String($0))
        }
        return SavedRun(history: history, environment: environment, thresholds: thresholds)
    }

    private static func loadRows(_ database: Database, into history: inout History, _ path: String) throws {
        func invalid(_ table: String, _ row: Row) -> RunFolder.Failure {
            RunFolder.Failure(operation: "read", subject: path, cause: "table \(table) has an impossible row \(row)")
        }
        func identifier<Entity>(_ text: String?) -> ID<Entity>? { text.flatMap { ID($0) } }

        let users = try Row.fetchCursor(database, sql: "SELECT * FROM users ORDER BY number")
        while let row = try users.next() {
            guard let id: UserID = identifier(row[1]) else { throw invalid("users", row.copy()) }
            history.users.append(.init(number: row[0], id: id, username: row[2]))
        }
        let operations = try Row.fetchCursor(database, sql: "SELECT * FROM operations ORDER BY n")
        while let row = try operations.next() {
            guard let endpoint = Endpoint.Name(rawValue: row[3]), let phase = History.Operation.Phase(name: row[4]),
                let result = History.Operation.Result(outcome: row[10], status: row[11], reason: row[12])
            else { throw invalid("operations", row.copy()) }
            var operation = History.Operation(
                id: row[1], user: row[2], endpoint: endpoint, phase: phase, flow: row[5], step: row[6],
                scheduled: row[7], sent: row[8], completed: row[9], result: result, partner: row[13],
                conversation: identifier(row[14]), message: identifier(row[15]),
                createdAt: (row[16] as String?).flatMap { Timestamp($0) },
                contentDigest: UInt64(bitPattern: row[17] as Int64))
            operation.isFurtherPage = row[18]
            history.operations.append(operation)
        }
        let deliveries = try Row.fetchCursor(database, sql: "SELECT * FROM deliveries ORDER BY n")
        while let row = try deliveries.next() {
            guard let kind = History.Delivery.Kind(rawValue: row[3]) else { throw invalid("deliveries", row.copy()) }
            history.deliveries.append(
                History.Delivery(
                    user: row[1], at: row[2], kind: kind, topicUser: identifier(row[4]),
                    conversation: identifier(row[5]), message: identifier(row[6]), actor: identifier(row[7]),
                    stamp: (row[8] as String?).flatMap { Timestamp($0) }, count: row[9],
                    payloadDigest: UInt64(bitPattern: row[10] as Int64), note: row[11]))
        }
        let changes = try Row.fetchCursor(database, sql: "SELECT * FROM session_changes ORDER BY n")
        while let row = try changes.next() {
            history.sessionChanges.append(.init(user: row[1], at: row[2], isUp: row[3], reason: row[4]))
        }
    }
}
