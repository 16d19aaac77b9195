/// The bodies of the user endpoints. Shapes: API document, Users 1 to 3.
extension UsersReply {
    package func encode(to writer: inout JSONWriter) {
        switch self {
        case .me(let own): own.profile.encode(to: &writer, phone: own.phone)
        case .updated(let profile): profile.encode(to: &writer)
        case .profile(let profile): profile.encode(to: &writer, phone: nil)
        }
    }
}

extension PublicProfile {
    /// With `phone`, the shape of the own profile: it has the phone and lacks `is_following`.
    fileprivate func encode(to writer: inout JSONWriter, phone: String?) {
        writer.beginObject()
        writer.member("id", id)
        if let phone {
            writer.member("phone", phone)
        }
        writer.member("username", username)
        writer.member("full_name", fullName)
        writer.member("avatar_url", avatarURL)
        writer.member("bio", bio)
        writer.member("website", website)
        writer.member("is_private", isPrivate)
        writer.member("follower_count", followerCount)
        writer.member("following_count", followingCount)
        writer.member("post_count", postCount)
        if phone == nil {
            writer.member("is_following", isFollowing)
        }
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}

extension UpdatedProfile {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("phone", phone)
        writer.member("username", username)
        writer.member("full_name", fullName)
        writer.member("bio", bio)
        writer.member("avatar_url", avatarURL)
        writer.endObject()
    }
}

extension UserSummary {
    /// `id`, `username`, `full_name`, `avatar_url`: participants of the list, senders, authors.
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        encodeMembers(to: &writer)
        writer.endObject()
    }

    /// The members alone, for shapes that add further ones.
    package func encodeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("username", username)
        writer.member("full_name", fullName)
        writer.member("avatar_url", avatarURL)
    }
}
