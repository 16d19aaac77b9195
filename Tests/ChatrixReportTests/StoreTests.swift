import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Foundation
import GRDB
import Testing

@testable import ChatrixReport

@Suite struct StoreTests {
    /// Sends a history through a monitor as a run does, in batches of `size` records in the order of time.
    private func record(
        _ history: History, in folder: RunFolder, size: Int = 1000, pace: RunMonitor.Pace = .onThread,
        waitingRecordsMax: Int = RunMonitor.waitingRecordsMax, samples: [ProcessSample] = []
    ) throws -> RunMonitor {
        let thresholds = try sampleThresholds(sampleThresholds)
        var planned = History.Run(
            scenario: history.run.scenario, seed: history.run.seed, clock: history.run.clock,
            userCount: history.run.userCount, startedAt: history.run.startedAt)
        let monitor = RunMonitor(
            planned, recorder: try RunRecorder(folder, planned, sampleEnvironment, thresholds: thresholds),
            thresholds: thresholds, pace: pace, waitingRecordsMax: waitingRecordsMax)
        planned.loadStart = history.run.loadStart
        planned.phases = history.run.phases
        monitor.update(planned)
        for batch in batches(history, size) { monitor.append(batch) }
        for sample in samples { monitor.append(sample) }
        return monitor
    }

    private func batches(_ history: History, _ size: Int) -> [History.Batch] {
        let count = max(1, (history.operations.count + history.deliveries.count) / size)
        var batches = (0..<count).map { _ in History.Batch() }
        let end = max(history.operations.last?.completed ?? 0, history.deliveries.last?.at ?? 0) + 1
        func place(_ time: Int64) -> Int { min(count - 1, Int(Double(time) / Double(end) * Double(count))) }
        batches[0].users = history.users
        for row in history.operations { batches[place(row.completed)].operations.append(row) }
        for row in history.deliveries { batches[place(row.at)].deliveries.append(row) }
        for row in history.sessionChanges { batches[place(row.at)].sessionChanges.append(row) }
        let places = Dictionary(history.operations.map { ($0.id, place($0.completed)) }) { first, _ in first }
        for row in history.observations { batches[places[row.operation] ?? 0].observations.append(row) }
        return batches
    }

    /// Everything that a store holds, as a history.
    private func load(_ folder: RunFolder, rows: Int = 100) throws -> (history: History, saved: SavedRun) {
        let saved = try SavedRun(contentsOf: folder.database)
        var history = History(run: saved.run)
        try saved.forEachBatch(rows: rows) { history.append($0) }
        return (history, saved)
    }

    private func expectSame(_ a: History, _ b: History) {
        #expect(a.run == b.run)
        #expect(a.users == b.users)
        #expect(a.operations == b.operations)
        #expect(a.deliveries == b.deliveries)
        #expect(a.sessionChanges == b.sessionChanges)
        #expect(a.observations == b.observations)
    }

    private func database(_ folder: RunFolder) throws -> DatabaseQueue { try DatabaseQueue(path: folder.database) }

