import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: MediaCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
