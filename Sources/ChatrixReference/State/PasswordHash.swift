import CLibcrypto

/// A salted PBKDF2-HMAC-SHA256 of a password; the password itself is stored nowhere (D-26).
struct PasswordHash: Sendable, Hashable {
    private let salt: UInt64
    private let rounds: Int
    private let derived: [UInt8]

    init(of password: String, salt: UInt64, rounds: Int) {
        self.salt = salt
        self.rounds = rounds
        derived = PasswordHash.derive(password, salt: salt, rounds: rounds)
    }

    func matches(_ password: String) -> Bool {
        let candidate = PasswordHash.derive(password, salt: salt, rounds: rounds)
        return CRYPTO_memcmp(candidate, derived, derived.count) == 0
    }

    private static func derive(_ password: String, salt: UInt64, rounds: Int) -> [UInt8] {
        let saltBytes = withUnsafeBytes(of: salt.littleEndian) { Array($0) }
        return [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let result = PKCS5_PBKDF2_HMAC(
                password, Int32(password.utf8.count), saltBytes, Int32(saltBytes.count), Int32(rounds), EVP_sha256(),
                32,
                buffer.baseAddress)
            precondition(result == 1, "PBKDF2 of libcrypto failed")
            count = 32
        }
    }
}
