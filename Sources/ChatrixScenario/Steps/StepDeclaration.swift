import ChatrixHistory
import ChatrixModel

/// All that the scenario language knows of one step: decoder, schema, error texts, documentation and engine read this.
struct StepDeclaration: Sendable {
    enum Role: Sendable {
        case call(CallDeclaration)
        /// Part of the language itself, read by `ScenarioReader`.
        case flow
    }

    let name: String
    let area: String
    let summary: String
    /// The keys that its mapping may have; of a call, its own ones, whose order is that of the arguments.
    let keys: [KeyDeclaration]
    /// The key that a bare value in place of the mapping is for.
    let bare: String?
    /// What stands behind its name where that is no mapping of keys.
    let value: KeyDeclaration.Value?
    /// The name may stand without the value.
    let isValueOptional: Bool
    /// Keys that stand beside its name.
    let companions: [KeyDeclaration]
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
        value = nil
        isValueOptional = false
        companions = []
        role = .call(call)
    }

    /// A step of the language itself.
    init(
        flow name: String, _ summary: String, keys: [KeyDeclaration] = [], bare: String? = nil,
        value: KeyDeclaration.Value? = nil, isValueOptional: Bool = false, companions: [KeyDeclaration] = []
    ) {
        self.name = name
        area = "Flow"
        self.summary = summary
        self.keys = keys
        self.bare = bare
        self.value = value
        self.isValueOptional = isValueOptional
        self.companions = companions
        role = .flow
    }

    /// All keys of the mapping: of a call, also those that any call may have and that make sense for it.
    var mappingKeys: [KeyDeclaration] {
        guard let call, call.isAnswered else { return keys }
        return keys + StepDeclaration.callKeys
    }

    var call: CallDeclaration? {
        if case .call(let call) = role { call } else { nil }
    }

    /// In the order of the documentation.
    static let all: [StepDeclaration] =
        auth + users + posts + chat + contacts + follows + block + reports + stories + notifications + media + storage
        + calls + admin + socket + flow

    static let names = all.map(\.name)

    static func named(_ name: String) -> StepDeclaration? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

/// How a step becomes a request or a WebSocket event.
struct CallDeclaration: Sendable {
    /// What the request is about, beside the user who makes it: what the history records of it.
    enum Subject: Sendable { case nobody, partner, conversation }

    /// The variables of a flow that calls fill by themselves.
    enum Variable: String, Sendable, CaseIterable {
        case message, call, post, story, media, file, cursor
    }

    enum Payload: Sendable {
        case command(Command)
        case frame(SocketRequest)
    }

    let request: History.Operation.Request
    let subject: Subject
    /// The variables that the answer fills without being asked: `{{call}}` after `createCall`.
    let fills: [Step.Capture]
    /// Throws what is wrong with the combination of keys that are right one by one.
    let check: @Sendable (DeclaredValues) throws(StepFault) -> Void
    /// Makes what is sent; `nil` if something that it needs is missing, and the step is skipped.
    let payload: @Sendable (CallContext) -> Payload?

    /// Something comes back: a reply, or the confirmation of a WebSocket event.
    var isAnswered: Bool {
        switch request {
        case .http: true
        case .socket(let action): ![.subscribe, .unsubscribe, .typing].contains(action)
        }
    }

    /// Needs the WebSocket connection.
    var isSocket: Bool {
        if case .socket = request { true } else { false }
    }

    /// A request of the REST API. `fills` maps variables to paths in the answer's body.
    init(
        _ endpoint: Endpoint.Name, _ subject: Subject = .nobody, fills: KeyValuePairs<Variable, String> = [:],
        check: @escaping @Sendable (DeclaredValues) throws(StepFault) -> Void = { _ throws(StepFault) in },
        _ command: @escaping @Sendable (CallContext) -> Command?
    ) {
        request = .http(endpoint)
        self.subject = subject
        self.fills = fills.compactMap { Step.Capture(variable: $0.key.rawValue, path: $0.value) }
        self.check = check
        payload = { context in command(context).map { .command($0) } }
    }

    /// An event sent over the WebSocket connection. `fills` maps variables to paths in the confirmation's data.
    init(
        _ action: SocketAction, _ subject: Subject = .nobody, fills: KeyValuePairs<Variable, String> = [:],
        check: @escaping @Sendable (DeclaredValues) throws(StepFault) -> Void = { _ throws(StepFault) in },
        frame: @escaping @Sendable (CallContext) -> SocketRequest?
    ) {
        request = .socket(action)
        self.subject = subject
        self.fills = fills.compactMap { Step.Capture(variable: $0.key.rawValue, path: $0.value) }
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
        case texts([String])
        case files([UploadFile])
        case location(Location)
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
    /// Number of the operation that the call becomes; another one each time.
    let serial: Int
    /// In the order of the declaration's keys.
    let arguments: [Value?]

    var senderIdentity: Identity { Identity(seed: seed, number: sender) }

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

    func texts(_ position: Int) -> [String] {
        if position < arguments.count, case .texts(let value)? = arguments[position] { value } else { [] }
    }

    func files(_ position: Int) -> [UploadFile] {
        if position < arguments.count, case .files(let value)? = arguments[position] { value } else { [] }
    }

    func location(_ position: Int) -> Location? {
        if position < arguments.count, case .location(let value)? = arguments[position] { value } else { nil }
    }
}

/// What is wrong with a step whose keys are right one by one.
struct StepFault: Error {
    /// The key that is to blame; `nil` for the step as a whole.
    var key: String?
    var message: String
}
