import ChatrixHistory
import ChatrixModel

@testable import ChatrixScenario

/// Nanoseconds.
let second: Int64 = 1_000_000_000

/// An engine with a clock that is moved by hand, whose actions are carried out the way a perfect deployment would, or left to
/// the test.
struct Hand {
    struct Sent {
        var ticket: Engine.Ticket
        var client: Int
        var command: Command
        var wish: Engine.Wish
        var at: Int64
    }

    var engine: Engine
    var now: Int64 = 0
    var sent: [Sent] = []
    var frames: [(ticket: Engine.Ticket, client: Int, frame: SocketRequest)] = []
    /// Sessions that were opened, closed and HTTP connections that were closed, in words.
    var changes: [String] = []
    var abandoned = 0
    var answersAtOnce = true
    var opensSessions = true
    /// The body of an answer.
    var body: (Command) -> JSON? = { _ in nil }
    /// What the load's sends get as ids.
    var messageCount: UInt64 = 0

    init(_ scenario: Scenario, options: Plan.Options = Plan.Options(), opensSessions: Bool = true) {
        self.init(Plan(scenario, options: options), opensSessions: opensSessions)
    }

    init(_ plan: Plan, opensSessions: Bool = true) {
        engine = Engine(plan: plan, clock: .virtual, startedAt: .virtualStart)
        self.opensSessions = opensSessions
        // Up to the load, so that the test can say how that is to go.
        while engine.stage < .load, let action = engine.nextAction(at: now) { carryOut(action) }
    }

    /// Takes every action that is due now.
    mutating func drain() {
        while let action = engine.nextAction(at: now) { carryOut(action) }
    }

    private mutating func carryOut(_ action: Engine.Action) {
        switch action {
        case .openSession(let client, _, let channel):
            changes.append("open \(client) \(channel.rawValue)")
            if opensSessions { engine.sessionChanged(client: client, channel, isUp: true, at: now) }
        case .closeSession(let client, let channel):
            changes.append("close \(client) \(channel.rawValue)")
            engine.sessionChanged(client: client, channel, isUp: false, reason: "closed", at: now)
        case .closeConnection(let client): changes.append("close \(client) http")
        case .sendFrame(let ticket, let client, let frame):
            frames.append((ticket, client, frame))
            if answersAtOnce { engine.completed(ticket, .accepted(status: 0), at: now) }
        case .send(let ticket, let client, let command, let wish):
            let request = Sent(ticket: ticket, client: client, command: command, wish: wish, at: now)
            sent.append(request)
            if answersAtOnce || engine.stage < .load { answer(request) }
        case .abandon: abandoned += 1
        }
    }

    mutating func answer(_ request: Sent) {
        let user = engine.plan.parts(ofClient: request.client).user
        let body = request.wish.contains(.body) ? body(request.command) : nil
        switch request.command {
        case .auth:
            engine.completed(
                request.ticket, .accepted(status: 201), .account(UserID(prefix: 1, number: UInt64(user))), at: now)
        case .chat(.ensure(let recipient)):
            let low = min(UInt64(user), recipient.number)
            let high = max(UInt64(user), recipient.number)
            engine.completed(
                request.ticket, .accepted(status: 200), .conversation(ConversationID(prefix: low, number: high)),
                body: body, at: now)
        case .chat(.send):
            messageCount += 1
            engine.completed(
                request.ticket, .accepted(status: 201),
                .message(MessageID(prefix: 9, number: messageCount), createdAt: .virtualStart), body: body, at: now)
        default: engine.completed(request.ticket, .accepted(status: 200), body: body, at: now)
        }
    }

    /// Moves to `time`, doing on the way what falls due.
    mutating func advance(to time: Int64) {
        while let due = engine.nextDue, due <= time, !engine.isFinished {
            now = max(now, due)
            drain()
        }
        now = max(now, time)
    }

    mutating func deliverMessage(_ number: UInt64, from sender: Int, to user: Int) {
        engine.received(
            History.Delivery(
                user: user, at: now, kind: .message,
                conversation: ConversationID(prefix: UInt64(min(sender, user)), number: UInt64(max(sender, user))),
                message: MessageID(prefix: 9, number: number)))
        drain()
    }

    /// Requests of the load.
    var loadOperations: [History.Operation] { engine.history.operations.filter { $0.phase == .load } }

    /// Texts of the messages sent in the load, in order.
    var texts: [String] {
        sent.compactMap { if case .chat(.send(_, let draft)) = $0.command { draft.content } else { nil } }
    }
}

func scenario(
    users: Int = 4, load: [Scenario.Phase], steps: [Step], settle: Int64 = 5 * second
) -> Scenario {
    Scenario(name: "t", users: users, load: load, flows: [.init(name: "f", weight: 1, steps: steps)], settle: settle)
}

func arrivals(_ start: Double, _ end: Double, seconds: Int64) -> Scenario.Phase {
    .init(name: "p", load: .arrivals([start, end], .even), duration: seconds * second)
}

/// A closed phase of one user who goes through one flow.
let once = Scenario.Phase(name: "once", load: .iterations(1, users: 1), duration: 3600 * second)

/// Plan options for runs that end with settling.
let withoutAudit: Plan.Options = {
    var options = Plan.Options()
    options.audits = false
    return options
}()

func send(_ segments: Template.Segment...) -> Step { .call(.init("send", [.text(Template(segments)), nil, nil])) }

let me = Step.call(.init("me"))
