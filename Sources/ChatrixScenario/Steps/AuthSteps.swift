import ChatrixModel

extension StepDeclaration {
    static let auth = [
        StepDeclaration(
            "register", area: "Auth",
            "Registers a new account that nobody uses afterwards; the flow's user stays who he is.",
            CallDeclaration(.register) { context in
                let identity = context.senderIdentity
                return .auth(
                    .register(
                        Registration(
                            phone: identity.spare(context.serial).phone,
                            username: identity.spare(context.serial).username, password: identity.password,
                            deviceID: context.deviceID)))
            }),
        StepDeclaration(
            "login", area: "Auth", "Logs in again on the same device; the new token is used from then on.",
            keys: [KeyDeclaration("password", .template(128), "Instead of the right one, to be refused.")],
            CallDeclaration(.login) { context in
                let identity = context.senderIdentity
                return .auth(
                    .login(
                        Credentials(
                            phoneOrUsername: identity.username, password: context.text(0) ?? identity.password,
                            deviceID: context.deviceID)))
            }),
        StepDeclaration(
            "refresh", area: "Auth", "Uses up the device's refresh token; the new tokens are used from then on.",
            // Whoever carries the command out puts the device's own token in the place of these claims.
            CallDeclaration(.refresh) { context in
                let claims = TokenClaims(
                    subject: context.senderID, kind: .refresh, deviceID: context.deviceID,
                    tokenID: UUIDv4(random: 0, 0), issuedAtSeconds: 0, expiresAtSeconds: 0)
                return .auth(.refresh(claims, deviceID: context.deviceID))
            }),
    ]
}

extension CallContext {
    /// Value of `x-device-id` of the acting device.
    var deviceID: String { senderIdentity.deviceID(of: device) }
}
