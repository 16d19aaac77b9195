import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: StoriesCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
