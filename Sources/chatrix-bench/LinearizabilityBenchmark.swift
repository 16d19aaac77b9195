import ArgumentParser
import ChatrixCheck
import ChatrixHistory

/// How many operations per second the check for linearizability judges: histories of the reference with few, some and many
/// devices that act at once on a conversation.
struct LinearizabilityBenchmark {
    private struct Load {
        var name: String
        var devices: Int
        var thinkFactor: Double
    }

    private static let loads = [
        Load(name: "light: 2 devices a conversation, mostly idle", devices: 1, thinkFactor: 8),
        Load(name: "medium: 4 devices, busy half of the time", devices: 2, thinkFactor: 1),
        Load(name: "heavy: 8 devices, always busy", devices: 4, thinkFactor: 0),
    ]
    private static let rounds = 3
    /// Of each conversation, all devices together.
    private static let requests = 4_000
    private static let conversations = 20

    static func run() throws -> [BenchmarkRow] {
        let histories = loads.map { load in
            (0..<conversations).map { number in
                var traffic = ConcurrentTraffic(seed: UInt64(number) + 1)
                traffic.devices = load.devices
                traffic.requests = requests / (2 * load.devices)
                traffic.thinkFactor = load.thinkFactor
                return traffic.history()
            }
        }
        var rates = loads.map { _ in [Double]() }
        for _ in 0..<rounds {
            for index in loads.indices { rates[index].append(try rate(histories[index], loads[index].name)) }
        }
        let floor = BenchmarkRow("", rates[0]).median
        return zip(loads, rates).map { BenchmarkRow($0.name, $1, floor: floor) }
    }

    private static func rate(_ histories: [History.Batch], _ name: String) throws -> Double {
        var operationCount = 0
        var failures: [Linearizability.Partition] = []
        let duration = ContinuousClock().measure {
            for history in histories {
                var collector = Linearizability.Collector()
                collector.add(history)
                let result = collector.finish()
                operationCount += result.operationCount
                failures += result.partitions { $0 != .linearizable }
            }
        }
        if let failure = failures.first { throw BenchmarkError("\(name), \(failure.subject): \(failure.verdict)") }
        let (seconds, attoseconds) = duration.components
        return Double(operationCount) / (Double(seconds) + Double(attoseconds) * 1e-18)
    }
}

struct LinearizabilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linearizability", abstract: "The check for linearizability of concurrent histories.")

    @Option(help: "Also write the figures as JSON to this file.")
    var json: String?

    func run() throws {
        let table = BenchmarkTable(
            title: "linearizability", unit: "operations per second", ratio: "to the first row",
            rows: try LinearizabilityBenchmark.run())
        try BenchmarkTable.show([table], json: json)
    }
}
