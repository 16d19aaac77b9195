import ChatrixHistory
import ChatrixModel

/// Edits and deletions of messages, which only WebSocket connections ask for (D-93).
extension Trace {
    struct Changes: Sendable {
        /// Messages that may have been edited or deleted in the last time, each as often as it was asked for.
        private var changed: [MessageID: Int] = [:]
        private var order = Agenda<MessageID>()
        /// Deletions, by the user who asked for them: so many messages may be missing in counts.
        var deletions: [Int: Int] = [:]
        /// Requests that name no message.
        var unnamed = 0

        mutating func note(_ message: MessageID) {
            changed[message, default: 0] += 1
            order.append(message)
        }

        mutating func forgetFirst() {
            guard let message = order.first else { return }
            order.removeFirst()
            changed[message, default: 1] -= 1
            if changed[message] == 0 { changed[message] = nil }
        }

        func contains(_ message: MessageID) -> Bool { unnamed > 0 || changed[message] != nil }
    }

    mutating func noteChange(_ operation: History.Operation) {
        if operation.isRefused { return }
        if operation.request == .socket(.messageDelete) { changes.deletions[operation.user, default: 0] += 1 }
        guard let message = operation.message else {
            changes.unnamed += 1
            return
        }
        let place = messageNumbers[message.prefix, message.number]
        if place >= 0 {
            messages[place].edits.append(operation.request == .socket(.messageDelete) ? 0 : operation.contentDigest)
        }
        changes.note(message)
        put(on: .change, 0)
    }
}
