/// The bodies of the story endpoints and of stories in webhooks. Shapes: API document, Stories 1 and 2; D-95.
extension StoriesReply {
    package func encode(to writer: inout JSONWriter) {
        switch self {
        case .created(let story): story.encode(to: &writer)
        case .feed(let groups):
            writer.beginObject()
            writer.key("stories")
            writer.array(groups) { $0.encode(to: &$1) }
            writer.endObject()
        }
    }
}

extension Story {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("user_id", user)
        writer.key("media")
        media.encode(to: &writer)
        writer.member("caption", caption)
        writer.member("view_count", viewCount)
        writer.member("expires_at", expiresAt)
        writer.member("created_at", createdAt)
        writer.endObject()
    }
}

extension StoryGroup {
    fileprivate func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("user")
        user.encode(to: &writer)
        writer.key("items")
        writer.array(items) { item, writer in
            writer.beginObject()
            writer.member("id", item.story.id)
            writer.key("media")
            item.story.media.encode(to: &writer)
            writer.member("view_count", item.story.viewCount)
            writer.member("expires_at", item.story.expiresAt)
            writer.member("created_at", item.story.createdAt)
            writer.member("is_viewed", item.isViewed)
            writer.endObject()
        }
        writer.endObject()
    }
}

extension StoryView {
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("story_id", story)
        writer.member("viewer_id", viewer)
        writer.member("viewed_at", viewedAt)
        writer.endObject()
    }
}
