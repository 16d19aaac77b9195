import CLibcrypto
import ChatrixModel

/// Signs claims as JWT with HS256 and reads them back (D-20, D-21).
struct TokenCodec: Sendable {
    /// The segment that decodes to `{"alg":"HS256","typ":"JWT"}` (AUTHZ-06).
    private static let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    private static let verifiedMax = 65_536

    private let secret: [UInt8]
    /// Texts that were found good, so that a client's next request costs a look-up and no HMAC. What they say does not
    /// change; expiry and the user's existence are judged by the caller.
    private var verified: [String: TokenClaims] = [:]

    init(secret: String) {
        self.secret = Array(secret.utf8)
    }

    func sign(_ claims: TokenClaims) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("sub")
        writer.value(claims.subject)
        writer.key("type")
        writer.value(claims.kind.rawValue)
        writer.key("device_id")
        writer.value(claims.deviceID)
        writer.key("jti")
        writer.value(claims.tokenID.description)
        writer.key("iat")
        writer.value(Int(claims.issuedAtSeconds))
        writer.key("exp")
        writer.value(Int(claims.expiresAtSeconds))
        writer.endObject()
        let content = "\(TokenCodec.header).\(Base64URL.encode(writer.bytes))"
        return "\(content).\(signature(of: content))"
    }

    /// The claims of a well-formed token with a good signature, whatever its kind and age; `nil` for any other text.
    mutating func verify(_ token: String) -> TokenClaims? {
        if let claims = verified[token] { return claims }
        let segments = token.split(separator: ".", omittingEmptySubsequences: false)
        guard segments.count == 3, isHS256(segments[0]),
            // The texts are compared and not the bytes, so that unused bits of the last character are no second spelling.
            isEqual(String(segments[2]), signature(of: "\(segments[0]).\(segments[1])")),
            let payload = Base64URL.decode(segments[1]), let fields = try? JSON.parse(payload),
            let claims = TokenClaims(fields)
        else { return nil }
        if verified.count >= TokenCodec.verifiedMax { verified.removeAll(keepingCapacity: true) }
        verified[token] = claims
        return claims
    }

    private func isHS256(_ segment: Substring) -> Bool {
        if segment == TokenCodec.header { return true }
        guard let bytes = Base64URL.decode(segment), let fields = try? JSON.parse(bytes) else { return false }
        return fields["alg"]?.string == "HS256"
    }

    private func signature(of content: String) -> String {
        var content = content
        let mac = content.withUTF8 { bytes in
            [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
                var length: UInt32 = 0
                let result = HMAC(
                    EVP_sha256(), secret, Int32(secret.count), bytes.baseAddress, bytes.count, buffer.baseAddress,
                    &length)
                precondition(result != nil && length == 32, "HMAC of libcrypto failed")
                count = 32
            }
        }
        return Base64URL.encode(mac)
    }

    private func isEqual(_ a: String, _ b: String) -> Bool {
        a.utf8.count == b.utf8.count && CRYPTO_memcmp(Array(a.utf8), Array(b.utf8), a.utf8.count) == 0
    }
}

extension TokenClaims {
    fileprivate init?(_ fields: JSON) {
        guard let subject = fields["sub"]?.id(of: Entity.User.self),
            let kind = fields["type"]?.string.flatMap(Kind.init(rawValue:)), let device = fields["device_id"]?.string,
            let tokenID = fields["jti"]?.string.flatMap({ UUIDv4($0) }), let issuedAt = fields["iat"]?.integer,
            let expiresAt = fields["exp"]?.integer
        else { return nil }
        self.init(
            subject: subject, kind: kind, deviceID: device, tokenID: tokenID, issuedAtSeconds: Int64(issuedAt),
            expiresAtSeconds: Int64(expiresAt))
    }
}
