import ChatrixModel

extension Reply {
    /// The JSON body of an answer that was not refused; `nil` of one without, and of files. Tokens are signed with `tokens`.
    func jsonBody(in language: Language, signedBy tokens: TokenCodec) -> [UInt8]? {
        var writer = JSONWriter(reservingCapacity: 512)
        switch self {
        case .refused, .carriedOut, .follows(.unfollowed), .storage(.file), .storage(.preview): return nil
        case .auth(let reply): reply.encode(to: &writer) { tokens.sign($0) }
        case .users(let reply): reply.encode(to: &writer)
        case .posts(let reply): reply.encode(to: &writer)
        case .chat(let reply): reply.encode(to: &writer, language: language)
        case .contacts(let reply): reply.encode(to: &writer)
        case .follows(.followed(let follow)): follow.encode(to: &writer)
        case .block(let reply): reply.encode(to: &writer)
        case .reports(let reply): reply.encode(to: &writer)
        case .stories(let reply): reply.encode(to: &writer)
        case .notifications(let reply): reply.encode(to: &writer)
        case .media(let reply): reply.encode(to: &writer)
        case .storage(let reply): reply.encode(to: &writer)
        case .calls(.created(let call)), .calls(.answered(let call)), .calls(.ended(let call)):
            call.encode(to: &writer)
        case .admin(let reply): reply.encode(to: &writer)
        }
        return writer.bytes
    }

    /// The same for those who have no connection to carry tokens over: they are signed with the default secret.
    package func jsonBody(in language: Language) -> [UInt8]? {
        jsonBody(in: language, signedBy: TokenCodec(secret: ReferenceAPI.Configuration().tokenSecret))
    }
}
