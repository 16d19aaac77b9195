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
        writer.key("id")
        writer.value(id)
        if let phone {
            writer.key("phone")
            writer.value(phone)
        }
        writer.key("username")
        writer.value(username)
        writer.key("full_name")
        writer.value(fullName)
        writer.key("avatar_url")
        writer.value(avatarURL)
        writer.key("bio")
        writer.value(bio)
        writer.key("website")
        writer.value(website)
        writer.key("is_private")
        writer.value(isPrivate)
        writer.key("follower_count")
        writer.value(followerCount)
        writer.key("following_count")
        writer.value(followingCount)
        writer.key("post_count")
        writer.value(postCount)
        if phone == nil {
            writer.key("is_following")
            writer.value(isFollowing)
        }
        writer.key("created_at")
        writer.value(createdAt)
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
