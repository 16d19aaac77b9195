import ChatrixHistory
import ChatrixModel

/// What lists of conversations showed when everything had settled.
struct Audit: Sendable {
    struct Row: Sendable {
        var operation: Int
        var lane: Int
        var shown: History.Observation
        /// What the lane had come to by then: later reads mark.
        var sendCount: Int
        var acceptedCount: Int
        var marked: Int
    }

    /// Those whose answer could be read.
    var operations: [History.Operation] = []
    var rows: [Row] = []
    var failed = 0
}

extension Trace {
    mutating func noteAudit(_ operation: History.Operation, _ shown: ArraySlice<History.Observation>) {
        guard operation.isAccepted else {
            audit.failed += 1
            return
        }
        audit.operations.append(operation)
        for row in shown where row.kind == .conversation {
            let conversation = Int(number(of: row.conversation))
            guard let side = conversations[conversation].side(of: Int32(operation.user)) else { continue }
            let lane = lanes[2 * conversation + side]
            audit.rows.append(
                Audit.Row(
                    operation: audit.operations.count - 1, lane: 2 * conversation + side, shown: row,
                    sendCount: Int(lane.sendCount), acceptedCount: Int(lane.acceptedCount), marked: Int(lane.marked)))
        }
    }
}

/// At the end, each conversation's last message and unread count are those that the operations of the run lead to: exactly
/// where all replies and the events of all markings were seen, within bounds otherwise.
package enum Converged: Guarantee {
    package static let name = Metric.Guarantee.converged
    package static let promise = "At the end, unread counts and last messages were what the operations lead to."

    package static func conclude(_ trace: inout Trace) {
        let audit = trace.audit
        if audit.operations.isEmpty {
            guard trace.measurements.counts.messagesSent > 0 else { return }
            if audit.failed > 0 {
                unknown("\(Wording.count(audit.failed, "list")) of conversations got no answer at the end", &trace)
            } else if trace.run.isInterrupted || trace.run.abortedBy != nil {
                unknown("the run ended before the conversations were looked at", &trace)
            } else {
                trace.findings[name.position].remark(
                    "nobody looked at the conversations at the end: nothing was compared")
            }
            return
        }
        if audit.failed > 0 {
            unknown("\(Wording.count(audit.failed, "list")) of conversations got no answer at the end", &trace)
        }
        var shown: Set<Int> = []
        for row in audit.rows {
            shown.insert(row.lane / 2)
            judgeLast(row, &trace)
            judgeUnread(row, &trace)
        }
        let all = trace.conversations.count { $0.isKnown && $0.lastMessage != nil }
        let covered = shown.count { trace.conversations[$0].lastMessage != nil }
        if covered < all {
            trace.findings[name.position].remark(
                "\(covered) of \(Wording.count(all, "conversation")) with messages were looked at")
        }
    }

    private static func unknown(_ reason: String, _ trace: inout Trace) {
        trace.findings[name.position].unknown(reason)
    }

    /// Sends into a lane of which nobody knows whether they took effect.
    private static func unresolved(_ lane: Int, _ trace: Trace) -> Int {
        trace.lostSends[lane].map { $0.sent.count - $0.used } ?? 0
    }

    private static func deletions(_ conversation: Trace.Conversation, _ trace: Trace) -> Int {
        (trace.changes.deletions[Int(conversation.first)] ?? 0)
            + (trace.changes.deletions[Int(conversation.second)] ?? 0)
    }

    private static func judgeLast(_ row: Audit.Row, _ trace: inout Trace) {
        let number = row.lane / 2
        let conversation = trace.conversations[number]
        guard let expected = conversation.lastMessage, row.shown.message != expected,
            deletions(conversation, trace) == 0
        else { return }
        let shownAt = row.shown.createdAt?.milliseconds ?? .min
        if shownAt == conversation.lastStamp, conversation.isLastShared { return }
        let lost = unresolved(2 * number, trace) + unresolved(2 * number + 1, trace)
        let proven = trace.lanes[2 * number].proven + trace.lanes[2 * number + 1].proven
        if shownAt >= conversation.lastStamp, lost + Int(proven) > 0 { return }
        trace.report(name) { trace in
            (
                "the list of conversations of user \(trace.audit.operations[row.operation].user) at "
                    + "\(Wording.seconds(trace.audit.operations[row.operation].sent)) shows "
                    + "\(row.shown.message.map { "message \($0)" } ?? "no message") as the last one of conversation "
                    + "\(conversation.id), but message \(expected) of \(Timestamp(milliseconds: conversation.lastStamp)) "
                    + "was the last one accepted",
                [.operation(trace.audit.operations[row.operation])]
            )
        }
    }

    private static func judgeUnread(_ row: Audit.Row, _ trace: inout Trace) {
        let lane = trace.lanes[row.lane]
        let conversation = trace.conversations[row.lane / 2]
        let sent = min(row.acceptedCount + Int(lane.proven), row.sendCount)
        let lost = unresolved(row.lane, trace)
        let unseen = Int(lane.unseen) + deletions(conversation, trace)
        let low = max(sent - row.marked - unseen, 0)
        let high = max(min(sent + lost, row.sendCount) - row.marked + Int(lane.overmarked), 0)
        guard row.shown.unreadCount < low || row.shown.unreadCount > high else { return }
        trace.report(name) { trace in
            let bounds = low == high ? "\(low)" : "between \(low) and \(high)"
            return (
                "the list of conversations of user \(trace.audit.operations[row.operation].user) at "
                    + "\(Wording.seconds(trace.audit.operations[row.operation].sent)) shows unread_count "
                    + "\(row.shown.unreadCount) in conversation \(conversation.id), but of "
                    + "\(Wording.count(sent, "message")) to him \(row.marked) were marked as read, so it has to be "
                    + bounds,
                [.operation(trace.audit.operations[row.operation])] + trace.deliveryEntry(lane.lastEvent)
            )
        }
    }
}
