import ChatrixHistory
import ChatrixModel

/// The values that a trace keeps. Places and record numbers are -1 where there is none.
extension Trace {
    /// A direct conversation and what accepted operations say about its two participants.
    struct Conversation: Sendable {
        let id: ConversationID
        var first: Int32 = -1
        var second: Int32 = -1
        var newestMoment: Int32 = -1
        var firstInbox: Int32 = -1
        /// The highest creation time among the messages that were settled.
        var settledStamp = Int64.min
        /// Of all accepted messages the one created last; others may share its time.
        var lastStamp = Int64.min
        var lastMessage: MessageID?
        var isLastShared = false

        init(id: ConversationID) { self.id = id }

        var isKnown: Bool { second >= 0 }

        /// 0 or 1; `nil` for others, or if not both participants are known.
        func side(of person: Int32) -> Int? {
            guard isKnown else { return nil }
            return person == first ? 0 : person == second ? 1 : nil
        }

        /// The participant that `person` talks to; `nil` if he is none, or not both are known.
        func partner(of person: Int32) -> Int32? { side(of: person).map { $0 == 0 ? second : first } }

        mutating func add(_ person: Int32) {
            if first < 0 { first = person } else if second < 0, first != person { second = person }
        }
    }

    /// One way of a conversation: messages to a reader, and his markings of them.
    struct Lane: Sendable {
        /// Sends that were not refused, and those of them that were accepted.
        var sendCount: Int32 = 0
        var acceptedCount: Int32 = 0
        /// Operations of the reader that may have marked, and markings whose events were seen.
        var markCount: Int32 = 0
        var markingCount: Int32 = 0
        /// Markings that no operation explains, reported already.
        var forgivenMarkings: Int32 = 0
        /// Messages marked, as events say.
        var marked: Int32 = 0
        /// Messages that may have been marked without anybody having seen it, or that were reported as not marked.
        var unseen: Int32 = 0
        /// More were marked than sent: already reported.
        var overmarked: Int32 = 0
        /// Messages whose send got no answer, but which were seen.
        var proven: Int32 = 0
        var isUnobserved = false
        var oldestSend: Int32 = -1
        var newestSend: Int32 = -1
        var oldestMark: Int32 = -1
        var newestMark: Int32 = -1
        var newestMarking: Int32 = -1
        /// The highest `read_at` among the markings that were settled.
        var settledReadAt = Int64.min
        /// First delivery of the newest marking.
        var lastEvent = -1
    }

    /// What one subscriber has seen of a conversation; `lasts` has one entry for each and each of the first
    /// `Inbox.kindCount` kinds.
    struct Inbox: Sendable {
        /// Kinds of events that have an order.
        static let kindCount = 5

        /// The first arrival with the highest place so far.
        struct Last: Sendable {
            var stamp = Int64.min
            var record = -1
        }

        var subscriber: Int32
        var next: Int32
        /// Events that were settled as missing: one of them may still come.
        var missing: Int32 = 0
    }

    /// An event that reached a subscriber.
    struct Arrival: Sendable {
        var subscriber: Int32
        /// The next one of the same list.
        var next: Int32 = -1
        var record: Int
        var at: Int64
        var kind: History.Delivery.Kind
        /// It is the first one of its event at its subscriber.
        var isFirst = true
        var isMeasured = false
        /// The delivery of an event of the same kind that was created later and came earlier.
        var overtaker = -1
    }

    /// Arrivals in their order.
    struct ArrivalList: Sendable {
        var first: Int32 = -1
        var last: Int32 = -1
    }

    struct Message: Sendable {
        let id: MessageID
        var conversation: Int32
        let moment: Int32
        /// By the operation or else by the first event.
        var createdAt: Int64
        /// The next one of the same moment.
        var next: Int32 = -1
        /// Who sent it, by the operation or else by the events.
        var sender: Int32 = -1
        /// The accepted send.
        var operation = -1
        var cause = Measurements.Cause(scheduled: 0, sent: 0, completed: 0, isLoad: false, isAccepted: false)
        var contentDigest: UInt64 = 0
        var previewDigest: UInt64 = 0
        /// Digests of the contents that edits gave it; 0 for a deletion.
        var edits: [UInt64] = []
        /// The device that sent it over its WebSocket connection.
        var socketDevice: Int32 = -1
        var firstSeen: Int64
        /// The page of messages that showed it first.
        var shownBy = -1
        var arrivals = ArrivalList()

        init(id: MessageID, conversation: Int32, moment: Int32, createdAt: Int64, firstSeen: Int64) {
            self.id = id
            self.conversation = conversation
            self.moment = moment
            self.createdAt = createdAt
            self.firstSeen = firstSeen
        }
    }

    /// The messages of a conversation that share a creation time, and the `conversation-updated` events of that time.
    struct Moment: Sendable {
        let conversation: Int32
        let stamp: Int64
        var firstMessage: Int32 = -1
        var messageCount: Int32 = 0
        var updates = ArrivalList()
        /// Neighbours among the moments of the conversation that are open.
        var older: Int32 = -1
        var newer: Int32 = -1
    }

    /// A read marking as far as its events were seen.
    struct Marking: Sendable {
        let conversation: Int32
        let reader: Int32
        let readAt: Int64
        /// -1 if the reader is no participant, or the participants are not known.
        let lane: Int32
        let firstArrival: Int64
        var lastArrival: Int64
        /// Messages marked, as its events say.
        var count: Int32 = 0
        /// Sends and markings of the lane that may have come before it.
        var sendsBefore: Int32 = 0
        var marksBefore: Int32 = 0
        /// Which one of the lane it is, from 1.
        var ordinal: Int32 = 0
        /// The latest operation that may have caused it, and when it was sent.
        var operation = -1
        var causeSent = Int64.min
        var cause = Measurements.Cause(scheduled: 0, sent: 0, completed: 0, isLoad: false, isAccepted: false)
        var arrivals = ArrivalList()
        /// Neighbours among the open ones of the lane.
        var older: Int32 = -1
        var newer: Int32 = -1
    }

    /// A send of the last time, in the lane of its recipient.
    struct Send: Sendable {
        enum Fate: UInt8, Sendable { case accepted, refused, unknown }

        var record: Int
        var sent: Int64
        var completed: Int64
        var fate: Fate
        var older: Int32
        var newer: Int32 = -1
    }

    /// An operation of the last time that may have marked a lane as read.
    struct Mark: Sendable {
        var lane: Int32
        var record: Int
        var cause: Measurements.Cause
        /// It marks for sure what was there when it was sent.
        var isCertain: Bool
        /// Accepted sends that were complete when it was sent, and the last of them.
        var atLeast: Int32
        var lastBefore: Int
        var older: Int32
        var newer: Int32 = -1
    }

    /// Sends without an answer, of one lane.
    struct LostSends: Sendable {
        /// When they were sent, ascending.
        var sent: [Int64] = []
        /// How many of them messages have been found for.
        var used = 0
    }

    /// What is told at the end.
    struct Notes: Sendable {
        var neverSubscribed = 0
        var sessionDown = 0
        var unsubscribed = 0
        var maybeUnreadable = 0
        var unobservedLanes = 0
        var withoutRecipient = 0
        var withoutIdentity = 0
        var untold = 0
        var lateArrivals = 0
        var callsWithoutPartner = 0
    }
}
