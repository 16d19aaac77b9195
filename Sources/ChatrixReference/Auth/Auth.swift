import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: AuthCommand, at time: Timestamp) -> Outcome {
        switch command {
        case .register(let registration): register(registration, at: time)
        case .login(let credentials): logIn(credentials, at: time)
        case .refresh(let claims, let deviceID): refresh(claims, deviceID: deviceID, at: time)
        }
    }

    /// AUTH-REGISTER: all checks come before anything is stored (D-28).
    private mutating func register(_ registration: Registration, at time: Timestamp) -> Outcome {
        if let refusal = refusal(of: registration.avatar) { return .refused(refusal) }
        let name = registration.username.asciiLowercased
        guard usersByPhone[registration.phone] == nil else { return .refused(.phoneTaken) }
        guard usersByUsername[name] == nil else { return .refused(.usernameTaken) }

        let user = users.count
        let number = directory.add(.user, user)
        var record = UserRecord(
            number: number, phone: registration.phone, username: registration.username,
            fullName: registration.fullName.flatMap { $0.isEmpty ? nil : $0 },
            password: PasswordHash(
                of: registration.password, salt: random.next(), rounds: configuration.passwordRounds),
            createdAt: clock.stamp(time))
        if let avatar = registration.avatar {
            record.avatarURL = storeAvatar(avatar, of: directory.id(number), at: time)
        }
        users.append(record)
        usersByPhone[registration.phone] = user
        usersByUsername[name] = user
        let grant = openSession(of: user, deviceID: registration.deviceID, at: time)
        return Outcome(
            .auth(.registered(grant)), domainEvents: [DomainEvent(.userRegistered(grant.account), at: record.createdAt)]
        )
    }

    /// AUTH-LOGIN: an unknown account and a wrong password look the same, in the time they take too (D-27).
    private mutating func logIn(_ credentials: Credentials, at time: Timestamp) -> Outcome {
        let name = credentials.phoneOrUsername
        guard let user = name.hasPrefix("+") ? usersByPhone[name] : usersByUsername[name.asciiLowercased] else {
            _ = PasswordHash(of: credentials.password, salt: 0, rounds: configuration.passwordRounds)
            return .refused(.invalidCredentials)
        }
        guard users[user].password.matches(credentials.password) else { return .refused(.invalidCredentials) }
        return Outcome(.auth(.loggedIn(openSession(of: user, deviceID: credentials.deviceID, at: time))))
    }

    /// AUTH-REFRESH: the presented token must be the current one of its device, and is used up (D-23).
    private mutating func refresh(_ claims: TokenClaims, deviceID: String, at time: Timestamp) -> Outcome {
        guard let user = userIndex(claims.subject), claims.kind == .refresh, claims.deviceID == deviceID,
            clock.now(time).seconds < claims.expiresAtSeconds, users[user].sessions[deviceID] == claims.tokenID
        else { return .refused(.invalidRefreshToken) }
        let grant = openSession(of: user, deviceID: deviceID, at: time)
        return Outcome(.auth(.refreshed(access: grant.access, refresh: grant.refresh)))
    }

    /// Replaces the session of the device, or of a new device, and counts as activity (D-22, D-23, D-61).
    private mutating func openSession(of user: UserIndex, deviceID: String?, at time: Timestamp) -> SessionGrant {
        let now = clock.now(time)
        let deviceID = deviceID ?? makeUUID().description
        let access = claims(.access, of: user, deviceID: deviceID, now: now, seconds: Limits.accessTokenSeconds)
        let refresh = claims(.refresh, of: user, deviceID: deviceID, now: now, seconds: Limits.refreshTokenSeconds)
        users[user].sessions[deviceID] = refresh.tokenID
        users[user].lastSeen = now
        let record = users[user]
        let account = Account(
            id: directory.id(record.number), phone: record.phone, username: record.username, fullName: record.fullName,
            avatarURL: record.avatarURL)
        return SessionGrant(account: account, access: access, refresh: refresh)
    }

    private mutating func claims(
        _ kind: TokenClaims.Kind, of user: UserIndex, deviceID: String, now: Timestamp, seconds: Int64
    ) -> TokenClaims {
        TokenClaims(
            subject: userID(user), kind: kind, deviceID: deviceID, tokenID: makeUUID(), issuedAtSeconds: now.seconds,
            expiresAtSeconds: now.seconds + seconds)
    }

    private mutating func makeUUID() -> UUIDv4 { UUIDv4(random: random.next(), random.next()) }
}

extension String {
    /// Usernames are compared without regard to ASCII case (D-25).
    var asciiLowercased: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
