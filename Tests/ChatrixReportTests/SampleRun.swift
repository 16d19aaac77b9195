import ChatrixHistory
import ChatrixModel
import Foundation

@testable import ChatrixReport

/// A made-up run that looks like one: 200 users in a ring, 2 s of setup, 30 s of load with a hiccup of the server after 18 s,
/// latencies with a tail, three users who lose their session. The same for the same seed.
struct SampleRun {
    enum Fault: String, CaseIterable { case none, lost, doubled, leaked, reordered }

    private(set) var history: History
    private var state: UInt64
    private let users: Int
    private var unread: [Int: Int] = [:]
    private var stampMilliseconds: Int64 = 0
    private var messages: UInt64 = 0
    private var down: Set<Int> = []

    init(seed: UInt64 = 42, users: Int = 200, seconds: Int = 30, rate: Int = 260, fault: Fault = .none) {
        state = seed
        self.users = users
        history = History(
            run: History.Run(
                scenario: "busy <evening> & \"late\"", seed: seed, clock: .real, userCount: users,
                startedAt: Timestamp(milliseconds: 1_795_371_712_000)))
        for number in 0..<users {
            history.users.append(.init(number: number, id: SampleRun.user(number), username: "rehearsal\(number)"))
            history.sessionChanges.append(.init(user: number, at: Int64(number) * 1_000_000, isUp: true))
        }
        setUp()
        let start: Int64 = 2_000_000_000
        let interval = 1_000_000_000 / Int64(rate)
        breakSessions(start)
        for index in 0..<(seconds * rate) { step(at: start + Int64(index) * interval) }
        history.run.loadStart = start
        history.run.loadEnd = start + Int64(seconds) * 1_000_000_000
        history.run.end = history.run.loadEnd + 2_500_000_000
        history.run.phases = [.init(name: "evening", start: start, end: history.run.loadEnd)]
        history.run.generator.dueSteps = seconds * rate
        history.run.generator.awaitsTimedOut = 2
        history.run.generator.lagMax = 1_240_000
        sort()
        inject(fault)
        sort()
    }

    /// The generator takes a third of a processor, the server half; the generator's memory grows.
    var processSamples: [ProcessSample] {
        let seconds = Int(history.run.end / 1_000_000_000)
        return (1...seconds).flatMap { second -> [ProcessSample] in
            let at = Int64(second) * 1_000_000_000
            return [
                ProcessSample(
                    at: at, process: .generator, cpuSeconds: Double(second) / 3, residentBytes: (40 + second) << 20),
                ProcessSample(at: at, process: .server, cpuSeconds: Double(second) / 2, residentBytes: 30 << 20),
            ]
        }
    }

    static func user(_ number: Int) -> UserID { UserID(prefix: 0xA1, number: UInt64(number) + 1) }

    private static func conversation(_ user: Int, _ users: Int) -> ConversationID {
        ConversationID(prefix: 0xC0, number: UInt64(user % users) + 1)
    }

