import ChatrixHistory
import ChatrixModel

extension Trace {
    /// What makes two arrivals at one subscriber arrivals of the same event.
    struct EventKey: Hashable {
        /// Subscriber and kind.
        var target: UInt64
        var a: UInt64
        var b: UInt64
    }

    struct StampKey: Hashable {
        var conversation: Int32
        var stamp: Int64

        init(_ conversation: Int32, _ stamp: Timestamp) {
            self.conversation = conversation
            self.stamp = stamp.milliseconds
        }
    }

    /// `nil` for deliveries that lack what identifies their event.
    func key(ofDelivery index: Int) -> EventKey? {
        let delivery = deliveries[index]
        switch delivery.kind {
        case .message:
            return delivery.message.map { EventKey(message: $0, to: delivery.user) }
        case .conversationUpdated:
            guard let stamp = delivery.stamp, conversationOfDelivery[index] >= 0 else { return nil }
            return EventKey(updateOf: conversationOfDelivery[index], stamp, to: delivery.user)
        case .readReceipt, .messagesStatus, .messagesRead:
            guard let stamp = delivery.stamp, conversationOfDelivery[index] >= 0 else { return nil }
            return EventKey(
                delivery.kind, conversationOfDelivery[index], reader: actorOfDelivery[index], stamp, to: delivery.user)
        default: return nil
        }
    }

    /// Index of the first arrival of a message at a user.
    func arrival(ofMessage message: MessageID, at user: Int) -> Int? {
        firstArrivals[EventKey(message: message, to: user)].map(Int.init)
    }

    /// Index of the first arrival of `conversation-updated` with `last_message_at` = `stamp` at a user.
    func arrival(ofUpdate conversation: Int32, _ stamp: Timestamp, at user: Int) -> Int? {
        firstArrivals[EventKey(updateOf: conversation, stamp, to: user)].map(Int.init)
    }

    /// Index of the first arrival of an event of a read marking at a user.
    func arrival(
        of kind: History.Delivery.Kind, _ conversation: Int32, reader: Int32, _ stamp: Timestamp, at user: Int
    ) -> Int? {
        firstArrivals[EventKey(kind, conversation, reader: reader, stamp, to: user)].map(Int.init)
    }

    /// Index of the accepted send that created a message.
    func send(of message: MessageID) -> Int? { sendByMessage[message].map(Int.init) }

    /// Index of an accepted send into a conversation by its creation time; the last one where several share it.
    func send(into conversation: Int32, at stamp: Timestamp) -> Int? {
        sendByStamp[StampKey(conversation, stamp)].map(Int.init)
    }

    /// How many accepted sends into a conversation share a creation time; 1 where none is known.
    func sendCount(into conversation: Int32, at stamp: Timestamp) -> Int {
        twins.isEmpty ? 1 : twins[StampKey(conversation, stamp)] ?? 1
    }

    /// Index of the operation that caused an event: for messages and updates the accepted send; for read markings the
    /// latest marking of that reader that was sent before the first of its events arrived. `nil` if unknown.
    package func cause(ofDelivery index: Int) -> Int? {
        let delivery = deliveries[index]
        switch delivery.kind {
        case .message: return delivery.message.flatMap(send(of:))
        case .conversationUpdated:
            guard let stamp = delivery.stamp, conversationOfDelivery[index] >= 0 else { return nil }
            return send(into: conversationOfDelivery[index], at: stamp)
        case .readReceipt, .messagesStatus, .messagesRead:
            guard let marking = marking(ofDelivery: index) else { return nil }
            return markings[marking].cause >= 0 ? Int(markings[marking].cause) : nil
        default: return nil
        }
    }

    /// `user` is the one whom an accepted send has to reach.
    package func isRecipient(_ user: Int, ofSend index: Int) -> Bool { recipient(ofSend: index) == user }

    /// The other participant of the conversation of a send; `nil` if the history does not tell.
    func recipient(ofSend index: Int) -> Int? {
        let conversation = conversationOfOperation[index]
        guard conversation >= 0 else { return nil }
        return conversations[Int(conversation)].partner(of: Int32(history.operations[index].user)).map(Int.init)
    }

    /// `user 7`, or the id of somebody who does not belong to the run.
    func name(ofPerson number: Int32) -> String {
        if number >= firstStranger, Int(number - firstStranger) < strangers.count {
            return "stranger \(strangers[Int(number - firstStranger)])"
        }
        return number < 0 ? "somebody unknown" : "user \(number)"
    }

    /// The session changes of a user in a span of time; of many the first and last two.
    func sessionEntries(of user: Int, from: Int64, to: Int64) -> [Violation.Entry] {
        let changes = sessions.changes(of: user, from: from, to: to)
        return (changes.count > 4 ? Array(changes.prefix(2) + changes.suffix(2)) : changes).map { .session($0) }
    }
}

extension Trace.EventKey {
    init(message: MessageID, to user: Int) {
        self.init(target: Trace.EventKey.target(user, 0), a: message.prefix, b: message.number)
    }

    init(updateOf conversation: Int32, _ stamp: Timestamp, to user: Int) {
        self.init(
            target: Trace.EventKey.target(user, 1), a: UInt64(UInt32(bitPattern: conversation)),
            b: UInt64(bitPattern: stamp.milliseconds))
    }

    init(
        _ kind: History.Delivery.Kind, _ conversation: Int32, reader: Int32, _ stamp: Timestamp, to user: Int
    ) {
        let number: UInt64 = kind == .readReceipt ? 2 : kind == .messagesStatus ? 3 : 4
        self.init(
            target: Trace.EventKey.target(user, number),
            a: UInt64(UInt32(bitPattern: reader)) << 32 | UInt64(UInt32(bitPattern: conversation)),
            b: UInt64(bitPattern: stamp.milliseconds))
    }

    private static func target(_ user: Int, _ kind: UInt64) -> UInt64 { UInt64(truncatingIfNeeded: user) << 3 | kind }
}
