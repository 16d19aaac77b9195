import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: NotificationsCommand, by caller: UserIndex) -> Outcome {
        .refused(.resourceNotFound)
    }
}
