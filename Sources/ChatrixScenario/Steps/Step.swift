import ChatrixHistory
import ChatrixModel

/// One thing that happens in a flow.
package indirect enum Step: Sendable, Hashable {
    /// Who acts, or whose events are meant: the user of the flow or his partner.
    package enum Actor: String, Sendable, Hashable, CaseIterable {
        case own = "self"
        case peer
    }

    /// A request or a WebSocket event.
    case call(Call)
    case think(Distribution)
    case await(Await)
    case session(Session)
    /// Gives a variable of the flow a value.
    case assign(variable: String, Template)
    case when(Condition, then: [Step], otherwise: [Step])
    case `repeat`(Repetition, [Step])
    /// One of the branches, drawn by weight.
    case choose([Branch])
}

extension Step {
    /// What a step asks the API for.
    package struct Call: Sendable, Hashable {
        package var actor: Actor
        /// Name of the `StepDeclaration`.
        package var name: String
        /// In the order of the declaration's keys; `nil` where the file gives none.
        package var arguments: [Argument?]
        /// What to keep of the answer.
        package var captures: [Capture]
        /// The only status that is right; `nil` for any success. Another one is counted as failed.
        package var expectedStatus: Int?

        package init(
            _ name: String, by actor: Actor = .own, _ arguments: [Argument?] = [], captures: [Capture] = [],
            expectedStatus: Int? = nil
        ) {
            self.actor = actor
            self.name = name
            self.arguments = arguments
            self.captures = captures
            self.expectedStatus = expectedStatus
        }
    }

    /// The value of a key of a call.
    package enum Argument: Sendable, Hashable {
        case text(Template)
        case whole(Int)
        case flag(Bool)
        case attachments([Attachment])
        /// Each filled in when its time has come.
        case texts([Template])
        case files([UploadFile])
        case location(Location)
    }

    /// `{variable: path}`: a value of the JSON answer that is kept in a variable of the flow.
    package struct Capture: Sendable, Hashable {
        package enum Element: Sendable, Hashable {
            case member(String)
            /// From 0.
            case index(Int)
        }

        package var variable: String
        package var path: [Element]

        package init(variable: String, path: [Element]) {
            self.variable = variable
            self.path = path
        }

        /// Reads a path such as `messages[0].id`; `nil` for anything else.
        init?(variable: String, path text: String) {
            var path: [Element] = []
            var rest = text[...]
            while !rest.isEmpty {
                if rest.first == "[" {
                    guard let end = rest.firstIndex(of: "]"), let index = Int(rest[..<end].dropFirst()),
                        (0...9999).contains(index)
                    else { return nil }
                    path.append(.index(index))
                    rest = rest[rest.index(after: end)...]
                } else {
                    if !path.isEmpty {
                        guard rest.first == "." else { return nil }
                        rest = rest.dropFirst()
                    }
                    let name = rest.prefix { $0 != "." && $0 != "[" }
                    guard !name.isEmpty, !name.contains("]") else { return nil }
                    path.append(.member(String(name)))
                    rest = rest.dropFirst(name.count)
                }
            }
            guard !path.isEmpty else { return nil }
            self.init(variable: variable, path: path)
        }
    }

    /// Waits until an event of the flow's conversation has arrived; a message is the one that the flow sent last.
    package struct Await: Sendable, Hashable {
        package var kind: History.Delivery.Kind
        package var place: Actor
        /// Nanoseconds.
        package var within: Int64

        package init(_ kind: History.Delivery.Kind, at place: Actor, within: Int64) {
            self.kind = kind
            self.place = place
            self.within = within
        }
    }

    /// The user goes away or comes back: as an app in the background, a lost network, a closed socket.
    package struct Session: Sendable, Hashable {
        package enum Connection: String, Sendable, Hashable, CaseIterable { case http, mqtt, websocket }

        package var actor: Actor
        /// False closes, true opens. HTTP opens by itself with the next request.
        package var isUp: Bool
        package var connections: Set<Connection>

        package init(isUp: Bool, _ connections: Set<Connection>, by actor: Actor = .own) {
            self.actor = actor
            self.isUp = isUp
            self.connections = connections
        }
    }

    package struct Condition: Sendable, Hashable {
        package enum Comparison: String, Sendable, Hashable, CaseIterable {
            case equal = "==", unequal = "!=", less = "<", atMost = "<=", more = ">", atLeast = ">="
            /// The left text contains the right one.
            case contains
        }

        package enum Test: Sendable, Hashable {
            /// As numbers where both are numbers, else as texts.
            case compare(Template, Comparison, Template)
            /// True in this share of the times, 0…1; drawn from the user's stream.
            case chance(Double)
        }

        package var test: Test

        package init(_ test: Test) { self.test = test }
    }

    /// How often the steps of a `repeat` are gone through: until the first of its ends is reached.
    package struct Repetition: Sendable, Hashable {
        package var times: Template?
        /// Looked at before each time.
        package var condition: Condition?
        /// Nanoseconds after the beginning at which no further time begins.
        package var duration: Int64?
        /// From the beginning of one time to the beginning of the next, as polling does; `nil` goes on at once.
        package var every: Distribution?

        package init(
            times: Template? = nil, while condition: Condition? = nil, for duration: Int64? = nil,
            every: Distribution? = nil
        ) {
            self.times = times
            self.condition = condition
            self.duration = duration
            self.every = every
        }
    }

    package struct Branch: Sendable, Hashable {
        package var weight: Double
        package var steps: [Step]

        package init(weight: Double, steps: [Step]) {
            self.weight = weight
            self.steps = steps
        }
    }

    /// Whether the step asks the API for something, itself or in its parts.
    var isCall: Bool {
        switch self {
        case .call: true
        case .think, .await, .session, .assign: false
        case .when(_, let then, let otherwise): (then + otherwise).contains(where: \.isCall)
        case .repeat(_, let steps): steps.contains(where: \.isCall)
        case .choose(let branches): branches.contains { $0.steps.contains(where: \.isCall) }
        }
    }
}
