import ChatrixModel

/// Place of a post in `PostsState.records`.
typealias PostIndex = Int
/// Place of a comment in `PostsState.comments`.
typealias CommentIndex = Int

/// Posts with what others think of them. What belongs to one user is found in `UserRecord.posts`.
struct PostsState: Sendable {
    /// In the order of creation, so by ascending number and `createdAt`; deleted ones stay as gaps.
    var records: ContiguousArray<PostRecord> = []
    var comments: ContiguousArray<CommentRecord> = []
    /// Those that are not deleted.
    var count = 0
    var commentCount = 0

    /// The first place of a post made after `time`. O(log posts).
    func firstIndex(after time: Timestamp) -> PostIndex { records.partitioningIndex { $0.createdAt > time } }

    /// The first place of a post not made before `time`. O(log posts).
    func firstIndex(notBefore time: Timestamp) -> PostIndex { records.partitioningIndex { $0.createdAt >= time } }
}

struct PostRecord: Sendable {
    let number: UInt64
    let author: UserIndex
    let createdAt: Timestamp
    /// Of the last edit, or of the creation.
    var updatedAt: Timestamp
    var caption: String?
    /// In the order of the files, 1 to 10; empty for a deleted post.
    var media: [MediaFile]
    var location: Location?
    /// The flag of the post, fixed at its creation; the account of the author has one of its own (D-36).
    let isPrivate: Bool
    var isDeleted = false
    /// Who likes the post, and since when.
    var likes: [UserIndex: Timestamp] = [:]
    var savedBy: Set<UserIndex> = []
    var comments: Set<CommentIndex> = []

    init(
        number: UInt64, author: UserIndex, createdAt: Timestamp, caption: String?, media: [MediaFile],
        location: Location?, isPrivate: Bool
    ) {
        self.number = number
        self.author = author
        self.createdAt = createdAt
        updatedAt = createdAt
        self.caption = caption
        self.media = media
        self.location = location
        self.isPrivate = isPrivate
    }

    /// Drops what a deleted post had; the record stays as a gap, so that places of others do not move.
    mutating func clear() {
        (caption, media, location, likes, savedBy, comments) = (nil, [], nil, [:], [], [])
        isDeleted = true
    }
}

struct CommentRecord: Sendable {
    let number: UInt64
    let post: PostIndex
    let user: UserIndex
    var content: String
    let createdAt: Timestamp
    var isDeleted = false

    init(number: UInt64, post: PostIndex, user: UserIndex, content: String, createdAt: Timestamp) {
        self.number = number
        self.post = post
        self.user = user
        self.content = content
        self.createdAt = createdAt
    }

    /// Drops the text of a deleted comment; the record stays as a gap.
    mutating func clear() {
        content = ""
        isDeleted = true
    }
}

/// What one user has to do with posts: for the feeds of others, and for the day the user is deleted.
struct PostsOfUser: Sendable {
    /// The user's own, ascending, so in the order of creation. Deleted ones are not in it.
    private(set) var written: ContiguousArray<UInt32> = []
    var liked: Set<PostIndex> = []
    var saved: Set<PostIndex> = []
    var comments: Set<CommentIndex> = []

    /// A new post, with the highest place of all.
    mutating func add(_ post: PostIndex) { written.append(UInt32(post)) }

    /// O(posts of the user).
    mutating func remove(_ post: PostIndex) {
        written.removeSorted(UInt32(post))
    }
}

extension ReferenceBackend {
    func postID(_ index: PostIndex) -> PostID { directory.id(posts.records[index].number) }

    func postIndex(_ id: PostID) -> PostIndex? { directory.index(of: id, .post) }

    func commentIndex(_ id: CommentID) -> CommentIndex? { directory.index(of: id, .comment) }
}
