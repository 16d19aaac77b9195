import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixCheck

/// The compact model gives the reference's answers: of commands one after another it accepts each answer that the reference
/// gives, and none that differs in any field.
@Suite struct ReferenceModelTests {
    private func traffic(_ seed: UInt64, users: Int = 3, requests: Int = 30) -> History.Batch {
        var traffic = ConcurrentTraffic(seed: seed)
        traffic.users = users
        traffic.devices = 1
        traffic.requests = requests
        traffic.isSequential = true
        traffic.pageLimit = 5
        return traffic.history()
    }

    private func check(_ batch: History.Batch) -> Linearizability.Result {
        var settings = Linearizability.Settings()
        settings.violationsKept = 0
        var collector = Linearizability.Collector(settings: settings, pageLimit: { _ in 5 })
        collector.add(batch)
        return collector.finish()
    }

    @Test(arguments: 1...24 as ClosedRange<UInt64>)
    func answersOfTheReferenceAreAccepted(seed: UInt64) {
        let result = check(traffic(seed, users: seed.isMultiple(of: 2) ? 2 : 4, requests: 150))
        #expect(result.isLinearizable, "seed \(seed): \(result.illegal.first?.statement ?? "\(result.unknowns)")")
        #expect(result.operationCount > 250)
    }

    @Test func everyKindOfAnswerComesUp() {
        var answers: Set<String> = []
        for seed in 1...60 as ClosedRange<UInt64> {
            for operation in traffic(seed).operations {
                let status = operation.isAccepted ? "accepted" : "\(operation.result)"
                answers.insert("\(operation.request.name) \(status)")
            }
        }
        for name in ["send", "websocket message"] {
            #expect(answers.contains("\(name) accepted") && answers.contains("\(name) refused with 403"), "\(name)")
        }
        #expect(answers.contains("follow refused with 400") && answers.contains("follow refused with 403"))
        #expect(answers.contains("unfollow refused with 404") && answers.contains("unblock refused with 404"))
        #expect(answers.contains("websocket message_update refused with 403"))
        #expect(answers.contains("websocket message_delete refused with 404"))
    }

    /// A change of one answer, and whether it has to be noticed.
    private func results(_ operation: History.Operation) -> [History.Operation.Result] {
        switch operation.result {
        case .accepted:
            operation.endpoint == .follow
                ? [.refused(status: 400), .refused(status: 403)] : [.refused(status: 403), .refused(status: 404)]
        case .refused: [.accepted(status: 200)]
        default: []
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func changedResultsAreTurnedDown(seed: UInt64) {
        let batch = traffic(seed)
        for index in batch.operations.indices where batch.operations[index].endpoint != .conversations {
            for result in results(batch.operations[index]) {
                var changed = batch
                changed.operations[index].result = result
                #expect(!check(changed).isLinearizable, "seed \(seed): \(batch.operations[index]) with \(result)")
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func changedRowsAreTurnedDown(seed: UInt64) {
        let batch = traffic(seed)
        let changes: [(String, (inout History.Observation) -> Bool)] = [
            (
                "status",
                { row in
                    guard let status = row.status else { return false }
                    row.status = status == .read ? .delivered : .read
                    return true
                }
            ),
            (
                "unread",
                { row in
                    row.unreadCount += 1
                    return row.kind == .conversation
                }
            ),
            (
                "content",
                { row in
                    row.contentDigest ^= 1
                    return row.message != nil
                }
            ),
            (
                "time",
                { row in
                    row.createdAt = row.createdAt.map { $0 + 1 }
                    return row.message != nil
                }
            ),
            (
                "sender",
                { row in
                    row.sender = UserID(prefix: 9, number: 9)
                    return row.message != nil
                }
            ),
            (
                "message",
                { row in
                    row.message = MessageID(prefix: 9, number: 9)
                    return true
                }
            ),
        ]
        for index in stride(from: Int(seed), to: batch.observations.count, by: 5) {
            for (name, change) in changes {
                var changed = batch
                guard change(&changed.observations[index]) else { continue }
                // The first row of a further page stands for the cursor, which is not known.
                #expect(!check(changed).isLinearizable, "seed \(seed): \(name) of \(batch.observations[index])")
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func missingAndSwappedRowsAreTurnedDown(seed: UInt64) {
        let batch = traffic(seed)
        let further = Set(batch.operations.filter(\.isFurtherPage).map(\.id))
        for index in stride(from: Int(seed), to: batch.observations.count, by: 2) {
            let row = batch.observations[index]
            let isFirst = index == 0 || batch.observations[index - 1].operation != row.operation
            let isLast =
                index + 1 == batch.observations.count || batch.observations[index + 1].operation != row.operation
            if !isLast, row.message != nil, batch.observations[index + 1].message != nil {
                var changed = batch
                changed.observations.swapAt(index, index + 1)
                #expect(!check(changed).isLinearizable, "seed \(seed): swapped at \(row)")
            }
            // Where a further page begins and ends is not known, nor where a list of conversations ends.
            if row.kind == .conversation
                ? isLast || row.message == nil : further.contains(row.operation) && (isFirst || isLast)
            {
                continue
            }
            var changed = batch
            changed.observations.remove(at: index)
            #expect(!check(changed).isLinearizable, "seed \(seed): without \(row)")
        }
    }
}
