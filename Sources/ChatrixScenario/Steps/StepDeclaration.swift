/// All that the scenario language knows of one step: decoder, error texts and documentation read this.
struct StepDeclaration: Sendable {
    enum Body: Sendable {
        /// A mapping with these keys. A bare value in its place is the value of the key `bare`.
        case keys([KeyDeclaration], bare: String?)
        /// Another step, which the partner does.
        case step
    }

    let name: String
    let area: String
    let summary: String
    let body: Body
    /// Makes the action of values that fit the keys; throws what is wrong with their combination.
    let make: @Sendable (DeclaredValues) throws(StepFault) -> Step.Action

    init(
        _ name: String, area: String, _ summary: String, keys: [KeyDeclaration] = [], bare: String? = nil,
        make: @escaping @Sendable (DeclaredValues) throws(StepFault) -> Step.Action
    ) {
        self.name = name
        self.area = area
        self.summary = summary
        body = .keys(keys, bare: bare)
        self.make = make
    }

    private init(peer summary: String) {
        name = "peer"
        area = "Flow"
        self.summary = summary
        body = .step
        make = { _ throws(StepFault) in throw StepFault(key: nil, message: "'peer' needs a step") }
    }

    /// In the order of the documentation.
    static let all: [StepDeclaration] =
        auth + users + chat + follows + block + timing
        + [StepDeclaration(peer: "The partner does the nested step.")]

    static let names = all.map(\.name)

    static func named(_ name: String) -> StepDeclaration? { all.first { $0.name == name } }
}

/// What is wrong with a step whose keys are right one by one.
struct StepFault: Error {
    /// The key that is to blame; `nil` for the step as a whole.
    var key: String?
    var message: String
}
