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

    private mutating func add(_ request: History.Operation.Request) {
        switch request {
        case .http(let endpoint): add(ordinal(of: endpoint))
        case .socket(let action): add(1 << 32 | ordinal(of: action))
        }
    }

    package mutating func add(_ operation: History.Operation) {
        add(UInt64(1))
        add(operation.id)
        add(operation.user << 32 | (operation.partner.map { $0 + 1 } ?? 0))
        add(operation.request)
        add(
            (operation.flow + 1) << 40 | (operation.step + 1) << 24 | operation.device << 8
                | Int(operation.phase.rawValue) << 1 | (operation.isFurtherPage ? 1 : 0))
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
        add(operation.previewDigest)
    }

    package mutating func add(_ delivery: History.Delivery) {
        add(UInt64(2) | ordinal(of: delivery.kind) << 8 | ordinal(of: delivery.channel) << 16)
        add(delivery.user << 16 | delivery.device)
        add(delivery.at)
        add(delivery.topicUser)
        add(delivery.conversation)
        add(delivery.message)
        add(delivery.actor)
        add(delivery.stamp?.milliseconds ?? .min)
        add(delivery.count)
        add(delivery.call)
        add(delivery.contentDigest)
        add(delivery.payloadDigest)
        if let note = delivery.note { add(note) }
    }

    package mutating func add(_ change: History.SessionChange) {
        add(UInt64(3) | ordinal(of: change.channel) << 8)
        add(change.user << 16 | change.device)
        add(change.at)
        add(change.isUp ? 1 : 0)
        add(change.reason)
    }

    package mutating func add(_ observation: History.Observation) {
        add(UInt64(4) | ordinal(of: observation.kind) << 8)
        add(observation.operation)
        add(observation.conversation)
        add(observation.message)
        add(observation.sender)
        add(observation.createdAt?.milliseconds ?? .min)
        add(observation.contentDigest)
        add(observation.unreadCount << 8 | (observation.status.map { Int($0.rawValue) + 1 } ?? 0))
    }
}

/// The position of a case without values in its declaration, which is how such enumerations of up to 256 cases are stored.
private func ordinal<E: CaseIterable>(of value: E) -> UInt64 {
    withUnsafeBytes(of: value) { UInt64($0[0]) }
}

extension Event {
    /// Equal for equal payloads: in virtual time, where none is written, it stands for the payload's digest. `delivery` is
    /// made of this event.
    func fieldDigest(of delivery: History.Delivery) -> UInt64 {
        var digest = RunDigest()
        digest.add(ordinal(of: delivery.kind))
        digest.add(delivery.conversation)
        digest.add(delivery.message)
        digest.add(delivery.actor)
        digest.add(UInt64(bitPattern: delivery.stamp?.milliseconds ?? .min))
        digest.add(UInt64(delivery.count))
        digest.add(delivery.contentDigest)
        if case .newMessage(let message) = body {
            digest.add(ordinal(of: message.kind))
            for attachment in message.attachments {
                digest.add(attachment.url)
                digest.add(attachment.kind.rawValue)
                digest.add(UInt64(attachment.width ?? 0) << 32 | UInt64(attachment.height ?? 0))
            }
        }
        return digest.word
    }
}

extension RunDigest {
    fileprivate var word: UInt64 { a ^ b }
}
