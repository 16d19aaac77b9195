import ChatrixModel

private let needs: Set<Capability> = [.webhooks, .controlPlane]

extension Checks {
    static let webhookEvents: [Check] =
        [
            fires("WEBHOOK-EVENT-04", "user.registered") { _ = try $0.register() },
            fires("WEBHOOK-EVENT-05", "user.updated") { lab in
                let user = try lab.register()
                try lab.patchMe(["full_name": "Alice"], as: user).expect(200)
            },
            fires("WEBHOOK-EVENT-06", "user.deleted") { lab in
                let user = try lab.register()
                try lab.control("user-delete", #"{"user_id":"\#(user.id)"}"#).expect(200)
            },
            fires("WEBHOOK-EVENT-07", "post.created", lifeOfPost),
            fires("WEBHOOK-EVENT-08", "post.updated", lifeOfPost),
            fires("WEBHOOK-EVENT-09", "post.deleted", lifeOfPost),
            fires("WEBHOOK-EVENT-10", "comment.created", lifeOfPost),
            fires("WEBHOOK-EVENT-11", "comment.updated", lifeOfPost),
            fires("WEBHOOK-EVENT-12", "comment.deleted", lifeOfPost),
            fires("WEBHOOK-EVENT-13", "like.created", lifeOfPost),
            fires("WEBHOOK-EVENT-14", "like.deleted", lifeOfPost),
            fires("WEBHOOK-EVENT-15", "follow.created", lifeOfFollow),
            fires("WEBHOOK-EVENT-16", "follow.deleted", lifeOfFollow),
            fires("WEBHOOK-EVENT-17", "follow.accepted", lifeOfFollow),
            fires("WEBHOOK-EVENT-18", "story.created", lifeOfStory),
            fires("WEBHOOK-EVENT-19", "story.viewed", lifeOfStory),
            fires("WEBHOOK-EVENT-20", "story.deleted", lifeOfStory),
            fires("WEBHOOK-EVENT-21", "call.started", lifeOfCall),
            fires("WEBHOOK-EVENT-22", "call.answered", lifeOfCall),
            fires("WEBHOOK-EVENT-23", "call.ended", lifeOfCall),
        ] + webhookTimes

    /// Exactly one event of this name comes of `step`.
    private static func fires(
        _ id: String, _ event: String, _ step: @escaping @Sendable (inout Lab) throws -> Void
    ) -> Check {
        Check([id], "\(event) fires once", needs: needs) { lab in
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try step(&lab)
            let deliveries = try lab.deliveries(to: receiver)
            let events = try deliveries.map { try $0.event }
            guard events.filter({ $0 == event }).count == 1 else {
                throw Check.Failure("expected \(event) once, found \(events)", exchange: lab.last)
            }
        }
    }

    @Sendable private static func lifeOfPost(_ lab: inout Lab) throws {
        let author = try lab.register()
        let reader = try lab.register()
        let id = try lab.makePost(as: author)["id"].text()
        try lab.control("post-update", #"{"post_id":"\#(id)","caption":"another"}"#).expect(200)
        let like = #"{"post_id":"\#(id)","user_id":"\#(reader.id)"}"#
        try lab.control("like-add", like).expect(200)
        try lab.control("like-remove", like).expect(200)
        let text = #"{"post_id":"\#(id)","user_id":"\#(reader.id)","content":"nice"}"#
        let comment = try lab.control("comment-add", text).expect(200).json["id"].text()
        try lab.control("comment-update", #"{"comment_id":"\#(comment)","content":"nicer"}"#).expect(200)
        try lab.control("comment-delete", #"{"comment_id":"\#(comment)"}"#).expect(200)
        try lab.control("post-delete", #"{"post_id":"\#(id)"}"#).expect(200)
    }

    @Sendable private static func lifeOfFollow(_ lab: inout Lab) throws {
        let alice = try lab.register()
        let bob = try lab.register()
        try lab.setPrivate(bob, true)
        try lab.post("/follows/\(bob.id)", as: alice).expect(201)
        try lab.acceptFollow(from: alice, to: bob)
        try lab.delete("/follows/\(bob.id)", as: alice).expect(204)
    }

    @Sendable private static func lifeOfStory(_ lab: inout Lab) throws {
        let author = try lab.register()
        let viewer = try lab.register()
        let id = try lab.makeStory(as: author)["id"].text()
        try lab.control("story-view", #"{"story_id":"\#(id)","user_id":"\#(viewer.id)"}"#).expect(200)
        try lab.control("story-delete", #"{"story_id":"\#(id)"}"#).expect(200)
    }

    @Sendable private static func lifeOfCall(_ lab: inout Lab) throws {
        let alice = try lab.register()
        let bob = try lab.register()
        let offer = #"{"recipient_id":"\#(bob.id)","type":"audio","offer":{"type":"offer","sdp":"v=0"}}"#
        let id = try lab.post("/calls", offer, as: alice).expect(201).json["id"].text()
        try lab.post("/calls/\(id)/answer", #"{"answer":{"type":"answer","sdp":"v=0"}}"#, as: bob).expect(200)
        try lab.post("/calls/\(id)/end", as: alice).expect(200)
    }

    private static let webhookTimes: [Check] = [
        Check(["WEBHOOK-PAYLOAD-04"], "the timestamp of a creation is the created_at of the object", needs: needs) {
            lab in
            let receiver = try lab.receiver()
            try lab.webhook(
                "message.created", "post.created", "comment.created", "like.created", "follow.created",
                "story.created", "call.started", to: receiver)
            try lifeOfPost(&lab)
            try lifeOfFollow(&lab)
            try lifeOfStory(&lab)
            try lifeOfCall(&lab)
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            for delivery in try lab.deliveries(7, to: receiver) {
                let key = try delivery.event == "call.started" ? "started_at" : "created_at"
                try delivery.data[key].expectTimestamp()
                try delivery.json["timestamp"].expectSame(as: delivery.data[key])
            }
        },
        Check(["WEBHOOK-PAYLOAD-04"], "the timestamp of user.registered is the created_at of the user", needs: needs) {
            lab in
            var user: Account?
            let delivery = try lab.webhook { user = try $0.register() }
            let createdAt = try lab.get("/users/me", as: user).expect(200).json["created_at"].text()
            try delivery.json["timestamp"].expect(.string(createdAt))
        },
    ]
}
