/// The bodies of the authentication endpoints. Shapes: API document, Authentication 1 to 3.
extension Account {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("phone", phone)
        writer.member("username", username)
        writer.member("full_name", fullName)
        writer.member("avatar_url", avatarURL)
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
        writer.member("access_token", sign(tokens.access))
        writer.member("refresh_token", sign(tokens.refresh))
        writer.endObject()
    }
}
