import ChatrixModel

extension StepDeclaration {
    static let posts = [
        StepDeclaration(
            "createPost", area: "Posts", "Publishes a post.",
            keys: [
                KeyDeclaration("media", .files(Limits.postFilesMax), "Pictures and films; default one PNG of 20 kB."),
                KeyDeclaration("caption", .template(Limits.captionScalarsMax), "Text below the pictures."),
                KeyDeclaration("location", .location, "Where it was taken."),
                KeyDeclaration("private", .flag, "For followers alone; default false."),
            ], bare: "caption",
            CallDeclaration(.createPost, fills: [.post: "id"]) { context in
                let files = context.files(0)
                return .posts(
                    .create(
                        PostDraft(
                            caption: context.text(1), files: (files.isEmpty ? [.picture] : files).map(\.uploaded),
                            location: context.location(2), isPrivate: context.flag(3) ?? false)))
            }),
        StepDeclaration(
            "feed", area: "Posts", "Reads a page of the feed.",
            keys: PageKeys.keys(limitMax: Limits.feedPageMax, limitDefault: Limits.feedPageDefault),
            CallDeclaration(.feed, fills: [.cursor: "next_cursor"]) { context in
                guard let before = context.cursor(1), let after = context.cursor(2) else { return nil }
                return .posts(
                    .feed(
                        FeedQuery(
                            limit: context.whole(0) ?? Limits.feedPageDefault, before: before.timestamp,
                            after: after.timestamp, author: context.user(3), order: context.order(4))))
            }),
        StepDeclaration(
            "post", area: "Posts", "Reads a post.", keys: [KeyDeclaration("id", or: .post, "Which")], bare: "id",
            CallDeclaration(.post) { context in context.id(0).map { .posts(.post($0)) } }),
    ]
}

extension UploadFile {
    /// What is sent where a scenario does not care.
    static let picture = UploadFile(type: .png)
}
