import ChatrixHistory
import ChatrixModel

/// The events of read markings depend on what was unread, which only the server knows for sure. So they are judged among
/// themselves, and by counting.
extension Complete {
    static func judgeMarkings(_ trace: Trace, _ tally: inout Tally) {
        for marking in trace.markings { judgeSteps(of: marking, trace, &tally) }
        judgeCounts(trace, &tally)
    }

    /// A marking that showed one of its events has shown them all.
    private static func judgeSteps(of marking: Trace.Marking, _ trace: Trace, _ tally: inout Tally) {
        let conversation = trace.conversations[Int(marking.conversation)]
        guard let other = conversation.partner(of: marking.reader).map(Int.init) else { return }
        let reader = Int(marking.reader)
        let first = trace.deliveries[Int(marking.firstDelivery)]
        let steps: [(kind: History.Delivery.Kind, user: Int)] = [
            (.readReceipt, other), (.messagesStatus, reader), (.messagesRead, min(reader, other)),
            (.messagesRead, max(reader, other)),
        ]
        for (kind, user) in steps {
            let arrival = trace.arrival(
                of: kind, marking.conversation, reader: marking.reader, marking.readAt, at: user)
            if arrival != nil {
                tally.present()
                continue
            }
            let absence = tally.absent(
                trace, at: user, from: marking.earliest, to: marking.lastArrival)
            guard absence == .lost else { continue }
            tally.findings.violation(
                "the \(kind.rawValue) event of the read marking by user \(reader) at \(marking.readAt) in conversation "
                    + "\(conversation.id) never reached user \(user), though others of that marking arrived from "
                    + "\(Wording.seconds(first.at)) on",
                window(of: marking, trace, first))
        }
    }

    private static func window(
        of marking: Trace.Marking, _ trace: Trace, _ first: History.Delivery
    ) -> [Violation.Entry] {
        var window: [Violation.Entry] = [.delivery(first)]
        if marking.cause >= 0 { window.append(.operation(trace.history.operations[Int(marking.cause)])) }
        return window
    }

    /// Bounds on how many messages a reader can have marked in a conversation.
    private struct Bounds {
        /// Of the last accepted operation that marks for sure; its index and when it was sent.
        var lastMark = -1
        var lastMarkSent = Int64.min
        /// When the last operation that may have marked was over.
        var lastEnd = Int64.min
        /// Every operation that may have marked had a participant connected all the time.
        var isObserved = true
        /// Messages of the other participant accepted before `lastMarkSent`, and the last of their sends.
        var atLeast = 0
        var lastBefore = -1
        /// Messages of the other participant that may have been there before `lastEnd`.
        var atMost = 0
        /// Messages marked, as events say.
        var marked = 0
        var lastEvent = -1
    }

    private static func judgeCounts(_ trace: Trace, _ tally: inout Tally) {
        let operations = trace.history.operations
        var bounds = trace.lanes.map { initialBounds(of: $0, trace) }
        for (index, operation) in operations.enumerated() where operation.endpoint == .send {
            if case .refused = operation.result { continue }
            let conversation = trace.conversationOfOperation[index]
            guard conversation >= 0,
                let reader = trace.conversations[Int(conversation)].partner(of: Int32(operation.user)),
                let lane = trace.lane(of: reader, in: conversation)
            else { continue }
            if operation.isAccepted, operation.completed <= bounds[lane].lastMarkSent {
                bounds[lane].atLeast += 1
                if bounds[lane].lastBefore < 0 || operations[bounds[lane].lastBefore].completed < operation.completed {
                    bounds[lane].lastBefore = index
                }
            }
            if operation.sent < bounds[lane].lastEnd { bounds[lane].atMost += 1 }
        }
        for (index, marking) in trace.markings.enumerated() {
            guard let lane = trace.lane(of: marking.reader, in: marking.conversation) else { continue }
            bounds[lane].marked += marking.count
            bounds[lane].lastEvent = index
        }
        for (lane, bounds) in zip(trace.lanes, bounds) { judge(lane, bounds, trace, &tally) }
    }

    private static func initialBounds(of lane: Trace.Lane, _ trace: Trace) -> Bounds {
        var bounds = Bounds()
        let partner = trace.conversations[Int(lane.conversation)].partner(of: lane.reader).map(Int.init)
        for index in lane.marks {
            let operation = trace.history.operations[Int(index)]
            if operation.isAccepted, !operation.isFurtherPage, !trace.isPending(since: operation.completed) {
                bounds.lastMark = Int(index)
                bounds.lastMarkSent = operation.sent
            }
            bounds.lastEnd = max(bounds.lastEnd, operation.isAccepted ? operation.completed : .max)
            let end = operation.completed + trace.settings.sessionGrace
            if !trace.sessions.wasUp(operation.user, from: operation.sent, to: end),
                partner.map({ trace.sessions.wasUp($0, from: operation.sent, to: end) }) != true
            {
                bounds.isObserved = false
            }
        }
        return bounds
    }

    private static func judge(_ lane: Trace.Lane, _ bounds: Bounds, _ trace: Trace, _ tally: inout Tally) {
        let conversation = trace.conversations[Int(lane.conversation)]
        guard let partner = conversation.partner(of: lane.reader).map(Int.init) else { return }
        let reader = Int(lane.reader)
        let operations = trace.history.operations
        if bounds.marked < bounds.atLeast {
            guard bounds.isObserved else {
                tally.unobservedLanes += 1
                return
            }
            tally.findings.counts.expected += 1
            tally.findings.counts.lost += 1
            let mark = operations[bounds.lastMark]
            tally.findings.violation(
                "user \(reader) marked conversation \(conversation.id) as read at \(Wording.seconds(mark.sent)), when "
                    + "\(Wording.count(bounds.atLeast, "message")) of user \(partner) had been accepted, but the events "
                    + "of his markings count only \(bounds.marked)",
                [.operation(mark)] + (bounds.lastBefore >= 0 ? [.operation(operations[bounds.lastBefore])] : [])
                    + trace.lastEvent(bounds.lastEvent))
        } else if bounds.marked > bounds.atMost, !lane.marks.isEmpty || bounds.marked > 0 {
            tally.findings.violation(
                "the events of the read markings of user \(reader) in conversation \(conversation.id) count "
                    + "\(Wording.count(bounds.marked, "message")), but user \(partner) had sent at most \(bounds.atMost) "
                    + "before the last of them",
                trace.lastEvent(bounds.lastEvent))
        }
    }
}

extension Trace {
    fileprivate func lastEvent(_ marking: Int) -> [Violation.Entry] {
        marking >= 0 ? [.delivery(deliveries[Int(markings[marking].firstDelivery)])] : []
    }
}
