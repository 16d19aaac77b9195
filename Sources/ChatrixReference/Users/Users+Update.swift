import ChatrixModel

extension ReferenceBackend {
    mutating func updateProfile(of caller: UserIndex, _ update: ProfileUpdate, at time: Timestamp) -> Outcome {
        .refused(.resourceNotFound)
    }
}
