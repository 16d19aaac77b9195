import ChatrixHistory
import ChatrixModel

/// What a guarantee comes to on a history.
package enum Verdict: Sendable, Hashable {
    /// Everything that could be judged held.
    case valid
    /// In the order of discovery, at most `Judge.Settings.violationsKept`.
    case invalid([Violation])
    /// Nothing was broken, but the history does not suffice to say that all held: why, one sentence each.
    case unknown([String])

    package var name: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unknown: "unknown"
        }
    }
}

/// One breach of a guarantee.
package struct Violation: Sendable, Hashable {
    package var guarantee: Metric.Guarantee
    /// One sentence with ids, users and times.
    package var statement: String
    /// The operations, arrivals and session changes that show it, in the order of time.
    package var window: [Entry]

    package init(guarantee: Metric.Guarantee, statement: String, window: [Entry]) {
        self.guarantee = guarantee
        self.statement = statement
        self.window = window.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
            .map(\.element)
    }

    /// Something that stands in the history.
    package enum Entry: Sendable, Hashable {
        case operation(History.Operation)
        case delivery(History.Delivery)
        case session(History.SessionChange)

        /// Nanoseconds of the run: when an operation was sent, an event arrived, a session changed.
        package var at: Int64 {
            switch self {
            case .operation(let operation): operation.sent
            case .delivery(let delivery): delivery.at
            case .session(let change): change.at
            }
        }

        package var user: Int {
            switch self {
            case .operation(let operation): operation.user
            case .delivery(let delivery): delivery.user
            case .session(let change): change.user
            }
        }
    }
}

extension Violation.Entry: CustomStringConvertible {
    /// What happened, without the time and the user.
    package var description: String {
        switch self {
        case .operation(let operation): Violation.Entry.describe(operation)
        case .delivery(let delivery): Violation.Entry.describe(delivery)
        case .session(let change):
            change.isUp ? "session comes up" : "session goes down" + (change.reason.isEmpty ? "" : ": \(change.reason)")
        }
    }

    private static func describe(_ operation: History.Operation) -> String {
        var text = "\(operation.request.name) (operation \(operation.id))"
        if let partner = operation.partner { text += ", partner user \(partner)" }
        if let conversation = operation.conversation { text += ", conversation \(conversation)" }
        switch operation.result {
        case .accepted(let status): text += " -> \(status)"
        case .refused(let status): text += " -> refused \(status)"
        case .unreadable(let status, let reason): text += " -> unreadable \(status): \(reason)"
        case .lost(let reason): text += " -> no answer: \(reason)"
        }
        if let message = operation.message { text += ", message \(message)" }
        if let createdAt = operation.createdAt { text += ", created_at \(createdAt)" }
        return text + " after \(Wording.milliseconds(operation.completed - operation.sent))"
    }

    private static func describe(_ delivery: History.Delivery) -> String {
        var text = "receives \(delivery.kind.rawValue)"
        if let message = delivery.message { text += " \(message)" }
        if let conversation = delivery.conversation { text += ", conversation \(conversation)" }
        if let actor = delivery.actor {
            text += delivery.kind == .message ? ", from \(actor)" : ", read_by \(actor)"
        }
        if let stamp = delivery.stamp {
            switch delivery.kind {
            case .message: text += ", created_at \(stamp)"
            case .conversationUpdated: text += ", last_message_at \(stamp)"
            default: text += ", read_at \(stamp)"
            }
        }
        switch delivery.kind {
        case .readReceipt, .messagesStatus: text += ", count \(delivery.count)"
        case .messagesRead: text += ", unread_count \(delivery.count)"
        default: break
        }
        if let note = delivery.note { text += ": \(note)" }
        return text
    }
}

/// Figures in sentences.
package enum Wording {
    /// A moment of the run in seconds, to the microsecond.
    package static func seconds(_ nanoseconds: Int64) -> String {
        let magnitude = (nanoseconds.magnitude + 500) / 1000
        let fraction = String(magnitude % 1_000_000)
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1_000_000)."
            + String(repeating: "0", count: 6 - fraction.utf8.count) + fraction + " s"
    }

    /// A duration in milliseconds, to the microsecond.
    package static func milliseconds(_ nanoseconds: Int64) -> String {
        let magnitude = (nanoseconds.magnitude + 500) / 1000
        let fraction = String(magnitude % 1000)
        return "\(nanoseconds < 0 ? "-" : "")\(magnitude / 1000)."
            + String(repeating: "0", count: 3 - fraction.utf8.count) + fraction + " ms"
    }

    /// `1 event`, `2 events`.
    package static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}
