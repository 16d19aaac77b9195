import ChatrixHistory
import ChatrixModel

/// What lists of conversations showed when everything had settled.
struct Audit: Sendable {
    struct Row: Sendable {
        var operation: Int
        var user: Int
        var shown: History.Observation
    }

    /// Those whose answer could be read.
    private(set) var operations: [History.Operation] = []
    private(set) var rows: [Row] = []
    private(set) var failed = 0

    mutating func note(_ operation: History.Operation, _ shown: ArraySlice<History.Observation>) {
        guard operation.isAccepted else {
            failed += 1
            return
        }
        operations.append(operation)
        for row in shown where row.kind == .conversation {
            rows.append(Row(operation: operations.count - 1, user: operation.user, shown: row))
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
            let conversation = trace.number(of: row.shown.conversation)
            guard let side = trace.conversations[Int(conversation)].side(of: Int32(row.user)) else { continue }
            shown.insert(2 * Int(conversation) + side)
            judgeLast(row, conversation, &trace)
            judgeUnread(row, 2 * Int(conversation) + side, &trace)
        }
        let all = trace.conversations.count { $0.isKnown && $0.lastMessage != nil }
        let covered = trace.conversations.indices.count {
            trace.conversations[$0].lastMessage != nil && (shown.contains(2 * $0) || shown.contains(2 * $0 + 1))
        }
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

    private static func judgeLast(_ row: Audit.Row, _ number: Int32, _ trace: inout Trace) {
        let conversation = trace.conversations[Int(number)]
        guard let expected = conversation.lastMessage, row.shown.message != expected,
            deletions(conversation, trace) == 0
        else { return }
        let shownAt = row.shown.createdAt?.milliseconds ?? .min
        if shownAt == conversation.lastStamp, conversation.isLastShared { return }
        let lost = unresolved(2 * Int(number), trace) + unresolved(2 * Int(number) + 1, trace)
        let proven = trace.lanes[2 * Int(number)].proven + trace.lanes[2 * Int(number) + 1].proven
        if shownAt >= conversation.lastStamp, lost + Int(proven) > 0 { return }
        trace.report(name) { trace in
            (
                "the list of conversations of user \(row.user) at "
                    + "\(Wording.seconds(trace.audit.operations[row.operation].sent)) shows "
                    + "\(row.shown.message.map { "message \($0)" } ?? "no message") as the last one of conversation "
                    + "\(conversation.id), but message \(expected) of \(Timestamp(milliseconds: conversation.lastStamp)) "
                    + "was the last one accepted",
                [.operation(trace.audit.operations[row.operation])]
            )
        }
    }

    private static func judgeUnread(_ row: Audit.Row, _ index: Int, _ trace: inout Trace) {
        let lane = trace.lanes[index]
        let conversation = trace.conversations[index / 2]
        let sent = Int(lane.acceptedCount) + Int(lane.proven)
        let lost = unresolved(index, trace)
        let unseen = Int(lane.unseen) + deletions(conversation, trace)
        let low = max(sent - Int(lane.marked) - unseen, 0)
        let high = max(sent + lost - Int(lane.marked) + Int(lane.overmarked), 0)
        guard row.shown.unreadCount < low || row.shown.unreadCount > high else { return }
        trace.report(name) { trace in
            let bounds = low == high ? "\(low)" : "between \(low) and \(high)"
            return (
                "the list of conversations of user \(row.user) at "
                    + "\(Wording.seconds(trace.audit.operations[row.operation].sent)) shows unread_count "
                    + "\(row.shown.unreadCount) in conversation \(conversation.id), but of "
                    + "\(Wording.count(sent, "message")) to him \(lane.marked) were marked as read, so it has to be "
                    + bounds,
                [.operation(trace.audit.operations[row.operation])] + trace.deliveryEntry(lane.lastEvent)
            )
        }
    }
}
