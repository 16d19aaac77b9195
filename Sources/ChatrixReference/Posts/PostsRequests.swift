import ChatrixModel

/// Reading of the posts requests: rules of form (D-18, D-34, D-40, D-41, D-44).
extension ReferenceAPI {
    /// POSTS-CREATE: what needs no look into the files.
    static func postCreation(_ body: RequestBody) throws(Refusal) -> Command {
        let caption = try caption(body)
        let location = try location(body)
        let isPrivate: Bool
        switch try body.text("is_private") {
        case nil, "false": isPrivate = false
        case "true": isPrivate = true
        default: throw Refusal.invalidField("is_private")
        }
        let files = try body.files("media")
        guard (1...Limits.postFilesMax).contains(files.count) else { throw Refusal.invalidField("media") }
        return .posts(.create(PostDraft(caption: caption, files: files, location: location, isPrivate: isPrivate)))
    }

    static func feedQuery(_ query: QueryParameters) throws(Refusal) -> FeedQuery {
        FeedQuery(
            limit: try query.limit(default: Limits.feedPageDefault, maximum: Limits.feedPageMax),
            before: try query.timestamp("before"), after: try query.timestamp("after"),
            author: try query.id("user_id"), order: try query.order(field: "created_at"))
    }

    /// The caption of posts and stories; an empty one is none (D-18).
    static func caption(_ body: RequestBody) throws(Refusal) -> String? {
        let text = try body.optionalText("caption") { $0.isWithinScalars(Limits.captionScalarsMax) }
        return text?.isEmpty == true ? nil : text
    }

    /// The place of posts and stories: JSON in a text (D-34).
    static func location(_ body: RequestBody) throws(Refusal) -> Location? {
        guard let text = try body.text("location") else { return nil }
        guard let json = try? JSON.parse(Array(text.utf8)), let location = Location(json) else {
            throw Refusal.invalidField("location")
        }
        return location
    }
}

extension Location {
    /// Reads `name`, `lat` and `lng`; other members are dropped.
    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.string, !name.isEmpty, name.isWithinScalars(Limits.locationNameScalarsMax),
            let latitude = json["lat"]?.double, (-90...90).contains(latitude),
            let longitude = json["lng"]?.double, (-180...180).contains(longitude)
        else { return nil }
        self.init(name: name, latitude: latitude, longitude: longitude)
    }
}
