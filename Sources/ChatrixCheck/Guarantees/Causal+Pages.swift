import ChatrixHistory
import ChatrixModel

extension Trace {
    /// Something wrong with a page of messages, unless the message turns out to have been changed.
    struct PageDoubt: Sendable {
        var message: MessageID
        var guarantee: Metric.Guarantee
        var statement: String
        var window: [Violation.Entry]
    }

    /// Compares a page of messages with what was delivered to its reader and with what he sent.
    mutating func notePage(_ operation: History.Operation, _ rows: ArraySlice<History.Observation>) {
        guard !rows.isEmpty, let id = operation.conversation else { return }
        let conversation = number(of: id)
        let shown = rows.filter { $0.kind == .message && $0.conversation == id && $0.message != nil }
        for row in shown { noteShown(row, conversation, operation) }
        let stamps = shown.compactMap { $0.createdAt?.milliseconds }
        guard !operation.isFiltered, let lowest = stamps.min(), let highest = stamps.max() else { return }
        let ids = Set(shown.compactMap(\.message))
        // The list may have been turned round; then the page says nothing of what is newer.
        let isNewestFirst = stamps.first == highest
        let end = operation.isFurtherPage || !isNewestFirst ? highest : Int64.max
        var moment = conversations[Int(conversation)].newestMoment
        while moment >= 0 {
            let stamp = moments[moment].stamp
            // Moments were opened about in the order of their time.
            if stamp < lowest - 60_000 { break }
            if stamp > lowest, stamp < end {
                var message = moments[moment].firstMessage
                while message >= 0 {
                    if !ids.contains(messages[message].id) { judgeMissing(message, operation) }
                    message = messages[message].next
                }
            }
            moment = moments[moment].older
        }
    }

    /// A message that the page lacks although it covers its place.
    private mutating func judgeMissing(_ place: Int32, _ operation: History.Operation) {
        let message = messages[place]
        guard !message.edits.contains(0) else { return }
        let reader = Int32(operation.user)
        var evidence: [Violation.Entry] = []
        var what = ""
        if message.sender == reader, message.operation >= 0, message.cause.completed <= operation.sent {
            evidence = operationEntry(message.operation)
            what = "his own message \(message.id), accepted at \(Wording.seconds(message.cause.completed))"
        } else {
            var index = message.arrivals.first
            while index >= 0, evidence.isEmpty {
                let arrival = arrivals[index]
                if subscribers[Int(arrival.subscriber)].user == operation.user, arrival.at <= operation.sent {
                    evidence = operationEntry(message.operation) + deliveryEntry(arrival.record)
                    what = "message \(message.id), delivered to him at \(Wording.seconds(arrival.at))"
                }
                index = arrival.next
            }
        }
        guard !evidence.isEmpty else { return }
        put(
            PageDoubt(
                message: message.id, guarantee: .causal,
                statement: "a page of messages that user \(operation.user) asked for at "
                    + "\(Wording.seconds(operation.sent)) lacks \(what)",
                window: evidence + [.operation(operation)]))
    }

    /// A message on a page: it exists, and it is what was sent.
    private mutating func noteShown(
        _ row: History.Observation, _ conversation: Int32, _ operation: History.Operation
    ) {
        guard let id = row.message, let stamp = row.createdAt else { return }
        var place = messageNumbers[id.prefix, id.number]
        if place < 0 {
            guard stamp > run.startedAt, !isSettled(conversation, stamp.milliseconds) else { return }
            place = message(id, conversation, stamp.milliseconds)
        }
        if messages[place].sender < 0, let sender = row.sender {
            messages[place].sender = number(of: sender, likely: Int32(operation.user))
        }
        guard messages[place].operation >= 0 else {
            if messages[place].arrivals.first < 0, messages[place].shownBy < 0 {
                messages[place].shownBy = operations.append(operation)
            }
            return
        }
        let message = messages[place]
        var differences: [String] = []
        if row.contentDigest != 0, message.contentDigest != 0, row.contentDigest != message.contentDigest,
            !message.edits.contains(row.contentDigest)
        {
            differences.append("another content")
        }
        if message.createdAt != stamp.milliseconds {
            differences.append("created_at \(stamp) instead of \(Timestamp(milliseconds: message.createdAt))")
        }
        if let sender = row.sender, message.sender >= 0, message.sender < Trace.firstStranger,
            !isPerson(message.sender, sender)
        {
            differences.append("sender \(sender) instead of \(name(ofPerson: message.sender))")
        }
        guard !differences.isEmpty else { return }
        put(
            PageDoubt(
                message: id, guarantee: .conforming,
                statement: "a page of messages that user \(operation.user) asked for at "
                    + "\(Wording.seconds(operation.sent)) shows message \(id) with "
                    + differences.joined(separator: " and "),
                window: operationEntry(message.operation) + [.operation(operation)]))
    }

    /// A deletion or an edit that explains the doubt may not have been recorded yet.
    private mutating func put(_ doubt: PageDoubt) {
        pageDoubts.append(doubt)
        put(on: .page, 0)
    }

    mutating func settlePage() {
        guard let doubt = pageDoubts.first else { return }
        pageDoubts.removeFirst()
        if !changes.contains(doubt.message) { report(doubt.guarantee) { _ in (doubt.statement, doubt.window) } }
    }
}
