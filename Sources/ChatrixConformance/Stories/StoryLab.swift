import ChatrixModel

extension Lab {
    /// Tells a story with one picture, or with `file`, and returns the answer's body.
    @discardableResult
    mutating func tell(
        as author: Account, _ file: Sample = .gifImage, _ texts: KeyValuePairs<String, String> = [:]
    ) throws -> Node {
        var form = Form()
        for text in texts { form.text(text.key, text.value) }
        form.file("media", file)
        return try post("/stories", form: form, as: author).expect(201).json
    }

    /// The groups that a user's story feed shows.
    mutating func stories(as reader: Account) throws -> NodeList {
        try get("/stories/feed", as: reader).expect(200).json["stories"].items()
    }

    /// The IDs of the stories in a user's story feed, group by group.
    mutating func storyIDs(as reader: Account) throws -> [[String]] {
        try stories(as: reader).map { try $0["items"].items().map { try $0["id"].text() } }
    }

    /// Tokens that are good for another hour: travelling in time outlives the first ones.
    mutating func logIn(_ user: inout Account) throws {
        let body = #"{"phoneOrUsername":"\#(user.username)","password":"\#(user.password)"}"#
        try user.adopt(post("/auth/login", body, headers: ["x-device-id": user.deviceID]).expect(200).json)
    }
}
