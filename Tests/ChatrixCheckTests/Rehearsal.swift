import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// SplitMix64: the same numbers from the same seed everywhere.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Makes random histories of a server that does everything right: sends, markings, blocks, lost replies, sessions that
/// break and come back. Of the users, those with an odd number keep their session all the time.
struct Rehearsal {
    private struct Pair: Hashable {
        var a: Int
        var b: Int

        init(_ one: Int, _ other: Int) {
            a = min(one, other)
            b = max(one, other)
        }
    }

    private var random: SeededRandom
    private let users: Int
    private let breaksSessions: Bool
    private let losesReplies: Bool
    private(set) var history: History
    private var conversations: [Pair: ConversationID] = [:]
    private var unread: [Pair: [Int: Int]] = [:]
    /// Who blocks whom.
    private var blocks: [Pair: Set<Int>] = [:]
    private var downs: [[Range<Int64>]]
    private var lastApplied: Int64 = 0
    private var lastStamp = Timestamp.virtualStart
    private var lastArrival: [Int64]
    private var messages: UInt64 = 0

    private static let millisecond: Int64 = 1_000_000

    init(
        seed: UInt64, users: Int, operations: Int, spacing: Int64 = 4, breaksSessions: Bool = true,
        losesReplies: Bool = true
    ) {
        random = SeededRandom(seed: seed)
        self.users = users
        self.breaksSessions = breaksSessions
        self.losesReplies = losesReplies
        history = History(
            run: History.Run(
                scenario: "rehearsal", seed: seed, clock: .virtual, userCount: users, startedAt: .virtualStart))
        downs = Array(repeating: [], count: users)
        lastArrival = Array(repeating: 0, count: users)
        history.operations.reserveCapacity(operations)
        history.deliveries.reserveCapacity(operations * 3)
        for number in 0..<users {
            history.users.append(
                History.User(number: number, id: Rehearsal.user(number), username: "user\(number)"))
        }
        let duration = Int64(operations) * spacing * Rehearsal.millisecond
        planSessions(duration)
        for index in 0..<operations { step(at: Int64(index + 1) * spacing * Rehearsal.millisecond) }
        history.run.loadEnd = duration
        history.run.end = duration + 10_000 * Rehearsal.millisecond
        history.operations.sort { $0.completed < $1.completed }
        history.deliveries = history.deliveries.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    static func user(_ number: Int) -> UserID { UserID(prefix: 1, number: UInt64(number) + 1) }

    private mutating func planSessions(_ duration: Int64) {
        for user in 0..<users {
            history.sessionChanges.append(.init(user: user, at: 0, isUp: true))
            guard breaksSessions, user.isMultiple(of: 2) else { continue }
            let start = Int64.random(in: 1...max(duration, 2), using: &random)
            let end = start + Int64.random(in: 1...500, using: &random) * Rehearsal.millisecond
            downs[user].append(start..<end)
            history.sessionChanges.append(.init(user: user, at: start, isUp: false, reason: "connection reset"))
            history.sessionChanges.append(.init(user: user, at: end, isUp: true))
        }
        history.sessionChanges.sort { $0.at < $1.at }
    }

    private mutating func step(at scheduled: Int64) {
        let user = Int.random(in: 0..<users, using: &random)
        let partner = (user + (Bool.random(using: &random) ? 1 : users - 1)) % users
        let pair = Pair(user, partner)
        let sent = scheduled + Int64.random(in: 0...Rehearsal.millisecond, using: &random)
        lastApplied = max(lastApplied + 1, sent + Int64.random(in: 1...3_000_000, using: &random))
        let completed = lastApplied + Int64.random(in: 1...2_000_000, using: &random)
        var operation = History.Operation(
            id: history.operations.count, user: user, endpoint: .ensure, phase: .load, scheduled: scheduled,
            sent: sent, completed: completed, result: .accepted(status: 200), partner: partner)
        let dice = Int.random(in: 0..<100, using: &random)
        guard let conversation = conversations[pair], dice >= 4 else {
            if conversations[pair] == nil {
                conversations[pair] = ConversationID(prefix: 2, number: UInt64(conversations.count) + 1)
            } else {
                mark(pair, reader: user, partner: partner)
            }
            operation.conversation = conversations[pair]
            finish(&operation)
            return
        }
        operation.conversation = conversation
        switch dice {
        case 4..<8:
            operation.endpoint = .block
            operation.conversation = nil
            blocks[pair, default: []].insert(user)
        case 8..<14:
            operation.endpoint = .unblock
            operation.conversation = nil
            if blocks[pair]?.remove(user) == nil { operation.result = .refused(status: 404) }
        case 14..<35:
            operation.endpoint = dice < 20 ? .read : dice < 28 ? .view : .messages
            mark(pair, reader: user, partner: partner)
        default:
            operation.endpoint = .send
            if blocks[pair]?.isEmpty == false {
                operation.result = .refused(status: 403)
            } else {
                send(&operation, conversation, pair, from: user, to: partner)
            }
        }
        finish(&operation)
    }

    /// Appends; of some the reply is lost.
    private mutating func finish(_ operation: inout History.Operation) {
        if losesReplies, operation.isAccepted, Int.random(in: 0..<50, using: &random) == 0 {
            operation.result = .lost(reason: "connection reset by peer")
            operation.message = nil
            operation.createdAt = nil
            if operation.endpoint == .ensure { operation.conversation = nil }
        }
        history.operations.append(operation)
    }

    private mutating func stamp() -> Timestamp {
        lastStamp = max(lastStamp + 1, .virtualStart + lastApplied / Rehearsal.millisecond)
        return lastStamp
    }

    private mutating func send(
        _ operation: inout History.Operation, _ conversation: ConversationID, _ pair: Pair, from user: Int,
        to partner: Int
    ) {
        messages += 1
        let message = MessageID(prefix: 3, number: messages)
        let createdAt = stamp()
        operation.result = .accepted(status: 201)
        operation.message = message
        operation.createdAt = createdAt
        unread[pair, default: [:]][partner, default: 0] += 1
        deliver(
            History.Delivery(
                user: partner, at: 0, kind: .message, topicUser: Rehearsal.user(partner), conversation: conversation,
                message: message, actor: Rehearsal.user(user), stamp: createdAt, payloadDigest: random.next()))
        deliver(
            History.Delivery(
                user: partner, at: 0, kind: .conversationUpdated, topicUser: Rehearsal.user(partner),
                conversation: conversation, stamp: createdAt, payloadDigest: random.next()))
    }

    private mutating func mark(_ pair: Pair, reader: Int, partner: Int) {
        guard let conversation = conversations[pair], let count = unread[pair]?[reader], count > 0 else { return }
        unread[pair]?[reader] = 0
        let readAt = stamp()
        let steps: [(History.Delivery.Kind, Int)] = [
            (.readReceipt, partner), (.messagesStatus, reader), (.messagesRead, pair.a), (.messagesRead, pair.b),
        ]
        for (kind, receiver) in steps {
            deliver(
                History.Delivery(
                    user: receiver, at: 0, kind: kind, topicUser: Rehearsal.user(receiver),
                    conversation: conversation, actor: Rehearsal.user(reader), stamp: readAt,
                    count: kind == .messagesRead ? unread[pair]?[receiver] ?? 0 : count, payloadDigest: random.next()))
        }
    }

    /// Lost while the session is down; the first event after it came back may be a repetition of the last one before.
    private mutating func deliver(_ event: History.Delivery) {
        var delivery = event
        delivery.at = max(
            lastArrival[delivery.user] + 1, lastApplied + Int64.random(in: 1...4_000_000, using: &random))
        lastArrival[delivery.user] = delivery.at
        if downs[delivery.user].contains(where: { $0.contains(delivery.at) }) { return }
        history.deliveries.append(delivery)
        if let down = downs[delivery.user].first(where: {
            $0.lowerBound > delivery.at && $0.lowerBound - delivery.at < 20 * Rehearsal.millisecond
        }) {
            delivery.at = down.upperBound
            lastArrival[delivery.user] = max(lastArrival[delivery.user], down.upperBound)
            history.deliveries.append(delivery)
        }
    }
}
