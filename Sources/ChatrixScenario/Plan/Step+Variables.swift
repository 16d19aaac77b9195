extension Step {
    /// The variables that the step and those in it read, in the order of the file.
    var readVariables: [String] {
        switch self {
        case .call(let call): call.arguments.flatMap { $0?.readVariables ?? [] }
        case .think, .await, .session: []
        case .assign(_, let template): template.variables
        case .when(let condition, let then, let otherwise):
            condition.readVariables + (then + otherwise).flatMap(\.readVariables)
        case .repeat(let repetition, let steps):
            (repetition.times?.variables ?? []) + (repetition.condition?.readVariables ?? [])
                + steps.flatMap(\.readVariables)
        case .choose(let branches): branches.flatMap { $0.steps.flatMap(\.readVariables) }
        }
    }
}

extension Step.Argument {
    fileprivate var readVariables: [String] {
        switch self {
        case .text(let template): template.variables
        case .texts(let templates): templates.flatMap(\.variables)
        case .whole, .flag, .attachments, .files, .location: []
        }
    }
}

extension Step.Condition {
    fileprivate var readVariables: [String] {
        switch test {
        case .compare(let left, _, let right): left.variables + right.variables
        case .chance: []
        }
    }
}
