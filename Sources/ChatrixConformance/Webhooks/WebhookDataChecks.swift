import ChatrixModel

private let needs: Set<Capability> = [.webhooks, .controlPlane]
private let messageKeys = ["id", "conversation_id", "sender_id", "content", "type", "created_at"]
private let postKeys = [
    "id", "user_id", "caption", "media", "like_count", "comment_count", "is_liked", "is_saved", "created_at",
]
private let storyKeys = ["id", "user_id", "media", "caption", "view_count", "expires_at", "created_at"]
private let commentKeys = ["id", "post_id", "user_id", "content", "created_at"]
private let followKeys = ["follower_id", "following_id", "status", "created_at"]
private let callKeys = [
    "id", "caller_id", "recipient_id", "type", "status", "started_at", "ended_at", "duration",
]

extension WebhookDelivery {
    /// `event` is this name and `data` has exactly the keys named.
    fileprivate func expect(_ event: String, keys: [String]) throws {
        try json["event"].expect(.string(event))
        try data.expectKeys(keys)
    }

    /// `data` has exactly the keys named, with the values that they have in an answer.
    fileprivate func expect(_ event: String, keys: [String], equalTo answer: Node) throws {
        try expect(event, keys: keys)
        for key in keys { try data[key].expectSame(as: answer[key]) }
    }
}

extension Lab {
    mutating func makePost(as author: Account, caption: String = "a caption") throws -> Node {
        var form = Form()
        form.text("caption", caption)
        form.file("media", fileName: "photo.png", type: "image/png", Sample.png)
        return try post("/posts", form: form, as: author).expect(201).json
    }

    mutating func makeStory(as author: Account) throws -> Node {
        var form = Form()
        form.text("caption", "a story")
        form.file("media", fileName: "photo.png", type: "image/png", Sample.png)
        return try post("/stories", form: form, as: author).expect(201).json
    }

    mutating func patchMe(_ fields: KeyValuePairs<String, String>, as user: Account) throws -> Reply {
        var form = Form()
        for (name, value) in fields { form.text(name, value) }
        return try send(
            Exchange.Request(
                method: "PATCH", target: "/users/me",
                headers: [
                    .init("Authorization", "Bearer \(user.accessToken)"), .init("Content-Type", form.contentType),
                ], body: form.body))
    }
}

extension Checks {
    static let webhookData: [Check] =
        webhookChatEvents + webhookPostEvents + webhookStoryAndCallEvents + webhookSilence

