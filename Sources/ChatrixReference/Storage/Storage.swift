import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: StorageCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
