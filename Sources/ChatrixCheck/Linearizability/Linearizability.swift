import ChatrixHistory
import ChatrixModel

/// Whether concurrent operations can be explained by the reference doing them one at a time, each at some moment between its
/// sending and its answer (D-08).
///
/// What is judged, with the reference as the sequential specification (see `PairState`):
/// - **Conversations**, one partition for two users: ensure, send (on both ways), read, view, pages of messages, the entry in
///   lists of conversations, edits and deletions, and block, unblock, follow, unfollow between the two: each answer's status,
///   and of pages and lists the messages with sender, content, time and status, their order, and the unread count.
/// - **Users**, one partition for each who was shown lists of conversations: that a list is of one moment and in order.
///
/// Operations whose reply was lost may take effect at any time after their sending, or never. Of two users it is assumed that
/// the run begins without messages, blocks and follows between them, and that nobody else acts for them. What histories do
/// not keep is not judged: profiles, and filters of lists (`Collector.pageLimit` says what is known of pages).
package enum Linearizability {
    package struct Settings: Sendable, Hashable {
        /// Configurations that the search may visit between two moments at which nothing of the partition is open.
        package var visitCountMax = 200_000
        /// Operations with lost replies that a partition holds ready to take effect; with more, the oldest are given up,
        /// and the partition can no longer be found illegal.
        package var lostCountMax = 12
        /// Messages kept of each conversation, if all older ones are read; what pages show behind them is not compared. At
        /// least the longest page.
        package var messagesKept = 100
        /// Answered operations that a window of explanation goes back, at least.
        package var windowLength = 64
        /// Illegal partitions whose window is shrunk; all are counted.
        package var violationsKept = 100
        /// Users with more conversations are judged by conversation only.
        package var conversationsMax = 64
        /// Pages and lists were observed: an accepted one without observations showed nothing.
        package var observesReads = true

        package init() {}
    }

    package enum Verdict: Sendable, Hashable {
        case linearizable
        case illegal(Illegal)
        /// Why nothing is known.
        case unknown(String)
    }

    /// Operations that no order explains.
    package struct Illegal: Sendable, Hashable {
        /// One sentence with ids, users and times.
        package var statement: String
        /// The first operation, by its answer, that cannot be placed.
        package var unplaced: History.Operation
        /// The smallest set of operations found that contradict each other, in the order of sending.
        package var window: [History.Operation]
        /// How many operations of the partition were answered before; all these can be explained.
        package var prefixCount: Int
    }

    package enum Subject: Sendable, Hashable, CustomStringConvertible {
        /// Of two users, the smaller number first.
        case conversation(Int, Int, ConversationID?)
        case user(Int)

        package var description: String {
            switch self {
            case .conversation(let a, let b, let id):
                "conversation \(id.map { "\($0) " } ?? "")of users \(a) and \(b)"
            case .user(let number): "lists of conversations of user \(number)"
            }
        }
    }

    /// What one partition comes to.
    package struct Partition: Sendable, Hashable {
        package var subject: Subject
        package var verdict: Verdict
        package var operationCount: Int
    }

    package struct Result: Sendable, Hashable {
        /// Conversations by their users' numbers, then users by number.
        package var partitions: [Partition]
        /// What was not judged, one sentence each.
        package var remarks: [String]
        /// Operations that were judged, each counted once.
        package var operationCount: Int

        package func partitions(_ isIncluded: (Verdict) -> Bool) -> [Partition] {
            partitions.filter { isIncluded($0.verdict) }
        }
    }

    /// Judges whole histories; streams go through a `Collector`. `isOverdue` may end the search early, as unknown.
    package static func check(
        _ operations: [History.Operation], observations: [History.Observation] = [], users: [History.User] = [],
        settings: Settings = Settings(), isOverdue: @escaping () -> Bool = { false }
    ) -> Result {
        var collector = Collector(settings: settings)
        collector.add(
            History.Batch(users: users, operations: operations, observations: observations), isOverdue: isOverdue)
        return collector.finish(isOverdue: isOverdue)
    }
}
