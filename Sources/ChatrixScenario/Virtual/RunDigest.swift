import ChatrixHistory
import ChatrixModel

/// A fingerprint of 128 bits of the event log: of every field of every operation, delivery and session change, in the order in
/// which they happened. Equal logs have equal digests in every process; it protects against mistakes, not against malice.
package struct RunDigest: Sendable, Hashable, CustomStringConvertible {
    private var a: UInt64 = 0x6A09_E667_F3BC_C908
    private var b: UInt64 = 0xBB67_AE85_84CA_A73B

    package init() {}

    /// 32 hexadecimal digits.
    package var description: String {
        [a, b].map { half in
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
    }

    @inline(__always)
    mutating func add(_ word: UInt64) {
        a = (a ^ word) &* 0x9DDF_EA08_EB38_2D69
        a ^= a >> 29
        b = (b &+ a) &* 0xC2B2_AE3D_27D4_EB4F
        b ^= b >> 31
    }

    @inline(__always)
    private mutating func add(_ value: Int) { add(UInt64(bitPattern: Int64(value))) }

    @inline(__always)
    private mutating func add(_ value: Int64) { add(UInt64(bitPattern: value)) }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        var word: UInt64 = 0
        var count = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            count += 1
            if count % 8 == 0 {
                add(word)
                word = 0
            }
        }
        add(word)
    }

    mutating func add<E>(_ id: ID<E>?) {
        add(id?.prefix ?? .max)
        add(id?.number ?? .max)
    }

    package mutating func add(_ operation: History.Operation) {
        add(UInt64(1))
        add(operation.id)
        add(operation.user << 24 | (operation.partner.map { $0 + 1 } ?? 0))
        add(operation.request.name)
        add((operation.flow + 1) << 24 | (operation.step + 1) << 8 | Int(operation.phase.rawValue))
        add(operation.scheduled)
        add(operation.sent)
        add(operation.completed)
        switch operation.result {
        case .accepted(let status): add(status)
        case .refused(let status): add(1000 + status)
        case .unreadable(let status, let reason):
            add(2000 + status)
            add(reason)
        case .lost(let reason):
            add(3000)
            add(reason)
        }
        add(operation.conversation)
        add(operation.message)
        add(operation.createdAt?.milliseconds ?? .min)
        add(operation.contentDigest)
    }

    package mutating func add(_ delivery: History.Delivery) {
        add(UInt64(2))
        add(delivery.user)
        add(delivery.at)
        add(ordinal(of: delivery.kind))
        add(delivery.topicUser)
        add(delivery.conversation)
        add(delivery.message)
        add(delivery.actor)
        add(delivery.stamp?.milliseconds ?? .min)
        add(delivery.count)
        add(delivery.payloadDigest)
        if let note = delivery.note { add(note) }
    }

    package mutating func add(_ change: History.SessionChange) {
        add(UInt64(3))
        add(change.user)
        add(change.at)
        add(change.isUp ? 1 : 0)
        add(change.reason)
    }
}

/// The position of a case without values in its declaration, which is how such enumerations of up to 256 cases are stored.
private func ordinal<E: CaseIterable>(of value: E) -> UInt64 {
    withUnsafeBytes(of: value) { UInt64($0[0]) }
}

extension Event {
    /// Equal for equal events: in virtual time, where no payload is written, it stands for the payload's digest.
    var fieldDigest: UInt64 {
        var digest = RunDigest()
        digest.add(recipient)
        digest.add(conversation)
        switch body {
        case .newMessage(let message):
            digest.add(UInt64(0))
            digest.add(message.id)
            digest.add(message.sender)
            digest.add(message.content)
            digest.add(UInt64(bitPattern: message.createdAt.milliseconds))
        case .conversationUpdated(_, let lastMessageAt, let preview):
            digest.add(UInt64(1))
            digest.add(UInt64(bitPattern: lastMessageAt.milliseconds))
            digest.add(preview)
        case .readReceipt(let mark, let count):
            digest.add(UInt64(2))
            digest.add(mark, count)
        case .messagesStatus(let mark, let count):
            digest.add(UInt64(3))
            digest.add(mark, count)
        case .messagesRead(let mark, let count):
            digest.add(UInt64(4))
            digest.add(mark, count)
        }
        return digest.word
    }
}

extension RunDigest {
    fileprivate mutating func add(_ mark: ReadMark, _ count: Int) {
        add(mark.reader)
        add(UInt64(bitPattern: mark.readAt.milliseconds))
        add(UInt64(count))
    }

    fileprivate var word: UInt64 { a ^ b }
}
