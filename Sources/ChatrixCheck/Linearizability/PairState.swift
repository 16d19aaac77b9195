import ChatrixModel

/// What the reference keeps of two users: their conversation, who blocks and who follows whom.
///
/// The search copies and compares states at every step, which a whole `ReferenceBackend` is too large for. This is the part
/// of it that the judged answers depend on, with messages known by the operation that sent them. That it gives the
/// reference's answers is not a matter of belief: `ModelTests` runs random sequences of commands through both, and compares
/// each answer; an answer of the reference that is changed in any field has to be turned down.
///
/// Copying is O(1) until one of the copies changes; a change is then O(messages kept). Equality is O(1) for states that
/// differ, but for collisions of 64 bits.
struct PairState: Sendable {
    struct Entry: Sendable, Hashable {
        /// `nil` of a message whose send got no answer, until some answer shows it.
        var id: MessageID?
        var createdAt: Timestamp?
        /// Of the content; 0 if unknown.
        var digest: UInt64
        /// `History.Operation.id` of the send.
        let operation: Int
        let sender: Side
        var status = Message.Status.sent
    }

    /// `nil` until an answer names it.
    var conversation: ConversationID?
    /// In the order of creation.
    private(set) var messages: ContiguousArray<Entry> = []
    /// There were older messages, all read, which are not kept.
    private(set) var isTrimmed = false
    /// Creation time of the latest message sent, deleted or not; `nil` if there is none or its time is unknown.
    private(set) var updatedAt: Timestamp?
    /// Messages to a side that it has not read.
    private(set) var unreadCount = SIMD2<Int32>(0, 0)
    /// All messages before this place that are addressed to a side are read.
    private var readPosition = SIMD2<Int32>(0, 0)
    private var relations: UInt8 = 0
    /// Messages that got their id from an answer to another operation.
    private var boundCount: Int32 = 0
    /// Of the messages and their places: the sum of `PairState.mixed`, so that a change costs what changes.
    private var fingerprint: UInt64 = 0

    init() {}

    private static func mixed(_ entry: Entry, at position: Int) -> UInt64 {
        var value = UInt64(truncatingIfNeeded: entry.operation) &* 0x9E37_79B9_7F4A_7C15
        value ^= UInt64(position + 1) &* 0xC2B2_AE3D_27D4_EB4F
        value ^= entry.digest &+ (UInt64(entry.status.rawValue) + (entry.id == nil ? 8 : 0)) &* 0x1656_67B1_9E37_79F9
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Changes a message. O(1), or O(messages) if the array is shared.
    private mutating func change(_ position: Int, _ body: (inout Entry) -> Void) {
        fingerprint &-= PairState.mixed(messages[position], at: position)
        body(&messages[position])
        fingerprint &+= PairState.mixed(messages[position], at: position)
    }

    private mutating func renewFingerprint() {
        fingerprint = 0
        for (position, entry) in messages.enumerated() { fingerprint &+= PairState.mixed(entry, at: position) }
    }
}

extension PairState: Hashable {
    static func == (a: PairState, b: PairState) -> Bool {
        a.fingerprint == b.fingerprint && a.relations == b.relations && a.unreadCount == b.unreadCount
            && a.readPosition == b.readPosition && a.conversation == b.conversation && a.updatedAt == b.updatedAt
            && a.isTrimmed == b.isTrimmed && a.messages == b.messages
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(fingerprint)
        hasher.combine(relations)
        hasher.combine(unreadCount)
    }
}

// MARK: - Blocks and follows

extension PairState {
    func isBlocking(_ side: Side) -> Bool { relations & 1 << side.rawValue != 0 }

    /// A side that blocks the other.
    var blocker: Side? { Side.allCases.first { isBlocking($0) } }

    func isFollowing(_ side: Side) -> Bool { relations & 4 << side.rawValue != 0 }

    /// A block ends the follows between the two (D-66).
    mutating func setBlocking(_ side: Side, _ isBlocking: Bool) {
        relations = isBlocking ? (relations | 1 << side.rawValue) & 3 : relations & ~(1 << side.rawValue)
    }

    mutating func setFollowing(_ side: Side, _ isFollowing: Bool) {
        relations = isFollowing ? relations | 4 << side.rawValue : relations & ~(4 << side.rawValue)
    }
}

// MARK: - Messages

extension PairState {
    /// Place of the message with an id; O(messages), from the newest on.
    func position(of id: MessageID) -> Int? { messages.lastIndex { $0.id == id } }

    /// Place of the newest message of a side whose id is unknown.
    func unboundPosition(by side: Side) -> Int? { messages.lastIndex { $0.id == nil && $0.sender == side } }

    mutating func append(_ entry: Entry) {
        fingerprint &+= PairState.mixed(entry, at: messages.count)
        messages.append(entry)
        unreadCount[entry.sender.other.index] += 1
        updatedAt = entry.createdAt
    }

    /// The message was seen by an answer that shows messages to a side (D-51).
    mutating func show(_ position: Int, to side: Side) {
        guard messages[position].sender != side, messages[position].status == .sent else { return }
        change(position) { $0.status = .delivered }
    }

    mutating func showLast(to side: Side) {
        if let last = messages.indices.last { show(last, to: side) }
    }

    /// D-52. O(messages since the last marking).
    mutating func markRead(by side: Side) {
        guard unreadCount[side.index] > 0 else { return }
        for position in Int(readPosition[side.index])..<messages.count where messages[position].sender != side {
            change(position) { $0.status = .read }
        }
        readPosition[side.index] = Int32(messages.count)
        unreadCount[side.index] = 0
    }

    /// An answer tells the id and the time of a message that was sent without one.
    mutating func bind(_ position: Int, to id: MessageID, _ createdAt: Timestamp?) {
        change(position) {
            $0.id = id
            $0.createdAt = createdAt
        }
        boundCount += 1
        if position == messages.count - 1 { updatedAt = createdAt }
    }

    /// Whether the id of a message that a send created was already taken by another, which is then not the one it was
    /// taken for.
    func isTaken(_ id: MessageID) -> Bool { boundCount > 0 && position(of: id) != nil }

    mutating func setDigest(_ position: Int, _ digest: UInt64) {
        change(position) { $0.digest = digest }
    }

    /// D-93: unread counts and places of reading stay right. O(messages).
    mutating func remove(at position: Int) {
        let entry = messages.remove(at: position)
        if entry.status != .read { unreadCount[entry.sender.other.index] -= 1 }
        for side in Side.allCases where position < readPosition[side.index] { readPosition[side.index] -= 1 }
        renewFingerprint()
    }

    var messageCount: Int { messages.count }

    mutating func trim(keeping count: Int) {
        // Twice the number is let grow, so that the work is O(1) a message.
        guard messages.count > 2 * count else { return }
        let excess = messages.count - count
        guard messages[..<excess].allSatisfy({ $0.status == .read }) else { return }
        messages.removeFirst(excess)
        isTrimmed = true
        readPosition = readPosition &- SIMD2(repeating: Int32(excess))
        readPosition = pointwiseMax(readPosition, SIMD2(0, 0))
        renewFingerprint()
    }
}
