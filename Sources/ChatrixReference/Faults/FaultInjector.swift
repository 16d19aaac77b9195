import ChatrixModel

extension Event {
    /// One event on its way to the broker: for whom it is, and under whose topic it goes.
    package struct Publication: Sendable, Hashable {
        package var event: Event
        /// The owner of the topic: the recipient, but for a leak.
        package var addressee: UserID
        package var delayMilliseconds: Int64 = 0

        package init(_ event: Event) {
            self.event = event
            addressee = event.recipient
        }

        package var topic: String { event.topic.name(for: addressee) }
        package var payload: [UInt8] { event.payload() }

        /// What a report calls the publication.
        package var label: String {
            switch event.body {
            case .newMessage(let message): "message \(message.id) on \(topic)"
            default: "conversation \(event.conversation) on \(topic)"
            }
        }
    }
}

/// Stands between the outbox and the publisher and spoils what passes, deterministically.
///
/// Faults act in the order in which they were given, each on what the one before let through; those of the state do
/// nothing here.
package struct FaultInjector: Sendable {
    /// How long a publication waits for one to swap places with before it goes on as it was.
    package static let holdMilliseconds: Int64 = 10_000

    private var stages: [Stage]
    private var acquaintances = Acquaintances()
    private let hasLeak: Bool

    package init(_ faults: [Fault]) {
        stages = faults.filter { !$0.isOfState }.map(Stage.init)
        hasLeak = faults.contains { $0.kind == .leak }
    }

    /// What becomes of `events`, in order. `now` is a reading of any clock that does not go back, in milliseconds.
    package mutating func apply(_ events: [Event], at now: Int64) -> [Event.Publication] {
        var passed: [Event.Publication] = []
        passed.reserveCapacity(events.count)
        for event in events {
            if hasLeak { acquaintances.learn(from: event) }
            pass(Event.Publication(event), from: 0, at: now, into: &passed)
        }
        return passed
    }

    /// Removes and returns, in order, what has waited to be swapped since before `now - holdMilliseconds`.
    package mutating func releaseOverdue(at now: Int64) -> [Event.Publication] {
        release { $0.heldAt <= now - FaultInjector.holdMilliseconds }
    }

    /// Removes and returns, in order, all that waits to be swapped.
    package mutating func releaseAll() -> [Event.Publication] { release { _ in true } }

    /// How many publications wait to be swapped.
    package var heldCount: Int { stages.reduce(0) { $0 + $1.held.count } }

    /// How often each fault was injected so far, in the order in which they were given.
    package var injected: [(fault: Fault, count: Int)] { stages.map { ($0.fault, $0.injectedCount) } }

    /// How many publications were repeated so far.
    package var repetitionCount: Int {
        stages.reduce(0) { $0 + ($1.fault.kind == .duplicate ? $1.injectedCount : 0) }
    }

    private mutating func release(where isReleased: (Held) -> Bool) -> [Event.Publication] {
        var released: [Event.Publication] = []
        for index in stages.indices {
            let due = stages[index].held.filter { isReleased($0.value) }.sorted { $0.value.number < $1.value.number }
            for (key, held) in due {
                stages[index].held[key] = nil
                pass(held.publication, from: index + 1, at: held.heldAt, into: &released)
            }
        }
        return released
    }

    private mutating func pass(
        _ publication: Event.Publication, from index: Int, at now: Int64, into out: inout [Event.Publication]
    ) {
        guard index < stages.count else {
            out.append(publication)
            return
        }
        for result in stages[index].apply(publication, at: now, acquaintances) {
            pass(result, from: index + 1, at: now, into: &out)
        }
    }
}

/// A publication that waits for the next of its topic and conversation.
private struct Held: Sendable {
    var publication: Event.Publication
    /// Which publication of the stage it was.
    var number: Int
    var heldAt: Int64
}

/// One fault and how far it has counted.
private struct Stage: Sendable {
    /// What has to agree for two publications to have an order that a recipient can check.
    struct OrderKey: Sendable, Hashable {
        var topic: EventTopic
        var addressee: UserID
        var conversation: ConversationID
    }

    let fault: Fault
    var seenCount = 0
    var injectedCount = 0
    /// Reached its turn with a publication that it cannot spoil, so that the next one which fits is hit.
    var isOwing = false
    var held: [OrderKey: Held] = [:]

    init(_ fault: Fault) {
        self.fault = fault
    }

