import ChatrixHistory
import ChatrixModel

/// The sequential specification of a conversation: what the reference answers to a call, compared with what was answered.
extension PairState: SequentialState {
    mutating func prepare(for call: Call) {}

    mutating func apply(_ call: Call, checksReply: Bool) -> Mismatch? {
        let reply = checksReply ? call.reply : .none
        switch call.action {
        case .block, .unblock, .follow, .unfollow: return applyRelation(call.action, call.side, reply)
        default: break
        }
        if let named = call.operation.conversation {
            if case .refused(404) = reply, call.action != .update, call.action != .delete, call.action != .ensure {
                // Nobody can know of a conversation that is not there; but one may be named before its making is placed.
                return conversation == nil ? nil : .result(expected: "that the conversation exists")
            }
            if let conversation, conversation != named, reply != .none { return .otherConversation(conversation) }
            if conversation == nil { conversation = named }
        }
        switch call.action {
        case .send: return applySend(call, reply)
        case .update, .delete: return applyEdit(call, reply)
        case .ensure, .mark, .page, .furtherPage, .list:
            if case .refused(let status) = reply { return .result(expected: "success, not \(status)") }
        case .block, .unblock, .follow, .unfollow: break
        }
        let rows = reply == .accepted && call.isObserved ? call.rows : nil
        switch call.action {
        case .ensure:
            showLast(to: call.side)
            markRead(by: call.side)
        case .page:
            if let mismatch = rows.flatMap({ comparePage($0, call) }) { return mismatch }
            markRead(by: call.side)
        case .furtherPage:
            if let mismatch = rows.flatMap({ compareFurtherPage($0, call) }) { return mismatch }
            if rows == nil {
                for row in call.rows {
                    if let position = row.message.flatMap(position(of:)) { show(position, to: call.side) }
                }
            }
        case .list:
            if let row = rows?.first { return compareEntry(row, for: row.side) }
            showLast(to: call.side)
        case .mark: markRead(by: call.side)
        default: break
        }
        return nil
    }

    private mutating func applyRelation(_ action: Call.Action, _ side: Side, _ reply: Call.Reply) -> Mismatch? {
        /// The status of the refusal that the specification has for it; `nil` if it accepts.
        let refusal: Int?
        switch action {
        case .unblock: refusal = isBlocking(side) ? nil : 404
        case .follow: refusal = blocker != nil ? 403 : isFollowing(side) ? 400 : nil
        case .unfollow: refusal = isFollowing(side) ? nil : 404
        default: refusal = nil
        }
        switch reply {
        case .accepted:
            if let refusal { return .result(expected: "a refusal with \(refusal)") }
        case .refused(let status) where status != refusal:
            return .result(expected: refusal.map { "a refusal with \($0)" } ?? "success, not \(status)")
        default: break
        }
        guard refusal == nil else { return nil }
        switch action {
        case .block: setBlocking(side, true)
        case .unblock: setBlocking(side, false)
        case .follow: setFollowing(side, true)
        default: setFollowing(side, false)
        }
        return nil
    }

    private mutating func applySend(_ call: Call, _ reply: Call.Reply) -> Mismatch? {
        let operation = call.operation
        switch reply {
        case .refused(403): return blocker == nil ? .notBlocked : nil
        case .refused(let status): return .result(expected: "success or 403, not \(status)")
        case .accepted:
            if let blocker { return .blocked(by: blocker) }
            if let last = messages.last, let before = last.createdAt, let createdAt = operation.createdAt,
                createdAt < before
            {
                return .stamp(after: last)
            }
            if let message = operation.message, isTaken(message) { return .repeated(message) }
        case .none:
            guard blocker == nil else { return nil }
        }
        append(
            Entry(
                id: operation.message, createdAt: operation.createdAt, digest: operation.contentDigest,
                operation: operation.id, sender: call.side))
        return nil
    }