    private static let webhookChatEvents: [Check] = [
        Check(["WEBHOOK-EVENT-01"], "message.created fires for each message sent", needs: needs) { lab in
            let chat = try lab.chat()
            let receiver = try lab.receiver()
            try lab.webhook("message.created", to: receiver)
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.say("two", as: chat.bob, in: chat.id)
            try lab.say("three", as: chat.alice, in: chat.id)
            let deliveries = try lab.deliveries(3, to: receiver)
            for (delivery, text) in zip(deliveries, ["one", "two", "three"]) {
                try delivery.json["event"].expect("message.created")
                try delivery.data["content"].expect(.string(text))
            }
        },
        Check(
            ["WEBHOOK-EVENT-02", "WEBHOOK-EVENT-03", "WEBHOOK-PAYLOAD-03"],
            "changing and deleting a message over a WebSocket fire message.updated and message.deleted",
            needs: needs.union([.webSocket])
        ) { lab in
            let chat = try lab.chat()
            let message = try lab.say("before", as: chat.alice, in: chat.id)
            let id = try message["id"].text()
            let socket = try lab.openSocket(as: chat.alice)
            let updated = try lab.webhook { lab in
                let frame = #"{"event":"message_update","data":{"id":"\#(id)","content":"after"}}"#
                try lab.send(frame, on: socket)
                _ = try lab.frames(on: socket)
            }
            try updated.expect("message.updated", keys: messageKeys)
            try updated.data["id"].expect(.string(id))
            try updated.data["content"].expect("after")
            try updated.data["created_at"].expectSame(as: message["created_at"])
            let deleted = try lab.webhook { lab in
                try lab.send(#"{"event":"message_delete","data":{"id":"\#(id)"}}"#, on: socket)
                _ = try lab.frames(on: socket)
            }
            try deleted.expect("message.deleted", keys: messageKeys)
            try deleted.data["id"].expect(.string(id))
        },
        Check(
            ["WEBHOOK-PAYLOAD-03"], "user.registered carries the user as the answer shows him", needs: needs
        ) { lab in
            var user: Account?
            let delivery = try lab.webhook { user = try $0.register(fullName: "Alice") }
            guard let user else { return }
            try delivery.expect("user.registered", keys: ["id", "phone", "username", "full_name", "avatar_url"])
            try delivery.data["id"].expect(.string(user.id))
            try delivery.data["phone"].expect(.string(user.phone))
            try delivery.data["username"].expect(.string(user.username))
            try delivery.data["full_name"].expect("Alice")
            try delivery.data["avatar_url"].expectNull()
        },
        Check(["AUTHZ-17"], "no webhook contains a password", needs: needs) { lab in
            var user: Account?
            let delivery = try lab.webhook { user = try $0.register() }
            let text = String(decoding: delivery.request.body, as: UTF8.self)
            try delivery.expect(!text.contains(user?.password ?? ""), "expected no password")
        },
        Check(
            ["WEBHOOK-PAYLOAD-03"], "user.updated carries the answer of the change", needs: needs
        ) { lab in
            let user = try lab.register(fullName: "Alice")
            var answer: Reply?
            let delivery = try lab.webhook { lab in
                answer = try lab.patchMe(["full_name": "Alice B", "bio": "hi"], as: user).expect(200)
            }
            let keys = ["id", "phone", "username", "full_name", "bio", "avatar_url"]
            if let answer { try delivery.expect("user.updated", keys: keys, equalTo: answer.json) }
            let changed = try lab.webhook { try $0.setPrivate(user, true) }
            try changed.expect("user.updated", keys: keys)
        },
        Check(["WEBHOOK-EVENT-05"], "a profile update without a field fires nothing", needs: needs) { lab in
            let user = try lab.register()
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try lab.patchMe(["favourite_colour": "blue"], as: user).expect(200)
            _ = try lab.deliveries(0, to: receiver)
        },
        Check(
            ["WEBHOOK-EVENT-25", "WEBHOOK-PAYLOAD-03", "CONTROL-07"],
            "deleting a user fires user.deleted and nothing for what goes along", needs: needs
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.bob, in: chat.id)
            try lab.post("/follows/\(chat.alice.id)", as: chat.bob).expect(201)
            let delivery = try lab.webhook {
                try $0.control("user-delete", #"{"user_id":"\#(chat.bob.id)"}"#).expect(200)
            }
            try delivery.expect("user.deleted", keys: ["id", "username"])
            try delivery.data["id"].expect(.string(chat.bob.id))
            try delivery.data["username"].expect(.string(chat.bob.username))
        },
        Check(
            ["WEBHOOK-PAYLOAD-03"], "follow.created and follow.deleted carry the answer of the follow", needs: needs
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            var answer: Node?
            let created = try lab.webhook { answer = try $0.post("/follows/\(bob.id)", as: alice).expect(201).json }
            guard let answer else { return }
            try created.expect("follow.created", keys: followKeys, equalTo: answer)
            try created.data["status"].expect("accepted")
            let deleted = try lab.webhook { try $0.delete("/follows/\(bob.id)", as: alice).expect(204) }
            try deleted.expect("follow.deleted", keys: followKeys, equalTo: answer)
        },
        Check(
            ["WEBHOOK-EVENT-24"], "a request fires follow.created, accepting it follow.accepted", needs: needs
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            let created = try lab.webhook { try $0.post("/follows/\(bob.id)", as: alice).expect(201) }
            try created.expect("follow.created", keys: followKeys)
            try created.data["status"].expect("pending")
            let accepted = try lab.webhook { try $0.acceptFollow(from: alice, to: bob) }
            try accepted.expect("follow.accepted", keys: followKeys)
            try accepted.data["status"].expect("accepted")
            try accepted.data["follower_id"].expect(.string(alice.id))
            let carol = try lab.register()
            try lab.post("/follows/\(bob.id)", as: carol).expect(201)
            let receiver = try lab.receiver()
            try lab.webhook("follow.accepted", to: receiver)
            let fields = #"{"follower_id":"\#(carol.id)","following_id":"\#(bob.id)"}"#
            try lab.control("follow-decline", fields).expect(200)
            _ = try lab.deliveries(0, to: receiver)
        },
    ]

    private static let webhookPostEvents: [Check] = [
        Check(
            ["WEBHOOK-PAYLOAD-03"], "the data of post.created, post.updated and post.deleted", needs: needs
        ) { lab in
            let author = try lab.register()
            var answer: Node?
            let created = try lab.webhook { answer = try $0.makePost(as: author) }
            guard let answer else { return }
            let id = try answer["id"].text()
            try created.expect("post.created", keys: postKeys, equalTo: answer)
            let updated = try lab.webhook {
                try $0.control("post-update", #"{"post_id":"\#(id)","caption":"another"}"#).expect(200)
            }
            try updated.expect("post.updated", keys: postKeys)
            try updated.data["id"].expect(.string(id))
            try updated.data["caption"].expect("another")
            let deleted = try lab.webhook { try $0.control("post-delete", #"{"post_id":"\#(id)"}"#).expect(200) }
            try deleted.expect("post.deleted", keys: ["id", "user_id"])
            try deleted.data["id"].expect(.string(id))
            try deleted.data["user_id"].expect(.string(author.id))
        },
        Check(
            ["WEBHOOK-PAYLOAD-03"], "the data of comment.created, comment.updated and comment.deleted", needs: needs
        ) { lab in
            let author = try lab.register()
            let reader = try lab.register()
            let post = try lab.makePost(as: author)["id"].text()
            var id = ""
            let created = try lab.webhook { lab in
                let fields = #"{"post_id":"\#(post)","user_id":"\#(reader.id)","content":"nice"}"#
                id = try lab.control("comment-add", fields).expect(200).json["id"].text()
            }
            try created.expect("comment.created", keys: commentKeys)
            try created.data["id"].expect(.string(id))
            try created.data["post_id"].expect(.string(post))
            try created.data["user_id"].expect(.string(reader.id))
            try created.data["content"].expect("nice")
            let updated = try lab.webhook {
                try $0.control("comment-update", #"{"comment_id":"\#(id)","content":"nicer"}"#).expect(200)
            }
            try updated.expect("comment.updated", keys: commentKeys)
            try updated.data["content"].expect("nicer")
            let deleted = try lab.webhook {
                try $0.control("comment-delete", #"{"comment_id":"\#(id)"}"#).expect(200)
            }
            try deleted.expect("comment.deleted", keys: commentKeys)
            try deleted.data["id"].expect(.string(id))
        },
        Check(
            ["WEBHOOK-PAYLOAD-03"], "the data of like.created and like.deleted", needs: needs
        ) { lab in
            let author = try lab.register()
            let reader = try lab.register()
            let post = try lab.makePost(as: author)["id"].text()
            let fields = #"{"post_id":"\#(post)","user_id":"\#(reader.id)"}"#
            let created = try lab.webhook { try $0.control("like-add", fields).expect(200) }
            try created.expect("like.created", keys: ["post_id", "user_id", "created_at"])
            try created.data["post_id"].expect(.string(post))
            try created.data["user_id"].expect(.string(reader.id))
            let deleted = try lab.webhook { try $0.control("like-remove", fields).expect(200) }
            try deleted.expect("like.deleted", keys: ["post_id", "user_id", "created_at"])
            try deleted.data["user_id"].expect(.string(reader.id))
        },
    ]

    private static let webhookStoryAndCallEvents: [Check] = [
        Check(
            ["WEBHOOK-PAYLOAD-03"], "the data of story.created, story.viewed and story.deleted", needs: needs
        ) { lab in
            let author = try lab.register()
            let viewer = try lab.register()
            var answer: Node?
            let created = try lab.webhook { answer = try $0.makeStory(as: author) }
            guard let answer else { return }
            let id = try answer["id"].text()
            try created.expect("story.created", keys: storyKeys, equalTo: answer)
            let viewed = try lab.webhook {
                try $0.control("story-view", #"{"story_id":"\#(id)","user_id":"\#(viewer.id)"}"#).expect(200)
            }
            try viewed.expect("story.viewed", keys: ["story_id", "viewer_id", "viewed_at"])
            try viewed.data["story_id"].expect(.string(id))
            try viewed.data["viewer_id"].expect(.string(viewer.id))
            let deleted = try lab.webhook { try $0.control("story-delete", #"{"story_id":"\#(id)"}"#).expect(200) }
            try deleted.expect("story.deleted", keys: ["id", "user_id"])
            try deleted.data["id"].expect(.string(id))
            try deleted.data["user_id"].expect(.string(author.id))
        },
        Check(
            ["WEBHOOK-PAYLOAD-03"], "call.started, call.answered and call.ended carry the answers", needs: needs
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            var answer: Node?
            let offer = #"{"recipient_id":"\#(bob.id)","type":"audio","offer":{"type":"offer","sdp":"v=0"}}"#
            let started = try lab.webhook { answer = try $0.post("/calls", offer, as: alice).expect(201).json }
            guard let call = answer else { return }
            let id = try call["id"].text()
            try started.expect("call.started", keys: callKeys, equalTo: call)
            let reply = #"{"answer":{"type":"answer","sdp":"v=0"}}"#
            let answered = try lab.webhook {
                answer = try $0.post("/calls/\(id)/answer", reply, as: bob).expect(200).json
            }
            if let answer { try answered.expect("call.answered", keys: callKeys + ["answered_at"], equalTo: answer) }
            let ended = try lab.webhook { answer = try $0.post("/calls/\(id)/end", as: alice).expect(200).json }
            if let answer { try ended.expect("call.ended", keys: callKeys + ["answered_at"], equalTo: answer) }
        },
    ]

    private static let webhookSilence: [Check] = [
        Check(["WEBHOOK-EVENT-25", "BLOCK-08"], "follows removed by a block fire nothing", needs: needs) { lab in
            let chat = try lab.chat()
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201)
            try lab.post("/follows/\(chat.alice.id)", as: chat.bob).expect(201)
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            _ = try lab.deliveries(0, to: receiver)
            try lab.say("still there", as: chat.alice, in: chat.id)
            _ = try lab.deliveries(1, to: receiver)
        },
        Check(["WEBHOOK-EVENT-25"], "read markings fire nothing", needs: needs) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            try lab.say("again", as: chat.alice, in: chat.id)
            try lab.post("/chat/conversations/\(chat.id)/view", as: chat.bob).expect(200)
            _ = try lab.deliveries(1, to: receiver)
        },
        Check(["WEBHOOK-EVENT-25"], "an expired story fires nothing", needs: needs.union([.clock])) { lab in
            let author = try lab.register()
            _ = try lab.makeStory(as: author)
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try lab.advance(seconds: 25 * 3600)
            _ = try lab.deliveries(0, to: receiver)
        },
        Check(
            ["WEBHOOK-EVENT-25"], "admin deletions fire nothing", needs: needs.union([.destructiveAdmin])
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let receiver = try lab.receiver()
            try lab.webhook(to: receiver)
            try lab.delete("/admin/conversations/\(chat.id)").expect(200)
            _ = try lab.deliveries(0, to: receiver)
        },
    ]
}
