import ChatrixModel

/// Reading of PATCH /users/me: rules of form (D-28, D-29).
extension ReferenceAPI {
    static func profileUpdate(_ body: RequestBody) throws(Refusal) -> Command {
        throw Refusal.resourceNotFound
    }
}