    @Test(arguments: [RunMonitor.Pace.inCall, .onThread])
    func savedRunIsReadBackWhole(pace: RunMonitor.Pace) throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let sample = SampleRun(fault: .leaked)
        let monitor = try record(sample.history, in: folder, pace: pace, samples: sample.processSamples)
        let report = monitor.finish(sample.history.run, sampleEnvironment, isInterrupted: false)
        #expect(report.storeFailure == nil)
        let (history, saved) = try load(folder)
        expectSame(history, sample.history)
        #expect(saved.isFinished)
        #expect(saved.thresholds == report.thresholds)
        #expect(saved.environment == report.environment)
        #expect(try saved.processSamples() == sample.processSamples)
        let again = try RunReport(folder: folder)
        #expect(again.summary == report.summary)
        #expect(again.summary == (try sampleReport(.leaked)).summary)
        #expect(again.exitCode == .failed)
    }

    @Test func batchesOfASavedRunAreInTheOrderOfTime() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let history = SampleRun().history
        let monitor = try record(history, in: folder)
        _ = monitor.finish(history.run, sampleEnvironment, isInterrupted: false)
        var last: Int64 = 0
        var sizes: [Int] = []
        try SavedRun(contentsOf: folder.database).forEachBatch(rows: 500) { batch in
            let times = batch.operations.map(\.completed) + batch.deliveries.map(\.at) + batch.sessionChanges.map(\.at)
            #expect(times.min() ?? last >= last)
            last = times.max() ?? last
            sizes.append(batch.recordCount)
        }
        #expect(sizes.dropLast().allSatisfy { $0 == 500 }, "\(sizes)")
    }

    @Test func aFullMailboxHoldsTheLoadUpAndLosesNothing() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let history = SampleRun().history
        let monitor = try record(history, in: folder, size: 100, waitingRecordsMax: 150)
        #expect(monitor.heldUpSeconds > 0)
        _ = monitor.finish(history.run, sampleEnvironment, isInterrupted: false)
        expectSame(try load(folder).history, history)
    }

    @Test func runThatWasKilledIsReadableAndSaysSo() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let history = SampleRun().history
        do {
            let thresholds = try sampleThresholds(sampleThresholds)
            var run = history.run
            run.end = 0
            run.loadEnd = 0
            var recorder = try RunRecorder(folder, run, sampleEnvironment, thresholds: thresholds)
            for batch in batches(history, 5000) { try recorder.write(batch) }
            // Dropped without `finish`, as if the process had ended.
        }
        let (saved, head) = try load(folder)
        #expect(saved.operations == history.operations)
        #expect(saved.deliveries == history.deliveries)
        #expect(!head.isFinished && head.run.isInterrupted)
        let report = try RunReport(folder: folder)
        #expect(report.exitCode == .interrupted)
        #expect(
            report.summary.outcome.meaning
                == "the run did not finish: its process was ended; judged by what was written")
        #expect(!report.summary.run.finished)
        #expect(report.summary.counts.messagesDelivered > 5000)
        #expect(abs(report.summary.run.loadSeconds - 30) < 0.1, "\(report.summary.run.loadSeconds)")
    }

    @Test func everyKindOfRecordSurvives() throws {
        let parent = try TemporaryFolder()
        var history = SampleRun(users: 4, seconds: 1, rate: 8).history
        let results: [History.Operation.Result] = [
            .accepted(status: 201), .refused(status: 403), .unreadable(status: 500, reason: "no \"JSON\""),
            .lost(reason: "timed out after 10 s"),
        ]
        for (index, result) in results.enumerated() { history.operations[index].result = result }
        history.operations[0].isFurtherPage = true
        history.operations[1].contentDigest = .max
        history.operations[2].previewDigest = .max
        history.operations[3].device = 2
        for (index, action) in SocketAction.allCases.prefix(history.operations.count).enumerated() {
            history.operations[index].request = .socket(action)
        }
        for (index, phase) in [History.Operation.Phase.setup, .load, .settle, .audit].enumerated() {
            history.operations[index].phase = phase
        }
        for (index, kind) in History.Delivery.Kind.allCases.enumerated() {
            var delivery = History.Delivery(
                user: 1, at: 9_000_000_000 + Int64(index), kind: kind, payloadDigest: .max, note: "{\u{0}'")
            delivery.device = index
            delivery.channel = History.Channel.allCases[index % 2]
            delivery.call = index % 3 == 0 ? CallID(prefix: 0xCA, number: 7) : nil
            delivery.contentDigest = .max - UInt64(index)
            history.deliveries.append(delivery)
        }
        var change = History.SessionChange(user: 1, at: 9_100_000_000, isUp: false, reason: "reset")
        change.device = 3
        change.channel = .webSocket
        history.sessionChanges.append(change)
        for (index, status) in [Message.Status?.none, .sent, .delivered, .read].enumerated() {
            history.observations.append(
                History.Observation(
                    operation: history.operations[5].id, kind: index == 0 ? .conversation : .message,
                    conversation: ConversationID(prefix: 1, number: 2), message: MessageID(prefix: 3, number: 4),
                    sender: SampleRun.user(1), createdAt: Timestamp(milliseconds: 1_795_371_712_001),
                    contentDigest: .max, status: status, unreadCount: index))
        }
        let folder = RunFolder(path: parent.path)
        let monitor = try record(history, in: folder, size: 3)
        _ = monitor.finish(history.run, sampleEnvironment, isInterrupted: false)
        // A NUL would end the text in the database.
        for index in history.deliveries.indices where history.deliveries[index].note != nil {
            history.deliveries[index].note = "{\u{FFFD}'"
        }
        expectSame(try load(folder, rows: 3).history, history)
    }

    @Test func lateMessageAndItsReasonAreFoundInTheDatabase() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let history = SampleRun().history
        _ = try record(history, in: folder).finish(history.run, sampleEnvironment, isInterrupted: false)
        let slowest = try database(folder).read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM message_path ORDER BY total_ms DESC LIMIT 1")
        }
        let row = try #require(slowest)
        let total: Double = row["total_ms"]
        let answered: Double = row["answered_ms"]
        #expect(total > 500 && answered > 500, "the stall of the server shows in the HTTP hop: \(row)")
    }

    @Test func queriesUseTheIndices() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let history = SampleRun().history
        _ = try record(history, in: folder).finish(history.run, sampleEnvironment, isInterrupted: false)
        let plan = try database(folder).read { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN SELECT * FROM message_path WHERE message = '0000000000e5000000000001'"
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("operations_by_message") }, "\(plan)")
        #expect(plan.contains { $0.contains("deliveries_by_message") }, "\(plan)")
    }

    /// Every query of the documentation runs on a store, and those that look for what the sample has find it.
    @Test func queriesOfTheDocumentationRun() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let sample = SampleRun(fault: .reordered)
        _ = try record(sample.history, in: folder, samples: sample.processSamples)
            .finish(sample.history.run, sampleEnvironment, isInterrupted: false)
        let text = try String(contentsOf: Repository.file("docs/reports.md"), encoding: .utf8)
        let blocks = text.components(separatedBy: "```sql\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        #expect(blocks.count >= 6)
        try database(folder).read { database in
            for block in blocks {
                for query in block.components(separatedBy: ";\n").filter({ $0.contains("SELECT") }) {
                    let rows = try Row.fetchAll(database, sql: query)
                    #expect(!rows.isEmpty || query.contains("65f1c09a2b7e00000000002a"), "found nothing: \(query)")
                }
            }
        }
    }

    @Test func everyTableAndColumnIsDocumented() throws {
        let text = try String(contentsOf: Repository.file("docs/reports.md"), encoding: .utf8)
        let database = try DatabaseQueue()
        try database.write { database in
            try database.execute(sql: RunStore.tables)
            for table in try String.fetchAll(database, sql: "SELECT name FROM sqlite_master ORDER BY name")
            where !table.hasPrefix("sqlite") {
                #expect(text.contains("`\(table)`"), "table \(table)")
                for column in try Row.fetchAll(database, sql: "PRAGMA table_info(\(table))") {
                    let name: String = column["name"]
                    #expect(text.contains("`\(name)`"), "column \(table).\(name)")
                }
            }
        }
    }

    @Test func otherFilesAreRefusedByName() throws {
        let parent = try TemporaryFolder()
        let missing = parent.path + "/run.sqlite"
        #expect(throws: RunFolder.Failure.self) { try SavedRun(contentsOf: missing) }
        try Data("no database at all, but long enough to be read as one".utf8).write(to: URL(fileURLWithPath: missing))
        let error = #expect(throws: RunFolder.Failure.self) { try SavedRun(contentsOf: missing) }
        #expect(error?.description.hasPrefix("cannot read \(missing): ") == true)
    }

    @Test func storesOfOtherVersionsAreRefusedWithTheReason() throws {
        let parent = try TemporaryFolder()
        let folder = RunFolder(path: parent.path)
        let history = SampleRun(users: 4, seconds: 1, rate: 8).history
        _ = try record(history, in: folder).finish(history.run, sampleEnvironment, isInterrupted: false)
        try database(folder).write { try $0.execute(sql: "UPDATE run SET value = '1' WHERE key = 'schema_version'") }
        let error = #expect(throws: RunFolder.Failure.self) { try SavedRun(contentsOf: folder.database) }
        #expect(
            error?.cause
                == "it was written by another version of this program: its schema version is 1, this program reads 2")
    }
}

/// Files of the repository.
enum Repository {
    static func file(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent(name)
    }
}
