extension StepDeclaration {
    static let users = [
        StepDeclaration("me", area: "Users", "Reads the own profile.") { _ throws(StepFault) in .me },
        StepDeclaration(
            "profile", area: "Users", "Reads the public profile of the partner or the own one.",
            keys: [KeyDeclaration("of", .word(["peer", "self"]), "Whose profile; default peer.")], bare: "of"
        ) { values throws(StepFault) in
            .profile(of: values.text("of").flatMap(Step.Actor.init(rawValue:)) ?? .peer)
        },
    ]
}
