import ArgumentParser
import ChatrixCheck
import ChatrixHistory
import ChatrixModel
import ChatrixReference
import ChatrixScenario
import Glibc

/// `chatrix-bench virtual`: whole runs in virtual time.
struct Virtual: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs in virtual time: users who chat, with digest and history, and judged or not.",
        discussion: "Records are operations and deliveries. Judged runs keep their whole history in memory.")

    @Option(help: "Numbers of users, each a run without and one with judging.")
    var users: [Int] = [1_000, 10_000, 100_000]

    @Option(help: "Operations and deliveries of each run, about.")
    var records = 2_000_000

    @Option(help: "Also write the figures as JSON to this file.")
    var json: String?

    func run() throws {
        var rows: [BenchmarkRow] = []
        var memory: [BenchmarkRow] = []
        var pace: [BenchmarkRow] = []
        for count in users {
            for isJudged in [false, true] {
                let figures = try VirtualBenchmark.run(users: count, records: records, isJudged: isJudged)
                let name = "\(count) users\(isJudged ? ", judged" : "")"
                rows.append(BenchmarkRow("\(name), \(figures.records) records", [figures.recordsPerSecond]))
                pace.append(BenchmarkRow(name, [figures.timesRealTime]))
                memory.append(BenchmarkRow("\(name): peak, MiB", [Double(figures.peakBytes) / 0x1p20]))
                memory.append(BenchmarkRow("\(name): bytes a user", [figures.bytesPerUser]))
            }
        }
        try BenchmarkTable.show(
            [
                BenchmarkTable(title: "virtual", unit: "records a second", ratio: "", rows: rows),
                BenchmarkTable(title: "virtual: pace", unit: "times faster than real time", ratio: "", rows: pace),
                BenchmarkTable(title: "virtual: memory", unit: "as named", ratio: "", rows: memory),
            ], json: json)
    }
}

/// One run of users who chat in pairs: write, wait for the message to arrive, pause, have it read, pause.
struct VirtualBenchmark {
    struct Figures {
        var records: Int
        var recordsPerSecond: Double
        var timesRealTime: Double
        /// Resident memory at its highest.
        var peakBytes: Int
        /// Of what the run added to resident memory at its highest.
        var bytesPerUser: Double
    }

    static func run(users: Int, records: Int, isJudged: Bool) throws -> Figures {
        // A user makes about 1.4 records a second.
        let duration = Int64(Double(records) / (Double(users) * 1.4) * 1e9)
        let text = """
            name: chat
            users: \(users)
            pairs: {kind: ring, degree: 2}
            load: [{users: \(users), for: \(max(duration / 1_000_000, 1))ms}]
            flows:
              - name: chat
                steps:
                  - send: {text: "message {{n}} from {{user}}"}
                  - await: {event: message, at: peer, within: 5s}
                  - think: 1s..9s
                  - peer: read
                  - think: 1s..9s
            """
        let scenario = try Scenario(parsing: Array(text.utf8), file: "virtual")
        resetPeak()
        let before = resident("VmRSS:")
        var configuration = ReferenceBackend.Configuration(seed: scenario.seed)
        configuration.passwordRounds = 1
        var interpreter = VirtualInterpreter(
            Plan(scenario), backend: ReferenceBackend(configuration: configuration))
        var operations = 0
        var deliveries = 0
        var judge: Judge?
        let begin = ContinuousClock.now
        let result = interpreter.run(keepsHistory: false) { batch in
            operations += batch.operations.count
            deliveries += batch.deliveries.count
            guard isJudged else { return }
            if judge == nil {
                judge = Judge(
                    run: History.Run(
                        scenario: scenario.name, seed: scenario.seed, clock: .virtual, userCount: users,
                        startedAt: .virtualStart))
            }
            judge?.add(batch)
        }
        let isValid = judge?.finish(result.history.run).isInvalid == false
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        guard isValid || !isJudged else { throw BenchmarkError("the run of \(users) users broke a guarantee") }
        let peak = resident("VmHWM:")
        return Figures(
            records: operations + deliveries, recordsPerSecond: Double(operations + deliveries) / seconds,
            timesRealTime: Double(result.duration) / 1e9 / seconds, peakBytes: peak,
            bytesPerUser: Double(max(0, peak - before)) / Double(users))
    }

    /// Makes the present resident memory the highest so far.
    private static func resetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    /// A line of `/proc/self/status`, bytes; 0 where there is none.
    private static func resident(_ name: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix(name) else { continue }
            return text.split { $0 == "\t" || $0 == " " }.dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 } ?? 0
        }
        return 0
    }
}
