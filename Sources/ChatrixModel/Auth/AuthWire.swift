/// The bodies of the authentication endpoints. Shapes: API document, Authentication 1 to 3.
extension Account {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("id")
        writer.value(id)
        writer.key("phone")
        writer.value(phone)
        writer.key("username")
        writer.value(username)
        writer.key("full_name")
        writer.value(fullName)
        writer.key("avatar_url")
        writer.value(avatarURL)
        writer.endObject()
    }
}

extension AuthReply {
    /// `sign` makes the token text of claims.
    package func encode(to writer: inout JSONWriter, sign: (TokenClaims) -> String) {
        writer.beginObject()
        let tokens: (access: TokenClaims, refresh: TokenClaims)
        switch self {
        case .registered(let grant), .loggedIn(let grant):
            writer.key("user")
            grant.account.encode(to: &writer)
            tokens = (grant.access, grant.refresh)
        case .refreshed(let access, let refresh):
            tokens = (access, refresh)
        }
        writer.key("access_token")
        writer.value(sign(tokens.access))
        writer.key("refresh_token")
        writer.value(sign(tokens.refresh))
        writer.endObject()
    }
}
