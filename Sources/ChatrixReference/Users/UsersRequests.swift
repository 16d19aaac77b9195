import ChatrixModel

/// Reading of PATCH /users/me: rules of form (D-28, D-29).
extension ReferenceAPI {
    /// USERS-ME-PATCH: a form or a JSON object; whatever else it names is unknown here and ignored.
    static func profileUpdate(_ body: RequestBody) throws(Refusal) -> Command {
        .users(
            .update(
                ProfileUpdate(
                    fullName: try body.optionalText("full_name") { $0.isWithinScalars(Limits.fullNameScalarsMax) },
                    bio: try body.optionalText("bio") { $0.isWithinScalars(Limits.bioScalarsMax) },
                    avatar: try body.file("avatar"))))
    }
}
