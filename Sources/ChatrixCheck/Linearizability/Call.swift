import ChatrixHistory
import ChatrixModel

/// An operation as the search for a linearization sees it: what was asked of two users' conversation, and the answer.
struct Call: Sendable {
    enum Action: Sendable, Hashable {
        case ensure, send
        /// POST read and view, which have the same rules.
        case mark
        /// A page of messages, newest first; a further one was asked for with `before`.
        case page, furtherPage
        /// The list of conversations; to the partition of a conversation, its entry in the list.
        case list
        case block, unblock, follow, unfollow
        /// `message_update` and `message_delete`.
        case update, delete
    }

    enum Reply: Sendable, Hashable {
        case accepted
        case refused(Int)
        /// No answer, or none that could be read.
        case none
    }

    /// What an entry of a page or list says.
    struct Row: Sendable {
        /// The conversation, as the partition numbers them.
        var pair: Int
        /// Whom it was shown to.
        var side: Side
        var message: MessageID?
        /// `nil` if the answer did not tell the sender; `.stranger` if it is neither participant.
        var sender: Sender?
        var createdAt: Timestamp?
        var digest: UInt64
        var status: Message.Status?
        var unreadCount: Int
    }

    enum Sender: Sendable, Hashable {
        case side(Side)
        case stranger
    }

    let operation: History.Operation
    let action: Action
    let reply: Reply
    /// The participant who asked.
    let side: Side
    /// The conversation, as the partition numbers them; -1 of a list, which is about all of them.
    var pair = 0
    var rows: [Row] = []
    /// Of a page or list: the rows are all that the answer showed.
    var isObserved = false
    /// The most entries that the page may have, if known.
    var limit: Int?
    /// It may have taken effect or not.
    var isOptional = false
    /// Nanoseconds until which it took effect, if it did; `.max` without an answer.
    var completed: Int64 = .max

    var sent: Int64 { operation.sent }

    /// If it gets its answer in some state without changing it, it changes no later state either in which it gets this
    /// answer. Refusals change nothing. What an answer showed had its effect on what is shown, and a message that came
    /// later, on which there could be an effect, would be shown too.
    var staysIdle: Bool {
        if case .refused = reply { return true }
        switch action {
        case .page, .furtherPage, .list: return isObserved && !isOptional
        default: return false
        }
    }

    /// An accepted send that was created before another one of its conversation has to be linearized before it: stored
    /// times grow (D-06).
    func hasToPrecede(_ other: Call) -> Bool {
        guard action == .send, other.action == .send, pair == other.pair, reply == .accepted, other.reply == .accepted,
            let createdAt = operation.createdAt, let later = other.operation.createdAt
        else { return false }
        return createdAt < later
    }
}

/// A participant of a direct conversation: the first is the user with the smaller number.
enum Side: UInt8, Sendable, CaseIterable {
    case first, second

    var other: Side { self == .first ? .second : .first }
    var index: Int { Int(rawValue) }
}

/// A state of the sequential specification.
protocol SequentialState: Hashable, Sendable {
    /// As it is before the first operation of a run.
    init()

    /// Makes room for what a call is about.
    mutating func prepare(for call: Call)

    /// Carries the call out; `nil` if the specification gives the answer that the call got, otherwise why it gives another
    /// one, and the state is good for nothing any more. Without `checksReply` the answer is not compared, only carried out.
    mutating func apply(_ call: Call, checksReply: Bool) -> Mismatch?

    /// Forgets what no operation changes any more, but for the newest `count` messages of each conversation.
    mutating func trim(keeping count: Int)

    /// Messages kept.
    var messageCount: Int { get }
}

/// Why the specification gives another answer in some state.
enum Mismatch: Sendable, Hashable {
    /// Accepted although a participant blocked the other.
    case blocked(by: Side)
    /// Refused for a block where there is none.
    case notBlocked
    /// Another result than the specification's.
    case result(expected: String)
    /// The pair has another conversation.
    case otherConversation(ConversationID)
    /// The stored time is before that of a message that precedes.
    case stamp(after: PairState.Entry)
    /// The answer lacks a message that is there.
    case missing(PairState.Entry)
    /// The answer shows a message that is not there.
    case unexpected(MessageID)
    case repeated(MessageID)
    /// The answer shows the message before one that was created later.
    case order(MessageID, before: PairState.Entry)
    case content(PairState.Entry)
    case status(PairState.Entry, shown: Message.Status)
    case unread(shown: Int, expected: Int)
    /// The list lacks a conversation (as the partition numbers them) that belongs before those that it shows.
    case conversationMissing(Int)
    /// The list shows the conversation behind one that was updated earlier.
    case conversationOrder(Int)
}
