import ChatrixHistory
import ChatrixModel

@testable import ChatrixCheck

/// Writes histories by hand: times in milliseconds, users by number, one direct conversation per pair.
struct Story {
    typealias Kind = History.Delivery.Kind

    var history: History
    private var stampCounter: Int64 = 0

    init(users: Int = 3, subscribed: Bool = true, end: Int = 60_000) {
        history = History(
            run: History.Run(
                scenario: "story", seed: 1, clock: .virtual, userCount: users, startedAt: .virtualStart))
        history.run.loadStart = 0
        history.run.loadEnd = Int64(end) * 1_000_000
        history.run.end = Int64(end) * 1_000_000
        for number in 0..<users {
            history.users.append(
                History.User(number: number, id: Story.user(number), username: "user\(number)"))
            if subscribed { up(number, at: 0) }
        }
    }

    static func user(_ number: Int) -> UserID { UserID(prefix: 1, number: UInt64(number) + 1) }

    static func conversation(_ a: Int, _ b: Int) -> ConversationID {
        ConversationID(prefix: 2, number: UInt64(min(a, b)) * 1000 + UInt64(max(a, b)))
    }

    static func message(_ number: Int) -> MessageID { MessageID(prefix: 3, number: UInt64(number)) }

    func stamp(at milliseconds: Int) -> Timestamp { .virtualStart + Int64(milliseconds) }

    mutating func up(_ user: Int, at: Int) {
        history.sessionChanges.append(.init(user: user, at: Int64(at) * 1_000_000, isUp: true))
    }

    mutating func down(_ user: Int, at: Int) {
        history.sessionChanges.append(.init(user: user, at: Int64(at) * 1_000_000, isUp: false, reason: "broken pipe"))
    }

    @discardableResult
    mutating func operation(
        _ endpoint: Endpoint.Name, by user: Int, partner: Int?, at: Int, took: Int = 5,
        result: History.Operation.Result = .accepted(status: 200), conversation: ConversationID? = nil,
        message: MessageID? = nil, createdAt: Timestamp? = nil, phase: History.Operation.Phase = .load
    ) -> Int {
        history.operations.append(
            History.Operation(
                id: history.operations.count, user: user, endpoint: endpoint, phase: phase,
                scheduled: Int64(at) * 1_000_000, sent: Int64(at) * 1_000_000, completed: Int64(at + took) * 1_000_000,
                result: result, partner: partner, conversation: conversation, message: message, createdAt: createdAt))
        return history.operations.count - 1
    }

    mutating func ensure(_ user: Int, _ partner: Int, at: Int) {
        operation(.ensure, by: user, partner: partner, at: at, conversation: Story.conversation(user, partner))
    }

    /// A message `number` whose events arrive at the given times, each at most once; created 2 ms after `at`.
    mutating func send(
        _ number: Int, _ user: Int, to partner: Int, at: Int, created: Int? = nil, message: Int?, update: Int?,
        result: History.Operation.Result = .accepted(status: 201)
    ) {
        var isAccepted = false
        if case .accepted = result { isAccepted = true }
        let createdAt = stamp(at: created ?? at + 2)
        operation(
            .send, by: user, partner: partner, at: at, result: result, conversation: Story.conversation(user, partner),
            message: isAccepted ? Story.message(number) : nil, createdAt: isAccepted ? createdAt : nil)
        if let message { self.message(number, from: user, to: partner, at: message, created: createdAt) }
        if let update { self.update(user, partner, to: partner, at: update, stamp: createdAt) }
    }

    /// The arrival of a message of the conversation between `user` and `partner`, by default on `receiver`'s own topic.
    mutating func message(
        _ number: Int, from user: Int, to partner: Int, at: Int, created: Timestamp, receiver: Int? = nil,
        digest: UInt64? = nil, topic: Int? = nil
    ) {
        let receiver = receiver ?? partner
        history.deliveries.append(
            History.Delivery(
                user: receiver, at: Int64(at) * 1_000_000, kind: .message, topicUser: Story.user(topic ?? receiver),
                conversation: Story.conversation(user, partner), message: Story.message(number),
                actor: Story.user(user), stamp: created, payloadDigest: digest ?? UInt64(number)))
    }

    mutating func update(_ user: Int, _ partner: Int, to receiver: Int, at: Int, stamp: Timestamp, digest: UInt64 = 5) {
        history.deliveries.append(
            History.Delivery(
                user: receiver, at: Int64(at) * 1_000_000, kind: .conversationUpdated,
                topicUser: Story.user(receiver), conversation: Story.conversation(user, partner), stamp: stamp,
                payloadDigest: digest))
    }

