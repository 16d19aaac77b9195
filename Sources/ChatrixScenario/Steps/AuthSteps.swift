import ChatrixModel

extension StepDeclaration {
    static let auth = [
        StepDeclaration(
            "login", area: "Auth", "Logs in again on the same device; the new token is used from then on.",
            CallDeclaration(.login) { context in
                let identity = context.senderIdentity
                return .auth(
                    .login(
                        Credentials(
                            phoneOrUsername: identity.username, password: identity.password,
                            deviceID: identity.deviceID)))
            })
    ]
}
