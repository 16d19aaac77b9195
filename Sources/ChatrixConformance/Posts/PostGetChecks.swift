import ChatrixModel

extension Checks {
    static let getPost: [Check] = [
        Check(["POSTS-GET-01", "POSTS-GET-02"], "a public post answers 200 with and without a token") { lab in
            let (reader, author) = try lab.follower()
            let stranger = try lab.register()
            let id = try lab.publish(as: author)["id"].text()
            for caller in [nil, author, reader, stranger] {
                try lab.get("/posts/\(id)", as: caller).expect(200).json["id"].expect(.string(id))
            }
        },
        Check(["POSTS-GET-03", "POSTS-GET-04", "POSTS-GET-07"], "the body has eleven keys, the author five") { lab in
            let author = try lab.register(fullName: "Jane Doe")
            let id = try lab.publish(as: author, caption: "words")["id"].text()
            for caller in [nil, author] {
                let post = try lab.get("/posts/\(id)", as: caller).expect(200).json
                try post.expectKeys(
                    "id", "user", "caption", "media", "like_count", "comment_count", "is_liked", "is_saved",
                    "location", "created_at", "updated_at")
                try post["user"].expectKeys("id", "username", "full_name", "avatar_url", "is_verified")
                try post["user"]["id"].expect(.string(author.id))
                try post["user"]["username"].expect(.string(author.username))
                try post["user"]["full_name"].expect("Jane Doe")
                try post["user"]["is_verified"].expect(false)
                try post["caption"].expect("words")
                for key in ["like_count", "comment_count"] { try post[key].expectInteger() }
                for key in ["is_liked", "is_saved"] { try post[key].expectBool() }
            }
        },
        Check(["POSTS-GET-05"], "media are those of the creation") { lab in
            let author = try lab.register()
            let samples = [Sample.pngImage, .mp4Video, .jpegImage]
            let created = try lab.publish(as: author, samples)
            let media = try lab.get("/posts/\(created["id"].text())").expect(200).json["media"]
            try media.expectCount(samples.count)
            for (index, sample) in samples.enumerated() {
                try media[index].expectMedia(sample)
                try media[index]["url"].expect(.string(created["media"][index]["url"].text()))
            }
        },
        Check(["POSTS-GET-06"], "the location comes back with its three members") { lab in
            let author = try lab.register()
            for (name, latitude, longitude) in [
                ("Bondi Beach", -33.8908, 151.2743), ("Null Island", 0, 0), ("Pol \\\" ☃", 90, -180),
                ("deep digits", 0.1234567890123456, -0.0000001), ("exponent", 1.5e1, -2e-3),
            ] {
                let json = #"{"name":"\#(name)","lat":\#(latitude),"extra":[1],"lng":\#(longitude)}"#
                let id = try lab.publish(as: author, location: json)["id"].text()
                let location = try lab.get("/posts/\(id)").expect(200).json["location"]
                try location.expectKeys("name", "lat", "lng")
                try location["name"].expect(.string(name.replacing("\\\"", with: "\"")))
                try location["lat"].expectValue(latitude)
                try location["lng"].expectValue(longitude)
            }
            let id = try lab.publish(as: author, location: #"{"name":"a","lat":1.50e1,"lng":-2E-3}"#)["id"].text()
            let location = try lab.get("/posts/\(id)").expect(200).json["location"]
            try location["lat"].expectValue(15)
            try location["lng"].expectValue(-0.002)
        },
        Check(["POSTS-GET-08"], "created_at and updated_at are equal until an edit") { lab in
            let author = try lab.register()
            let created = try lab.publish(as: author)
            let post = try lab.get("/posts/\(created["id"].text())").expect(200).json
            for key in ["created_at", "updated_at"] { try post[key].expect(.string(created["created_at"].text())) }
        },
        Check(["POSTS-GET-08"], "an edit moves updated_at only", needs: [.controlPlane]) { lab in
            let author = try lab.register()
            let created = try lab.publish(as: author, caption: "before")
            let id = try created["id"].text()
            try lab.control("post-update", #"{"post_id":"\#(id)","caption":"after"}"#).expect(200)
            let reply = try lab.get("/posts/\(id)").expect(200)
            try reply.json["caption"].expect("after")
            try reply.json["created_at"].expect(.string(created["created_at"].text()))
            let isLater = try reply.json["updated_at"].milliseconds() > reply.json["created_at"].milliseconds()
            try reply.expect(isLater, "expected updated_at to be later than created_at")
            try lab.control("post-update", #"{"post_id":"\#(id)","caption":""}"#).expect(200)
            try lab.get("/posts/\(id)").expect(200).json["caption"].expectNull()
        },
        Check(["POSTS-GET-09"], "location is null for a post without one") { lab in
            let author = try lab.register()
            let id = try lab.publish(as: author)["id"].text()
            try lab.get("/posts/\(id)").expect(200).json["location"].expectNull()
        },
        Check(
            ["POSTS-GET-10", "CONTROL-03"], "likes and saves are the caller's own, their number everybody's",
            needs: [.controlPlane]
        ) { lab in
            let (reader, author) = try lab.follower()
            let id = try lab.publish(as: author)["id"].text()
            // Twice: a like and a save are unique for a user and post.
            for _ in 1...2 {
                try lab.control("like-add", #"{"post_id":"\#(id)","user_id":"\#(reader.id)"}"#).expect(200)
                try lab.control("save-add", #"{"post_id":"\#(id)","user_id":"\#(author.id)"}"#).expect(200)
            }
            for (caller, isLiked, isSaved) in [(reader, true, false), (author, false, true), (nil, false, false)] {
                let post = try lab.get("/posts/\(id)", as: caller).expect(200).json
                try post["is_liked"].expect(.bool(isLiked))
                try post["is_saved"].expect(.bool(isSaved))
                try post["like_count"].expect(1)
            }
            let item = try lab.feed(as: reader)["posts"][0]
            try item["is_liked"].expect(true)
            try item["is_saved"].expect(false)
            try item["like_count"].expect(1)
            try lab.control("like-remove", #"{"post_id":"\#(id)","user_id":"\#(reader.id)"}"#).expect(200)
            try lab.control("save-remove", #"{"post_id":"\#(id)","user_id":"\#(author.id)"}"#).expect(200)
            for caller in [reader, author] {
                let post = try lab.get("/posts/\(id)", as: caller).expect(200).json
                for key in ["is_liked", "is_saved"] { try post[key].expect(false) }
                try post["like_count"].expect(0)
            }
        },
        Check(["CONTROL-03"], "comments and the verified flag change by command", needs: [.controlPlane]) { lab in
            let (reader, author) = try lab.follower()
            let id = try lab.publish(as: author)["id"].text()
            var comments: [String] = []
            for user in [reader, reader, author] {
                let body = #"{"post_id":"\#(id)","user_id":"\#(user.id)","content":"nice"}"#
                comments.append(try lab.control("comment-add", body).expect(200).json["id"].text())
            }
            try lab.feed(as: reader)["posts"][0]["comment_count"].expect(3)
            try lab.control("comment-update", #"{"comment_id":"\#(comments[0])","content":"nicer"}"#).expect(200)
            try lab.get("/posts/\(id)").expect(200).json["comment_count"].expect(3)
            try lab.control("comment-delete", #"{"comment_id":"\#(comments[0])"}"#).expect(200)
            try lab.get("/posts/\(id)").expect(200).json["comment_count"].expect(2)
            for verified in [true, false] {
                try lab.control("user-update", #"{"user_id":"\#(author.id)","is_verified":\#(verified)}"#).expect(200)
                try lab.get("/posts/\(id)").expect(200).json["user"]["is_verified"].expect(.bool(verified))
            }
        },
        Check(["POSTS-GET-11"], "an unknown post answers 404") { lab in
            let user = try lab.register()
            for caller in [nil, user] { try lab.get("/posts/\(Lab.unknownID)", as: caller).expect(404) }
            try lab.get("/posts/\(user.id)").expect(404)
        },
        Check(["POSTS-GET-11"], "a deleted post answers 404 and leaves the feed", needs: [.controlPlane]) { lab in
            let (reader, author) = try lab.follower()
            let ids = try lab.publish(3, as: author)
            try lab.control("post-delete", #"{"post_id":"\#(ids[1])"}"#).expect(200)
            try lab.get("/posts/\(ids[1])", as: author).expect(404)
            try lab.expectOrder(lab.feedIDs(as: reader), [ids[2], ids[0]])
        },
        Check(["POSTS-GET-12", "POSTS-GET-13"], "a private post is for its author and the followers") { lab in
            let (reader, author) = try lab.follower()
            let stranger = try lab.register()
            let id = try lab.publish(as: author, isPrivate: true)["id"].text()
            try lab.get("/posts/\(id)", as: author).expect(200)
            try lab.get("/posts/\(id)", as: reader).expect(200)
            try lab.get("/posts/\(id)", as: stranger).expect(403)
            try lab.delete("/follows/\(author.id)", as: reader).expect(204)
            try lab.get("/posts/\(id)", as: reader).expect(403)
        },
        Check(["POSTS-GET-13"], "the posts of a private account are private", needs: [.controlPlane]) { lab in
            let author = try lab.register()
            let reader = try lab.register()
            let id = try lab.publish(as: author)["id"].text()
            try lab.setPrivate(author, true)
            for (caller, status) in [(author, 200), (reader, 403), (nil, 403)] {
                try lab.get("/posts/\(id)", as: caller).expect(status)
            }
            try lab.follow(author, as: reader)
            try lab.get("/posts/\(id)", as: reader).expect(403)
            try lab.acceptFollow(from: reader, to: author)
            try lab.get("/posts/\(id)", as: reader).expect(200)
            try lab.setPrivate(author, false)
            try lab.get("/posts/\(id)").expect(200)
        },
        Check(["POSTS-GET-14"], "an anonymous request for a private post answers 403") { lab in
            let author = try lab.register()
            let id = try lab.publish(as: author, isPrivate: true)["id"].text()
            try lab.get("/posts/\(id)").expect(403)
        },
        Check(
            ["POSTS-GET-15", "BLOCK-04", "BLOCK-05", "BLOCK-07"],
            "a blocked user gets 403, the blocker and anonymous callers the post"
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let hers = try lab.publish(as: alice)["id"].text()
            let his = try lab.publish(as: bob)["id"].text()
            try lab.get("/posts/\(hers)", as: bob).expect(200)
            try lab.post("/block/\(bob.id)", as: alice).expect(200)
            try lab.get("/posts/\(hers)", as: bob).expect(403)
            try lab.get("/posts/\(hers)").expect(200)
            try lab.get("/posts/\(his)", as: alice).expect(200)
            try lab.delete("/block/\(bob.id)", as: alice).expect(200)
            try lab.get("/posts/\(hers)", as: bob).expect(200)
        },
        Check(["POSTS-GET-16"], "an ID of another shape answers 404") { lab in
            let author = try lab.register()
            let id = try lab.publish(as: author)["id"].text()
            for bad in ["x", id.uppercased() + "0", String(id.dropLast()), id + "0", "%00", "%ff", "a%2Fb"] {
                try lab.get("/posts/\(bad)").expect(404)
            }
        },
        Check(["CONTROL-07"], "deleting a user takes posts, likes, saves and comments away", needs: [.controlPlane]) {
            lab in
            let (reader, author) = try lab.follower()
            let kept = try lab.publish(as: reader)["id"].text()
            let gone = try lab.publish(as: author)["id"].text()
            for (post, user) in [(kept, author), (gone, author), (gone, reader)] {
                let body = #""post_id":"\#(post)","user_id":"\#(user.id)""#
                for command in ["like-add", "save-add"] { try lab.control(command, "{\(body)}").expect(200) }
                try lab.control("comment-add", "{\(body),\"content\":\"hm\"}").expect(200)
            }
            try lab.control("user-delete", #"{"user_id":"\#(author.id)"}"#).expect(200)
            try lab.get("/posts/\(gone)").expect(404)
            try lab.feed(as: reader)["posts"].expectCount(0)
            let post = try lab.get("/posts/\(kept)").expect(200).json
            for key in ["like_count", "comment_count"] { try post[key].expect(0) }
        },
    ]
}