    private mutating func random() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) / Double(1 << 53)
    }

    /// Nanoseconds, log-normal with the given median in milliseconds.
    private mutating func duration(_ median: Double, spread: Double = 0.45) -> Int64 {
        let normal = (-2 * log(max(random(), 1e-12))).squareRoot() * cos(2 * .pi * random())
        return Int64(median * exp(spread * normal) * 1e6)
    }

    private mutating func setUp() {
        for number in 0..<users {
            let sent = Int64(number) * 8_000_000
            history.operations.append(
                History.Operation(
                    id: history.operations.count, user: number, endpoint: .ensure, phase: .setup, scheduled: sent,
                    sent: sent, completed: sent + duration(1.4), result: .accepted(status: 200),
                    partner: (number + 1) % users, conversation: SampleRun.conversation(number, users)))
        }
    }

    private mutating func breakSessions(_ start: Int64) {
        for user in [3, 57, 120] where user < users {
            down.insert(user)
            history.sessionChanges.append(
                .init(user: user, at: start + 9_200_000_000, isUp: false, reason: "connection reset by peer"))
            history.sessionChanges.append(.init(user: user, at: start + 10_900_000_000, isUp: true))
        }
    }

    private func isDown(_ user: Int, _ at: Int64) -> Bool {
        down.contains(user) && (11_200_000_000..<12_900_000_000).contains(at)
    }

    /// The server stood still between 20.0 s and 20.6 s of the run.
    private func stalled(_ time: Int64) -> Int64 {
        (20_000_000_000..<20_600_000_000).contains(time) ? 20_600_000_000 - time : 0
    }

    private mutating func step(at scheduled: Int64) {
        let lane = Int(random() * Double(users))
        let isForward = random() < 0.5
        let user = isForward ? lane : (lane + 1) % users
        let partner = isForward ? (lane + 1) % users : lane
        let conversation = SampleRun.conversation(lane, users)
        let sent = scheduled + duration(0.05, spread: 0.8)
        let stall = stalled(sent)
        let completed = sent + stall + duration(1.3)
        var operation = History.Operation(
            id: history.operations.count, user: user, endpoint: .send, phase: .load, scheduled: scheduled, sent: sent,
            completed: completed, result: .accepted(status: 201), partner: partner, conversation: conversation)
        // Creation times follow the order of scheduling here, as a server with one queue would give them.
        stampMilliseconds = max(stampMilliseconds + 1, (scheduled + stall) / 1_000_000)
        let stamp = history.run.startedAt + stampMilliseconds
        let published = max(scheduled + stall, lastPublished) + 300_000
        lastPublished = published
        switch random() {
        case ..<0.72:
            messages += 1
            operation.message = MessageID(prefix: 0xE5, number: messages)
            operation.createdAt = stamp
            unread[lane * 2 + (isForward ? 1 : 0), default: 0] += 1
            deliver(.message, partner, published, conversation, stamp, message: operation.message, actor: user)
            deliver(.conversationUpdated, partner, published, conversation, stamp)
        case ..<0.95:
            operation.endpoint = random() < 0.5 ? .read : .view
            operation.result = .accepted(status: 200)
            let key = lane * 2 + (isForward ? 0 : 1)
            let count = unread[key] ?? 0
            unread[key] = 0
            guard count > 0 else { break }
            deliver(.readReceipt, partner, published, conversation, stamp, actor: user, count: count)
            deliver(.messagesStatus, user, published, conversation, stamp, actor: user, count: count)
            deliver(.messagesRead, user, published, conversation, stamp, actor: user)
            deliver(.messagesRead, partner, published, conversation, stamp, actor: user)
        default:
            operation.endpoint = .conversations
            operation.conversation = nil
            operation.partner = nil
            operation.result = random() < 0.04 ? .refused(status: 429) : .accepted(status: 200)
        }
        history.operations.append(operation)
    }

    private var lastPublished: Int64 = 0
    private var lastArrival: [Int: Int64] = [:]

    private mutating func deliver(
        _ kind: History.Delivery.Kind, _ user: Int, _ published: Int64, _ conversation: ConversationID,
        _ stamp: Timestamp, message: MessageID? = nil, actor: Int? = nil, count: Int = 0
    ) {
        let at = max(published + 500_000 + duration(0.9, spread: 0.6), (lastArrival[user] ?? 0) + 1)
        lastArrival[user] = at
        guard !isDown(user, at) else { return }
        history.deliveries.append(
            History.Delivery(
                user: user, at: at, kind: kind, topicUser: SampleRun.user(user), conversation: conversation,
                message: message, actor: actor.map(SampleRun.user), stamp: stamp, count: count,
                payloadDigest: UInt64(stampMilliseconds) &* 31 &+ UInt64(kind.rawValue.utf8.count)))
    }

    private mutating func sort() {
        history.operations.sort { ($0.completed, $0.id) < ($1.completed, $1.id) }
        history.deliveries = history.deliveries.enumerated()
            .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        history.sessionChanges.sort { ($0.at, $0.user) < ($1.at, $1.user) }
    }

    private mutating func inject(_ fault: Fault) {
        guard fault != .none else { return }
        let candidates = history.deliveries.indices.filter {
            history.deliveries[$0].kind == .message && !down.contains(history.deliveries[$0].user)
        }
        for share in [0.2, 0.45, 0.8] {
            let index = candidates[Int(share * Double(candidates.count))]
            switch fault {
            case .none: break
            case .lost: history.deliveries[index].kind = .unreadable
            case .doubled, .leaked:
                var copy = history.deliveries[index]
                copy.at += 40_000_000
                if fault == .leaked {
                    copy.user = (copy.user + users / 2) % users
                    copy.topicUser = SampleRun.user(copy.user)
                }
                history.deliveries.append(copy)
            case .reordered:
                let lane = history.deliveries[index]
                let next = candidates.first {
                    $0 > index && history.deliveries[$0].user == lane.user
                        && history.deliveries[$0].conversation == lane.conversation
                }
                guard let next else { continue }
                history.deliveries[index].at = history.deliveries[next].at + 200_000
            }
        }
        if fault == .lost { history.deliveries.removeAll { $0.kind == .unreadable } }
    }
}