    /// One event of a marking by `reader` of the conversation with `partner`.
    mutating func mark(
        _ kind: Kind, _ reader: Int, _ partner: Int, to receiver: Int, at: Int, readAt: Int, count: Int
    ) {
        history.deliveries.append(
            History.Delivery(
                user: receiver, at: Int64(at) * 1_000_000, kind: kind, topicUser: Story.user(receiver),
                conversation: Story.conversation(reader, partner), actor: Story.user(reader), stamp: stamp(at: readAt),
                count: kind == .messagesRead ? 0 : count, payloadDigest: UInt64(readAt)))
    }

    /// A read marking of `count` messages with all its events from `at + 6` on, except those left out.
    mutating func read(
        _ reader: Int, _ partner: Int, at: Int, count: Int, endpoint: Endpoint.Name = .read, without: [Int] = []
    ) {
        operation(endpoint, by: reader, partner: partner, at: at, conversation: Story.conversation(reader, partner))
        guard count > 0 else { return }
        events(ofRead: reader, partner, from: at + 6, readAt: at + 2, count: count, without: without)
    }

    /// The events of a read marking, a millisecond apart.
    mutating func events(
        ofRead reader: Int, _ partner: Int, from at: Int, readAt: Int, count: Int, without: [Int] = []
    ) {
        let steps: [(Kind, Int)] = [
            (.readReceipt, partner), (.messagesStatus, reader), (.messagesRead, min(reader, partner)),
            (.messagesRead, max(reader, partner)),
        ]
        for (index, (kind, receiver)) in steps.enumerated() where !without.contains(index) {
            mark(kind, reader, partner, to: receiver, at: at + index, readAt: readAt, count: count)
        }
    }

    /// What the last operation showed: messages by number, sender and creation, the newest first.
    mutating func page(_ messages: [(number: Int, sender: Int, created: Int)], _ a: Int, _ b: Int, digest: UInt64 = 0) {
        for (number, sender, created) in messages {
            history.observations.append(
                History.Observation(
                    operation: history.operations.count - 1, kind: .message, conversation: Story.conversation(a, b),
                    message: Story.message(number), sender: Story.user(sender), createdAt: stamp(at: created),
                    contentDigest: digest))
        }
    }

    /// A list of conversations at the end, with one entry.
    mutating func audit(
        _ user: Int, _ partner: Int, last: Int?, created: Int, unread: Int,
        result: History.Operation.Result = .accepted(status: 200)
    ) {
        operation(.conversations, by: user, partner: nil, at: 59_000, result: result, phase: .audit)
        guard case .accepted = result else { return }
        history.observations.append(
            History.Observation(
                operation: history.operations.count - 1, kind: .conversation,
                conversation: Story.conversation(user, partner), message: last.map(Story.message),
                createdAt: stamp(at: created), unreadCount: unread))
    }

    /// Deliveries in the order of arrival, operations in the order of completion.
    var recorded: History {
        var history = history
        history.deliveries = history.deliveries.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        history.operations = history.operations.enumerated()
            .sorted { ($0.element.completed, $0.offset) < ($1.element.completed, $1.offset) }.map(\.element)
        // The rows of an answer stand where the answer does.
        let places = Dictionary(uniqueKeysWithValues: history.operations.enumerated().map { ($1.id, $0) })
        history.observations.sort { places[$0.operation, default: 0] < places[$1.operation, default: 0] }
        return history
    }

    func judged(_ thresholds: [String] = []) throws -> Judgement {
        Judge.judge(recorded, thresholds: try thresholds.map { try Threshold(parsing: $0) })
    }
}

extension Judgement {
    /// The guarantees that were broken.
    var broken: [Metric.Guarantee] { findings.filter { $0.verdict.name == "invalid" }.map(\.guarantee) }

    func violations(_ guarantee: Metric.Guarantee) -> [Violation] { self[guarantee]?.violations ?? [] }

    func statements(_ guarantee: Metric.Guarantee) -> [String] { violations(guarantee).map(\.statement) }

    func remarks(_ guarantee: Metric.Guarantee) -> [String] { self[guarantee]?.remarks ?? [] }

    /// The reasons of an unknown verdict.
    func reasons(_ guarantee: Metric.Guarantee) -> [String] {
        if case .unknown(let reasons)? = self[guarantee]?.verdict { reasons } else { [] }
    }
}
