import ChatrixModel

/// Place of a story in `StoriesState.records`.
typealias StoryIndex = Int

struct StoriesState: Sendable {
    /// In the order of creation; deleted ones stay as gaps, expired ones as they are.
    var records: ContiguousArray<StoryRecord> = []
    /// By author, ascending: all stories that have not expired, and some that have. No author is without any.
    var active: [UserIndex: ContiguousArray<UInt32>] = [:]
    /// Those that are not deleted, expired ones included.
    var count = 0
}

struct StoryRecord: Sendable {
    let number: UInt64
    let author: UserIndex
    let createdAt: Timestamp
    let expiresAt: Timestamp
    var caption: String?
    let media: MediaFile
    var location: Location?
    var mentions: ContiguousArray<UInt32>
    var isDeleted = false
    /// Without the author (D-69).
    var viewers: Set<UserIndex> = []

    init(
        number: UInt64, author: UserIndex, createdAt: Timestamp, expiresAt: Timestamp, caption: String?,
        media: MediaFile, location: Location?, mentions: ContiguousArray<UInt32>
    ) {
        self.number = number
        self.author = author
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.caption = caption
        self.media = media
        self.location = location
        self.mentions = mentions
    }

    /// Drops what a deleted story had; the record stays as a gap, so that places of others do not move.
    mutating func clear() {
        (caption, location, mentions, viewers) = (nil, nil, [], [])
        isDeleted = true
    }
}

/// What one user has to do with stories, for the day the user is deleted.
struct StoriesOfUser: Sendable {
    /// The user's own, ascending, expired ones included.
    var told: ContiguousArray<UInt32> = []
    var viewed: Set<StoryIndex> = []
}

extension ReferenceBackend {
    func storyIndex(_ id: StoryID) -> StoryIndex? { directory.index(of: id, .story) }
}
