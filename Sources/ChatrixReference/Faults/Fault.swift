/// A way in which the reference misbehaves on purpose, so that a tester can prove that it notices.
///
/// Some spoil publications on their way to the broker (`FaultInjector`), the others what the backend keeps and answers
/// (`StateFaults`).
package struct Fault: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// The publication is not sent.
        case drop
        /// The publication is sent twice.
        case duplicate
        /// The publication is sent after the next one of the same topic and conversation.
        case reorder
        /// The publication is sent later.
        case delay(milliseconds: Int64)
        /// The publication is also sent to a user who has no part in the conversation.
        case leak
        /// The publication is sent with another content, preview or count than the operation entails.
        case corrupt
        /// A message is published that nobody sent and that is nowhere stored.
        case ghost
        /// With a message, its sender is told that it was read, whether the recipient has read it or not.
        case early
        /// An accepted message is answered and published, but not stored.
        case forget
        /// A list of conversations shows one unread message too many in its first entry.
        case miscount
        /// A block is accepted, but nothing is blocked.
        case breach
    }

    package var kind: Kind
    /// Every how manieth publication, or operation that the fault can spoil, is hit; at least 1.
    package var every: Int

    package init(_ kind: Kind, every: Int) {
        precondition(every >= 1)
        self.kind = kind
        self.every = every
    }

    /// Spoils what the backend keeps and answers; the others spoil publications.
    package var isOfState: Bool {
        switch kind {
        case .forget, .miscount, .breach: true
        case .drop, .duplicate, .reorder, .delay, .leak, .corrupt, .ghost, .early: false
        }
    }

    /// The kinds that need nothing but their name, in the order of the documentation.
    private static let plainKinds: [(name: String, kind: Kind)] = [
        ("drop", .drop), ("duplicate", .duplicate), ("reorder", .reorder), ("leak", .leak), ("corrupt", .corrupt),
        ("ghost", .ghost), ("early", .early), ("forget", .forget), ("miscount", .miscount), ("breach", .breach),
    ]

    /// The names of all kinds, in the order of the documentation.
    package static let names = plainKinds.map(\.name) + ["delay"]

    /// Which publication is hit where nothing is said; delays hit each one.
    package static let everyDefault = 100

    /// Reads `KIND[:EVERY]`, for delays `delay:MILLISECONDS[:EVERY]`.
    package init(parsing text: String) throws(FaultSyntaxError) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        let name = parts.removeFirst()
        if let plain = Fault.plainKinds.first(where: { $0.name == name }) {
            kind = plain.kind
        } else if name == "delay" {
            guard let first = parts.popFirst(), let milliseconds = Int64(first), (1...3_600_000).contains(milliseconds)
            else { throw FaultSyntaxError(text: text, problem: "delay needs milliseconds from 1 to 3600000") }
            kind = .delay(milliseconds: milliseconds)
        } else {
            throw FaultSyntaxError(text: text, problem: "there is no kind \"\(name)\"")
        }
        if let last = parts.popFirst() {
            guard let value = Int(last), value >= 1 else {
                throw FaultSyntaxError(text: text, problem: "EVERY has to be a whole number from 1 on, not \"\(last)\"")
            }
            every = value
        } else if case .delay = kind {
            every = 1
        } else {
            every = Fault.everyDefault
        }
        guard parts.isEmpty else {
            throw FaultSyntaxError(text: text, problem: "\":\(parts.joined(separator: ":"))\" is too much")
        }
    }
}

extension Fault: CustomStringConvertible {
    /// The text that `init(parsing:)` reads.
    package var description: String {
        if case .delay(let milliseconds) = kind { return "delay:\(milliseconds):\(every)" }
        let name = Fault.plainKinds.first { $0.kind == kind }?.name ?? ""
        return "\(name):\(every)"
    }
}

/// A fault that cannot be read, with what would be right.
package struct FaultSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    package var text: String
    package var problem: String

    package var description: String {
        """
        fault "\(text)": \(problem); expected KIND[:EVERY] with one of the kinds \
        \(Fault.names.dropLast().joined(separator: ", ")) (EVERY is \(Fault.everyDefault) if left out) or \
        delay:MILLISECONDS[:EVERY]
        """
    }
}
