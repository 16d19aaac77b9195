import ChatrixHistory
import ChatrixModel
import ChatrixReference

/// Makes histories of devices that act at once, with the reference as the server: what the checker has to accept.
///
/// Each device sends one request after another. A request is carried out at a random moment between its sending and its
/// answer; one whose reply is lost also after the device gave up, or never. The same seed makes the same history.
package struct ConcurrentTraffic: Sendable {
    package var seed: UInt64
    /// Everyone talks to everyone, so keep it small.
    package var users = 2
    package var devices = 2
    /// Requests of each device.
    package var requests = 50
    /// Time between an answer and the next request, at most, as a multiple of the longest time that an answer takes.
    package var thinkFactor = 1.0
    /// One of so many replies is lost; 0 for none.
    package var lossInterval = 0
    package var pageLimit = 20
    /// Nothing overlaps: each request is sent after all earlier ones were answered.
    package var isSequential = false

    package init(seed: UInt64) { self.seed = seed }

    private struct Planned {
        var user: Int
        var device: Int
        var dice: Int
        var sent: Int64
        /// `nil` if it is never carried out.
        var effect: Int64?
        var completed: Int64
        var isLost: Bool
        var draw: UInt64
    }

    private static let answerTimeMax: Int64 = 10_000_000

    /// Users, operations in the order of completion, and what the answers showed.
    package func history() -> History.Batch {
        var random = SplitMix64(seed: seed)
        var world = World(seed: seed, users: users, pageLimit: pageLimit)
        let order = plan(&random).sorted { ($0.effect ?? .max, $0.sent) < ($1.effect ?? .max, $1.sent) }
        for (index, planned) in order.enumerated() {
            var planned = planned
            if isSequential {
                let time = World.setupEnd + Int64(index) * 3_000_000
                (planned.sent, planned.effect, planned.completed) = (time, time + 1_000_000, time + 2_000_000)
            }
            world.carryOut(planned)
        }
        return world.batch
    }

    private func plan(_ random: inout SplitMix64) -> [Planned] {
        func draw(_ bound: Int64) -> Int64 { Int64(random.next() % UInt64(max(bound, 1))) }
        let answerTime = ConcurrentTraffic.answerTimeMax
        var planned: [Planned] = []
        for user in 0..<users {
            for device in 0..<devices {
                var time = World.setupEnd + draw(answerTime)
                for _ in 0..<requests {
                    let sent = time
                    var effect: Int64? = sent + draw(answerTime / 2)
                    let completed = (effect ?? sent) + 1 + draw(answerTime / 2)
                    let isLost = lossInterval > 0 && draw(Int64(lossInterval)) == 0
                    if isLost { effect = draw(3) == 0 ? nil : sent + draw(answerTime * 4) }
                    planned.append(
                        Planned(
                            user: user, device: device, dice: Int(draw(100)), sent: sent, effect: effect,
                            completed: completed, isLost: isLost, draw: random.next()))
                    time = completed + 1 + draw(Int64(Double(answerTime) * thinkFactor))
                }
            }
        }
        return planned
    }

    /// The reference with its users, and the records of what they did.
    private struct World {
        /// When all conversations are there, nanoseconds.
        static let setupEnd: Int64 = 1_000_000_000

        private var backend: ReferenceBackend
        private let pageLimit: Int
        private var users: [History.User] = []
        private var conversations: [ConversationID: [MessageID]] = [:]
        private var conversationOf: [[ConversationID?]]
        private var records: [(operation: History.Operation, rows: [History.Observation])] = []
        private var messageCount = 0

        init(seed: UInt64, users count: Int, pageLimit: Int) {
            backend = ReferenceBackend(configuration: .init(seed: seed))
            self.pageLimit = pageLimit
            conversationOf = Array(repeating: Array(repeating: nil, count: count), count: count)
            for number in 0..<count {
                let registration = Registration(
                    phone: "+4917\(10_000_000 + number)", username: "user\(number)", password: "secret")
                let reply = backend.apply(.auth(.register(registration)), by: nil, at: .virtualStart).reply
                guard case .auth(.registered(let grant)) = reply else {
                    preconditionFailure("not registered: \(reply)")
                }
                users.append(History.User(number: number, id: grant.account.id, username: "user\(number)"))
            }
            for user in 0..<count {
                for partner in user + 1..<max(count, user + 1) {
                    let time = Int64(records.count) * 1000
                    run(
                        .chat(.ensure(recipient: users[partner].id)), "ensure", .http(.ensure), user, partner,
                        sent: time,
                        effect: time, completed: time + 1)
                }
            }
        }

        mutating func carryOut(_ planned: Planned) {
            let (user, dice) = (planned.user, planned.dice)
            let partner = (user + 1 + Int(planned.draw % UInt64(users.count - 1))) % users.count
            guard let conversation = conversationOf[user][partner] else { return }
            let messages = conversations[conversation] ?? []
            let message = messages.isEmpty ? nil : messages[Int(planned.draw >> 8) % messages.count]
            let other = users[partner].id
            messageCount += 1
            let content = "hello \(messageCount)"
            let command: Command
            let request: History.Operation.Request
            switch dice {
            case 0..<40:
                guard let draft = MessageDraft(content: content) else { return }
                command = .chat(.send(conversation, draft))
                request = dice < 30 ? .http(.send) : .socket(.message)
            case 40..<50: (command, request) = (.chat(.read(conversation)), .http(.read))
            case 50..<55: (command, request) = (.chat(.view(conversation)), .http(.view))
            case 55..<70:
                (command, request) = (.chat(.messages(conversation, MessageQuery(limit: pageLimit))), .http(.messages))
            case 70..<73:
                let query = MessageQuery(limit: pageLimit, before: message)
                (command, request) = (.chat(.messages(conversation, query)), .http(.messages))
            case 73..<85: (command, request) = (.chat(.conversations(ConversationQuery())), .http(.conversations))
            case 85..<87: (command, request) = (.chat(.ensure(recipient: other)), .http(.ensure))
            case 87..<89: (command, request) = (.block(.block(other)), .http(.block))
            case 89..<93: (command, request) = (.block(.unblock(other)), .http(.unblock))
            case 93..<95: (command, request) = (.follows(.follow(other)), .http(.follow))
            case 95..<96: (command, request) = (.follows(.unfollow(other)), .http(.unfollow))
            case 96..<98:
                guard let message else { return }
                (command, request) = (.chat(.update(message, content: content)), .socket(.messageUpdate))
            default:
                guard let message else { return }
                (command, request) = (.chat(.delete(message)), .socket(.messageDelete))
            }
            run(
                command, content, request, user, partner, device: planned.device, sent: planned.sent,
                effect: planned.effect, completed: planned.completed, isLost: planned.isLost, message: message)
        }

        private mutating func run(
            _ command: Command, _ content: String, _ request: History.Operation.Request, _ user: Int, _ partner: Int,
            device: Int = 0, sent: Int64, effect: Int64?, completed: Int64, isLost: Bool = false,
            message: MessageID? = nil
        ) {
            var operation = History.Operation(
                id: 0, user: user, endpoint: .send, phase: .load, scheduled: sent, sent: sent, completed: completed,
                result: .lost(reason: "connection reset"))
            operation.request = request
            operation.device = device
            if request != .http(.conversations) { operation.partner = partner }
            switch request {
            case .http(.send), .socket(.message), .http(.read), .http(.view), .http(.messages):
                operation.conversation = conversationOf[user][partner]
            default: break
            }
            if operation.isSend || request == .socket(.messageUpdate) {
                operation.contentDigest = History.digest(of: content)
            }
            switch request {
            case .socket(.messageUpdate), .socket(.messageDelete): operation.message = message
            default: break
            }
            if case .chat(.messages(_, let query)) = command { operation.isFurtherPage = query.before != nil }
            var rows: [History.Observation] = []
            if let effect {
                let time = Timestamp.virtualStart + effect / 1_000_000
                let reply = backend.apply(command, by: users[user].id, at: time).reply
                if case .chat(.sent(let message)) = reply {
                    conversations[message.conversation, default: []].append(message.id)
                }
                if !isLost { record(reply, &operation, &rows) }
                if case .chat(.ensured(let detail)) = reply {
                    conversationOf[user][partner] = detail.id
                    conversationOf[partner][user] = detail.id
                }
            }
            records.append((operation, rows))
        }

        private func record(
            _ reply: Reply, _ operation: inout History.Operation, _ rows: inout [History.Observation]
        ) {
            if let refusal = reply.refusal {
                operation.result = .refused(status: refusal.status)
                return
            }
            operation.result = .accepted(status: operation.endpoint == .send ? 201 : 200)
            switch reply {
            case .chat(.sent(let message)):
                operation.message = message.id
                operation.createdAt = message.createdAt
            case .chat(.ensured(let detail)): operation.conversation = detail.id
            case .chat(.messages(let page)):
                rows = page.items.map {
                    World.row(.message, $0.message.conversation, $0.message, unread: 0)
                }
            case .chat(.conversations(let page)):
                rows = page.conversations.map {
                    World.row(.conversation, $0.id, $0.lastMessage, unread: $0.unreadCount)
                }
            default: break
            }
        }

        private static func row(
            _ kind: History.Observation.Kind, _ conversation: ConversationID, _ message: Message?, unread: Int
        ) -> History.Observation {
            History.Observation(
                kind: kind, conversation: conversation, message: message?.id, sender: message?.sender,
                createdAt: message?.createdAt, contentDigest: message.map { History.digest(of: $0.content) } ?? 0,
                status: message?.status, unreadCount: unread)
        }

        var batch: History.Batch {
            var batch = History.Batch(users: users)
            let issued = records.indices.sorted { (records[$0].operation.sent, $0) < (records[$1].operation.sent, $1) }
            var numbered = records
            for (number, index) in issued.enumerated() { numbered[index].operation.id = number }
            numbered.sort { ($0.operation.completed, $0.operation.id) < ($1.operation.completed, $1.operation.id) }
            for record in numbered {
                batch.operations.append(record.operation)
                batch.observations += record.rows.map {
                    var row = $0
                    row.operation = record.operation.id
                    return row
                }
            }
            return batch
        }
    }
}
