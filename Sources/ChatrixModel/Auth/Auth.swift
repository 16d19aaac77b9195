package enum AuthCommand: Sendable {
    /// POST /auth/register.
    case register(Registration)
    /// POST /auth/login.
    case login(Credentials)
    /// POST /auth/refresh, with the claims of a refresh token whose signature and type are good.
    case refresh(TokenClaims, deviceID: String)
}

/// A registration whose fields have passed the rules of form (D-24…D-26).
package struct Registration: Sendable {
    package var phone: String
    package var username: String
    package var password: String
    package var fullName: String?
    package var avatar: UploadedFile?
    /// Text of the header `x-device-id`; without one the backend makes a UUID (D-22).
    package var deviceID: String?

    package init(
        phone: String, username: String, password: String, fullName: String? = nil, avatar: UploadedFile? = nil,
        deviceID: String? = nil
    ) {
        self.phone = phone
        self.username = username
        self.password = password
        self.fullName = fullName
        self.avatar = avatar
        self.deviceID = deviceID
    }
}

package struct Credentials: Sendable {
    /// A phone number if it starts with a plus sign, else a username (D-27).
    package var phoneOrUsername: String
    package var password: String
    package var deviceID: String?

    package init(phoneOrUsername: String, password: String, deviceID: String? = nil) {
        self.phoneOrUsername = phoneOrUsername
        self.password = password
        self.deviceID = deviceID
    }
}

package enum AuthReply: Sendable {
    /// 201.
    case registered(SessionGrant)
    /// 200.
    case loggedIn(SessionGrant)
    /// 200.
    case refreshed(access: TokenClaims, refresh: TokenClaims)
}

/// A session that was opened: whose it is, and what its two tokens say.
package struct SessionGrant: Sendable {
    package var account: Account
    package var access: TokenClaims
    package var refresh: TokenClaims

    package init(account: Account, access: TokenClaims, refresh: TokenClaims) {
        self.account = account
        self.access = access
        self.refresh = refresh
    }
}

/// The `user` object of register and login.
package struct Account: Sendable, Hashable {
    package var id: UserID
    package var phone: String
    package var username: String
    package var fullName: String?
    package var avatarURL: String?

    package init(id: UserID, phone: String, username: String, fullName: String?, avatarURL: String?) {
        self.id = id
        self.phone = phone
        self.username = username
        self.fullName = fullName
        self.avatarURL = avatarURL
    }
}

/// The payload of a token (D-21).
package struct TokenClaims: Sendable, Hashable {
    package enum Kind: String, Sendable { case access, refresh }

    package var subject: UserID
    package var kind: Kind
    package var deviceID: String
    /// `jti`.
    package var tokenID: UUIDv4
    /// `iat`, whole Unix seconds.
    package var issuedAtSeconds: Int64
    /// `exp`, whole Unix seconds; valid while now is less.
    package var expiresAtSeconds: Int64

    package init(
        subject: UserID, kind: Kind, deviceID: String, tokenID: UUIDv4, issuedAtSeconds: Int64, expiresAtSeconds: Int64
    ) {
        self.subject = subject
        self.kind = kind
        self.deviceID = deviceID
        self.tokenID = tokenID
        self.issuedAtSeconds = issuedAtSeconds
        self.expiresAtSeconds = expiresAtSeconds
    }
}

/// A file part of a form, as it arrived.
package struct UploadedFile: Sendable {
    /// The `filename` parameter, unchanged.
    package var name: String
    /// A part of the request's body, which it keeps in memory.
    package var content: ArraySlice<UInt8>

    package init(name: String, content: ArraySlice<UInt8>) {
        self.name = name
        self.content = content
    }
}
