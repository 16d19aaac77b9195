import ChatrixHistory
import ChatrixModel

/// The events of read markings depend on what was unread, which only the server knows for sure. So they are judged among
/// themselves, and by counting.
extension Complete {
    /// A marking that showed one of its events has shown them all.
    static func judgeMarking(_ place: Int32, _ trace: inout Trace) {
        let marking = trace.markings[place]
        guard marking.lane >= 0,
            let other = trace.conversations[Int(marking.conversation)].partner(of: marking.reader)
        else { return }
        let earliest = earliest(marking, &trace)
        judge(.readReceipt, at: other, marking, earliest, &trace)
        judge(.messagesStatus, at: marking.reader, marking, earliest, &trace)
        judge(.messagesRead, at: min(marking.reader, other), marking, earliest, &trace)
        judge(.messagesRead, at: max(marking.reader, other), marking, earliest, &trace)
        if marking.count == 0 {
            // Its counts were lost: as many as were there may have been marked.
            tolerate(Int(marking.lane), &trace)
        }
    }

    /// Before this time the events of the marking were not published.
    private static func earliest(_ marking: Trace.Marking, _ trace: inout Trace) -> Int64 {
        let begin = marking.firstArrival - trace.settings.sessionGrace
        var earliest = marking.causeSent
        // An earlier operation may be the true cause, if it was not over long before the first arrival.
        var mark = trace.lanes[Int(marking.lane)].newestMark
        while mark >= 0, trace.marks[mark].cause.completed > begin {
            if trace.marks[mark].cause.sent <= marking.firstArrival {
                earliest = min(earliest, trace.marks[mark].cause.sent)
            }
            mark = trace.marks[mark].older
        }
        return max(begin, earliest, 0)
    }

    private static func judge(
        _ kind: History.Delivery.Kind, at user: Int32, _ marking: Trace.Marking, _ earliest: Int64,
        _ trace: inout Trace
    ) {
        var subscriber = Int(user) < trace.firstSubscriber.count ? trace.firstSubscriber[Int(user)] : -1
        if subscriber < 0 {
            trace.measurements.counts.expected += 1
            trace.measurements.counts.excused += 1
            trace.notes.neverSubscribed += 1
        }
        while subscriber >= 0 {
            let current = subscriber
            subscriber = trace.subscribers[Int(current)].next
            guard trace.subscribers[Int(current)].channel == .mqtt else { continue }
            if trace.arrival(in: marking.arrivals, at: current, kind) >= 0 {
                present(&trace)
                continue
            }
            guard trace.subscribers[Int(current)].firstUp <= marking.lastArrival + trace.settings.sessionGrace,
                absent(current, marking.conversation, from: earliest, to: marking.lastArrival, &trace) == .lost
            else { continue }
            trace.report(name) { trace in
                let first = marking.arrivals.first >= 0 ? trace.arrivals[marking.arrivals.first].record : -1
                return (
                    "the \(kind.rawValue) event of the read marking by \(trace.name(ofPerson: marking.reader)) at "
                        + "\(Timestamp(milliseconds: marking.readAt)) in conversation "
                        + "\(trace.conversations[Int(marking.conversation)].id) never reached "
                        + "\(trace.name(ofSubscriber: current)), though others of that marking arrived from "
                        + "\(Wording.seconds(marking.firstArrival)) on",
                    trace.deliveryEntry(first) + trace.operationEntry(marking.operation)
                )
            }
        }
    }

    /// As many messages as there were may have been marked without anybody having seen it.
    static func tolerate(_ lane: Int, _ trace: inout Trace) {
        trace.lanes[lane].unseen = max(trace.lanes[lane].unseen, trace.lanes[lane].sendCount - trace.lanes[lane].marked)
    }

    /// What was there when an operation marked has been counted by events since.
    static func judgeMark(_ place: Int32, _ trace: inout Trace) {
        let mark = trace.marks[place]
        let lane = Int(mark.lane)
        let conversation = trace.conversations[lane / 2]
        let (reader, partner) =
            lane % 2 == 0 ? (conversation.first, conversation.second) : (conversation.second, conversation.first)
        let end = mark.cause.completed + trace.settings.sessionGrace
        let isObserved =
            trace.hadSession(Int(reader), from: mark.cause.sent, to: end)
            || trace.hadSession(Int(partner), from: mark.cause.sent, to: end)
        let deleted = Int32(clamping: trace.changes.deletions[Int(partner)] ?? 0)
        let missing = mark.atLeast - trace.lanes[lane].marked - trace.lanes[lane].unseen - deleted
        if !isObserved {
            if missing > 0, !trace.lanes[lane].isUnobserved {
                trace.lanes[lane].isUnobserved = true
                trace.notes.unobservedLanes += 1
            }
            return tolerate(lane, &trace)
        }
        guard mark.isCertain, missing > 0, !trace.isPending(since: mark.cause.completed) else { return }
        trace.measurements.counts.expected += 1
        trace.measurements.counts.lost += 1
        let marked = trace.lanes[lane].marked
        trace.lanes[lane].unseen += missing
        trace.report(name) { trace in
            (
                "\(trace.name(ofPerson: reader)) marked conversation \(conversation.id) as read at "
                    + "\(Wording.seconds(mark.cause.sent)), when \(Wording.count(Int(mark.atLeast), "message")) of "
                    + "\(trace.name(ofPerson: partner)) had been accepted, but the events of his markings count only "
                    + "\(marked)",
                trace.operationEntry(mark.record) + trace.operationEntry(mark.lastBefore)
                    + trace.deliveryEntry(trace.lanes[lane].lastEvent)
            )
        }
    }
}
