import ArgumentParser
import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Foundation

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The judge: a made-up history of chatting users, streamed in batches and judged by all guarantees.")

    @Option(help: "Operations of the history; about three events follow from each.")
    var operations = 1_000_000

    @Option(help: "Users; each talks to four others.")
    var users = 1_000

    @Option(help: "Also write the figures as JSON to this file.")
    var json: String?

    func run() throws {
        guard operations > 0, users > 8 else { throw ValidationError("at least one operation and nine users, please") }
        let figures = CheckBenchmark.run(operations: operations, users: users)
        guard figures.violations == 0 else {
            throw BenchmarkError("the judge found \(figures.violations) violations in a correct history")
        }
        let perRecord = figures.rounds.map { $0 * 1e9 / Double(figures.records) }
        try BenchmarkTable.show(
            [
                BenchmarkTable(
                    title: "check: \(figures.records) records", unit: "ns per record", ratio: "",
                    rows: [BenchmarkRow("made and judged, less the making", perRecord)]),
                BenchmarkTable(
                    title: "check: speed", unit: "records per second", ratio: "",
                    rows: [BenchmarkRow("judged", perRecord.map { 1e9 / $0 })]),
                BenchmarkTable(
                    title: "check: memory", unit: "MB, peak of the process", ratio: "",
                    rows: [BenchmarkRow("resident", [CheckBenchmark.peakMegabytes])]),
            ], json: json)
    }
}

/// Streams the history of a correct server to the judge: two sends in three operations, else a read marking.
enum CheckBenchmark {
    struct Figures {
        var records: Int
        var violations: Int
        /// Seconds of judging, each round.
        var rounds: [Double]
    }

    private static let roundCount = 3
    /// Between operations, nanoseconds: every user acts about once a second.
    private static let secondsPerUser: Int64 = 1_000_000_000

    static func run(operations: Int, users: Int) -> Figures {
        var figures = Figures(records: 0, violations: 0, rounds: [])
        for _ in 0..<roundCount {
            var making = Source(users: users)
            let floor = seconds { while making.made < operations { _ = making.batch().recordCount } }
            var source = Source(users: users)
            var judge = Judge(run: source.run)
            judge.add(source.beginning())
            var judgement: Judgement?
            var records = 0
            let whole = seconds {
                while source.made < operations {
                    let batch = source.batch()
                    records += batch.recordCount
                    judge.add(batch)
                }
                judgement = judge.finish(source.run)
            }
            figures.records = records
            figures.violations = judgement?.findings.map(\.violationCount).reduce(0, +) ?? 1
            figures.rounds.append(max(whole - floor, 1e-9))
        }
        return figures
    }

