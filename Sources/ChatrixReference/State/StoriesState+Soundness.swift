import ChatrixModel

/// How stories take part in the digest and in the invariants of the backend.
extension StoriesState {
    /// O(stories + views · log). Which expired stories are forgotten already makes no difference.
    func add(to digest: inout StateDigest) {
        for story in records {
            digest.add(Int(story.number))
            digest.add(story.author)
            digest.add(Int(story.createdAt.milliseconds))
            digest.add(Int(story.expiresAt.milliseconds))
            digest.add(story.caption)
            story.media.add(to: &digest)
            story.location.add(to: &digest)
            for user in story.mentions { digest.add(Int(user)) }
            for user in story.viewers.sorted() { digest.add(user) }
            digest.add(story.isDeleted)
        }
    }
}

extension ReferenceBackend {
    /// What does not hold of stories and their views. O(all of them).
    func brokenInvariantsOfStories() -> [String] {
        var broken: [String] = []
        var told: [UserIndex: [UInt32]] = [:]
        var viewCount = 0
        for (index, story) in stories.records.enumerated() where !story.isDeleted {
            let name = "story \(directory.id(story.number) as StoryID)"
            told[story.author, default: []].append(UInt32(index))
            viewCount += story.viewers.count
            if story.viewers.contains(story.author) { broken.append("\(name): the author is a viewer") }
            if !story.viewers.allSatisfy({ users[$0].stories.viewed.contains(index) }) {
                broken.append("\(name): a viewer does not know of it")
            }
            let isListed = stories.active[story.author]?.contains(UInt32(index)) ?? false
            if story.expiresAt > clock.lastStamp, !isListed { broken.append("\(name): active, but not listed") }
        }
        for (index, user) in users.enumerated() where Array(user.stories.told) != told[index] ?? [] {
            broken.append("user \(userID(index)): the list of stories is off")
        }
        for (author, active) in stories.active
        where active.isEmpty || !Set(active).isSubset(of: told[author] ?? [])
            || active != ContiguousArray(active.sorted())
        {
            broken.append("user \(userID(author)): the list of active stories is off")
        }
        if stories.count != stories.records.count(where: { !$0.isDeleted })
            || viewCount != users.reduce(0, { $0 + $1.stories.viewed.count })
        {
            broken.append("stories or views are counted wrong")
        }
        return broken
    }
}
