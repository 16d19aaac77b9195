import ChatrixModel

extension ReferenceBackend {
    /// USERS-ME-PATCH: what is not sent stays, an empty text clears, and the old avatar stays stored (D-29, D-30).
    mutating func updateProfile(of caller: UserIndex, _ update: ProfileUpdate, at time: Timestamp) -> Outcome {
        if let refusal = refusal(of: update.avatar) { return .refused(refusal) }
        if let name = update.fullName { users[caller].fullName = name.isEmpty ? nil : name }
        if let bio = update.bio { users[caller].bio = bio.isEmpty ? nil : bio }
        if let avatar = update.avatar { users[caller].avatarURL = storeAvatar(avatar, of: userID(caller), at: time) }
        let profile = updatedProfile(of: caller)
        // Without a field nothing has happened that a webhook would tell of (D-97).
        guard update.fullName != nil || update.bio != nil || update.avatar != nil else {
            return Outcome(.users(.updated(profile)))
        }
        return Outcome(
            .users(.updated(profile)), domainEvents: [DomainEvent(.userUpdated(profile), at: clock.stamp(time))])
    }

    private func updatedProfile(of user: UserIndex) -> UpdatedProfile {
        let record = users[user]
        return UpdatedProfile(
            id: directory.id(record.number), phone: record.phone, username: record.username,
            fullName: record.fullName, bio: record.bio, avatarURL: record.avatarURL)
    }

    /// What `user-update` sets; `nil` leaves a value as it is, an empty website clears it. Fires `user.updated` (D-100).
    mutating func updateUser(
        _ user: UserIndex, isPrivate: Bool?, website: String?, isVerified: Bool?, at time: Timestamp
    ) -> Outcome {
        guard isPrivate != nil || website != nil || isVerified != nil else { return Outcome(.carriedOut) }
        if let isPrivate { users[user].isPrivate = isPrivate }
        if let isVerified { users[user].isVerified = isVerified }
        if let website { users[user].website = website.isEmpty ? nil : website }
        let event = DomainEvent(.userUpdated(updatedProfile(of: user)), at: clock.stamp(time))
        return Outcome(.carriedOut, domainEvents: [event])
    }
}
