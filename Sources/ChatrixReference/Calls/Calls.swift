import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: CallsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
