import ChatrixHistory
import ChatrixModel

/// All that the scenario language knows of one step: decoder, schema, error texts, documentation and engine read this.
struct StepDeclaration: Sendable {
    enum Role: Sendable {
        case call(CallDeclaration)
        /// Part of the language itself, read by `FileReader`.
        case flow
    }

    let name: String
    let area: String
    let summary: String
    /// The keys that its mapping may have.
    let keys: [KeyDeclaration]
    /// The key that a bare value in place of the mapping is for.
    let bare: String?
    let role: Role

    /// A step that asks the API for something.
    init(
        _ name: String, area: String, _ summary: String, keys: [KeyDeclaration] = [], bare: String? = nil,
        _ call: CallDeclaration
    ) {
        self.name = name
        self.area = area
        self.summary = summary
        self.keys = keys
        self.bare = bare
        role = .call(call)
    }

    /// A step of the language itself.
    init(flow name: String, _ summary: String, keys: [KeyDeclaration] = [], bare: String? = nil) {
        self.name = name
        area = "Flow"
        self.summary = summary
        self.keys = keys
        self.bare = bare
        role = .flow
    }

    var call: CallDeclaration? {
        if case .call(let call) = role { call } else { nil }
    }

    /// In the order of the documentation.
    static let all: [StepDeclaration] = auth + users + chat + follows + block + flow

    static let names = all.map(\.name)

    static func named(_ name: String) -> StepDeclaration? { all.first { $0.name == name } }
}

/// How a step becomes a request or a WebSocket event.
struct CallDeclaration: Sendable {
    /// What the request is about, beside the user who makes it: what the history records of it.
    enum Subject: Sendable { case nobody, partner, conversation }

    enum Payload: Sendable {
        case command(Command)
        case frame(SocketRequest)
    }

    let request: History.Operation.Request
    let subject: Subject
    /// Throws what is wrong with the combination of keys that are right one by one.
    let check: @Sendable (DeclaredValues) throws(StepFault) -> Void
    /// Makes what is sent; `nil` if something that it needs is missing, and the step is skipped.
    let payload: @Sendable (CallContext) -> Payload?

    /// A request of the REST API.
    init(
        _ endpoint: Endpoint.Name, _ subject: Subject = .nobody,
        check: @escaping @Sendable (DeclaredValues) throws(StepFault) -> Void = { _ throws(StepFault) in },
        _ command: @escaping @Sendable (CallContext) -> Command?
    ) {
        request = .http(endpoint)
        self.subject = subject
        self.check = check
        payload = { context in command(context).map { .command($0) } }
    }

    /// An event sent over the WebSocket connection.
    init(
        _ action: SocketAction, _ subject: Subject = .nobody,
        check: @escaping @Sendable (DeclaredValues) throws(StepFault) -> Void = { _ throws(StepFault) in },
        frame: @escaping @Sendable (CallContext) -> SocketRequest?
    ) {
        request = .socket(action)
        self.subject = subject
        self.check = check
        payload = { context in frame(context).map { .frame($0) } }
    }
}

/// What a call is made of when its time has come.
struct CallContext {
    /// The value of a key, with every place of its template filled in.
    enum Value: Sendable {
        case text(String)
        case whole(Int)
        case flag(Bool)
        case attachments([Attachment])
    }

    let seed: UInt64
    /// Number of the acting user, and of the other one.
    let sender: Int
    let partner: Int
    let senderID: UserID
    let partnerID: UserID
    /// Which of the sender's devices acts.
    let device: Int
    /// Between the two; `nil` before they have one.
    let conversation: ConversationID?
    /// In the order of the declaration's keys.
    let arguments: [Value?]

    var senderIdentity: Identity { Identity(seed: seed, number: sender) }
    var partnerIdentity: Identity { Identity(seed: seed, number: partner) }

    /// The value of the key at this position of the declaration; `nil` if the file gives none.
    func text(_ position: Int) -> String? {
        if position < arguments.count, case .text(let value)? = arguments[position] { value } else { nil }
    }

    func whole(_ position: Int) -> Int? {
        if position < arguments.count, case .whole(let value)? = arguments[position] { value } else { nil }
    }

    func flag(_ position: Int) -> Bool? {
        if position < arguments.count, case .flag(let value)? = arguments[position] { value } else { nil }
    }

    func attachments(_ position: Int) -> [Attachment] {
        if position < arguments.count, case .attachments(let value)? = arguments[position] { value } else { [] }
    }
}

/// What is wrong with a step whose keys are right one by one.
struct StepFault: Error {
    /// The key that is to blame; `nil` for the step as a whole.
    var key: String?
    var message: String
}
