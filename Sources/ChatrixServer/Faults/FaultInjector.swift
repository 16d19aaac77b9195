import ChatrixModel

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

/// Stands between the outbox and the publisher and spoils what passes, deterministically.
///
/// Faults act in the order in which they were given, each on what the one before let through.
package struct FaultInjector: Sendable {
    /// How long a publication waits for one to swap places with before it goes on as it was.
    package static let holdMilliseconds: Int64 = 10_000

    private var stages: [Stage]
    private var acquaintances = Acquaintances()
    private let hasLeak: Bool

    package init(_ faults: [Fault]) {
        stages = faults.map(Stage.init)
        hasLeak = faults.contains { $0.kind == .leak }
    }

    /// What becomes of `events`, in order. `now` is a reading of any clock that does not go back, in milliseconds.
    package mutating func apply(_ events: [Event], at now: Int64) -> [Publication] {
        var passed: [Publication] = []
        passed.reserveCapacity(events.count)
        for event in events {
            if hasLeak { acquaintances.learn(from: event) }
            pass(Publication(event), from: 0, at: now, into: &passed)
        }
        return passed
    }

    /// Removes and returns, in order, what has waited to be swapped since before `now - holdMilliseconds`.
    package mutating func releaseOverdue(at now: Int64) -> [Publication] {
        release { $0.heldAt <= now - FaultInjector.holdMilliseconds }
    }

    /// Removes and returns, in order, all that waits to be swapped.
    package mutating func releaseAll() -> [Publication] { release { _ in true } }

    /// How many publications wait to be swapped.
    package var heldCount: Int { stages.reduce(0) { $0 + $1.held.count } }

    /// How often each fault was injected so far, in the order in which they were given.
    package var injected: [(fault: Fault, count: Int)] { stages.map { ($0.fault, $0.injectedCount) } }

    /// How many publications were repeated so far.
    package var repetitionCount: Int {
        stages.reduce(0) { $0 + ($1.fault.kind == .duplicate ? $1.injectedCount : 0) }
    }

    private mutating func release(where isReleased: (Held) -> Bool) -> [Publication] {
        var released: [Publication] = []
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
        _ publication: Publication, from index: Int, at now: Int64, into out: inout [Publication]
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
    var publication: Publication
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
    /// Reached its turn without a stranger to leak to.
    var owesLeak = false
    var held: [OrderKey: Held] = [:]

    init(_ fault: Fault) {
        self.fault = fault
    }

    mutating func apply(_ publication: Publication, at now: Int64, _ acquaintances: Acquaintances) -> [Publication] {
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
            guard isDue || owesLeak else { return [publication] }
            guard let stranger = acquaintances.stranger(to: publication.event, choice: injectedCount) else {
                owesLeak = true
                return [publication]
            }
            owesLeak = false
            injectedCount += 1
            var leaked = publication
            leaked.addressee = stranger
            return [publication, leaked]
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
