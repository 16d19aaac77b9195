import ChatrixHistory
import ChatrixModel
import GRDB

/// A run as it was saved: enough to judge and report it again. Its records stay on disk and are read in the order of time.
package struct SavedRun: Sendable {
    package let run: History.Run
    package let environment: RunEnvironment
    /// As the scenario gave them.
    package let thresholds: [Threshold]
    /// The run wrote its end; otherwise its process was killed, and `run` holds what the records show.
    package let isFinished: Bool
    private let path: String
    private let database: DatabaseQueue

    /// Opens a `run.sqlite`, also one whose run was killed in the middle. Throws `RunFolder.Failure` for anything else.
    package init(contentsOf path: String) throws {
        self.path = path
        do {
            var configuration = Configuration()
            configuration.readonly = true
            database = try DatabaseQueue(path: path, configuration: configuration)
            (run, environment, thresholds, isFinished) = try database.read { try SavedRun.head($0, path) }
        } catch let failure as RunFolder.Failure {
            throw failure
        } catch {
            throw RunFolder.Failure(operation: "read", subject: path, cause: "\(error)")
        }
    }

    private static func head(
        _ database: Database, _ path: String
    ) throws -> (History.Run, RunEnvironment, [Threshold], Bool) {
        var values: [String: String] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT key, value FROM run") { values[row[0]] = row[1] }
        guard values["schema_version"] == RunStore.version else {
            throw RunFolder.Failure(
                operation: "read", subject: path,
                cause: "it was written by another version of this program: its schema version is "
                    + "\(values["schema_version"] ?? "missing"), this program reads \(RunStore.version)")
        }
        func number(_ key: String) -> Int64 { values[key].flatMap { Int64($0) } ?? 0 }
        var run = History.Run(
            scenario: values["scenario"] ?? "", seed: values["seed"].flatMap { UInt64($0) } ?? 0,
            clock: values["clock"].flatMap(History.Run.Clock.init) ?? .real, userCount: Int(number("users")),
            startedAt: values["started_at"].flatMap { Timestamp($0) } ?? Timestamp(milliseconds: 0))
        run.loadStart = number("load_start_ns")
        run.loadEnd = number("load_end_ns")
        run.end = number("end_ns")
        run.isInterrupted = values["interrupted"] == "1"
        run.abortedBy = values["aborted_by"]
        for field in run.generator.fields { run.generator[field.name] = number("generator: \(field.name)") }
        run.phases = try Row.fetchAll(database, sql: "SELECT name, start_ns, end_ns, warm_up FROM phases ORDER BY n")
            .map { History.LoadPhase(name: $0[0], start: $0[1], end: $0[2], isWarmUp: $0[3]) }
        let isFinished = values["finished"] == "1"
        if !isFinished { try complete(&run, database) }
        var environment = RunEnvironment(
            command: values["command"] ?? "", scenarioText: values["scenario_text"] ?? "",
            saturation: values["saturation"])
        func facts(_ list: String, _ prefix: String) -> [RunEnvironment.Fact] {
            (values[list] ?? "").split(separator: "\n").compactMap { name in
                values["\(prefix): \(name)"].map { RunEnvironment.Fact(String(name), $0) }
            }
        }
        environment.versions = facts("versions", "version")
        environment.facts = facts("facts", "fact")
        let thresholds = (values["thresholds"] ?? "").split(separator: "\n").compactMap {
            try? Threshold(parsing: String($0))
        }
        return (run, environment, thresholds, isFinished)
    }

    /// What a run that was killed did not come to write, as far as its records show it.
    private static func complete(_ run: inout History.Run, _ database: Database) throws {
        run.isInterrupted = true
        let load = try Row.fetchOne(
            database, sql: "SELECT min(scheduled_ns), max(completed_ns) FROM operations WHERE phase = 'load'")
        if run.loadStart == 0 { run.loadStart = load?[0] ?? 0 }
        if run.loadEnd == 0 { run.loadEnd = load?[1] ?? 0 }
        if let last = run.phases.indices.last {
            run.phases[last].end = max(run.phases[last].start, min(run.phases[last].end, run.loadEnd))
        }
        let ends = try Row.fetchOne(
            database,
            sql: """
                SELECT max(coalesce((SELECT max(completed_ns) FROM operations), 0),
                    coalesce((SELECT max(at_ns) FROM deliveries), 0))
                """)
        run.end = ends?[0] ?? 0
    }

    /// Looks at the processes of the run, in the order of time.
    package func processSamples() throws -> [ProcessSample] {
        try reading { database in
            try Row.fetchAll(
                database, sql: "SELECT at_ns, process, cpu_seconds, resident_bytes FROM processes ORDER BY at_ns"
            ).compactMap { row in
                ProcessSample.Process(rawValue: row[1]).map {
                    ProcessSample(at: row[0], process: $0, cpuSeconds: row[2], residentBytes: row[3])
                }
            }
        }
    }

    /// Hands on all records in the order of time, about `rows` at a time; memory does not depend on their number.
    package func forEachBatch(rows: Int = 8192, _ body: (History.Batch) throws -> Void) throws {
        try reading { database in
            var cursors = try StoreCursors(database, path)
            while let batch = try cursors.nextBatch(rows: rows) { try body(batch) }
        }
    }

    private func reading<Value>(_ body: (Database) throws -> Value) throws -> Value {
        do {
            return try database.read(body)
        } catch let failure as RunFolder.Failure {
            throw failure
        } catch let error as DatabaseError {
            throw RunFolder.Failure(operation: "read", subject: path, cause: "\(error)")
        }
    }
}
