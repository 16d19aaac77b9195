import ChatrixModel

/// The faults that spoil what a backend keeps and answers, and how far each has counted.
struct StateFaults: Sendable {
    private struct Counter: Sendable {
        let fault: Fault
        var seenCount = 0
        var injectedCount = 0
    }

    private var counters: [Counter]

    init(_ faults: [Fault]) {
        counters = faults.filter(\.isOfState).map { Counter(fault: $0) }
    }

    var isEmpty: Bool { counters.isEmpty }

    /// How often each fault was injected so far, in the order in which they were given.
    var injected: [(fault: Fault, count: Int)] { counters.map { ($0.fault, $0.injectedCount) } }

    /// Counts an operation that faults of `kind` can spoil; whether it is hit.
    mutating func hits(_ kind: Fault.Kind) -> Bool {
        var isHit = false
        for index in counters.indices where counters[index].fault.kind == kind {
            counters[index].seenCount += 1
            guard counters[index].seenCount % counters[index].fault.every == 0 else { continue }
            counters[index].injectedCount += 1
            isHit = true
        }
        return isHit
    }
}

extension ReferenceBackend {
    /// How often each fault of the state was injected so far, in the order in which they were given.
    package var injectedFaults: [(fault: Fault, count: Int)] { faults.injected }

    /// What becomes of the outcome of a command that was carried out faultlessly.
    mutating func spoil(_ outcome: Outcome, by caller: UserIndex?, of command: Command, at time: Timestamp) -> Outcome {
        guard let caller else { return outcome }
        switch (command, outcome.reply) {
        case (_, .chat(.sent(let message))):
            if faults.hits(.forget) { _ = delete(message.id, by: caller, at: time) }
        case (.block(.block(let target)), .block):
            if faults.hits(.breach) { _ = apply(BlockCommand.unblock(target), by: caller) }
        case (_, .chat(.conversations(var page))):
            guard !page.conversations.isEmpty, faults.hits(.miscount) else { break }
            page.conversations[0].unreadCount += 1
            var spoilt = outcome
            spoilt.reply = .chat(.conversations(page))
            return spoilt
        default: break
        }
        return outcome
    }
}
