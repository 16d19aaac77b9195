/// IDS: the identifier of one object, 96 bits inside, 24 lowercase hexadecimal digits on the wire (D-04).
///
/// The reference makes them of the low 48 bits of its seed and a counter, so they grow in the order of creation; those of
/// another deployment are opaque. `Entity` keeps the kinds apart and is never stored.
package struct ID<Entity>: Hashable, Comparable, Sendable {
    /// The first 12 digits: in the reference, the seed.
    package let prefix: UInt64
    /// The last 12 digits: in the reference, the counter; 1 is the first object.
    package let number: UInt64

    /// Keeps the low 48 bits of each half.
    package init(prefix: UInt64, number: UInt64) {
        self.prefix = prefix & 0xFFFF_FFFF_FFFF
        self.number = number & 0xFFFF_FFFF_FFFF
    }

    /// Reads 24 lowercase hexadecimal digits; `nil` for anything else (D-05).
    package init?(_ text: some StringProtocol) { self.init(utf8: text.utf8) }

    /// The same of the bytes of a text.
    @inline(__always)
    init?(utf8 bytes: some Sequence<UInt8>) {
        var prefix: UInt64 = 0
        var number: UInt64 = 0
        var count = 0
        for byte in bytes {
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
            if count < 12 { prefix = prefix << 4 | digit } else { number = number << 4 | digit }
            count += 1
            if count > 24 { return nil }
        }
        guard count == 24 else { return nil }
        self.prefix = prefix
        self.number = number
    }

    package static func < (a: ID, b: ID) -> Bool {
        a.prefix == b.prefix ? a.number < b.number : a.prefix < b.prefix
    }

    /// Calls `body` with each of the 24 digits in order.
    @inline(__always)
    func forEachDigit(_ body: (UInt8) -> Void) {
        func digits(of half: UInt64) {
            var shift: UInt64 = 48
            while shift > 0 {
                shift -= 4
                let digit = UInt8(truncatingIfNeeded: half >> shift) & 0xF
                body(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            }
        }
        digits(of: prefix)
        digits(of: number)
    }
}

extension ID: CustomStringConvertible {
    /// The 24 digits of the wire.
    package var description: String {
        String(unsafeUninitializedCapacity: 24) { buffer in
            var index = 0
            forEachDigit {
                buffer[index] = $0
                index += 1
            }
            return 24
        }
    }
}

/// The kinds of objects that have an identifier.
package enum Entity {
    package enum User: Sendable {}
    package enum Conversation: Sendable {}
    package enum Message: Sendable {}
    package enum Post: Sendable {}
    package enum Comment: Sendable {}
    package enum Report: Sendable {}
    package enum Story: Sendable {}
    package enum Notification: Sendable {}
    package enum Media: Sendable {}
    package enum Call: Sendable {}
}

package typealias UserID = ID<Entity.User>
package typealias ConversationID = ID<Entity.Conversation>
package typealias MessageID = ID<Entity.Message>
package typealias PostID = ID<Entity.Post>
package typealias CommentID = ID<Entity.Comment>
package typealias ReportID = ID<Entity.Report>
package typealias StoryID = ID<Entity.Story>
package typealias NotificationID = ID<Entity.Notification>
package typealias MediaID = ID<Entity.Media>
package typealias CallID = ID<Entity.Call>
