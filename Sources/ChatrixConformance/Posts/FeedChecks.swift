import ChatrixModel

extension Checks {
    static let feed: [Check] = [
        Check(["POSTS-FEED-01"], "feed is no post ID") { lab in
            let user = try lab.register()
            try lab.get("/posts/feed", as: user).expect(200).json["posts"].expectCount(0)
            try lab.get("/posts/feed").expect(401)
        },
        Check(["POSTS-FEED-02"], "ten posts make a page unless limit says otherwise") { lab in
            let (reader, author) = try lab.follower()
            let ids = try lab.publish(11, as: author)
            let page = try lab.feed(as: reader)
            try page["posts"].expectCount(10)
            try page["has_more"].expect(true)
            try lab.feed(as: reader, "?limit=3")["posts"].expectCount(3)
            try lab.expectOrder(lab.feedIDs(as: reader, "?limit=11"), ids.reversed())
        },
        Check(["POSTS-FEED-03"], "limit may be 50 and no more") { lab in
            let (reader, author) = try lab.follower()
            _ = try lab.publish(51, as: author)
            try lab.feed(as: reader, "?limit=50")["posts"].expectCount(50)
            let above = try lab.get("/posts/feed?limit=51", as: reader)
            if above.status != 400 { try above.expect(200).json["posts"].expectCount(50) }
        },
        Check(["POSTS-FEED-04", "POSTS-FEED-15"], "before is a time, exclusive, and so is next_cursor") { lab in
            let (reader, author) = try lab.follower()
            let posts = try (0..<3).map { _ in try lab.publish(as: author) }
            let page = try lab.feed(as: reader, "?limit=1")
            try page["next_cursor"].expectTimestamp()
            let ids = try posts.map { try $0["id"].text() }
            let middle = try posts[1]["created_at"].text()
            try lab.expectOrder(lab.feedIDs(as: reader, "?before=\(middle)"), [ids[0]])
            try lab.expectOrder(lab.feedIDs(as: reader, "?before=2999-12-31T23:59:59.999Z"), ids.reversed())
            try lab.expectOrder(lab.feedIDs(as: reader, "?before=1999-12-31T23:59:59Z"), [])
        },
        Check(["POSTS-FEED-05", "POSTS-FEED-06"], "the body has three keys") { lab in
            let (reader, author) = try lab.follower()
            for _ in 1...2 {
                let page = try lab.feed(as: reader)
                try page.expectKeys("posts", "next_cursor", "has_more")
                _ = try page["posts"].items()
                try page["has_more"].expectBool()
                try lab.publish(as: author)
            }
            try lab.feed(as: reader, "?limit=1")["next_cursor"].expectTimestamp()
            try lab.expectLastCursor(lab.feed(as: reader)["next_cursor"])
        },
        Check(["POSTS-FEED-07", "POSTS-FEED-08"], "a post has nine keys, its author four") { lab in
            let (reader, author) = try lab.follower()
            let created = try lab.publish(
                as: author, caption: "Sunset vibes 🌅", isPrivate: true, location: #"{"name":"a","lat":1,"lng":1}"#)
            let post = try lab.feed(as: reader)["posts"][0]
            try post.expectKeys(
                "id", "user", "caption", "media", "like_count", "comment_count", "is_liked", "is_saved", "created_at")
            try post["user"].expectKeys("id", "username", "full_name", "avatar_url")
            try post["user"]["id"].expect(.string(author.id))
            try post["user"]["username"].expect(.string(author.username))
            try post["user"]["full_name"].expect("Author")
            for key in ["id", "caption", "created_at"] { try post[key].expect(.string(created[key].text())) }
            for key in ["like_count", "comment_count"] { try post[key].expect(0) }
            for key in ["is_liked", "is_saved"] { try post[key].expect(false) }
        },
        Check(["POSTS-FEED-09"], "media are those of the creation") { lab in
            let (reader, author) = try lab.follower()
            let samples = [Sample.jpegImage, .webmVideo, .pngImage]
            try lab.publish(as: author, samples)
            let media = try lab.feed(as: reader)["posts"][0]["media"]
            try media.expectCount(samples.count)
            for (index, sample) in samples.enumerated() { try media[index].expectMedia(sample) }
        },
        Check(["POSTS-FEED-10", "POSTS-FEED-14"], "the posts of all who are followed come newest first") { lab in
            let reader = try lab.register()
            let authors = try (0..<3).map { _ in try lab.register() }
            for author in authors { try lab.follow(author, as: reader) }
            var ids: [String] = []
            for index in [0, 1, 1, 2, 0, 2, 1, 0] { ids.append(try lab.publish(as: authors[index])["id"].text()) }
            try lab.expectOrder(lab.feedIDs(as: reader), ids.reversed())
        },
        Check(["POSTS-FEED-11"], "own posts and those of others are not in the feed") { lab in
            let (reader, author) = try lab.follower()
            let stranger = try lab.register()
            try lab.follow(reader, as: author)
            try lab.follow(reader, as: stranger)
            try lab.publish(as: reader)
            try lab.publish(as: stranger)
            let id = try lab.publish(as: author)["id"].text()
            try lab.expectOrder(lab.feedIDs(as: reader), [id])
            try lab.expectOrder(lab.feedIDs(as: reader, "?user_id=\(reader.id)"), [])
            try lab.expectOrder(lab.feedIDs(as: reader, "?user_id=\(stranger.id)"), [])
        },
        Check(["POSTS-FEED-11"], "a pending follow brings nothing until it is accepted", needs: [.controlPlane]) {
            lab in
            let reader = try lab.register()
            let author = try lab.register()
            try lab.setPrivate(author, true)
            let id = try lab.publish(as: author)["id"].text()
            try lab.follow(author, as: reader)
            try lab.expectOrder(lab.feedIDs(as: reader), [])
            try lab.acceptFollow(from: reader, to: author)
            try lab.expectOrder(lab.feedIDs(as: reader), [id])
        },
        Check(["POSTS-FEED-12"], "earlier posts are included, unfollowing removes them all") { lab in
            let reader = try lab.register()
            let author = try lab.register()
            let before = try lab.publish(as: author)["id"].text()
            try lab.follow(author, as: reader)
            let after = try lab.publish(as: author, isPrivate: true)["id"].text()
            try lab.expectOrder(lab.feedIDs(as: reader), [after, before])
            try lab.delete("/follows/\(author.id)", as: reader).expect(204)
            try lab.expectOrder(lab.feedIDs(as: reader), [])
        },
        Check(["POSTS-FEED-13", "BLOCK-04", "BLOCK-05"], "posts of a blocked pair are left out on both sides") { lab in
            for blocksReader in [true, false] {
                let (reader, author) = try lab.follower()
                try lab.follow(reader, as: author)
                try lab.publish(as: author)
                try lab.publish(as: reader)
                let (blocker, blocked) = blocksReader ? (author, reader) : (reader, author)
                try lab.post("/block/\(blocked.id)", as: blocker).expect(200)
                for user in [reader, author] { try lab.expectOrder(lab.feedIDs(as: user), []) }
            }
        },
        .demandsToken(["POSTS-FEED-16"], "GET", "/posts/feed"),
    ]

    /// The rules that all lists share, shown by the feed.
    static let feedPages: [Check] = [
        Check(["PAGE-01", "PAGE-02", "PAGE-03", "PAGE-04", "PAGE-05"], "the feed pages by limit and before") { lab in
            let (reader, author) = try lab.follower()
            try lab.feed(as: reader).expect(["posts": [], "next_cursor": nil, "has_more": false])
            let posts = try (0..<3).map { _ in try lab.publish(as: author) }
            let first = try lab.feed(as: reader, "?limit=2")
            try first["has_more"].expect(true)
            let cursor = try posts[1]["created_at"].text()
            try first["next_cursor"].expect(.string(cursor))
            let last = try lab.feed(as: reader, "?limit=2&before=\(cursor)")
            try last["posts"].expectCount(1)
            try last["has_more"].expect(false)
            try lab.expectLastCursor(last["next_cursor"], posts[0]["created_at"].text())
            try lab.feed(as: reader, "?limit=3")["has_more"].expect(false)
        },
        Check(["PAGE-06", "FILTER-10"], "walking the feed yields every post once, also while new ones arrive") { lab in
            let reader = try lab.register()
            let authors = try (0..<3).map { _ in try lab.register() }
            for author in authors { try lab.follow(author, as: reader) }
            var ids: [String] = []
            for index in [0, 1, 2, 2, 1, 0, 1] { ids.append(try lab.publish(as: authors[index])["id"].text()) }
            for limit in [1, 2, 3, 6, 7, 8] {
                try lab.expectOrder(lab.walk("/posts/feed?limit=\(limit)", "posts", as: reader), ids.reversed())
                try lab.expectOrder(
                    lab.walk("/posts/feed?sort=created_at&limit=\(limit)", "posts", as: reader, cursor: "after"), ids)
            }
            let walked = try lab.walk("/posts/feed?limit=2", "posts", as: reader) {
                try $0.publish(as: authors[0])
            }
            try lab.expectOrder(walked, ids.reversed())
        },
        Check(["PAGE-07"], "the feed refuses a limit that is no integer from 1 to 50") { lab in
            let (user, author) = try lab.follower()
            // A clamped limit shows only in a list that is longer than the maximum.
            if lab.knobs.limitOutOfRange == .clamp { _ = try lab.publish(51, as: author) }
            for bad in ["0", "-1", "51", "", "abc", "1.5", "01", "%2B5", "9999999999"] {
                try lab.expectBadLimit(
                    lab.get("/posts/feed?limit=\(bad)", as: user), bad, of: "posts", default: 10)
            }
            for good in ["1", "50"] { try lab.get("/posts/feed?limit=\(good)", as: user).expect(200) }
        },
        Check(["PAGE-08"], "the feed refuses a malformed cursor") { lab in
            let (user, author) = try lab.follower()
            try lab.publish(as: author)
            for bad in ["", "abc", "2023-04-10", Lab.unknownID] {
                let reply = try lab.get("/posts/feed?before=\(bad)", as: user)
                try lab.expectBadCursor(reply, bad, of: "posts", firstPage: 1)
            }
        },
        Check(["PAGE-09", "FILTER-08"], "the feed refuses malformed filters and repeated parameters") { lab in
            let user = try lab.register()
            let time = "2023-04-10T12:00:00.000Z"
            for bad in [
                "after=12", "after=", "user_id=abc", "user_id=", "sort=updated_at", "sort=-", "sort=",
                "before=\(time)&before=\(time)", "user_id=\(user.id)&user_id=\(user.id)",
                "sort=created_at&sort=created_at", "limit=5&limit=5",
            ] where lab.knobs.refuse(bad) {
                let reply = try lab.get("/posts/feed?\(bad)", as: user)
                try reply.expect(reply.status == 400, "expected status 400 for \(bad), found \(reply.status)")
            }
            for good in ["offset=5", "type=image&type=video", "status=x", "page=%zz"] {
                try lab.get("/posts/feed?\(good)", as: user).expect(200)
            }
            for good in ["offset=5", "page=%zz"] { try lab.get("/posts/feed?\(good)", as: user).expect(200) }
        },
        Check(["FILTER-03", "FILTER-04", "FILTER-05", "FILTER-09"], "the feed takes author, before and after") { lab in
            let reader = try lab.register()
            let authors = try (0..<2).map { _ in try lab.register() }
            for author in authors { try lab.follow(author, as: reader) }
            var ids: [String] = []
            var times: [String] = []
            for index in [0, 1, 0, 1, 0, 1] {
                let post = try lab.publish(as: authors[index])
                ids.append(try post["id"].text())
                times.append(try post["created_at"].text())
            }
            let first = "user_id=\(authors[0].id)"
            for (query, expected) in [
                (first, [4, 2, 0]), ("before=\(times[2])", [1, 0]), ("after=\(times[3])", [5, 4]),
                ("after=\(times[0])&before=\(times[4])", [3, 2, 1]), ("\(first)&before=\(times[4])", [2, 0]),
                ("\(first)&after=\(times[0])&before=\(times[4])", [2]), ("after=\(times[5])", []),
                ("after=\(times[3])&before=\(times[3])", []), ("after=\(times[4])&before=\(times[1])", []),
                ("user_id=\(Lab.unknownID)", []), ("\(first)&sort=created_at&after=\(times[0])", [2, 4]),
            ] {
                try lab.expectOrder(lab.feedIDs(as: reader, "?" + query), expected.map { ids[$0] })
            }
            let page = try lab.feed(as: reader, "?\(first)&limit=2")
            try page["has_more"].expect(true)
            try page["posts"].expectCount(2)
            try lab.feed(as: reader, "?\(first)&limit=3")["has_more"].expect(false)
        },
        Check(["FILTER-06", "FILTER-07", "FILTER-11"], "sort turns the feed round, newest first without it") { lab in
            let (reader, author) = try lab.follower()
            let ids = try lab.publish(3, as: author)
            for (query, expected) in [
                ("", ids.reversed()), ("?sort=-created_at", ids.reversed()), ("?sort=created_at", ids),
            ] {
                try lab.expectOrder(lab.feedIDs(as: reader, query), expected)
            }
        },
    ]
}
