import ChatrixModel

extension Checks {
    static let createStory: [Check] = [
        Check(["STORIES-CREATE-01"], "the body is a form") { lab in
            let user = try lab.register()
            try lab.post("/stories", form: .files("media", .pngImage), as: user).expect(201)
            try lab.post("/stories", #"{"caption":"words"}"#, as: user).expect(400)
        },
        Check(["STORIES-CREATE-02", "STORIES-CREATE-10", "STORIES-CREATE-12"], "a story is one picture or film") {
            lab in
            let user = try lab.register()
            for sample in Sample.images + Sample.videos { try lab.tell(as: user, sample)["media"].expectMedia(sample) }
        },
        Check(["STORIES-CREATE-03"], "a story needs no caption") { lab in
            let user = try lab.register()
            for caption in ["My story!", "🎉 \"so\" /\\", "two\nlines"] {
                try lab.tell(as: user, .gifImage, ["caption": caption])["caption"].expect(.string(caption))
            }
            try lab.tell(as: user)["caption"].expectNull()
        },
        Check(
            ["STORIES-CREATE-03"], "an empty caption is none, the longest has 2200 characters", needs: [.decidedBounds]
        ) {
            lab in
            let user = try lab.register()
            try lab.tell(as: user, .gifImage, ["caption": ""])["caption"].expectNull()
            let longest = String(repeating: "é", count: 2200)
            try lab.tell(as: user, .gifImage, ["caption": longest])
            try lab.refuses("/stories", as: user, "a caption of 2201 characters", ["caption": longest + "!"])
        },
        Check(["STORIES-CREATE-04", "STORIES-CREATE-07"], "mentions are an array in one part or repeated parts") {
            lab in
            let user = try lab.register()
            let others = try (0..<2).map { _ in try lab.register().id }
            try lab.tell(as: user, .gifImage, ["mentions": #"["\#(others[0])", "\#(others[1])"]"#])
            try lab.tell(as: user, .gifImage, ["mentions": "[]"])
            try lab.tell(as: user, .gifImage, ["mentions": others[0], "mentions": others[1]])
            try lab.tell(as: user, .gifImage, ["mentions[]": others[0], "mentions[]": others[1]])
            try lab.tell(as: user, .gifImage, ["mentions": others[0]])
            try lab.tell(as: user)
        },
        Check(["STORIES-CREATE-07"], "mentions of nobody and of other shapes answer 400") { lab in
            let user = try lab.register()
            for bad in [
                "", "me", "null", "{}", "[", "[1]", "[null]", #"["me"]"#, #"["\#(Lab.unknownID)"]"#, Lab.unknownID,
                #"["\#(user.id)","\#(Lab.unknownID)"]"#, #"[["\#(user.id)"]]"#, "\(user.id),\(user.id)",
            ] {
                try lab.refuses("/stories", as: user, "mentions \(bad)", ["mentions": bad])
            }
            try lab.refuses(
                "/stories", as: user, "an unknown user among others",
                ["mentions[]": user.id, "mentions[]": Lab.unknownID])
        },
        Check(["STORIES-CREATE-07"], "twenty users are the most", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            for (count, status) in [(20, 201), (21, 400)] {
                let ids = Array(repeating: "\"\(user.id)\"", count: count).joined(separator: ",")
                var form = Form.files("media", .gifImage)
                form.text("mentions", "[\(ids)]")
                try lab.refuses("/stories", form, as: user, status: status, "\(count) mentions")
            }
        },
        Check(["STORIES-CREATE-05"], "a location is JSON in a text") { lab in
            let user = try lab.register()
            try lab.tell(as: user, .gifImage, ["location": #"{"name":"Bondi Beach","lat":-33.8908,"lng":151.2743}"#])
            for bad in ["", "Bondi Beach", "{}", #"{"name":"a","lat":91,"lng":1}"#, #"{"name":"","lat":1,"lng":1}"#] {
                try lab.refuses("/stories", as: user, "the location \(bad)", ["location": bad])
            }
        },
        Check(["STORIES-CREATE-06", "STORIES-CREATE-14"], "a story lasts 24 hours unless it says otherwise") { lab in
            let user = try lab.register()
            try lab.expectHours(24, of: try lab.tell(as: user))
        },
        Check(["STORIES-CREATE-06", "STORIES-CREATE-15"], "expires_in is the number of hours") { lab in
            let user = try lab.register()
            for hours: Int64 in [1, 2, 24, 48] {
                try lab.expectHours(hours, of: try lab.tell(as: user, .gifImage, ["expires_in": String(hours)]))
            }
        },
        Check(["STORIES-CREATE-08"], "expires_in is an integer, at least 1") { lab in
            let user = try lab.register()
            for bad in ["", "0", "-1", "1.5", "abc", "1h", " 1", "+1", "1e1", "null", "99999999999999999999"] {
                try lab.refuses("/stories", as: user, "expires_in \(bad)", ["expires_in": bad])
            }
        },
        Check(["STORIES-CREATE-08"], "expires_in is at most 168", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            try lab.expectHours(168, of: try lab.tell(as: user, .gifImage, ["expires_in": "168"]))
            try lab.refuses("/stories", as: user, "expires_in 169", ["expires_in": "169"])
        },
        Check(["STORIES-CREATE-09"], "more than one file answers 400") { lab in
            let user = try lab.register()
            try lab.refuses("/stories", .files("media", .gifImage, .pngImage), as: user, "two files")
        },
        Check(["STORIES-CREATE-11", "STORIES-CREATE-13"], "the body has seven keys and no views") { lab in
            let user = try lab.register()
            let story = try lab.tell(as: user)
            try story.expectKeys("id", "user_id", "media", "caption", "view_count", "expires_at", "created_at")
            try story["id"].expectID()
            try story["user_id"].expect(.string(user.id))
            try story["view_count"].expect(0)
            for key in ["expires_at", "created_at"] { try story[key].expectTimestamp() }
        },
        Check(["STORIES-CREATE-12"], "media is an object of four members") { lab in
            let user = try lab.register()
            let media = try lab.tell(as: user, .jpegImage)["media"]
            try media.expectKeys("url", "type", "width", "height")
            for key in ["url", "type"] { try media[key].expectNonEmptyText() }
            for key in ["width", "height"] { try media[key].expectInteger() }
        },
        Check(["STORIES-CREATE-16"], "mentions and location are not returned") { lab in
            let user = try lab.register()
            let story = try lab.tell(
                as: user, .gifImage,
                ["mentions": #"["\#(user.id)"]"#, "location": #"{"name":"a","lat":1,"lng":1}"#])
            try story.expectKeys("id", "user_id", "media", "caption", "view_count", "expires_at", "created_at")
            try story["caption"].expectNull()
        },
        Check(["STORIES-CREATE-17"], "text where a file belongs, a file where a text belongs, documents: 400") { lab in
            let user = try lab.register()
            var form = Form()
            form.text("media", "words")
            try lab.refuses("/stories", form, as: user, "a text called media")
            form = .files("media", .gifImage)
            form.file("mentions", .txtDocument)
            try lab.refuses("/stories", form, as: user, "a file called mentions")
            for sample in Sample.documents {
                try lab.refuses("/stories", .files("media", sample), as: user, sample.fileName)
            }
            try lab.refuses("/stories", as: user, "two captions", ["caption": "one", "caption": "two"])
            let (reader, author) = try lab.follower()
            try lab.refuses("/stories", .files("media", .pdfDocument), as: author, "a document")
            try lab.expectOrder(lab.storyIDs(as: reader).flatMap { $0 }, [])
        },
        Check(["STORIES-CREATE-17"], "a refused story changes nothing at all", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let digest = try lab.stateDigest()
            try lab.refuses("/stories", as: user, "a mention of nobody", ["mentions": Lab.unknownID])
            try lab.refuses("/stories", .files("media", .txtDocument), as: user, "a document")
            try lab.expectOrder([lab.stateDigest()], [digest])
        },
        Check(["STORIES-CREATE-18"], "a request without a file answers 400") { lab in
            let user = try lab.register()
            var form = Form()
            form.text("caption", "words")
            try lab.refuses("/stories", form, as: user, "no file")
            try lab.refuses("/stories", .files("file", .gifImage), as: user, "a file of another name")
        },
        .demandsToken(["STORIES-CREATE-19"], "POST", "/stories"),
        Check(["STORIES-CREATE-20"], "a picture that is too large answers 413") { lab in
            let user = try lab.register()
            let large = Sample.jpegImage.with(byteCount: 21 << 20)
            try lab.refuses("/stories", .files("media", large), as: user, status: 413, "a picture of 21 MiB")
        },
    ]
}

extension Lab {
    /// A story that expires so many hours after its creation, exactly.
    fileprivate func expectHours(_ hours: Int64, of story: Node) throws {
        let lasts = try story["expires_at"].milliseconds() - story["created_at"].milliseconds()
        guard lasts == hours * 3_600_000 else {
            throw Check.Failure(
                "expected expires_at \(hours) hours after created_at, found \(lasts) ms", exchange: last)
        }
    }
}
