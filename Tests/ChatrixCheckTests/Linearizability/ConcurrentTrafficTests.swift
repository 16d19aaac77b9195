import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Testing

@testable import ChatrixCheck

/// Random concurrent histories of the reference are accepted; with one answer changed, most are rejected.
@Suite(.disabled("the search grows without bound where many replies are lost; it is being mended"))
struct ConcurrentTrafficTests {
    private func traffic(_ seed: UInt64) -> History.Batch {
        var traffic = ConcurrentTraffic(seed: seed)
        traffic.users = 2 + Int(seed % 2)
        traffic.devices = 1 + Int(seed % 3)
        traffic.requests = 30
        traffic.thinkFactor = [0, 1, 4][Int(seed / 7 % 3)]
        traffic.lossInterval = seed.isMultiple(of: 2) ? 25 : 0
        return traffic.history()
    }

    private func check(_ batch: History.Batch, shrinks: Bool = false) -> Linearizability.Result {
        var settings = Linearizability.Settings()
        if !shrinks { settings.violationsKept = 0 }
        var collector = Linearizability.Collector(settings: settings, pageLimit: { _ in 20 })
        collector.add(batch)
        return collector.finish()
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func historyOfTheReferenceIsAccepted(seed: UInt64) {
        let result = check(traffic(seed))
        #expect(result.illegal.isEmpty, "seed \(seed): \(result.illegal.first?.statement ?? "")")
        #expect(result.unknowns.isEmpty, "seed \(seed): \(result.unknowns)")
    }

    private enum Change: CaseIterable {
        case unreadCount, lostRow, swappedRows, statusBack, result, staleRead

        /// Changes one answer; `false` if there is none to change.
        func apply(to batch: inout History.Batch, _ random: inout SplitMix64) -> Bool {
            switch self {
            case .unreadCount:
                let rows = batch.observations.indices.filter { batch.observations[$0].kind == .conversation }
                guard let index = rows.randomElement(using: &random) else { return false }
                batch.observations[index].unreadCount += 1
            case .lostRow:
                let further = Set(batch.operations.filter(\.isFurtherPage).map(\.id))
                let rows = batch.observations.indices.filter {
                    batch.observations[$0].kind == .message && !further.contains(batch.observations[$0].operation)
                }
                guard let index = rows.randomElement(using: &random) else { return false }
                batch.observations.remove(at: index)
            case .swappedRows:
                let rows = batch.observations.indices.dropLast().filter {
                    batch.observations[$0].operation == batch.observations[$0 + 1].operation
                }
                guard let index = rows.randomElement(using: &random) else { return false }
                batch.observations.swapAt(index, index + 1)
            case .statusBack:
                let rows = batch.observations.indices.filter { batch.observations[$0].status == .read }
                guard let index = rows.randomElement(using: &random) else { return false }
                batch.observations[index].status = .delivered
            case .result:
                let sends = batch.operations.indices.filter { batch.operations[$0].isSend }
                guard let index = sends.randomElement(using: &random) else { return false }
                switch batch.operations[index].result {
                case .accepted: batch.operations[index].result = .refused(status: 403)
                case .refused: batch.operations[index].result = .accepted(status: 201)
                default: return false
                }
            case .staleRead:
                // A page shows what an earlier page of the same user showed.
                let pages = batch.operations.filter { $0.endpoint == .messages && !$0.isFurtherPage && $0.isAccepted }
                guard let late = pages.dropFirst(3).randomElement(using: &random),
                    let early = pages.last(where: {
                        $0.conversation == late.conversation && $0.user == late.user
                            && $0.completed < late.sent - 20_000_000
                    })
                else { return false }
                let rows = batch.observations.filter { $0.operation == early.id }
                let present = batch.observations.filter { $0.operation == late.id }
                guard rows.map(\.message) != present.map(\.message) else { return false }
                batch.observations.removeAll { $0.operation == late.id }
                batch.observations += rows.map {
                    var row = $0
                    row.operation = late.id
                    return row
                }
            }
            return true
        }
    }

    @Test func changedAnswersAreMostlyRejected() {
        var counts: [String] = []
        for change in Change.allCases {
            var (tried, rejected) = (0, 0)
            for seed in 1...36 as ClosedRange<UInt64> {
                var batch = traffic(seed)
                var random = SplitMix64(seed: seed &* 31)
                guard change.apply(to: &batch, &random) else { continue }
                tried += 1
                let result = check(batch)
                #expect(result.unknowns.allSatisfy { $0.hasSuffix("is illegal") }, "seed \(seed), \(change)")
                if !result.isLinearizable { rejected += 1 }
            }
            counts.append("\(change): \(rejected) of \(tried)")
            #expect(tried >= 10)
            // A change that another order explains is no error: a count may be that of a moment nearby.
            #expect(rejected * 10 >= tried * 6, "\(counts)")
        }
        print("rejected after a change:", counts.joined(separator: ", "))
    }

    @Test func windowsAreSmallAndContradictoryOnTheirOwn() {
        var sizes: [Int] = []
        for seed in 1...24 as ClosedRange<UInt64> {
            var batch = traffic(seed)
            var random = SplitMix64(seed: seed)
            guard Change.lostRow.apply(to: &batch, &random) else { continue }
            for illegal in check(batch, shrinks: true).illegal {
                sizes.append(illegal.window.count)
                #expect(illegal.window.contains { $0.id == illegal.unplaced.id })
            }
        }
        sizes.sort()
        #expect(sizes.count >= 10)
        #expect(sizes[sizes.count / 2] <= 6, "\(sizes)")
    }

    // MARK: - Streams

    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func batchesOfAnySizeComeToTheSame(seed: UInt64) {
        var batch = traffic(seed)
        var random = SplitMix64(seed: seed)
        if seed.isMultiple(of: 3) { _ = Change.lostRow.apply(to: &batch, &random) }
        let whole = check(batch)
        for size in [1, 7, 64] {
            var collector = Linearizability.Collector(pageLimit: { _ in 20 })
            collector.add(History.Batch(users: batch.users))
            for start in stride(from: 0, to: batch.operations.count, by: size) {
                let operations = Array(batch.operations[start..<min(start + size, batch.operations.count)])
                let ids = Set(operations.map(\.id))
                collector.add(
                    History.Batch(
                        operations: operations, observations: batch.observations.filter { ids.contains($0.operation) }))
            }
            let streamed = collector.finish()
            #expect(streamed.partitions.map(\.subject) == whole.partitions.map(\.subject))
            #expect(streamed.partitions.map(\.verdict.isIllegal) == whole.partitions.map(\.verdict.isIllegal))
            #expect(streamed.illegal.map(\.unplaced) == whole.illegal.map(\.unplaced), "seed \(seed), size \(size)")
        }
    }

    @Test func longConversationKeepsOnlyItsEnd() {
        var traffic = ConcurrentTraffic(seed: 5)
        traffic.requests = 600
        let batch = traffic.history()
        var collector = Linearizability.Collector()
        var held = 0
        collector.add(History.Batch(users: batch.users))
        let rows = Dictionary(grouping: batch.observations, by: \.operation)
        for operation in batch.operations {
            collector.add(History.Batch(operations: [operation], observations: rows[operation.id] ?? []))
            held = max(held, collector.retainedCount)
        }
        #expect(collector.finish().isLinearizable)
        #expect(batch.operations.count > 2000)
        // Three partitions with two windows of 64 operations each, 2 · 100 messages, and what is open.
        #expect(held < 1500, "\(held) operations and messages were held")
    }

    // MARK: - Bounds

    /// Sends at once of which no created_at is known, so that each order has to be tried.
    private func crowd(_ count: Int) -> Scene {
        var scene = Scene()
        for number in 1...count {
            let id = scene.send(number, by: number % 2, 0...100)
            scene.forgetTime(id)
        }
        return scene
    }

    @Test func hardCaseEndsAsUnknownWithinTheBound() {
        var scene = crowd(20)
        scene.page(by: 0, 50...90, [.init(3), .init(3)])
        scene.settings.visitCountMax = 5000
        #expect(scene.check().unknowns.first == "more than 5000 states were possible at once")
    }

    @Test func overdueSearchEndsAsUnknown() {
        let scene = crowd(20)
        let batch = scene.recorded
        let result = Linearizability.check(batch.operations, users: batch.users, isOverdue: { true })
        #expect(result.unknowns.first == "the time for the search ran out")
    }

    @Test func moreOpenOperationsThanTheSearchHoldsEndAsUnknown() {
        #expect(crowd(65).check().unknowns.contains("more than 64 operations were open at once"))
    }

    @Test func manyLostRepliesMakeNoFalseAlarm() {
        var scene = Scene()
        for number in 1...20 { scene.loseSend(number, by: 0, number...number + 1) }
        scene.page(by: 1, 100...110, [.init(1)])
        scene.settings.visitCountMax = 2000
        let result = scene.check()
        #expect(result.illegal.isEmpty && !result.unknowns.isEmpty)
    }
}
