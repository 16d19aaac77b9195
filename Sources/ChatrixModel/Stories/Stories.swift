package enum StoriesCommand: Sendable {
    /// POST /stories.
    case create(StoryDraft)
    /// GET /stories/feed.
    case feed
}

package enum StoriesReply: Sendable {
    /// 201.
    case created(Story)
    case feed([StoryGroup])
}

/// A new story whose text fields have passed the rules of form (D-68).
package struct StoryDraft: Sendable {
    /// Its content is judged by the backend.
    package var file: UploadedFile
    package var caption: String?
    /// At most 20; the backend judges whether they exist.
    package var mentions: [UserID]
    package var location: Location?
    /// 1...168.
    package var expiresInHours: Int

    package init(
        file: UploadedFile, caption: String? = nil, mentions: [UserID] = [], location: Location? = nil,
        expiresInHours: Int = Limits.storyHoursDefault
    ) {
        self.file = file
        self.caption = caption
        self.mentions = mentions
        self.location = location
        self.expiresInHours = expiresInHours
    }
}

/// The body of POST /stories.
package struct Story: Sendable, Hashable {
    package var id: StoryID
    /// The author.
    package var user: UserID
    package var media: MediaFile
    package var caption: String?
    /// Distinct viewers other than the author (D-69).
    package var viewCount: Int
    package var expiresAt: Timestamp
    package var createdAt: Timestamp

    package init(
        id: StoryID, user: UserID, media: MediaFile, caption: String?, viewCount: Int, expiresAt: Timestamp,
        createdAt: Timestamp
    ) {
        self.id = id
        self.user = user
        self.media = media
        self.caption = caption
        self.viewCount = viewCount
        self.expiresAt = expiresAt
        self.createdAt = createdAt
    }
}

/// An element of GET /stories/feed: the active stories of one user.
package struct StoryGroup: Sendable, Hashable {
    /// A story as one caller sees it.
    package struct Item: Sendable, Hashable {
        package var story: Story
        package var isViewed: Bool

        package init(story: Story, isViewed: Bool) {
            self.story = story
            self.isViewed = isViewed
        }
    }

    package var user: UserSummary
    /// Newest first.
    package var items: [Item]

    package init(
        user: UserSummary, items: [Item]
    ) {
        self.user = user
        self.items = items
    }
}

/// That somebody saw a story for the first time; only control commands make one (D-69).
package struct StoryView: Sendable, Hashable {
    package var story: StoryID
    package var viewer: UserID
    package var viewedAt: Timestamp

    package init(
        story: StoryID, viewer: UserID, viewedAt: Timestamp
    ) {
        self.story = story
        self.viewer = viewer
        self.viewedAt = viewedAt
    }
}
