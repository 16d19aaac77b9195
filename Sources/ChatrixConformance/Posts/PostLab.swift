import ChatrixModel

extension Lab {
    /// Posts one picture, or `files`, and returns the answer's body.
    @discardableResult
    mutating func publish(
        as author: Account, _ files: [Sample] = [.gifImage], caption: String? = nil, isPrivate: Bool? = nil,
        location: String? = nil
    ) throws -> Node {
        var form = Form()
        if let caption { form.text("caption", caption) }
        for file in files { form.file("media", file) }
        if let location { form.text("location", location) }
        if let isPrivate { form.text("is_private", isPrivate ? "true" : "false") }
        return try post("/posts", form: form, as: author).expect(201).json
    }

    /// The IDs of new posts with one picture each, the oldest first.
    mutating func publish(_ count: Int, as author: Account) throws -> [String] {
        try (0..<count).map { _ in try publish(as: author)["id"].text() }
    }

    /// Adds texts to a form with one picture, posts it, and expects to be refused with 400; `why` names the fault.
    mutating func refuses(
        _ path: String, as caller: Account, _ why: String, _ texts: KeyValuePairs<String, String>
    ) throws {
        var form = Form()
        for text in texts { form.text(text.key, text.value) }
        form.file("media", .gifImage)
        try refuses(path, form, as: caller, why)
    }

    /// Posts a form and expects to be refused; `why` names the fault.
    mutating func refuses(
        _ path: String, _ form: Form, as caller: Account, status: Int = 400, _ why: String
    ) throws {
        let reply = try post(path, form: form, as: caller)
        try reply.expect(reply.status == status, "expected status \(status) for \(why), found \(reply.status)")
    }

    /// Two new users, the first of whom follows the second.
    mutating func follower() throws -> (reader: Account, author: Account) {
        let reader = try register(fullName: "Reader")
        let author = try register(fullName: "Author")
        try follow(author, as: reader)
        return (reader, author)
    }

    mutating func follow(_ user: Account, as follower: Account) throws {
        try post("/follows/\(user.id)", as: follower).expect(201)
    }

    /// The body of the feed of a user. `query` starts with `?`.
    mutating func feed(as reader: Account, _ query: String = "") throws -> Node {
        try get("/posts/feed\(query)", as: reader).expect(200).json
    }

    /// The IDs of the posts on one page of the feed.
    mutating func feedIDs(as reader: Account, _ query: String = "") throws -> [String] {
        try feed(as: reader, query)["posts"].items().map { try $0["id"].text() }
    }

    mutating func expectPostCount(_ count: Int, of user: Account) throws {
        try get("/users/me", as: user).expect(200).json["post_count"].expect(.number(String(count)))
    }

    /// The digest of the whole state of the target; skips the check where there is no control plane.
    mutating func stateDigest() throws -> String {
        guard target.capabilities.contains(.controlPlane) else { throw Check.Skip("the target has no control plane") }
        return try get("/_reference/state").expect(200).json["digest"].text()
    }
}

extension Node {
    /// A picture or film as posts and stories show it, of the type and size of a sample.
    func expectMedia(_ sample: Sample) throws {
        try expectKeys("url", "type", "width", "height")
        try expectAbsoluteURL("url")
        try self["type"].expect(sample.mimeType.hasPrefix("image/") ? "image" : "video")
        for (key, pixels) in [("width", sample.width), ("height", sample.height)] {
            if let pixels { try self[key].expect(.number(String(pixels))) } else { try self[key].expectNull() }
        }
    }

    private func expectAbsoluteURL(_ key: String) throws {
        let url = try self[key].text()
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw Check.Failure("\(key): expected an absolute URL, found \(url)", exchange: exchange)
        }
    }

    /// A number of this value, however it is written.
    func expectValue(_ number: Double) throws {
        guard value?.double == number else {
            throw Check.Failure(
                "expected the number \(number), found \(value?.description ?? "nothing")", exchange: exchange)
        }
    }
}
