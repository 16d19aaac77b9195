import ChatrixModel

/// Place of a conversation in `ReferenceBackend.conversations`.
typealias ConversationIndex = Int

/// A direct conversation of two users; the participant with the smaller ID has the slot 0, the other 1 (D-46).
struct ConversationRecord: Sendable {
    let number: UInt64
    let users: Pair<UserIndex>
    let createdAt: Timestamp
    /// Creation of the latest message sent, or of the conversation (D-47). Unique among conversations.
    var updatedAt: Timestamp
    var isDeleted = false
    /// Whether the participants are stored, and listed, in descending order: only by injection (D-46).
    var isStoredReversed = false
    /// Whether the user of a slot blocks the other: kept here so that sending looks at one record only.
    var isBlocking = Pair(false, false)
    /// Messages by the other that the user of a slot has not read.
    var unreadCount = Pair(0, 0)
    /// All messages before this place that are addressed to the user of a slot are read.
    var readPosition = Pair(0, 0)
    /// In the order of creation.
    var messages: ContiguousArray<MessageRecord> = []

    init(number: UInt64, users: Pair<UserIndex>, createdAt: Timestamp) {
        self.number = number
        self.users = users
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// The slot of a participant, `nil` for anyone else.
    func slot(of user: UserIndex) -> Slot? {
        user == users[.first] ? .first : user == users[.second] ? .second : nil
    }

    /// Appends a message of a participant and returns it with its recipient, or says why it is refused (CHAT-SEND).
    ///
    /// All in one access to the record, which a send does not have to copy; number and stamp are used up only on success.
    mutating func append(
        _ draft: MessageDraft, by user: UserIndex, numberedBy directory: inout Directory, at place: ConversationIndex,
        stampedBy clock: inout StampClock, _ time: Timestamp
    ) -> Appended {
        guard let slot = slot(of: user) else { return .refused(.notParticipant) }
        guard !isBlocking[.first], !isBlocking[.second] else { return .refused(.blocked) }
        let message = MessageRecord(
            number: directory.add(.message, place), createdAt: clock.stamp(time), content: draft.content,
            attachments: draft.attachments.isEmpty ? nil : draft.attachments, sender: slot, kind: draft.kind,
            status: .sent)
        messages.append(message)
        updatedAt = message.createdAt
        unreadCount[slot.other] += 1
        return .appended(number: message.number, createdAt: message.createdAt, recipient: users[slot.other])
    }

    enum Appended {
        case refused(Refusal)
        case appended(number: UInt64, createdAt: Timestamp, recipient: UserIndex)
    }

    /// Drops the messages and makes every entry of the lists that name the conversation stale.
    mutating func delete() {
        messages = []
        isDeleted = true
        isStoredReversed = false
        updatedAt = Timestamp(milliseconds: .min)
    }
}

/// One of the two participants.
enum Slot: UInt8, Sendable, CaseIterable {
    case first, second

    var other: Slot { self == .first ? .second : .first }
}

/// A value for each participant.
struct Pair<Value: Sendable>: Sendable {
    private var first: Value
    private var second: Value

    init(_ first: Value, _ second: Value) {
        self.first = first
        self.second = second
    }

    subscript(slot: Slot) -> Value {
        get { slot == .first ? first : second }
        set { if slot == .first { first = newValue } else { second = newValue } }
    }
}

struct MessageRecord: Sendable {
    let number: UInt64
    let createdAt: Timestamp
    var content: String
    /// `nil` rather than empty: most messages have none.
    let attachments: [Attachment]?
    let sender: Slot
    let kind: Message.Kind
    var status: Message.Status
}
