import ChatrixHistory
import ChatrixModel

/// One thing that a user does in a flow.
package struct Step: Sendable, Hashable {
    /// Who acts, or whose events are meant: the user of the flow or his partner.
    package enum Actor: String, Sendable, Hashable, CaseIterable {
        case own = "self"
        case peer
    }

    package enum Action: Sendable, Hashable {
        case login
        case me
        case profile(of: Actor)
        case ensure
        case conversations(limit: Int)
        case messages(limit: Int)
        case send(MessageTemplate)
        case read
        case view
        case block
        case unblock
        case follow
        case unfollow
        /// Nanoseconds.
        case think(ClosedRange<Int64>)
        case await(History.Delivery.Kind, at: Actor, within: Int64)
    }

    package var actor: Actor
    package var action: Action

    package init(_ action: Action, by actor: Actor = .own) {
        self.action = action
        self.actor = actor
    }

    /// Whether the step asks the API for something.
    var isCall: Bool {
        switch action {
        case .think, .await: false
        default: true
        }
    }
}

/// A message with places for what is known only when it is sent.
package struct MessageTemplate: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case literal(String)
        /// `{{n}}`: 1 for the sender's first message of the run, and so on.
        case number
        /// `{{user}}`: the sender's username.
        case user
        /// `{{peer}}`: the recipient's username.
        case peer
    }

    package var kind: Message.Kind
    package var segments: [Segment]
    package var attachments: [Attachment]

    /// Reads a text with `{{…}}`; the error is the word between the braces that is none of `placeholders`.
    static func segments(of text: String) -> Result<[Segment], UnknownPlaceholder> {
        var segments: [Segment] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            if open.lowerBound > rest.startIndex { segments.append(.literal(String(rest[..<open.lowerBound]))) }
            let word = rest[open.upperBound..<close.lowerBound].trimmingBlanks
            switch word {
            case "n": segments.append(.number)
            case "user": segments.append(.user)
            case "peer": segments.append(.peer)
            default: return .failure(UnknownPlaceholder(word: String(word)))
            }
            rest = rest[close.upperBound...]
        }
        if !rest.isEmpty { segments.append(.literal(String(rest))) }
        return .success(segments)
    }

    struct UnknownPlaceholder: Error {
        var word: String
    }

    static let placeholders = ["n", "user", "peer"]

    /// The text for one sending.
    func text(number: Int, user: String, peer: String) -> String {
        if segments.count == 1, case .literal(let text) = segments[0] { return text }
        var text = ""
        for segment in segments {
            switch segment {
            case .literal(let part): text += part
            case .number: text += String(number)
            case .user: text += user
            case .peer: text += peer
            }
        }
        return text
    }
}
