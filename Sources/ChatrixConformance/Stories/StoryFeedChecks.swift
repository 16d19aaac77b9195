import ChatrixModel

extension Checks {
    static let storyFeed: [Check] = [
        Check(["STORIES-FEED-01", "STORIES-FEED-02", "STORIES-FEED-12"], "the body has one array as its only key") {
            lab in
            let (reader, author) = try lab.follower()
            for count in 0...1 {
                let body = try lab.get("/stories/feed", as: reader).expect(200).json
                try body.expectKeys("stories")
                try body["stories"].expectCount(count)
                try lab.tell(as: author)
            }
            try lab.get("/stories/feed?limit=0&before=x&before=y", as: reader).expect(200).json.expectKeys("stories")
        },
        Check(["STORIES-FEED-03", "STORIES-FEED-04"], "an element has the user and the items") { lab in
            let (reader, author) = try lab.follower()
            try lab.tell(as: author)
            let group = try lab.stories(as: reader)[0]
            try group.expectKeys("user", "items")
            try group["user"].expectKeys("id", "username", "full_name", "avatar_url")
            try group["user"]["id"].expect(.string(author.id))
            try group["user"]["username"].expect(.string(author.username))
            try group["user"]["full_name"].expect("Author")
            try group["user"]["avatar_url"].expectNull()
        },
        Check(["STORIES-FEED-05", "STORIES-FEED-06", "STORIES-FEED-07"], "an item has six keys and no caption") { lab in
            let (reader, author) = try lab.follower()
            for sample in [Sample.pngImage, .mp4Video] {
                let story = try lab.tell(as: author, sample, ["caption": "My story!"])
                let item = try lab.stories(as: reader)[0]["items"][0]
                try item.expectKeys("id", "media", "view_count", "expires_at", "created_at", "is_viewed")
                for key in ["id", "expires_at", "created_at"] { try item[key].expect(.string(story[key].text())) }
                try item["media"].expectMedia(sample)
                try item["media"]["url"].expect(.string(story["media"]["url"].text()))
                try item["view_count"].expectInteger()
                try item["is_viewed"].expectBool()
            }
        },
        Check(["STORIES-FEED-08", "STORIES-FEED-10"], "only stories of those who are followed, and none of one's own") {
            lab in
            let (reader, author) = try lab.follower()
            let stranger = try lab.register()
            try lab.follow(reader, as: stranger)
            try lab.tell(as: stranger)
            try lab.tell(as: reader)
            let id = try lab.tell(as: author)["id"].text()
            try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, [id])
            try lab.delete("/follows/\(author.id)", as: reader).expect(204)
            try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, [])
        },
        Check(["STORIES-FEED-09"], "a story disappears when it expires, the last one with its group", needs: [.clock]) {
            lab in
            var (reader, author) = try lab.follower()
            let long = try lab.tell(as: author, .gifImage, ["expires_in": "2"])
            let short = try lab.tell(as: author, .gifImage, ["expires_in": "1"])
            // From the first to the second, the clock stands still but for the stamps of the stories.
            let between = try short["created_at"].milliseconds() - long["created_at"].milliseconds()
            let (longID, shortID) = (try long["id"].text(), try short["id"].text())
            for (step, expected) in [
                (3_599_999, [shortID, longID]), (1, [longID]), (3_600_000 - Int(between) - 1, [longID]), (1, []),
            ] {
                try lab.advance(milliseconds: step)
                try lab.logIn(&reader)
                try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, expected)
            }
            try lab.get("/stories/feed", as: reader).expect(200).json.expect(["stories": []])
            try lab.logIn(&author)
            let id = try lab.tell(as: author)["id"].text()
            try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, [id])
        },
        Check(["STORIES-FEED-10"], "stories behind a pending follow are absent", needs: [.controlPlane]) { lab in
            let reader = try lab.register()
            let author = try lab.register()
            try lab.setPrivate(author, true)
            let id = try lab.tell(as: author)["id"].text()
            try lab.follow(author, as: reader)
            try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, [])
            try lab.acceptFollow(from: reader, to: author)
            try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, [id])
        },
        Check(["STORIES-FEED-10", "BLOCK-04", "BLOCK-05"], "stories of a blocked pair are absent on both sides") {
            lab in
            for blocksReader in [true, false] {
                let (reader, author) = try lab.follower()
                try lab.follow(reader, as: author)
                try lab.tell(as: author)
                try lab.tell(as: reader)
                let (blocker, blocked) = blocksReader ? (author, reader) : (reader, author)
                try lab.post("/block/\(blocked.id)", as: blocker).expect(200)
                for user in [reader, author] { try lab.expectOrder(lab.storyIDs(as: user).flatMap { $0 }, []) }
            }
        },
        Check(["STORIES-FEED-11"], "groups by their newest story, items newest first") { lab in
            let reader = try lab.register()
            let authors = try (0..<3).map { _ in try lab.register() }
            for author in authors { try lab.follow(author, as: reader) }
            var ids: [String] = []
            for index in [0, 1, 2, 0, 1, 1] { ids.append(try lab.tell(as: authors[index])["id"].text()) }
            let found = try lab.storyIDs(as: reader)
            try lab.expectOrder(found.flatMap { $0 }, [5, 4, 1, 3, 0, 2].map { ids[$0] })
            try lab.expectOrder(found.map { String($0.count) }, ["3", "2", "1"])
            try lab.expectOrder(
                lab.stories(as: reader).map { try $0["user"]["id"].text() }, [1, 0, 2].map { authors[$0].id })
        },
        Check(["STORIES-FEED-13"], "a new story is seen by nobody") { lab in
            let (reader, author) = try lab.follower()
            try lab.tell(as: author)
            // Neither the feed nor a second look at it is a view.
            for _ in 1...2 {
                let item = try lab.stories(as: reader)[0]["items"][0]
                try item["view_count"].expect(0)
                try item["is_viewed"].expect(false)
            }
        },
        Check(["STORIES-FEED-13"], "views count each viewer but the author once", needs: [.controlPlane]) { lab in
            let (reader, author) = try lab.follower()
            let other = try lab.register()
            try lab.follow(author, as: other)
            let id = try lab.tell(as: author)["id"].text()
            for viewer in [reader, reader, author] {
                try lab.control("story-view", #"{"story_id":"\#(id)","user_id":"\#(viewer.id)"}"#).expect(200)
            }
            for (caller, isViewed) in [(reader, true), (other, false)] {
                let item = try lab.stories(as: caller)[0]["items"][0]
                try item["view_count"].expect(1)
                try item["is_viewed"].expect(.bool(isViewed))
            }
        },
        .demandsToken(["STORIES-FEED-14"], "GET", "/stories/feed"),
        Check(["CONTROL-07"], "deleting a user or a story takes stories and views away", needs: [.controlPlane]) {
            lab in
            let (reader, author) = try lab.follower()
            let viewer = try lab.register()
            try lab.follow(viewer, as: reader)
            let ids = try (0..<2).map { _ in try lab.tell(as: author)["id"].text() }
            try lab.tell(as: viewer)
            try lab.control("story-view", #"{"story_id":"\#(ids[0])","user_id":"\#(viewer.id)"}"#).expect(200)
            try lab.control("story-delete", #"{"story_id":"\#(ids[1])"}"#).expect(200)
            try lab.stories(as: reader)[1]["items"].expectCount(1)
            try lab.stories(as: reader)[1]["items"][0]["view_count"].expect(1)
            try lab.control("user-delete", #"{"user_id":"\#(viewer.id)"}"#).expect(200)
            let rest = try lab.stories(as: reader)
            try lab.expectOrder(rest.map { try $0["items"][0]["id"].text() }, [ids[0]])
            try rest[0]["items"][0]["view_count"].expect(0)
        },
    ]
}
