import ChatrixModel
import Testing

@testable import ChatrixReference

/// Random posts and stories, and what control commands do to them.
extension RandomCommandTests.Traffic {
    mutating func postsCommand() -> Command {
        switch pick(8) {
        case 0...1:
            // One in ten is no picture at all.
            let files = (0...pick(3)).map { _ in
                UploadedFile(
                    name: "p.gif", content: pick(10) == 0 ? [1, 2, 3] : ArraySlice("GIF89a\u{1}\0\u{1}\0".utf8))
            }
            return .posts(.create(PostDraft(caption: "c\(pick(9))", files: files, isPrivate: pick(3) == 0)))
        case 2: return .posts(.post(post()))
        case 3...4:
            var query = FeedQuery(limit: 1 + pick(4))
            if pick(2) == 0 { query.before = someTime() }
            if pick(4) == 0 { query.after = someTime() }
            if pick(5) == 0 { query.author = user() }
            query.order = pick(3) == 0 ? .oldestFirst : .newestFirst
            return .posts(.feed(query))
        case 5...6:
            let file = UploadedFile(name: "s.gif", content: ArraySlice("GIF89a\u{1}\0\u{1}\0".utf8))
            return .stories(
                .create(StoryDraft(file: file, mentions: pick(3) == 0 ? [user()] : [], expiresInHours: 1 + pick(3))))
        default: return .stories(.feed)
        }
    }

    mutating func post() -> PostID {
        let posts = backend.posts.records
        return posts.isEmpty || pick(20) == 0 ? PostID(prefix: 9, number: 9) : backend.postID(pick(posts.count))
    }

    private mutating func someTime() -> Timestamp {
        let posts = backend.posts.records
        return posts.isEmpty ? time : posts[pick(posts.count)].createdAt + Int64(pick(3) - 1)
    }

    /// Does one of the things that only control commands do, and returns what an observer sees of it.
    mutating func control() -> String {
        guard let actor = users.isEmpty ? nil : backend.userIndex(users[pick(users.count)]) else { return "" }
        let outcome: Outcome
        let what = pick(12)
        let post = backend.postIndex(post())
        let story = backend.stories.records.indices.randomElement(using: &random).flatMap {
            backend.storyIndex(backend.directory.id(backend.stories.records[$0].number))
        }
        let comment = backend.posts.comments.indices.randomElement(using: &random).flatMap {
            backend.commentIndex(backend.directory.id(backend.posts.comments[$0].number))
        }
        switch (what, post, story, comment) {
        case (0, let post?, _, _) where pick(4) == 0: outcome = backend.deletePost(post, at: time)
        case (1, let post?, _, _): outcome = backend.updatePost(post, caption: "edited", at: time)
        case (2...3, let post?, _, _): outcome = backend.addLike(of: post, by: actor, at: time)
        case (4, let post?, _, _): outcome = backend.removeLike(of: post, by: actor, at: time)
        case (5, let post?, _, _):
            backend.setSaved(post, by: actor, pick(3) > 0)
            outcome = Outcome(.carriedOut)
        case (6...7, let post?, _, _): outcome = backend.addComment(on: post, by: actor, "hm", at: time).outcome
        case (8, _, _, let comment?): outcome = backend.updateComment(comment, "hm!", at: time)
        case (9, _, _, let comment?): outcome = backend.deleteComment(comment, at: time)
        case (10, _, let story?, _):
            outcome = (try? backend.viewStory(story, by: actor, at: time)) ?? Outcome(.carriedOut)
        case (11, _, let story?, _) where pick(3) == 0: outcome = backend.deleteStory(story, at: time)
        case (11, _, _, _) where pick(4) == 0:
            users.removeAll { $0 == backend.userID(actor) }
            outcome = backend.deleteUser(actor, at: time)
        default: outcome = Outcome(.carriedOut)
        }
        expectSound(after: "the control command \(what)")
        return "\(outcome)"
    }

    /// What the feeds show has to be what a scan of all posts and stories finds.
    func expectFeed(_ reply: Reply, to command: Command, by actor: UserID?) {
        guard let actor, let caller = backend.userIndex(actor) else { return }
        switch (command, reply) {
        case (.posts(.feed(let query)), .posts(.feed(let page))):
            let all = backend.posts.records.indices.filter { index in
                let post = backend.posts.records[index]
                return !post.isDeleted && post.author != caller && backend.isFollower(caller, of: post.author)
                    && !backend.isBlockedPair(caller, post.author)
                    && query.before.map { post.createdAt < $0 } ?? true
                    && query.after.map { post.createdAt > $0 } ?? true
                    && query.author.map { $0 == backend.userID(post.author) } ?? true
            }.map { backend.postID($0) }
            let expected = query.order == .oldestFirst ? all : all.reversed()
            #expect(page.items.map(\.post.id) == Array(expected.prefix(query.limit)), "\(query)")
            #expect(page.hasMore == (expected.count > query.limit), "\(query)")
        case (.stories(.feed), .stories(.feed(let groups))):
            let expected = backend.stories.records.filter { story in
                !story.isDeleted && backend.isFollower(caller, of: story.author)
                    && !backend.isBlockedPair(caller, story.author) && backend.now(time) < story.expiresAt
            }
            let shown = groups.flatMap { $0.items.map(\.story) }
            #expect(Set(shown.map(\.id)) == Set(expected.map { backend.directory.id($0.number) }))
            #expect(shown.count == expected.count)
            for group in groups {
                #expect(group.items.map(\.story.createdAt) == group.items.map(\.story.createdAt).sorted(by: >))
                #expect(group.items.allSatisfy { $0.story.user == group.user.id })
            }
            let newest = groups.compactMap { $0.items.first?.story.createdAt }
            #expect(newest == newest.sorted(by: >) && newest.count == groups.count)
        default: break
        }
    }
}
