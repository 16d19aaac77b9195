import ChatrixModel
import Testing

@testable import ChatrixReference

/// What WebSocket connections and webhooks are told of posts and stories: values and times of D-95, once an action (D-97).
@Suite struct PostEventTests {
    private var backend = ReferenceBackend()
    private let ann: UserIndex
    private let ben: UserIndex
    private let time = Timestamp.virtualStart

    init() throws {
        for name in ["ann", "ben"] {
            let registration = Registration(
                phone: "+628111111111\(name.utf8.count)\(backend.users.count)", username: name, password: "secret")
            guard case .auth(.registered) = backend.apply(.auth(.register(registration)), by: nil, at: time).reply
            else {
                throw Unexpected.refusal
            }
        }
        (ann, ben) = (0, 1)
    }

    private enum Unexpected: Error { case refusal }

    private static let picture = UploadedFile(name: "p.gif", content: ArraySlice("GIF89a\u{1}\0\u{1}\0".utf8))

    private mutating func makePost(_ caption: String? = "hi") throws -> (outcome: Outcome, index: PostIndex) {
        let draft = PostDraft(caption: caption, files: [Self.picture])
        let outcome = backend.apply(.posts(.create(draft)), by: backend.userID(ann), at: time)
        return (outcome, try #require(backend.posts.records.indices.last))
    }

    private mutating func makeStory() throws -> (outcome: Outcome, index: StoryIndex) {
        let outcome = backend.apply(
            .stories(.create(StoryDraft(file: Self.picture))), by: backend.userID(ann), at: time)
        return (outcome, try #require(backend.stories.records.indices.last))
    }

    /// JSON of the events' data, each with its kind and whether its time is the stamp of the last change.
    private func described(_ outcome: Outcome) -> [String] {
        outcome.domainEvents.map { event in
            var writer = JSONWriter()
            let name: String
            switch event.kind {
            case .postCreated(let post):
                name = "post.created"
                post.encode(to: &writer)
            case .postUpdated(let post):
                name = "post.updated"
                post.encode(to: &writer)
            case .postDeleted(let id, let author):
                name = "post.deleted"
                writer.array([id.description, author.description]) { $1.value($0) }
            case .commentCreated(let comment):
                name = "comment.created"
                comment.encode(to: &writer)
            case .commentUpdated(let comment):
                name = "comment.updated"
                comment.encode(to: &writer)
            case .commentDeleted(let comment):
                name = "comment.deleted"
                comment.encode(to: &writer)
            case .likeCreated(let like):
                name = "like.created"
                like.encode(to: &writer)
            case .likeDeleted(let like):
                name = "like.deleted"
                like.encode(to: &writer)
            case .storyCreated(let story):
                name = "story.created"
                story.encode(to: &writer)
            case .storyViewed(let view):
                name = "story.viewed"
                view.encode(to: &writer)
            case .storyDeleted(let id, let author):
                name = "story.deleted"
                writer.array([id.description, author.description]) { $1.value($0) }
            default: return "something else"
            }
            let at = event.at.milliseconds - time.milliseconds
            return "\(name) +\(at) \(String(decoding: writer.bytes, as: UTF8.self))"
        }
    }

    private static let annID = "000000000001000000000001"
    private static let benID = "000000000001000000000002"
    private static let thirdID = "000000000001000000000003"

    // Stamps: registrations +0 and +1, the file +2, so the post or story +3.
    private static func post(caption: String, likes: Int = 0, isLiked: Bool = false) -> String {
        """
        {"id":"\(thirdID)","user_id":"\(annID)","caption":\(caption),"media":[{"url":\
        "http://localhost:9000/chatrix/media/1681128000002-p.gif","type":"image","width":1,"height":1}],\
        "like_count":\(likes),"comment_count":0,"is_liked":\(isLiked),"is_saved":false,\
        "created_at":"2023-04-10T12:00:00.003Z"}
        """
    }

    @Test func aPostIsToldAtItsCreationEditAndDeletion() throws {
        var test = self
        let (created, post) = try test.makePost()
        #expect(test.described(created) == ["post.created +3 " + Self.post(caption: #""hi""#)])
        _ = test.backend.addLike(of: post, by: ann, at: time)
        let edited = test.backend.updatePost(post, caption: nil, at: time + 50)
        let deleted = test.backend.deletePost(post, at: time + 100)
        #expect(test.described(edited) == ["post.updated +50 " + Self.post(caption: "null", likes: 1, isLiked: true)])
        #expect(test.described(deleted) == [#"post.deleted +100 ["\#(Self.thirdID)","\#(Self.annID)"]"#])
    }

    @Test func aLikeIsToldWithTheTimeItWasMade() throws {
        var test = self
        let post = try test.makePost().index
        let added = test.backend.addLike(of: post, by: ben, at: time + 50)
        #expect(test.backend.addLike(of: post, by: ben, at: time + 60).domainEvents.isEmpty)
        let removed = test.backend.removeLike(of: post, by: ben, at: time + 70)
        #expect(test.backend.removeLike(of: post, by: ben, at: time + 80).domainEvents.isEmpty)
        let data = #"{"post_id":"\#(Self.thirdID)","user_id":"\#(Self.benID)","created_at":"2023-04-10T12:00:00.050Z"}"#
        #expect(test.described(added).first == "like.created +50 " + data)
        #expect(test.described(removed) == ["like.deleted +70 " + data])
    }

    @Test func aCommentIsToldAsItIsThen() throws {
        var test = self
        let post = try test.makePost().index
        let (id, added) = test.backend.addComment(on: post, by: ben, "nice", at: time + 50)
        let comment = try #require(test.backend.commentIndex(id))
        let edited = test.backend.updateComment(comment, "nicer", at: time + 60)
        let deleted = test.backend.deleteComment(comment, at: time + 70)
        func data(_ content: String) -> String {
            """
            {"id":"\(id)","post_id":"\(Self.thirdID)","user_id":"\(Self.benID)","content":"\(content)",\
            "created_at":"2023-04-10T12:00:00.050Z"}
            """
        }
        #expect(test.described(added) == ["comment.created +50 " + data("nice")])
        #expect(test.described(edited) == ["comment.updated +60 " + data("nicer")])
        #expect(test.described(deleted) == ["comment.deleted +70 " + data("nicer")])
    }

    @Test func aStoryIsToldAtItsCreationFirstViewAndDeletion() throws {
        var test = self
        let (created, story) = try test.makeStory()
        let data = """
            {"id":"\(Self.thirdID)","user_id":"\(Self.annID)","media":{"url":\
            "http://localhost:9000/chatrix/stories/1681128000002-p.gif","type":"image","width":1,"height":1},\
            "caption":null,"view_count":0,"expires_at":"2023-04-11T12:00:00.003Z",\
            "created_at":"2023-04-10T12:00:00.003Z"}
            """
        #expect(test.described(created) == ["story.created +3 " + data])
        #expect(
            try test.backend.viewStory(story, by: ann, at: time + 10).domainEvents.isEmpty, "the author is no viewer")
        let viewed = try test.backend.viewStory(story, by: ben, at: time + 20)
        #expect(try test.backend.viewStory(story, by: ben, at: time + 30).domainEvents.isEmpty)
        let view =
            #"{"story_id":"\#(Self.thirdID)","viewer_id":"\#(Self.benID)","viewed_at":"2023-04-10T12:00:00.020Z"}"#
        #expect(test.described(viewed) == ["story.viewed +20 " + view])
        let deleted = test.backend.deleteStory(story, at: time + 40)
        #expect(test.described(deleted) == [#"story.deleted +40 ["\#(Self.thirdID)","\#(Self.annID)"]"#])
    }

    @Test func anExpiredStoryCannotBeSeenAndNobodyIsToldOfItsEnd() throws {
        var test = self
        let story = try test.makeStory().index
        let expiresAt = test.backend.stories.records[story].expiresAt
        #expect(throws: Refusal.storyNotFound) { try test.backend.viewStory(story, by: ben, at: expiresAt) }
        let feed = test.backend.apply(.stories(.feed), by: test.backend.userID(ben), at: expiresAt)
        #expect(feed.domainEvents.isEmpty)
    }

    @Test func theRemovalOfAUsersPostsIsSilent() throws {
        var test = self
        let post = try test.makePost().index
        _ = try test.makeStory()
        _ = test.backend.addComment(on: post, by: ben, "nice", at: time)
        let kinds = test.backend.deleteUser(ann, at: time).domainEvents.map(\.kind)
        guard case .userDeleted = kinds.first, kinds.count == 1 else {
            Issue.record("\(kinds)")
            return
        }
        #expect(test.backend.counts.posts == 0)
        #expect(test.backend.counts.comments == 0)
        #expect(test.backend.counts.stories == 0)
        #expect(test.backend.brokenInvariants() == [])
    }
}
