import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: PostsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }

    func showPost(_ id: PostID, to caller: UserIndex?) -> Outcome {
        .refused(.resourceNotFound)
    }
}