    mutating func apply(_ publication: Event.Publication, at now: Int64, _ acquaintances: Acquaintances) -> [Event
        .Publication]
    {
        seenCount += 1
        let isDue = seenCount % fault.every == 0
        switch fault.kind {
        case .drop:
            guard isDue else { return [publication] }
            injectedCount += 1
            return []
        case .duplicate:
            guard isDue else { return [publication] }
            injectedCount += 1
            return [publication, publication]
        case .delay(let milliseconds):
            guard isDue else { return [publication] }
            injectedCount += 1
            var late = publication
            late.delayMilliseconds += milliseconds
            return [late]
        case .leak:
            guard isDue || isOwing else { return [publication] }
            guard let stranger = acquaintances.stranger(to: publication.event, choice: injectedCount) else {
                isOwing = true
                return [publication]
            }
            isOwing = false
            injectedCount += 1
            var leaked = publication
            leaked.addressee = stranger
            return [publication, leaked]
        case .corrupt:
            guard isDue else { return [publication] }
            injectedCount += 1
            var spoilt = publication
            spoilt.event.body.corrupt()
            return [spoilt]
        case .ghost:
            let recipient = publication.event.recipient
            return joined(publication, isDue) { Event(to: recipient, .newMessage($0.ghost)) }
        case .early:
            let recipient = publication.event.recipient
            return joined(publication, isDue) { $0.earlyReceipt(by: recipient) }
        case .forget, .miscount, .breach: return [publication]
        case .reorder:
            let key = OrderKey(
                topic: publication.event.topic, addressee: publication.addressee,
                conversation: publication.event.conversation)
            if let earlier = held.removeValue(forKey: key) {
                injectedCount += 1
                return [publication, earlier.publication]
            }
            guard isDue else { return [publication] }
            held[key] = Held(publication: publication, number: seenCount, heldAt: now)
            return []
        }
    }

    /// What becomes of a publication if the fault needs one of a message: the next one that is due or owed.
    private mutating func joined(
        _ publication: Event.Publication, _ isDue: Bool, _ addition: (Message) -> Event
    ) -> [Event.Publication] {
        guard isDue || isOwing else { return [publication] }
        guard case .newMessage(let message) = publication.event.body else {
            isOwing = true
            return [publication]
        }
        isOwing = false
        injectedCount += 1
        return [publication, Event.Publication(addition(message))]
    }
}

/// Who was seen to take part in which conversation.
///
/// Learned from the events alone: whoever receives one, or is named by one as its author, is a registered user.
private struct Acquaintances: Sendable {
    private var users: [UserID] = []
    private var known: Set<UserID> = []
    private var participants: [ConversationID: Set<UserID>] = [:]

    mutating func learn(from event: Event) {
        var present = [event.recipient]
        switch event.body {
        case .newMessage(let message): present.append(message.sender)
        case .readReceipt(let mark, _), .messagesStatus(let mark, _), .messagesRead(let mark, _):
            present.append(mark.reader)
        case .conversationUpdated: break
        }
        for user in present {
            if known.insert(user).inserted { users.append(user) }
            participants[event.conversation, default: []].insert(user)
        }
    }

    /// A user without part in the conversation of `event`, another one for each `choice`; `nil` as long as not both
    /// participants have been seen, or nobody else.
    func stranger(to event: Event, choice: Int) -> UserID? {
        guard let participants = participants[event.conversation], participants.count >= 2 else { return nil }
        // At most the participants are skipped, so the search is short.
        for offset in users.indices {
            let candidate = users[(choice + offset) % users.count]
            if !participants.contains(candidate) { return candidate }
        }
        return nil
    }
}

extension Event.Body {
    /// Changes what the payload says, but nothing by which it is recognised.
    fileprivate mutating func corrupt() {
        switch self {
        case .newMessage(var message):
            message.content += "~"
            self = .newMessage(message)
        case .conversationUpdated(let conversation, let lastMessageAt, let preview):
            self = .conversationUpdated(conversation, lastMessageAt: lastMessageAt, preview: preview + "~")
        case .readReceipt(let mark, let count): self = .readReceipt(mark, count: count + 1)
        case .messagesStatus(let mark, let count): self = .messagesStatus(mark, count: count + 1)
        case .messagesRead(let mark, let unreadCount): self = .messagesRead(mark, unreadCount: unreadCount + 1)
        }
    }
}

extension Message {
    /// Another message of the same moment and sender, which no operation made. Its ID is of those that a counter does not
    /// reach, and after that of the message it accompanies.
    fileprivate var ghost: Message {
        var ghost = self
        ghost.id = MessageID(prefix: id.prefix, number: id.number | 1 << 47)
        ghost.content = "ghost of \(id)"
        ghost.attachments = []
        ghost.kind = .text
        return ghost
    }

    /// Tells the sender that `reader` has read this message.
    fileprivate func earlyReceipt(by reader: UserID) -> Event {
        Event(
            to: sender,
            .readReceipt(ReadMark(conversation: conversation, reader: reader, readAt: createdAt), count: 1))
    }
}
