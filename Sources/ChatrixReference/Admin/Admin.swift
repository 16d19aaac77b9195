import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: AdminCommand) -> Outcome {
        .refused(.resourceNotFound)
    }
}
