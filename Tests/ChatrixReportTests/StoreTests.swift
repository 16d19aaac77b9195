import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import Foundation
import GRDB
import Testing

@testable import ChatrixReport

@Suite struct StoreTests {
    /// Records a report's history in batches of `size` rows.
    private func record(_ report: RunReport, in folder: RunFolder, size: Int, mailbox: Int = 500_000) throws
        -> RunRecorder
    {
        let recorder = try RunRecorder(
            folder, report.history.run, report.environment, thresholds: report.thresholds, mailboxRowsMax: mailbox)
        var batch = History.Batch()
        batch.users = report.history.users
        recorder.append(batch)
        for start in stride(from: 0, to: report.history.operations.count, by: size) {
            var batch = History.Batch()
            batch.operations = Array(report.history.operations.dropFirst(start).prefix(size))
            recorder.append(batch)
        }
        for start in stride(from: 0, to: report.history.deliveries.count, by: size) {
            var batch = History.Batch()
            batch.deliveries = Array(report.history.deliveries.dropFirst(start).prefix(size))
            recorder.append(batch)
        }
        return recorder
    }

    private func expectSame(_ a: History, _ b: History) {
        #expect(a.run == b.run)
        #expect(a.users == b.users)
        #expect(a.operations == b.operations)
        #expect(a.deliveries == b.deliveries)
        #expect(a.sessionChanges == b.sessionChanges)
    }

    @Test func savedRunIsReadBackWhole() throws {
        let parent = try TemporaryFolder()
        let report = try sampleReport(.leaked)
        let folder = RunFolder(path: parent.path)
        let recorder = try record(report, in: folder, size: 1000)
        try report.finish(recorder)
        let saved = try RunStore.load(from: folder.database)
        expectSame(saved.history, report.history)
        #expect(saved.thresholds == report.thresholds)
        #expect(saved.environment.command == report.environment.command)
        let again = try RunReport(folder: folder)
        #expect(again.summary.violations == report.summary.violations)
        #expect(again.exitCode == .failed)
    }

    @Test func whatTheMailboxCannotTakeIsWrittenAtTheEnd() throws {
        let parent = try TemporaryFolder()
        let report = try sampleReport()
        let folder = RunFolder(path: parent.path)
        let recorder = try record(report, in: folder, size: 100, mailbox: 150)
        #expect(recorder.lateRows > 0)
        try report.finish(recorder)
        expectSame(try RunStore.load(from: folder.database).history, report.history)
    }

    @Test func runThatWasKilledIsReadable() throws {
        let parent = try TemporaryFolder()
        let report = try sampleReport()
        let folder = RunFolder(path: parent.path)
        do {
            let recorder = try record(report, in: folder, size: 5000)
            // The recorder is dropped without `finish`, as if the process had ended; only the writer has to be through.
            recorder.waitUntilWritten()
        }
        let saved = try RunStore.load(from: folder.database)
        #expect(saved.history.operations == report.history.operations)
        #expect(saved.history.run.isInterrupted)
    }

    @Test func everyKindOfResultAndDeliverySurvives() throws {
        let parent = try TemporaryFolder()
        var history = SampleRun(users: 4, seconds: 1, rate: 5).history
        let results: [History.Operation.Result] = [
            .accepted(status: 201), .refused(status: 403), .unreadable(status: 500, reason: "no \"JSON\""),
            .lost(reason: "timed out after 10 s"),
        ]
        for (index, result) in results.enumerated() { history.operations[index].result = result }
        history.operations[0].isFurtherPage = true
        history.operations[1].contentDigest = .max
        history.deliveries.append(
            History.Delivery(user: 1, at: 9_000_000_000, kind: .unreadable, payloadDigest: .max, note: "{\u{0}'"))
        let folder = RunFolder(path: parent.path)
        let report = RunReport(history, thresholds: [], environment: RunEnvironment(command: "x"))
        try report.finish(try record(report, in: folder, size: 3))
        // A NUL would end the text in the database.
        history.deliveries[history.deliveries.count - 1].note = "{\u{FFFD}'"
        expectSame(try RunStore.load(from: folder.database).history, history)
    }

    @Test func lateMessageAndItsReasonAreFoundInTheDatabase() throws {
        let parent = try TemporaryFolder()
        let report = try sampleReport()
        let folder = RunFolder(path: parent.path)
        try report.finish(try record(report, in: folder, size: 1000))
        let slowest = try DatabaseQueue(path: folder.database).read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM message_path ORDER BY total_ms DESC LIMIT 1")
        }
        let row = try #require(slowest)
        let total: Double = row["total_ms"]
        let http: Double = row["http_ms"]
        #expect(total > 500 && http > 500, "the stall of the server shows in the HTTP hop: \(row)")
    }

    @Test func queriesUseTheIndices() throws {
        let parent = try TemporaryFolder()
        let report = try sampleReport()
        let folder = RunFolder(path: parent.path)
        try report.finish(try record(report, in: folder, size: 1000))
        let plan = try DatabaseQueue(path: folder.database).read { database in
            try Row.fetchAll(
                database,
                sql: "EXPLAIN QUERY PLAN SELECT * FROM message_path WHERE message = '0000000000e5000000000001'"
            ).map { $0["detail"] as String }
        }
        #expect(plan.contains { $0.contains("operations_by_message") }, "\(plan)")
        #expect(plan.contains { $0.contains("deliveries_by_message") }, "\(plan)")
    }

    @Test func otherFilesAreRefusedByName() throws {
        let parent = try TemporaryFolder()
        let missing = parent.path + "/run.sqlite"
        #expect(throws: RunFolder.Failure.self) { try RunStore.load(from: missing) }
        try Data("no database at all, but long enough to be read as one".utf8).write(to: URL(fileURLWithPath: missing))
        let error = #expect(throws: RunFolder.Failure.self) { try RunStore.load(from: missing) }
        #expect(error?.description.hasPrefix("cannot read \(missing): ") == true)
    }
}
