import ChatrixModel

/// Reading of the stories requests: rules of form (D-68).
extension ReferenceAPI {
    /// STORIES-CREATE: what needs no look into the file.
    static func storyCreation(_ body: RequestBody) throws(Refusal) -> Command {
        let caption = try caption(body)
        let mentions = try mentions(body)
        let location = try location(body)
        let hours = try expiryHours(body)
        guard let file = try body.file("media") else { throw Refusal.invalidField("media") }
        return .stories(
            .create(
                StoryDraft(
                    file: file, caption: caption, mentions: mentions, location: location, expiresInHours: hours)))
    }

    /// One field with a JSON array of texts, or a field for each user, with or without brackets behind the name.
    private static func mentions(_ body: RequestBody) throws(Refusal) -> [UserID] {
        var texts = try body.texts("mentions") + body.texts("mentions[]")
        if texts.count == 1, let elements = (try? JSON.parse(Array(texts[0].utf8)))?.array {
            texts = elements.map { $0.string ?? "" }
        }
        let users = texts.compactMap { UserID($0) }
        guard users.count == texts.count, users.count <= Limits.storyMentionsMax else {
            throw Refusal.invalidField("mentions")
        }
        return users
    }

    private static func expiryHours(_ body: RequestBody) throws(Refusal) -> Int {
        guard let text = try body.text("expires_in") else { return Limits.storyHoursDefault }
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let hours = Int(text),
            (1...Limits.storyHoursMax).contains(hours)
        else { throw Refusal.invalidField("expires_in") }
        return hours
    }
}
