package enum PostsCommand: Sendable {
    /// POST /posts.
    case create(PostDraft)
    /// GET /posts/:postId; the caller may be anonymous.
    case post(PostID)
    /// GET /posts/feed.
    case feed(FeedQuery)
}

package enum PostsReply: Sendable {
    /// 201.
    case created(Post)
    case post(PostDetail)
    case feed(FeedPage)
}

/// A new post whose text fields have passed the rules of form (D-34).
package struct PostDraft: Sendable {
    package var caption: String?
    /// In the order of the form parts, 1 to 10; their content is judged by the backend.
    package var files: [UploadedFile]
    package var location: Location?
    package var isPrivate: Bool

    package init(
        caption: String? = nil, files: [UploadedFile], location: Location? = nil, isPrivate: Bool = false
    ) {
        self.caption = caption
        self.files = files
        self.location = location
        self.isPrivate = isPrivate
    }
}

/// A place, as posts and stories carry it (D-34).
package struct Location: Sendable, Hashable {
    /// 1 to 200 Unicode scalars.
    package var name: String
    /// Degrees, -90...90.
    package var latitude: Double
    /// Degrees, -180...180.
    package var longitude: Double

    package init(
        name: String, latitude: Double, longitude: Double
    ) {
        self.name = name
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// The body of POST /posts, and what the other shapes of a post share.
package struct Post: Sendable, Hashable {
    package var id: PostID
    /// The author.
    package var user: UserID
    package var caption: String?
    package var media: [MediaFile]
    package var likeCount: Int
    package var commentCount: Int
    /// The caller's own, false for anonymous callers (D-38).
    package var isLiked: Bool
    /// The caller's own, false for anonymous callers (D-38).
    package var isSaved: Bool
    package var createdAt: Timestamp

    package init(
        id: PostID, user: UserID, caption: String?, media: [MediaFile], likeCount: Int, commentCount: Int,
        isLiked: Bool, isSaved: Bool, createdAt: Timestamp
    ) {
        self.id = id
        self.user = user
        self.caption = caption
        self.media = media
        self.likeCount = likeCount
        self.commentCount = commentCount
        self.isLiked = isLiked
        self.isSaved = isSaved
        self.createdAt = createdAt
    }
}

/// The body of GET /posts/:postId.
package struct PostDetail: Sendable, Hashable {
    package var post: Post
    package var author: UserSummary
    /// Of the author.
    package var isVerified: Bool
    package var location: Location?
    /// Equal to `createdAt` until an edit.
    package var updatedAt: Timestamp

    package init(
        post: Post, author: UserSummary, isVerified: Bool, location: Location?, updatedAt: Timestamp
    ) {
        self.post = post
        self.author = author
        self.isVerified = isVerified
        self.location = location
        self.updatedAt = updatedAt
    }
}

/// The body of GET /posts/feed.
package struct FeedPage: Sendable, Hashable {
    /// A post and who wrote it.
    package struct Item: Sendable, Hashable {
        package var post: Post
        package var author: UserSummary

        package init(post: Post, author: UserSummary) {
            self.post = post
            self.author = author
        }
    }

    package var items: [Item]
    package var hasMore: Bool
    package var order: ListOrder

    package init(
        items: [Item], hasMore: Bool, order: ListOrder
    ) {
        self.items = items
        self.hasMore = hasMore
        self.order = order
    }
}

/// The query of GET /posts/feed (D-39, D-44).
package struct FeedQuery: Sendable, Hashable {
    package var limit: Int
    /// Exclusive, on `created_at`.
    package var before: Timestamp?
    /// Exclusive, on `created_at`.
    package var after: Timestamp?
    package var author: UserID?
    package var order: ListOrder

    package init(
        limit: Int = Limits.feedPageDefault, before: Timestamp? = nil, after: Timestamp? = nil, author: UserID? = nil,
        order: ListOrder = .newestFirst
    ) {
        self.limit = limit
        self.before = before
        self.after = after
        self.author = author
        self.order = order
    }
}

/// A comment on a post; only control commands make one (D-38).
package struct Comment: Sendable, Hashable {
    package var id: CommentID
    package var post: PostID
    package var user: UserID
    package var content: String
    package var createdAt: Timestamp

    package init(
        id: CommentID, post: PostID, user: UserID, content: String, createdAt: Timestamp
    ) {
        self.id = id
        self.post = post
        self.user = user
        self.content = content
        self.createdAt = createdAt
    }
}

/// A like of a post; only control commands make one (D-38).
package struct Like: Sendable, Hashable {
    package var post: PostID
    package var user: UserID
    package var createdAt: Timestamp

    package init(
        post: PostID, user: UserID, createdAt: Timestamp
    ) {
        self.post = post
        self.user = user
        self.createdAt = createdAt
    }
}
