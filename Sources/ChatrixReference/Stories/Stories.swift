import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: StoriesCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .create(let draft): createStory(draft, by: caller, at: time)
        case .feed: storyFeed(of: caller, at: time)
        }
    }

    /// STORIES-CREATE: mentions are judged before the file, of which nothing is stored when it is refused (D-12, D-74).
    private mutating func createStory(_ draft: StoryDraft, by author: UserIndex, at time: Timestamp) -> Outcome {
        let mentions = draft.mentions.compactMap { userIndex($0) }
        guard mentions.count == draft.mentions.count else { return .refused(.invalidField("mentions")) }
        let media: [MediaFile]
        do throws(Refusal) {
            media = try storeMedia(try ReferenceBackend.checkMedia([draft.file]), in: "stories", at: time)
        } catch {
            return .refused(error)
        }
        let story = stories.records.count
        let createdAt = clock.stamp(time)
        stories.records.append(
            StoryRecord(
                number: directory.add(.story, story), author: author, createdAt: createdAt,
                expiresAt: createdAt + Int64(draft.expiresInHours) * 3_600_000, caption: draft.caption,
                media: media[0], location: draft.location, mentions: ContiguousArray(mentions.map { UInt32($0) })))
        stories.count += 1
        stories.active[author, default: []].append(UInt32(story))
        users[author].stories.told.append(UInt32(story))
        let created = show(story: story)
        return Outcome(.stories(.created(created)), domainEvents: [DomainEvent(.storyCreated(created), at: createdAt)])
    }

    private func show(story: StoryIndex) -> Story {
        let record = stories.records[story]
        return Story(
            id: directory.id(record.number), user: userID(record.author), media: record.media, caption: record.caption,
            viewCount: record.viewers.count, expiresAt: record.expiresAt, createdAt: record.createdAt)
    }

    /// STORIES-FEED: active stories of those whom the caller follows now and who have accepted; own ones never, and none
    /// of a blocked pair, because a block ends the follows (D-66, D-69).
    ///
    /// O(min(followees, users with stories) + stories shown · log), and each expired story is met once.
    private mutating func storyFeed(of caller: UserIndex, at time: Timestamp) -> Outcome {
        let now = clock.now(time)
        let authors =
            users[caller].following.count < stories.active.count
            ? users[caller].following.compactMap { $0.value.isAccepted && stories.active[$0.key] != nil ? $0.key : nil }
            : stories.active.keys.filter { isFollower(caller, of: $0) }
        var groups: [(author: UserIndex, stories: ContiguousArray<UInt32>)] = []
        for author in authors {
            let active = activeStories(of: author, at: now)
            if !active.isEmpty { groups.append((author, active)) }
        }
        groups.sort { $0.stories.last ?? 0 > $1.stories.last ?? 0 }
        return Outcome(
            .stories(
                .feed(
                    groups.map { author, active in
                        StoryGroup(
                            user: summary(of: author), items: active.reversed().map { item(Int($0), for: caller) })
                    })))
    }

    private func item(_ story: StoryIndex, for caller: UserIndex) -> StoryGroup.Item {
        StoryGroup.Item(story: show(story: story), isViewed: stories.records[story].viewers.contains(caller))
    }

    /// The stories of an author that have not expired, ascending. Forgets those that had expired by the last stamp: the
    /// present time may still go back to it.
    private mutating func activeStories(of author: UserIndex, at now: Timestamp) -> ContiguousArray<UInt32> {
        guard var active = stories.active[author] else { return [] }
        if active.contains(where: { stories.records[Int($0)].expiresAt <= clock.lastStamp }) {
            active.removeAll { stories.records[Int($0)].expiresAt <= clock.lastStamp }
            stories.active[author] = active.isEmpty ? nil : active
        }
        active.removeAll { stories.records[Int($0)].expiresAt <= now }
        return active
    }
}

// MARK: - What only control commands do (D-69, D-100)

extension ReferenceBackend {
    /// Counts a viewer once, and never the author; an expired story cannot be seen.
    mutating func viewStory(
        _ story: StoryIndex, by viewer: UserIndex, at time: Timestamp
    ) throws(Refusal) -> Outcome {
        let record = stories.records[story]
        guard clock.now(time) < record.expiresAt else { throw Refusal.storyNotFound }
        guard viewer != record.author, !record.viewers.contains(viewer) else { return Outcome(.carriedOut) }
        stories.records[story].viewers.insert(viewer)
        users[viewer].stories.viewed.insert(story)
        let view = StoryView(story: directory.id(record.number), viewer: userID(viewer), viewedAt: clock.stamp(time))
        return .carriedOut(.storyViewed(view), at: view.viewedAt)
    }

    mutating func deleteStory(_ story: StoryIndex, at time: Timestamp) -> Outcome {
        let record = stories.records[story]
        removeStory(story)
        return .carriedOut(
            .storyDeleted(directory.id(record.number), author: userID(record.author)), at: clock.stamp(time))
    }

    /// Removes the stories and the views of a deleted user, silently (D-97). O(what is removed).
    mutating func removeStories(of user: UserIndex) {
        for story in users[user].stories.viewed { stories.records[story].viewers.remove(user) }
        // The last first: each is then the end of the list.
        for story in users[user].stories.told.reversed() { removeStory(Int(story)) }
        users[user].stories = StoriesOfUser()
    }

    private mutating func removeStory(_ story: StoryIndex) {
        let record = stories.records[story]
        for viewer in record.viewers { users[viewer].stories.viewed.remove(story) }
        users[record.author].stories.told.removeSorted(UInt32(story))
        stories.active[record.author]?.removeSorted(UInt32(story))
        if stories.active[record.author]?.isEmpty == true { stories.active[record.author] = nil }
        directory.remove(record.number)
        stories.records[story].clear()
        stories.count -= 1
    }
}