    /// D-93: 404 for what is not there, 403 for messages of the other; blocks do not matter.
    private mutating func applyEdit(_ call: Call, _ reply: Call.Reply) -> Mismatch? {
        guard let id = call.operation.message else { return nil }
        guard let position = position(of: id) ?? unboundPosition(by: call.side) else {
            // It may be one that is not kept, or one of the other's whose id is unknown.
            guard !isTrimmed, unboundPosition(by: call.side.other) == nil else { return nil }
            switch reply {
            case .accepted: return .unexpected(id)
            case .refused(let status) where status != 404: return .result(expected: "a refusal with 404, not \(status)")
            default: return nil
            }
        }
        let isOwn = messages[position].sender == call.side
        switch reply {
        case .refused(404) where messages[position].id == id: return .missing(messages[position])
        case .refused(404): return nil
        case .refused(403): return isOwn ? .result(expected: "success, since the message is the sender's own") : nil
        case .refused(let status): return .result(expected: "success, not \(status)")
        case .accepted where !isOwn: return .result(expected: "a refusal with 403")
        default: break
        }
        guard isOwn else { return nil }
        if messages[position].id == nil { bind(position, to: id, nil) }
        if call.action == .update { setDigest(position, call.operation.contentDigest) } else { remove(at: position) }
        return nil
    }
}

// MARK: - What answers show

extension PairState {
    /// A first page has the newest messages, the newest in front: all, or as many as the page may have.
    private mutating func comparePage(_ rows: [Call.Row], _ call: Call) -> Mismatch? {
        let count = messages.count
        if let mismatch = compareRun(rows, from: count - 1, call.side) { return mismatch }
        guard rows.count < count, rows.count < call.limit ?? (rows.isEmpty ? 1 : 0) else { return nil }
        return .missing(messages[count - 1 - rows.count])
    }

    /// A further page has messages without a gap; which it begins with depends on a cursor that histories do not keep.
    private mutating func compareFurtherPage(_ rows: [Call.Row], _ call: Call) -> Mismatch? {
        guard let id = rows.first?.message else { return nil }
        let start =
            position(of: id) ?? messages.lastIndex { $0.id == nil && ($0.digest == rows[0].digest || $0.digest == 0) }
        guard let start else { return isTrimmed ? nil : .unexpected(id) }
        return compareRun(rows, from: start, call.side)
    }

    /// Compares rows with the messages from a place on backwards, and shows them.
    private mutating func compareRun(_ rows: [Call.Row], from start: Int, _ side: Side) -> Mismatch? {
        for (offset, row) in rows.enumerated() {
            let position = start - offset
            guard position >= 0 else {
                if isTrimmed { return nil }
                let isRepeated = rows[..<offset].contains { $0.message == row.message }
                return row.message.map { isRepeated ? .repeated($0) : .unexpected($0) }
            }
            if let mismatch = compare(row, with: position, for: side) {
                guard case .missing(let entry) = mismatch, let message = row.message else { return mismatch }
                if rows[..<offset].contains(where: { $0.message == message }) { return .repeated(message) }
                if self.position(of: message) == nil { return .unexpected(message) }
                let isLater = entry.id != nil && rows[offset...].contains { $0.message == entry.id }
                return isLater ? .order(message, before: entry) : mismatch
            }
        }
        return nil
    }

    /// An entry of a list of conversations (D-47, D-51).
    mutating func compareEntry(_ row: Call.Row, for side: Side) -> Mismatch? {
        if messages.isEmpty {
            if let message = row.message, !isTrimmed { return .unexpected(message) }
        } else {
            let last = messages.count - 1
            guard row.message != nil else { return .missing(messages[last]) }
            if let mismatch = compare(row, with: last, for: side) {
                if case .missing = mismatch, let message = row.message, position(of: message) == nil {
                    return .unexpected(message)
                }
                return mismatch
            }
        }
        let expected = Int(unreadCount[side.index])
        return row.unreadCount == expected ? nil : .unread(shown: row.unreadCount, expected: expected)
    }

    /// Compares what is shown of a message to a side, after the showing itself had its effect (D-51).
    private mutating func compare(_ row: Call.Row, with position: Int, for side: Side) -> Mismatch? {
        let entry = messages[position]
        guard let message = row.message, entry.id == nil || entry.id == message else { return .missing(entry) }
        if let sender = row.sender, sender != .side(entry.sender) {
            return entry.id == nil ? .missing(entry) : .content(entry)
        }
        if row.digest != 0, entry.digest != 0, row.digest != entry.digest {
            return entry.id == nil ? .missing(entry) : .content(entry)
        }
        if entry.id == nil {
            guard self.position(of: message) == nil else { return .missing(entry) }
            bind(position, to: message, row.createdAt)
        } else if let shown = row.createdAt, let known = entry.createdAt, shown != known {
            return .content(entry)
        }
        show(position, to: side)
        if let shown = row.status, shown != messages[position].status {
            return .status(messages[position], shown: shown)
        }
        return nil
    }
}
