import ChatrixHistory
import ChatrixModel

/// A history prepared for judging: people and conversations numbered densely, every arrival assigned to its event, sends
/// and markings indexed. Built once in O(n), read by all guarantees.
package struct Trace: Sendable {
    package let history: History
    package let settings: Judge.Settings
    /// In the order of arrival.
    package let deliveries: [History.Delivery]
    let sessions: Sessions

    /// A direct conversation and what accepted operations say about its two participants.
    struct Conversation: Sendable {
        let id: ConversationID
        var first: Int32 = -1
        var second: Int32 = -1

        var isKnown: Bool { second >= 0 }

        /// The participant that `person` talks to; `nil` if he is none, or not both are known.
        func partner(of person: Int32) -> Int32? {
            guard isKnown else { return nil }
            if person == first { return second }
            return person == second ? first : nil
        }

        mutating func add(_ person: Int32) {
            if first < 0 { first = person } else if second < 0, first != person { second = person }
        }
    }

    var conversations: [Conversation] = []
    /// Indices into `conversations`, -1 where an operation has none.
    var conversationOfOperation: [Int32]
    var conversationOfDelivery: [Int32]
    /// Numbers of people: a user's own number, strangers follow.
    var actorOfDelivery: [Int32]
    var topicOfDelivery: [Int32]
    /// The delivery is the first arrival of its event at this subscriber.
    var isFirst: [Bool]
    /// The other arrivals, each with the index of the one before, in the order of arrival.
    var repetitions: [(index: Int, previous: Int)] = []
    var firstArrivals: [EventKey: Int32] = [:]

    /// Accepted sends by their message, and by conversation and creation time.
    var sendByMessage: [MessageID: Int32] = [:]
    var sendByStamp: [StampKey: Int32] = [:]
    /// How many accepted sends share a conversation and a creation time, where it is more than one.
    var twins: [StampKey: Int] = [:]

    /// In the order of first arrival.
    var markings: [Marking] = []
    var markingByKey: [MarkingKey: Int32] = [:]
    var lanes: [Lane] = []
    var laneByKey: [UInt64: Int32] = [:]
    private var numberOfPerson: [UserID: Int32] = [:]
    var strangers: [UserID] = []
    let firstStranger: Int32

    package init(_ history: History, _ settings: Judge.Settings = Judge.Settings()) {
        self.history = history
        self.settings = settings
        deliveries =
            zip(history.deliveries, history.deliveries.dropFirst()).allSatisfy { $0.at <= $1.at }
            ? history.deliveries
            : history.deliveries.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
                .map(\.element)
        sessions = Sessions(history)
        conversationOfOperation = [Int32](repeating: -1, count: history.operations.count)
        conversationOfDelivery = [Int32](repeating: -1, count: deliveries.count)
        actorOfDelivery = conversationOfDelivery
        topicOfDelivery = conversationOfDelivery
        isFirst = [Bool](repeating: true, count: deliveries.count)
        var highest = history.run.userCount - 1
        for user in history.users {
            numberOfPerson[user.id] = Int32(user.number)
            highest = max(highest, user.number)
        }
        firstStranger = Int32(highest + 1)
        indexOperations()
        indexDeliveries()
        attributeMarkings()
    }

    /// The index of a conversation, assigned at first sight.
    private mutating func number(of conversation: ConversationID) -> Int32 {
        if let number = conversationNumbers[conversation] { return number }
        let number = Int32(conversations.count)
        conversationNumbers[conversation] = number
        conversations.append(Conversation(id: conversation))
        return number
    }

    private mutating func number(of person: UserID) -> Int32 {
        if let number = numberOfPerson[person] { return number }
        let number = firstStranger + Int32(strangers.count)
        numberOfPerson[person] = number
        strangers.append(person)
        return number
    }

    private var conversationNumbers: [ConversationID: Int32] = [:]

    private mutating func indexOperations() {
        sendByMessage.reserveCapacity(history.operations.count / 2)
        sendByStamp.reserveCapacity(history.operations.count / 2)
        for (index, operation) in history.operations.enumerated() {
            guard let id = operation.conversation else { continue }
            let conversation = number(of: id)
            conversationOfOperation[index] = conversation
            guard operation.isAccepted else { continue }
            switch operation.endpoint {
            case .ensure, .send:
                conversations[Int(conversation)].add(Int32(operation.user))
                if let partner = operation.partner { conversations[Int(conversation)].add(Int32(partner)) }
            default: break
            }
            guard operation.endpoint == .send else { continue }
            if let message = operation.message { sendByMessage[message] = Int32(index) }
            if let createdAt = operation.createdAt {
                let key = StampKey(conversation, createdAt)
                if sendByStamp.updateValue(Int32(index), forKey: key) != nil { twins[key, default: 1] += 1 }
            }
        }
        indexMarks()
    }

    private mutating func indexMarks() {
        let operations = history.operations
        var conversationByPair: [UInt64: Int32] = [:]
        for (index, conversation) in conversations.enumerated() where conversation.isKnown {
            conversationByPair[Trace.pair(conversation.first, conversation.second)] = Int32(index)
        }
        for (index, operation) in operations.enumerated() {
            switch operation.endpoint {
            case .read, .view, .ensure, .messages: break
            default: continue
            }
            if case .refused = operation.result { continue }
            var conversation = conversationOfOperation[index]
            if conversation < 0, operation.endpoint == .ensure, let partner = operation.partner {
                // An ensure without an answer names no conversation, but may have marked the one of the two.
                conversation = conversationByPair[Trace.pair(Int32(operation.user), Int32(partner))] ?? -1
            }
            guard conversation >= 0 else { continue }
            let number = lane(conversation, reader: Int32(operation.user))
            lanes[number].marks.append(Int32(index))
        }
        for index in lanes.indices {
            lanes[index].marks.sort { operations[Int($0)].sent < operations[Int($1)].sent }
        }
    }

    private static func pair(_ a: Int32, _ b: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: min(a, b))) << 32 | UInt64(UInt32(bitPattern: max(a, b)))
    }

    private mutating func indexDeliveries() {
        firstArrivals.reserveCapacity(deliveries.count)
        var lastArrivals: [EventKey: Int] = [:]
        for (index, delivery) in deliveries.enumerated() {
            if let actor = delivery.actor { actorOfDelivery[index] = number(of: actor) }
            if let topic = delivery.topicUser { topicOfDelivery[index] = number(of: topic) }
            if let id = delivery.conversation {
                conversationOfDelivery[index] = number(of: id)
            }
            guard let key = key(ofDelivery: index) else { continue }
            if let first = firstArrivals[key] {
                isFirst[index] = false
                repetitions.append((index, lastArrivals[key] ?? Int(first)))
                lastArrivals[key] = index
            } else {
                firstArrivals[key] = Int32(index)
                noteMarking(index)
            }
        }
    }
}
