import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: ReportsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
