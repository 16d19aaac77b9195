/// The bodies of the post endpoints and of posts, comments and likes in webhooks. Shapes: API document, Posts 1 to 3; D-95.
extension PostsReply {
    package func encode(to writer: inout JSONWriter) {
        switch self {
        case .created(let post): post.encode(to: &writer)
        case .post(let detail): detail.encode(to: &writer)
        case .feed(let page): page.encode(to: &writer)
        }
    }
}

extension Post {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("user_id", user)
        encodeCommon(to: &writer)
        writer.member("created_at", createdAt)
        writer.endObject()
    }

    /// What all shapes of a post have between the author and the times.
    fileprivate func encodeCommon(to writer: inout JSONWriter) {
        writer.member("caption", caption)
        writer.key("media")
        writer.array(media) { $0.encode(to: &$1) }
        writer.member("like_count", likeCount)
        writer.member("comment_count", commentCount)
        writer.member("is_liked", isLiked)
        writer.member("is_saved", isSaved)
    }
}

extension PostDetail {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", post.id)
        writer.key("user")
        writer.beginObject()
        author.encodeMembers(to: &writer)
        writer.member("is_verified", isVerified)
        writer.endObject()
        post.encodeCommon(to: &writer)
        writer.key("location")
        if let location { location.encode(to: &writer) } else { writer.null() }
        writer.member("created_at", post.createdAt)
        writer.member("updated_at", updatedAt)
        writer.endObject()
    }
}

extension Location {
    /// `name`, `lat`, `lng`, in responses and in the form field `location`.
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("lat", latitude)
        writer.member("lng", longitude)
        writer.endObject()
    }
}

extension FeedPage {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("posts")
        writer.array(items) { item, writer in
            writer.beginObject()
            writer.member("id", item.post.id)
            writer.key("user")
            item.author.encode(to: &writer)
            item.post.encodeCommon(to: &writer)
            writer.member("created_at", item.post.createdAt)
            writer.endObject()
        }
        writer.member("next_cursor", items.last?.post.createdAt)
        writer.member("has_more", hasMore)
        writer.endObject()
    }
}

extension Comment {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("post_id", post)
        writer.member("user_id", user)
        writer.member("content", content)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}

extension Like {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("post_id", post)
        writer.member("user_id", user)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}
