import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: ContactsCommand, by caller: UserIndex) -> Outcome {
        .refused(.resourceNotFound)
    }
}
