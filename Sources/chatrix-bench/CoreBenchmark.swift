import ChatrixModel
import ChatrixReference

/// How fast the specification itself is: sends and reads through `ReferenceBackend.apply` next to the floor of any store,
/// a dictionary insert and an array append, measured in the same run.
struct CoreBenchmark {
    static let storedCounts = [1_000, 100_000, 1_000_000]
    private static let userCount = 1_000
    private static let partnersPerUser = 4

    private static let rounds = 3

    /// Floor and figures in turn, round by round, so that a machine whose speed drifts slows all of them.
    static func run() -> [BenchmarkRow] {
        var floors: [Double] = []
        var sends = storedCounts.map { _ in [Double]() }
        var reads: [Double] = []
        for _ in 0..<rounds {
            floors.append(floorNanoseconds(count: 1_000_000))
            for (index, stored) in storedCounts.enumerated() {
                sends[index].append(sendNanoseconds(stored: stored, count: 200_000))
            }
            reads.append(readNanoseconds(stored: 1_000_000, count: 100_000))
        }
        let floor = BenchmarkRow("floor: 1000000 dictionary inserts and appends", floors)
        let sendRows = zip(storedCounts, sends).map {
            BenchmarkRow("send-message with its 2 events, \($0) stored", $1, floor: floor.median)
        }
        return [floor] + sendRows + [
            BenchmarkRow("mixed reads, 1000000 stored", reads, floor: floor.median)
        ]
    }

    private static func nanoseconds(_ count: Int, _ body: () -> Void) -> Double {
        let duration = ContinuousClock().measure(body)
        let (seconds, attoseconds) = duration.components
        return (Double(seconds) * 1e9 + Double(attoseconds) * 1e-9) / Double(count)
    }

    private struct Cell {
        var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    }

    private static func floorNanoseconds(count: Int) -> Double {
        var dictionary: [UInt64: Cell] = [:]
        var log: [UInt64] = []
        var random = SplitMix64(seed: 1)
        let result = nanoseconds(count) {
            for _ in 0..<count {
                let key = random.next()
                dictionary[key] = Cell(words: (key, 0, 0, 0, 0, 0, 0, 0))
                log.append(key)
            }
        }
        precondition(dictionary.count == log.count)
        return result
    }

    /// A backend in which everyone talks to the next few users, and its conversations with one of their participants.
    private struct World {
        var backend = ReferenceBackend()
        var conversations: [(id: ConversationID, member: UserID)] = []
        var time = Timestamp.virtualStart

        init() {
            var users: [UserID] = []
            for number in 0..<userCount {
                let registration = Registration(
                    phone: "+4917\(10_000_000 + number)", username: "user\(number)", password: "secret")
                guard case .auth(.registered(let grant)) = apply(.auth(.register(registration)), by: nil).reply else {
                    preconditionFailure("registration failed")
                }
                users.append(grant.account.id)
            }
            for number in 0..<userCount {
                for distance in 1...partnersPerUser {
                    let partner = users[(number + distance) % userCount]
                    let outcome = apply(.chat(.ensure(recipient: partner)), by: users[number])
                    guard case .chat(.ensured(let detail)) = outcome.reply else { preconditionFailure("ensure failed") }
                    conversations.append((detail.id, users[number]))
                }
            }
        }

        mutating func apply(_ command: Command, by user: UserID?) -> Outcome {
            time = time + 1
            return backend.apply(command, by: user, at: time)
        }
    }

    private static func sendNanoseconds(stored: Int, count: Int) -> Double {
        var world = World()
        var random = SplitMix64(seed: 2)
        guard let draft = MessageDraft(content: "The quick brown fox jumps over the lazy dog") else { return .nan }
        func send() -> Int {
            let place = world.conversations[Int(random.next() % UInt64(world.conversations.count))]
            return world.apply(.chat(.send(place.id, draft)), by: place.member).events.count
        }
        var eventCount = 0
        for _ in 0..<stored { eventCount += send() }
        eventCount = 0
        let result = nanoseconds(count) { for _ in 0..<count { eventCount += send() } }
        precondition(eventCount == 2 * count)
        return result
    }

    /// First pages of messages, pages further back, the list of conversations and the own profile, in turn.
    private static func readNanoseconds(stored: Int, count: Int) -> Double {
        var world = World()
        var random = SplitMix64(seed: 3)
        guard let draft = MessageDraft(content: "The quick brown fox jumps over the lazy dog") else { return .nan }
        for _ in 0..<stored {
            let place = world.conversations[Int(random.next() % UInt64(world.conversations.count))]
            _ = world.apply(.chat(.send(place.id, draft)), by: place.member)
        }
        var refusedCount = 0
        let result = nanoseconds(count) {
            for number in 0..<count {
                let place = world.conversations[Int(random.next() % UInt64(world.conversations.count))]
                let command: Command =
                    switch number % 4 {
                    case 0: .chat(.messages(place.id, MessageQuery()))
                    case 1: .chat(.conversations(ConversationQuery()))
                    case 2: .chat(.view(place.id))
                    default: .users(.me)
                    }
                if world.apply(command, by: place.member).reply.refusal != nil { refusedCount += 1 }
            }
        }
        precondition(refusedCount == 0)
        return result
    }
}
