import ChatrixModel

extension StepDeclaration {
    static let users = [
        StepDeclaration("me", area: "Users", "Reads the own profile.", CallDeclaration(.me) { _ in .users(.me) }),
        StepDeclaration(
            "updateMe", area: "Users", "Changes the own profile.",
            keys: [
                KeyDeclaration("name", .template(Limits.fullNameScalarsMax), "Full name."),
                KeyDeclaration("bio", .template(Limits.bioScalarsMax), "Biography."),
                KeyDeclaration("avatar", .file, "Picture."),
            ],
            CallDeclaration(.updateMe, check: checkUpdate) { context in
                .users(
                    .update(
                        ProfileUpdate(
                            fullName: context.text(0), bio: context.text(1), avatar: context.files(2).first?.uploaded)))
            }),
        StepDeclaration(
            "profile", area: "Users", "Reads the public profile of the partner or the own one.",
            keys: [KeyDeclaration("of", .word(["peer", "self"]), "Whose profile; default peer.")], bare: "of",
            CallDeclaration(.profile, .partner) { context in
                .users(.profile(.id(context.text(0) == "self" ? context.senderID : context.partnerID)))
            }),
    ]

    @Sendable
    private static func checkUpdate(_ values: DeclaredValues) throws(StepFault) {
        if !["name", "bio", "avatar"].contains(where: { values.nodes[$0] != nil }) {
            throw StepFault(key: nil, message: "'updateMe' needs one of name, bio, avatar")
        }
    }
}
