import ChatrixHistory
import ChatrixModel

extension Private {
    /// A time in which a block stood for certain: from the reply to the block until an unblock was on its way.
    private struct Block {
        var start: Int64
        var end: Int64
        /// Index of the operation.
        var operation: Int
    }

    private struct Pair: Hashable {
        var a: Int
        var b: Int

        init(_ one: Int, _ other: Int) {
            a = min(one, other)
            b = max(one, other)
        }
    }

    static func judgeBlocks(_ trace: Trace, _ findings: inout Findings) {
        let blocks = standingBlocks(trace)
        guard !blocks.isEmpty else { return }
        let operations = trace.history.operations
        /// The block that stood all the time between `from` and `to`.
        func block(between one: Int, _ other: Int, from: Int64, to: Int64) -> Block? {
            blocks[Pair(one, other)]?.first { $0.start <= from && to <= $0.end }
        }

        struct Place: Hashable {
            var conversation: Int32
            var sender: Int
        }
        /// Sends that created nothing, as far as replies tell.
        var unaccepted: [Place: [Int]] = [:]
        for (index, operation) in operations.enumerated() where operation.endpoint == .send {
            guard let recipient = trace.recipient(ofSend: index), blocks[Pair(operation.user, recipient)] != nil
            else { continue }
            guard operation.isAccepted else {
                let place = Place(conversation: trace.conversationOfOperation[index], sender: operation.user)
                unaccepted[place, default: []].append(index)
                continue
            }
            guard
                let block = block(
                    between: operation.user, recipient, from: operation.sent, to: operation.completed)
            else { continue }
            let arrival = operation.message.flatMap { trace.arrival(ofMessage: $0, at: recipient) }
            let end = arrival == nil ? "was accepted" : "was accepted and delivered"
            findings.violation(
                "message \(operation.message?.description ?? "") from user \(operation.user) to user \(recipient), sent at "
                    + "\(Wording.seconds(operation.sent)), \(end) although user \(operations[block.operation].user) had "
                    + "blocked user \(operations[block.operation].partner ?? -1) by \(Wording.seconds(block.start))",
                [.operation(operations[block.operation]), .operation(operation)] + trace.arrivals([arrival]))
        }
        for (index, delivery) in trace.deliveries.enumerated() where delivery.kind == .message && trace.isFirst[index] {
            guard let message = delivery.message, trace.send(of: message) == nil else { continue }
            let sender = Int(trace.actorOfDelivery[index])
            let place = Place(conversation: trace.conversationOfDelivery[index], sender: sender)
            let candidates = (unaccepted[place] ?? []).filter { operations[$0].sent <= delivery.at }
            guard let earliest = candidates.map({ operations[$0].sent }).min(), let last = candidates.last,
                let block = block(between: sender, delivery.user, from: earliest, to: delivery.at)
            else { continue }
            findings.violation(
                "message \(message) from user \(sender) reached user \(delivery.user) at \(Wording.seconds(delivery.at)), "
                    + "although user \(operations[block.operation].user) had blocked user "
                    + "\(operations[block.operation].partner ?? -1) by \(Wording.seconds(block.start))",
                [.operation(operations[block.operation]), .operation(operations[last]), .delivery(delivery)])
        }
    }

    private static func standingBlocks(_ trace: Trace) -> [Pair: [Block]] {
        struct Direction: Hashable {
            var blocker: Int
            var target: Int
        }
        var blocking: [Int] = []
        var unblocking: [Direction: [(sent: Int64, completed: Int64)]] = [:]
        for (index, operation) in trace.history.operations.enumerated() {
            guard let target = operation.partner else { continue }
            switch operation.endpoint {
            case .block where operation.isAccepted: blocking.append(index)
            case .unblock:
                if case .refused = operation.result { continue }
                // Without a reply it may take effect at any later time.
                unblocking[Direction(blocker: operation.user, target: target), default: []].append(
                    (operation.sent, operation.isAccepted ? operation.completed : .max))
            default: break
            }
        }
        for key in unblocking.keys { unblocking[key]?.sort { $0.sent < $1.sent } }
        var blocks: [Pair: [Block]] = [:]
        for index in blocking {
            let operation = trace.history.operations[index]
            guard let target = operation.partner else { continue }
            let direction = Direction(blocker: operation.user, target: target)
            let end = (unblocking[direction] ?? []).first { $0.completed > operation.sent }?.sent ?? .max
            if end > operation.completed {
                blocks[Pair(operation.user, target), default: []].append(
                    Block(start: operation.completed, end: end, operation: index))
            }
        }
        return blocks
    }
}
