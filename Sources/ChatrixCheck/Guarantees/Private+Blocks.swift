import ChatrixHistory
import ChatrixModel

/// When whom a block kept apart.
struct Blocks: Sendable {
    /// A time in which a block stood for certain: from the reply to the block until an unblock was on its way.
    struct Block: Sendable {
        var start: Int64
        var end: Int64
        var operation: History.Operation
    }

    private struct Unblock: Sendable {
        var blocker: Int
        var sent: Int64
        var completed: Int64
    }

    private struct Pair: Hashable {
        var a: Int
        var b: Int

        init(_ one: Int, _ other: Int) {
            a = min(one, other)
            b = max(one, other)
        }
    }

    private struct Record: Sendable {
        var blocks: [Block] = []
        /// Of the last time.
        var unblocks: [Unblock] = []
    }

    /// Pairs in which one ever blocked the other.
    private var pairs: [Pair: Record] = [:]

    var isEmpty: Bool { pairs.isEmpty }

    /// Takes a block or an unblock, and forgets what ended before `oldest`.
    mutating func note(_ operation: History.Operation, oldest: Int64) {
        guard let partner = operation.partner, !operation.isRefused else { return }
        let pair = Pair(operation.user, partner)
        var record = pairs[pair] ?? Record()
        record.blocks.removeAll { $0.end < oldest }
        record.unblocks.removeAll { $0.completed < oldest }
        if operation.endpoint == .block {
            guard operation.isAccepted else { return }
            let end =
                record.unblocks.filter { $0.blocker == operation.user && $0.completed > operation.sent }
                .map(\.sent).min() ?? .max
            if end > operation.completed {
                record.blocks.append(Block(start: operation.completed, end: end, operation: operation))
            }
        } else {
            // Without a reply it may take effect at any later time.
            let unblock = Unblock(
                blocker: operation.user, sent: operation.sent,
                completed: operation.isAccepted ? operation.completed : .max)
            record.unblocks.append(unblock)
            for index in record.blocks.indices
            where record.blocks[index].operation.user == operation.user
                && record.blocks[index].operation.sent < unblock.completed
            {
                record.blocks[index].end = min(record.blocks[index].end, operation.sent)
            }
            record.blocks.removeAll { $0.end <= $0.start }
        }
        pairs[pair] = record
    }

    /// A block that stood all the time between `from` and `to`.
    func standing(between one: Int, _ other: Int, from: Int64, to: Int64) -> Block? {
        pairs[Pair(one, other)]?.blocks.first { $0.start <= from && to <= $0.end }
    }

    func contains(_ one: Int, _ other: Int) -> Bool { pairs[Pair(one, other)]?.blocks.isEmpty == false }
}

extension Private {
    /// Messages that passed a block.
    static func judgeBlocks(_ place: Int32, _ trace: inout Trace) {
        let message = trace.messages[place]
        guard message.sender >= 0, message.sender < Trace.firstStranger,
            let recipient = trace.conversations[Int(message.conversation)].partner(of: message.sender),
            trace.blocks.contains(Int(message.sender), Int(recipient))
        else { return }
        if message.operation >= 0, let operation = trace.operations[message.operation] {
            return judgeAccepted(operation, message, Int(recipient), &trace)
        }
        // Of the sends that created nothing, as far as replies tell, one must have.
        guard let side = trace.conversations[Int(message.conversation)].side(of: message.sender) else { return }
        var send = trace.lanes[2 * Int(message.conversation) + 1 - side].newestSend
        var earliest: Int64?
        var last = -1
        while send >= 0 {
            if trace.sends[send].fate != .accepted, trace.sends[send].sent <= message.firstSeen {
                earliest = min(earliest ?? .max, trace.sends[send].sent)
                if last < 0 { last = trace.sends[send].record }
            }
            send = trace.sends[send].older
        }
        guard let earliest,
            let block = trace.blocks.standing(
                between: Int(message.sender), Int(recipient), from: earliest, to: message.firstSeen)
        else { return }
        trace.report(name) { trace in
            let arrival = message.arrivals.first
            return (
                "message \(message.id) from \(trace.name(ofPerson: message.sender)) reached user \(recipient) at "
                    + "\(Wording.seconds(message.firstSeen)), although user \(block.operation.user) had blocked user "
                    + "\(block.operation.partner ?? -1) by \(Wording.seconds(block.start))",
                [.operation(block.operation)] + trace.operationEntry(last)
                    + (arrival >= 0 ? trace.deliveryEntry(trace.arrivals[arrival].record) : [])
            )
        }
    }

    private static func judgeAccepted(
        _ operation: History.Operation, _ message: Trace.Message, _ recipient: Int, _ trace: inout Trace
    ) {
        guard
            let block = trace.blocks.standing(
                between: operation.user, recipient, from: operation.sent, to: operation.completed)
        else { return }
        trace.report(name) { trace in
            var arrival = message.arrivals.first
            while arrival >= 0, trace.subscribers[Int(trace.arrivals[arrival].subscriber)].user != recipient {
                arrival = trace.arrivals[arrival].next
            }
            let end = arrival < 0 ? "was accepted" : "was accepted and delivered"
            return (
                "message \(message.id) from user \(operation.user) to user \(recipient), sent at "
                    + "\(Wording.seconds(operation.sent)), \(end) although user \(block.operation.user) had blocked user "
                    + "\(block.operation.partner ?? -1) by \(Wording.seconds(block.start))",
                [.operation(block.operation), .operation(operation)]
                    + (arrival >= 0 ? trace.deliveryEntry(trace.arrivals[arrival].record) : [])
            )
        }
    }

    /// A call that passed a block; a running call may be answered and ended (D-64).
    static func judgeBlock(of operation: History.Operation, to partner: Int, _ trace: inout Trace) {
        guard operation.request == .http(.createCall) || operation.request == .socket(.call),
            let block = trace.blocks.standing(
                between: operation.user, partner, from: operation.sent, to: operation.completed)
        else { return }
        trace.report(name) { _ in
            (
                "a call from user \(operation.user) to user \(partner), made at \(Wording.seconds(operation.sent)), was "
                    + "accepted although user \(block.operation.user) had blocked user \(block.operation.partner ?? -1) by "
                    + Wording.seconds(block.start), [.operation(block.operation), .operation(operation)]
            )
        }
    }
}
