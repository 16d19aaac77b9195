import ChatrixModel

extension StepDeclaration {
    static let users = [
        StepDeclaration("me", area: "Users", "Reads the own profile.", CallDeclaration(.me) { _ in .users(.me) }),
        StepDeclaration(
            "profile", area: "Users", "Reads the public profile of the partner or the own one.",
            keys: [KeyDeclaration("of", .word(["peer", "self"]), "Whose profile; default peer.")], bare: "of",
            CallDeclaration(.profile, .partner) { context in
                .users(.profile(.id(context.text(0) == "self" ? context.senderID : context.partnerID)))
            }),
    ]
}
