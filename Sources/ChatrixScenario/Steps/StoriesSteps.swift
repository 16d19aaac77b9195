import ChatrixModel

extension StepDeclaration {
    static let stories = [
        StepDeclaration(
            "createStory", area: "Stories", "Publishes a story.",
            keys: [
                KeyDeclaration("media", .file, "Picture or film; default a PNG of 20 kB."),
                KeyDeclaration("caption", .template(Limits.captionScalarsMax), "Text below it."),
                KeyDeclaration("mentions", .words(["peer", "self"]), "Who is mentioned; default nobody."),
                KeyDeclaration("location", .location, "Where it was taken."),
                KeyDeclaration(
                    "hours", .whole(1...Limits.storyHoursMax),
                    "How long it is shown; default \(Limits.storyHoursDefault)."),
            ], bare: "caption",
            CallDeclaration(.createStory, fills: [.story: "id"]) { context in
                .stories(
                    .create(
                        StoryDraft(
                            file: (context.files(0).first ?? .picture).uploaded, caption: context.text(1),
                            mentions: context.texts(2).map { $0 == "peer" ? context.partnerID : context.senderID },
                            location: context.location(3),
                            expiresInHours: context.whole(4) ?? Limits.storyHoursDefault)))
            }),
        StepDeclaration(
            "storyFeed", area: "Stories", "Reads the stories of those whom the user follows.",
            CallDeclaration(.storyFeed) { _ in .stories(.feed) }),
    ]
}
