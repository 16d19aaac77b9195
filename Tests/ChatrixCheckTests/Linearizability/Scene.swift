import ChatrixHistory
import ChatrixModel

@testable import ChatrixCheck

/// Writes concurrent histories by hand: times in milliseconds, users 0 and 1 with one conversation, unless told otherwise.
struct Scene {
    private(set) var batch = History.Batch()
    var settings = Linearizability.Settings()

    init(users: Int = 3) {
        batch.users = (0..<users).map { History.User(number: $0, id: Story.user($0), username: "user\($0)") }
    }

    struct Shown {
        var message: Int?
        var status: Message.Status?
        var unread = 0
        var partner: Int?

        init(_ message: Int?, _ status: Message.Status? = nil, unread: Int = 0, partner: Int? = nil) {
            (self.message, self.status, self.unread, self.partner) = (message, status, unread, partner)
        }
    }

    static func stamp(_ milliseconds: Int) -> Timestamp { .virtualStart + Int64(milliseconds) }

    @discardableResult
    mutating func operation(
        _ request: History.Operation.Request, by user: Int, with partner: Int? = nil, _ times: ClosedRange<Int>,
        _ result: History.Operation.Result = .accepted(status: 200),
        change: (inout History.Operation) -> Void = { _ in }
    ) -> Int {
        let id = batch.operations.count
        var operation = History.Operation(
            id: id, user: user, endpoint: .send, phase: .load, scheduled: Int64(times.lowerBound) * 1_000_000,
            sent: Int64(times.lowerBound) * 1_000_000, completed: Int64(times.upperBound) * 1_000_000, result: result,
            partner: partner ?? (user == 0 ? 1 : 0))
        operation.request = request
        change(&operation)
        batch.operations.append(operation)
        return id
    }

    /// A message by `user`; created at `created`, by default in the middle of the times.
    @discardableResult
    mutating func send(
        _ number: Int, by user: Int, to partner: Int? = nil, _ times: ClosedRange<Int>, created: Int? = nil,
        _ result: History.Operation.Result = .accepted(status: 201), request: History.Operation.Request = .http(.send)
    ) -> Int {
        let partner = partner ?? (user == 0 ? 1 : 0)
        return operation(request, by: user, with: partner, times, result) {
            $0.conversation = Story.conversation(user, partner)
            $0.contentDigest = UInt64(number) + 1000
            guard case .accepted = result else { return }
            $0.message = Story.message(number)
            $0.createdAt = Scene.stamp(created ?? (times.lowerBound + times.upperBound) / 2)
        }
    }

    /// A lost send.
    mutating func loseSend(_ number: Int, by user: Int, _ times: ClosedRange<Int>) {
        send(number, by: user, times, .lost(reason: "reset"))
    }

    @discardableResult
    mutating func read(
        by user: Int, _ times: ClosedRange<Int>, _ result: History.Operation.Result = .accepted(status: 200)
    ) -> Int {
        operation(.http(.read), by: user, times, result) { $0.conversation = Story.conversation(0, 1) }
    }

    /// A first page of messages, newest first.
    @discardableResult
    mutating func page(by user: Int, _ times: ClosedRange<Int>, _ shown: [Shown]) -> Int {
        let id = operation(.http(.messages), by: user, times) { $0.conversation = Story.conversation(0, 1) }
        for shown in shown { observe(.message, id, user, shown) }
        return id
    }

    @discardableResult
    mutating func list(by user: Int, _ times: ClosedRange<Int>, _ shown: [Shown]) -> Int {
        let id = operation(.http(.conversations), by: user, times) { $0.partner = nil }
        for shown in shown { observe(.conversation, id, user, shown) }
        return id
    }

    private mutating func observe(_ kind: History.Observation.Kind, _ id: Int, _ user: Int, _ shown: Shown) {
        let send = batch.operations.first { $0.message != nil && $0.message == shown.message.map(Story.message) }
        batch.observations.append(
            History.Observation(
                operation: id, kind: kind, conversation: Story.conversation(user, shown.partner ?? (user == 0 ? 1 : 0)),
                message: shown.message.map(Story.message), sender: send.map { Story.user($0.user) },
                createdAt: send?.createdAt, contentDigest: shown.message.map { UInt64($0) + 1000 } ?? 0,
                status: shown.status, unreadCount: shown.unread))
    }

    mutating func change(_ id: Int, _ body: (inout History.Operation) -> Void) { body(&batch.operations[id]) }

    /// As the run records it: in the order of completion.
    var recorded: History.Batch {
        var batch = batch
        batch.operations.sort { ($0.completed, $0.id) < ($1.completed, $1.id) }
        return batch
    }

    func check() -> Linearizability.Result {
        let batch = recorded
        return Linearizability.check(
            batch.operations, observations: batch.observations, users: batch.users, settings: settings)
    }

    var illegal: [Linearizability.Illegal] { check().illegal }
}

extension Linearizability.Result {
    var illegal: [Linearizability.Illegal] {
        partitions.compactMap { if case .illegal(let illegal) = $0.verdict { illegal } else { nil } }
    }

    var isLinearizable: Bool { partitions.allSatisfy { $0.verdict == .linearizable } }

    var unknowns: [String] {
        partitions.compactMap { if case .unknown(let reason) = $0.verdict { reason } else { nil } }
    }
}
