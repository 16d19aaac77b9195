import ChatrixModel

extension Checks {
    static let createPost: [Check] = [
        Check(["POSTS-CREATE-01"], "the body is a form") { lab in
            let user = try lab.register()
            try lab.post("/posts", form: .files("media", .pngImage), as: user).expect(201)
            try lab.post("/posts", #"{"caption":"words"}"#, as: user).expect(400)
        },
        Check(["POSTS-CREATE-02", "POSTS-CREATE-10"], "one and several files answer 201") { lab in
            let user = try lab.register()
            for count in [1, 2, 3] {
                try lab.publish(as: user, Array(repeating: .gifImage, count: count))["media"].expectCount(count)
            }
        },
        Check(["POSTS-CREATE-03"], "every kind of picture and film is taken") { lab in
            let user = try lab.register()
            for sample in Sample.images + Sample.videos {
                let kind: JSON = Sample.images.contains(sample) ? "image" : "video"
                try lab.publish(as: user, [sample])["media"][0]["type"].expect(kind)
            }
        },
        Check(["POSTS-CREATE-04"], "a post needs no caption") { lab in
            let user = try lab.register()
            try lab.publish(as: user)["caption"].expectNull()
            try lab.publish(as: user, caption: "words")["caption"].expect("words")
        },
        Check(["POSTS-CREATE-04"], "an empty caption is none, the longest has 2200 characters", needs: [.decidedBounds])
        {
            lab in
            let user = try lab.register()
            try lab.publish(as: user, caption: "")["caption"].expectNull()
            let longest = String(repeating: "🏖", count: 2200)
            try lab.publish(as: user, caption: longest)["caption"].expect(.string(longest))
            try lab.refuses("/posts", as: user, "a caption of 2201 characters", ["caption": longest + "!"])
        },
        Check(["POSTS-CREATE-05"], "a location is JSON in a text and may be left out") { lab in
            let user = try lab.register()
            try lab.publish(as: user, location: #"{"name":"Bondi Beach","lat":-33.8908,"lng":151.2743}"#)
            try lab.publish(as: user)
        },
        Check(["POSTS-CREATE-06"], "is_private is false unless it is true") { lab in
            let user = try lab.register()
            for (isPrivate, status) in [(nil, 200), (false, 200), (true, 403)] {
                let id = try lab.publish(as: user, isPrivate: isPrivate)["id"].text()
                try lab.get("/posts/\(id)").expect(status)
            }
        },
        Check(["POSTS-CREATE-07"], "is_private is exactly true or false") { lab in
            let user = try lab.register()
            for bad in ["", "1", "0", "yes", "True", "TRUE", " true", "null"] {
                try lab.refuses("/posts", as: user, "is_private \(bad)", ["is_private": bad])
            }
            try lab.refuses("/posts", as: user, "two is_private", ["is_private": "true", "is_private": "true"])
        },
        Check(["POSTS-CREATE-08"], "ten files are the most", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            try lab.publish(as: user, Array(repeating: .gifImage, count: 10))["media"].expectCount(10)
            var form = Form()
            for _ in 1...11 { form.file("media", .gifImage) }
            try lab.refuses("/posts", form, as: user, "eleven files")
            try lab.expectPostCount(1, of: user)
        },
        Check(["POSTS-CREATE-09"], "a location has a name and a latitude and longitude in their ranges") { lab in
            let user = try lab.register()
            for bad in [
                "", "Bondi Beach", "null", "[]", "1", "{", #"{"name":"a","lat":1}"#, #"{"name":"a","lng":1}"#,
                #"{"lat":1,"lng":1}"#, #"{"name":"","lat":1,"lng":1}"#, #"{"name":null,"lat":1,"lng":1}"#,
                #"{"name":5,"lat":1,"lng":1}"#, #"{"name":"a","lat":"1","lng":1}"#, #"{"name":"a","lat":1,"lng":null}"#,
                #"{"name":"a","lat":90.1,"lng":1}"#, #"{"name":"a","lat":-90.1,"lng":1}"#,
                #"{"name":"a","lat":1,"lng":180.1}"#, #"{"name":"a","lat":1,"lng":-180.1}"#,
                #"{"name":"a","lat":1e400,"lng":1}"#, #"{"name":"a","lat":1,"lng":1} x"#,
            ] {
                try lab.refuses("/posts", as: user, "the location \(bad)", ["location": bad])
            }
            for (latitude, longitude) in [(90, 180), (-90, -180), (0, 0)] {
                try lab.publish(as: user, location: #"{"name":"a","lat":\#(latitude),"lng":\#(longitude)}"#)
            }
        },
        Check(["POSTS-CREATE-09"], "the name of a location has at most 200 characters", needs: [.decidedBounds]) {
            lab in
            let user = try lab.register()
            let name = String(repeating: "é", count: 200)
            try lab.publish(as: user, location: #"{"name":"\#(name)","lat":1,"lng":1}"#)
            try lab.refuses(
                "/posts", as: user, "a name of 201 characters", ["location": #"{"name":"\#(name)!","lat":1,"lng":1}"#])
        },
        Check(["POSTS-CREATE-11", "POSTS-CREATE-12"], "the body has nine keys, the author is an ID") { lab in
            let user = try lab.register()
            let post = try lab.publish(
                as: user, caption: "words", isPrivate: true, location: #"{"name":"a","lat":1,"lng":1}"#)
            try post.expectKeys(
                "id", "user_id", "caption", "media", "like_count", "comment_count", "is_liked", "is_saved",
                "created_at")
            try post["id"].expectID()
            try post["user_id"].expect(.string(user.id))
            try post["created_at"].expectTimestamp()
        },
        Check(["POSTS-CREATE-13"], "an element of media has four keys") { lab in
            let user = try lab.register()
            let media = try lab.publish(as: user, [.pngImage])["media"][0]
            try media.expectKeys("url", "type", "width", "height")
            try media["url"].expectNonEmptyText()
            try media["type"].expectNonEmptyText()
            try media["width"].expectInteger()
            try media["height"].expectInteger()
        },
        Check(["POSTS-CREATE-14"], "a new post has no likes and comments") { lab in
            let user = try lab.register()
            let post = try lab.publish(as: user)
            for key in ["like_count", "comment_count"] { try post[key].expect(0) }
            for key in ["is_liked", "is_saved"] { try post[key].expect(false) }
        },
        Check(["POSTS-CREATE-15"], "a caption comes back as it was sent") { lab in
            let user = try lab.register()
            for caption in ["Beautiful day at the beach! 🏖️", "a/b \"c\" \\ d", "line\nbreak\ttab", " é e\u{301} 👩‍👩‍👧 "] {
                let post = try lab.publish(as: user, caption: caption)
                try post["caption"].expect(.string(caption))
                try lab.get("/posts/\(post["id"].text())").expect(200).json["caption"].expect(.string(caption))
            }
        },
        Check(["POSTS-CREATE-16", "POSTS-CREATE-17"], "media come in the order of the parts with their sizes") { lab in
            let user = try lab.register()
            for samples in [
                [Sample.pngImage, .jpegImage, .gifImage], [.jpegImage, .mp4Video, .pngImage], [.movVideo, .webpImage],
                [.webmVideo],
            ] {
                let media = try lab.publish(as: user, samples)["media"]
                try media.expectCount(samples.count)
                for (index, sample) in samples.enumerated() { try media[index].expectMedia(sample) }
            }
        },
        Check(["POSTS-CREATE-18"], "post_count grows by one") { lab in
            let user = try lab.register()
            for count in 1...2 {
                try lab.publish(as: user)
                try lab.get("/users/\(user.id)").expect(200).json["post_count"].expect(.number(String(count)))
            }
        },
        Check(["POSTS-CREATE-19"], "text where files belong and a file where a text belongs answer 400") { lab in
            let user = try lab.register()
            var form = Form()
            form.text("media", "words")
            try lab.refuses("/posts", form, as: user, "a text called media")
            form = .files("media", .gifImage)
            form.file("caption", .txtDocument)
            try lab.refuses("/posts", form, as: user, "a file called caption")
            try lab.refuses("/posts", as: user, "two captions", ["caption": "one", "caption": "two"])
        },
        Check(["POSTS-CREATE-20"], "a request without a file answers 400") { lab in
            let user = try lab.register()
            var form = Form()
            form.text("caption", "words")
            try lab.refuses("/posts", form, as: user, "no file")
            try lab.refuses("/posts", .files("files", .gifImage), as: user, "a file of another name")
            form.file("media", fileName: "", type: "application/octet-stream", [])
            try lab.refuses("/posts", form, as: user, "a file that was not chosen")
        },
        Check(["POSTS-CREATE-21"], "other files answer 400") { lab in
            let user = try lab.register()
            for sample in Sample.documents {
                try lab.refuses("/posts", .files("media", sample), as: user, sample.fileName)
            }
            var empty = Form()
            empty.file("media", fileName: "photo.png", type: "image/png", [])
            try lab.refuses("/posts", empty, as: user, "an empty file")
        },
        .demandsToken(["POSTS-CREATE-22"], "POST", "/posts"),
        Check(["POSTS-CREATE-23"], "a picture that is too large answers 413") { lab in
            let user = try lab.register()
            let large = Sample.pngImage.with(byteCount: 21 << 20)
            try lab.refuses("/posts", .files("media", large), as: user, status: 413, "a picture of 21 MiB")
            try lab.expectPostCount(0, of: user)
        },
        Check(["POSTS-CREATE-24"], "a refused file among good ones makes no post") { lab in
            let (reader, author) = try lab.follower()
            for form in [
                Form.files("media", .gifImage, .txtDocument), .files("media", .pdfDocument, .gifImage),
                .files("media", .gifImage, .pngImage, .docDocument),
            ] {
                try lab.refuses("/posts", form, as: author, "a document among pictures")
            }
            try lab.expectPostCount(0, of: author)
            try lab.feed(as: reader)["posts"].expectCount(0)
        },
        Check(["POSTS-CREATE-24"], "a refused post changes nothing at all", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let digest = try lab.stateDigest()
            try lab.refuses("/posts", .files("media", .gifImage, .txtDocument), as: user, "a document")
            try lab.refuses("/posts", as: user, "is_private", ["is_private": "perhaps"])
            try lab.expectOrder([lab.stateDigest()], [digest])
        },
        Check(["USERS-ME-GET-07"], "post_count counts private posts too") { lab in
            let user = try lab.register()
            try lab.expectPostCount(0, of: user)
            try lab.publish(as: user)
            try lab.publish(as: user, isPrivate: true)
            try lab.expectPostCount(2, of: user)
        },
        Check(["USERS-ME-GET-07"], "a deleted post is not counted", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let ids = try lab.publish(2, as: user)
            try lab.control("post-delete", #"{"post_id":"\#(ids[0])"}"#).expect(200)
            try lab.expectPostCount(1, of: user)
        },
    ]
}