    private static func seconds(_ body: () -> Void) -> Double {
        let (seconds, attoseconds) = ContinuousClock().measure(body).components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    static var peakMegabytes: Double {
        var usage = rusage()
        getrusage(numericCast(RUSAGE_SELF.rawValue), &usage)
        return Double(usage.ru_maxrss) / 1024
    }

    /// Makes the records, some hundred at a time.
    private struct Source {
        private static let partners = 4
        private static let batchOperations = 200
        private static let network: Int64 = 700_000

        let users: Int
        private(set) var run: History.Run
        private(set) var made = 0
        private var time: Int64 = 1_000_000_000
        private var random = SplitMix64(seed: 7)
        /// Messages by direction: twice the number of the pair, and one for those to the second user.
        private var unread: [Int32]
        private var messages: UInt64 = 0

        init(users: Int) {
            self.users = users
            run = History.Run(
                scenario: "benchmark", seed: 7, clock: .virtual, userCount: users, startedAt: .virtualStart)
            unread = [Int32](repeating: 0, count: users * Source.partners * 2)
        }

        private static func user(_ number: Int) -> UserID { UserID(prefix: 1, number: UInt64(number) + 1) }
        private static func conversation(_ pair: Int) -> ConversationID {
            ConversationID(prefix: 1, number: UInt64(pair) + 1_000_000)
        }

        /// Users, sessions and conversations.
        func beginning() -> History.Batch {
            var batch = History.Batch()
            for user in 0..<users {
                batch.users.append(History.User(number: user, id: Source.user(user), username: "user\(user)"))
                batch.sessionChanges.append(History.SessionChange(user: user, at: 0, isUp: true))
            }
            for pair in 0..<users * Source.partners {
                let (first, second) = members(pair)
                batch.operations.append(
                    History.Operation(
                        id: pair, user: first, endpoint: .ensure, phase: .setup, scheduled: 1, sent: 1, completed: 2,
                        result: .accepted(status: 200), partner: second, conversation: Source.conversation(pair)))
            }
            return batch
        }

        private func members(_ pair: Int) -> (first: Int, second: Int) {
            (pair / Source.partners, (pair / Source.partners + 1 + pair % Source.partners) % users)
        }

        mutating func batch() -> History.Batch {
            var batch = History.Batch()
            batch.operations.reserveCapacity(Source.batchOperations)
            batch.deliveries.reserveCapacity(4 * Source.batchOperations)
            for _ in 0..<Source.batchOperations { step(&batch) }
            run.loadEnd = time
            run.end = time + 60_000_000_000
            return batch
        }

        private mutating func step(_ batch: inout History.Batch) {
            let draw = random.next()
            let pair = Int(draw >> 32) % (users * Source.partners)
            let isBack = draw & 1 == 1
            let (first, second) = members(pair)
            let (actor, partner) = isBack ? (second, first) : (first, second)
            let conversation = Source.conversation(pair)
            // More than a millisecond, so that no two operations share a stamp of a conversation.
            time += max(CheckBenchmark.secondsPerUser / Int64(users), 1)
            let stamp = run.startedAt + (time + Source.network) / 1_000_000
            let lane = pair * 2
            let isMarking = draw % 3 == 0
            var operation = History.Operation(
                id: made, user: actor, endpoint: isMarking ? .read : .send, phase: .load, scheduled: time, sent: time,
                completed: time + 2 * Source.network, result: .accepted(status: isMarking ? 200 : 201),
                partner: partner,
                conversation: conversation)
            let at = time + 2 * Source.network
            func delivery(_ kind: History.Delivery.Kind, _ user: Int, _ count: Int32 = 0) -> History.Delivery {
                History.Delivery(
                    user: user, at: at, kind: kind, topicUser: Source.user(user), conversation: conversation,
                    actor: kind == .conversationUpdated ? nil : Source.user(actor), stamp: stamp, count: Int(count),
                    payloadDigest: draw)
            }
            if isMarking {
                let own = lane + (isBack ? 1 : 0)
                let count = unread[own]
                unread[own] = 0
                if count > 0 {
                    batch.deliveries.append(delivery(.readReceipt, partner, count))
                    batch.deliveries.append(delivery(.messagesStatus, actor, count))
                    batch.deliveries.append(
                        delivery(.messagesRead, min(actor, partner), actor < partner ? 0 : unread[own ^ 1]))
                    batch.deliveries.append(
                        delivery(.messagesRead, max(actor, partner), actor < partner ? unread[own ^ 1] : 0))
                }
            } else {
                messages += 1
                operation.message = MessageID(prefix: 2, number: messages)
                operation.createdAt = stamp
                operation.contentDigest = draw
                operation.previewDigest = draw
                unread[lane + (isBack ? 0 : 1)] += 1
                var message = delivery(.message, partner)
                message.message = operation.message
                message.contentDigest = draw
                batch.deliveries.append(message)
                var update = delivery(.conversationUpdated, partner)
                update.contentDigest = draw
                batch.deliveries.append(update)
            }
            batch.operations.append(operation)
            made += 1
        }
    }
}
