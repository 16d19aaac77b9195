import ChatrixHistory
import ChatrixModel

/// Which two users have which conversation, and what that means for operations.
struct PartitionDirectory: Sendable {
    struct Pair: Sendable {
        /// The smaller number first.
        let users: (Int, Int)
        /// Places of the two in `people`.
        let people: [Int]
        var conversation: ConversationID?

        func side(of user: Int) -> Side { user == users.0 ? .first : .second }
        func user(_ side: Side) -> Int { side == .first ? users.0 : users.1 }

        var subject: Linearizability.Subject { .conversation(users.0, users.1, conversation) }
    }

    struct Person: Sendable {
        let number: Int
        /// Places of the user's conversations in `pairs`; a place in here is the conversation's number in his partition.
        var pairs: [Int] = []
        /// Lists of conversations without an answer.
        var lostLists: [History.Operation] = []
    }

    private struct Key: Hashable {
        let a: Int
        let b: Int
    }

    private(set) var pairs: [Pair] = []
    var people: [Person] = []
    private var placeOfPair: [Key: Int] = [:]
    private var placeOfPerson: [Int: Int] = [:]
    private var keyOfConversation: [ConversationID: Key] = [:]
    private var ids: [Int: UserID] = [:]

    mutating func add(_ user: History.User) { ids[user.number] = user.id }

    private static func key(of operation: History.Operation) -> Key? {
        guard let partner = operation.partner, partner != operation.user else { return nil }
        return Key(a: min(operation.user, partner), b: max(operation.user, partner))
    }

    /// Keeps what an operation tells of conversations.
    mutating func learn(_ operation: History.Operation) {
        guard let conversation = operation.conversation, let key = PartitionDirectory.key(of: operation),
            keyOfConversation[conversation] == nil
        else { return }
        keyOfConversation[conversation] = key
        if let place = placeOfPair[key], pairs[place].conversation == nil { pairs[place].conversation = conversation }
    }

    mutating func place(ofPerson number: Int) -> Int {
        if let place = placeOfPerson[number] { return place }
        placeOfPerson[number] = people.count
        people.append(Person(number: number))
        return people.count - 1
    }

    /// The pair that an operation is about, made if it is new; `nil` if the operation does not tell.
    mutating func place(of operation: History.Operation) -> Int? {
        guard
            let key = PartitionDirectory.key(of: operation)
                ?? operation.conversation.flatMap({ keyOfConversation[$0] }),
            operation.user == key.a || operation.user == key.b
        else { return nil }
        return place(of: key, operation.conversation)
    }

    private mutating func place(of key: Key, _ conversation: ConversationID?) -> Int {
        if let place = placeOfPair[key] { return place }
        let place = pairs.count
        let members = [self.place(ofPerson: key.a), self.place(ofPerson: key.b)]
        pairs.append(Pair(users: (key.a, key.b), people: members, conversation: conversation))
        placeOfPair[key] = place
        for member in members { people[member].pairs.append(place) }
        return place
    }

    func pair(of conversation: ConversationID) -> Int? {
        keyOfConversation[conversation].flatMap { placeOfPair[$0] }
    }

    /// What an answer showed to a user of a pair, for the pair's own partition.
    func row(_ observation: History.Observation, pair: Int, shownTo user: Int) -> Call.Row {
        var sender: Call.Sender?
        if let id = observation.sender {
            let (first, second) = (ids[pairs[pair].users.0], ids[pairs[pair].users.1])
            if id == first {
                sender = .side(.first)
            } else if id == second {
                sender = .side(.second)
            } else if first != nil, second != nil {
                sender = .stranger
            }
        }
        return Call.Row(
            pair: 0, side: pairs[pair].side(of: user), message: observation.message, sender: sender,
            createdAt: observation.createdAt, digest: observation.contentDigest, status: observation.status,
            unreadCount: observation.unreadCount)
    }
}

// MARK: - Statements

extension PartitionDirectory {
    /// Says which answer cannot be explained; `pairs` are those of the partition, as it numbers them.
    func statement(_ call: Call, _ mismatch: Mismatch?, pairs places: [Int]) -> String {
        let operation = call.operation
        let pair = call.pair >= 0 && call.pair < places.count ? pairs[places[call.pair]] : nil
        let place =
            pair.map {
                "in conversation \($0.conversation.map { "\($0) " } ?? "")of users \($0.users.0) and \($0.users.1) "
            }
            ?? ""
        let reason = mismatch.map { describe($0, pair, places) } ?? "it comes before one that it has to follow"
        return "the answer to \(operation.request.name) (operation \(operation.id)) of user \(operation.user) \(place)"
            + "between \(Wording.seconds(operation.sent)) and \(Wording.seconds(operation.completed)) "
            + "fits no order of the operations: \(reason)"
    }

    private func describe(_ mismatch: Mismatch, _ pair: Pair?, _ places: [Int]) -> String {
        switch mismatch {
        case .blocked(let side):
            "it was accepted, although \(pair.map { "user \($0.user(side))" } ?? "a user") blocks the other"
        case .notBlocked: "it was refused with 403, although nobody blocks the other"
        case .result(let expected): "the specification demands \(expected)"
        case .otherConversation(let id): "the two have conversation \(id)"
        case .stamp(let entry): "its created_at lies before that of \(name(entry)), which precedes it"
        case .missing(let entry): "it lacks \(name(entry))"
        case .unexpected(let id): "it shows message \(id), which is not there"
        case .repeated(let id): "it shows message \(id) twice"
        case .order(let id, let entry): "it shows message \(id) before \(name(entry)), which is newer"
        case .content(let entry): "it shows another sender, content or time of \(name(entry))"
        case .status(let entry, let shown): "it shows \(name(entry)) as \(shown.name), not \(entry.status.name)"
        case .unread(let shown, let expected): "it shows an unread count of \(shown), not \(expected)"
        case .conversationMissing(let number):
            "it lacks \(subject(number, places)), which belongs before those that it shows"
        case .conversationOrder(let number):
            "it shows \(subject(number, places)) behind one that was updated earlier"
        }
    }

    private func subject(_ number: Int, _ places: [Int]) -> String {
        number < places.count ? "the \(pairs[places[number]].subject)" : "a conversation"
    }

    private func name(_ entry: PairState.Entry) -> String {
        "message \(entry.id.map { "\($0) " } ?? "")of operation \(entry.operation)"
    }
}
