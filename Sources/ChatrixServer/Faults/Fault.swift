/// A way in which the server misbehaves on purpose, so that a tester can prove that it notices.
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
    }

    package var kind: Kind
    /// Every how manieth publication is hit, at least 1.
    package var every: Int

    package init(_ kind: Kind, every: Int) {
        precondition(every >= 1)
        self.kind = kind
        self.every = every
    }

    /// Which publication is hit where nothing is said; delays hit each one.
    package static let everyDefault = 100

    /// Reads `KIND[:EVERY]`, for delays `delay:MILLISECONDS[:EVERY]`.
    package init(parsing text: String) throws(FaultSyntaxError) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false)[...]
        let name = parts.removeFirst()
        switch name {
        case "drop": kind = .drop
        case "duplicate": kind = .duplicate
        case "reorder": kind = .reorder
        case "leak": kind = .leak
        case "delay":
            guard let first = parts.popFirst(), let milliseconds = Int64(first), (1...3_600_000).contains(milliseconds)
            else { throw FaultSyntaxError(text: text, problem: "delay needs milliseconds from 1 to 3600000") }
            kind = .delay(milliseconds: milliseconds)
        default: throw FaultSyntaxError(text: text, problem: "there is no kind \"\(name)\"")
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
        switch kind {
        case .drop: "drop:\(every)"
        case .duplicate: "duplicate:\(every)"
        case .reorder: "reorder:\(every)"
        case .delay(let milliseconds): "delay:\(milliseconds):\(every)"
        case .leak: "leak:\(every)"
        }
    }
}

/// A fault that cannot be read, with what would be right.
package struct FaultSyntaxError: Error, Sendable, Hashable, CustomStringConvertible {
    package var text: String
    package var problem: String

    package var description: String {
        """
        fault "\(text)": \(problem); expected drop[:EVERY], duplicate[:EVERY], reorder[:EVERY], leak[:EVERY] \
        (EVERY is \(Fault.everyDefault) if left out) or delay:MILLISECONDS[:EVERY]
        """
    }
}
