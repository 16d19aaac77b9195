import ChatrixModel

extension Lab {
    /// Sends `count` messages named m1, m2, … and returns their IDs, oldest first.
    mutating func say(_ count: Int, as sender: Account, in conversation: String) throws -> [String] {
        try (1...count).map { try say("m\($0)", as: sender, in: conversation)["id"].text() }
    }
}

extension Checks {
    static let messages: [Check] = messageList + messageMarking + messageStatus

    private static let messageList: [Check] = [
        Check(["CHAT-MESSAGES-01"], "limit is optional with default 20") { lab in
            let chat = try lab.chat()
            _ = try lab.say(21, as: chat.alice, in: chat.id)
            let path = "/chat/conversations/\(chat.id)/messages"
            try lab.get(path, as: chat.bob).expect(200).json["messages"].expectCount(20)
            try lab.get(path + "?limit=1", as: chat.bob).expect(200).json["messages"].expectCount(1)
        },
        Check(["CHAT-MESSAGES-02"], "limit is at most 50") { lab in
            let chat = try lab.chat()
            _ = try lab.say(51, as: chat.alice, in: chat.id)
            let path = "/chat/conversations/\(chat.id)/messages"
            try lab.get(path + "?limit=50", as: chat.bob).expect(200).json["messages"].expectCount(50)
            let above = try lab.get(path + "?limit=51", as: chat.bob)
            if above.status != 400 { try above.expect(200).json["messages"].expectCount(50) }
        },
        Check(["CHAT-MESSAGES-03"], "before and next_cursor are message IDs") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(4, as: chat.alice, in: chat.id)
            let path = "/chat/conversations/\(chat.id)/messages?limit=2"
            let first = try lab.get(path, as: chat.bob).expect(200).json
            let cursor = try first["next_cursor"].text()
            guard ids.contains(cursor) else {
                throw Check.Failure("expected next_cursor to be the ID of a message", exchange: lab.last)
            }
            let rest = try lab.get(path + "&before=\(cursor)", as: chat.bob).expect(200).json["messages"]
            try rest.expectCount(2)
            try rest[0]["id"].expect(.string(ids[1]))
            try rest[1]["id"].expect(.string(ids[0]))
        },
        Check(["CHAT-MESSAGES-04", "CHAT-MESSAGES-05"], "success answers 200 with three keys") { lab in
            let chat = try lab.chat()
            _ = try lab.say(2, as: chat.alice, in: chat.id)
            let body = try lab.get("/chat/conversations/\(chat.id)/messages?limit=1", as: chat.bob).expect(200).json
            try body.expectKeys("messages", "next_cursor", "has_more")
            try body["messages"].expectCount(1)
            try body["next_cursor"].expectText()
            try body["has_more"].expect(true)
        },
        Check(["CHAT-MESSAGES-06", "CHAT-MESSAGES-07"], "a message and its sender have their keys") { lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            let message = try lab.messages(chat.id, as: chat.bob)[0]
            try message.expectKeys(
                "id", "conversation_id", "sender", "content", "type", "created_at", "is_me", "status")
            try message["id"].expect(.string(sent["id"].text()))
            try message["content"].expect("hello")
            try message["type"].expect("text")
            try message["created_at"].expect(.string(sent["created_at"].text()))
            try message["sender"].expectKeys("id", "username", "full_name", "avatar_url")
            try message["sender"]["id"].expect(.string(chat.alice.id))
            try message["sender"]["username"].expect(.string(chat.alice.username))
            try message["sender"]["full_name"].expect(.string(chat.alice.fullName ?? ""))
            try message["sender"]["avatar_url"].expectNull()
        },
        Check(["CHAT-MESSAGES-08"], "is_me is true exactly for the caller's messages") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.say("two", as: chat.bob, in: chat.id)
            for (user, newest) in [(chat.alice, false), (chat.bob, true)] {
                let messages = try lab.messages(chat.id, as: user)
                try messages[0]["is_me"].expect(.bool(newest))
                try messages[1]["is_me"].expect(.bool(!newest))
            }
        },
        Check(["CHAT-MESSAGES-10"], "conversation_id is the ID in the path") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.messages(chat.id, as: chat.bob)[0]["conversation_id"].expect(.string(chat.id))
        },
        Check(["CHAT-MESSAGES-11"], "items have no media key even with attachments") { lab in
            let chat = try lab.chat()
            let body =
                #"{"conversationId":"\#(chat.id)","type":"image","attachments":"#
                + #"[{"url":"https://example.com/a.jpg","type":"image"}]}"#
            try lab.post("/chat/messages", body, as: chat.alice).expect(201)
            try lab.messages(chat.id, as: chat.bob)[0].expectKeys(
                "id", "conversation_id", "sender", "content", "type", "created_at", "is_me", "status")
        },
        Check(["CHAT-MESSAGES-12"], "the newest message comes first") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            let listed = try lab.messages(chat.id, as: chat.bob).map { try $0["id"].text() }
            try lab.expectOrder(listed, ids.reversed())
        },
        .demandsToken(["CHAT-MESSAGES-22"], "GET", "/chat/conversations/\(Lab.unknownID)/messages"),
        Check(["CHAT-MESSAGES-23"], "a stranger gets 403") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            try lab.get("/chat/conversations/\(chat.id)/messages", as: stranger).expect(403)
        },
        Check(["CHAT-MESSAGES-24"], "an unknown conversation answers 404") { lab in
            let user = try lab.register()
            try lab.get("/chat/conversations/\(Lab.unknownID)/messages", as: user).expect(404)
        },
        Check(["CHAT-MESSAGES-25"], "before must be a message of this conversation") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            let carol = try lab.register()
            let other = try lab.ensure(chat.alice, with: carol)
            let foreign = try lab.say("two", as: chat.alice, in: other)["id"].text()
            for bad in [foreign, Lab.unknownID, chat.id, "abc", "2023-04-10T12:00:00.000Z", ""] {
                let reply = try lab.get("/chat/conversations/\(chat.id)/messages?before=\(bad)", as: chat.bob)
                try lab.expectBadCursor(reply, bad, of: "messages", firstPage: 1)
            }
        },
    ]

    private static let messageMarking: [Check] = [
        Check(["CHAT-MESSAGES-13"], "a request without before marks as read") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
        },
        Check(["CHAT-MESSAGES-14"], "a request with before marks nothing") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob, "?before=\(ids[2])")
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(3)
        },
        Check(["CHAT-MESSAGES-15"], "the marking covers more than the page") { lab in
            let chat = try lab.chat()
            _ = try lab.say(5, as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob, "?limit=1")
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
            for message in try lab.messages(chat.id, as: chat.alice) { try message["status"].expect("read") }
        },
        Check(["CHAT-MESSAGES-16"], "the page shows the statuses from before its marking") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.expectMarkingStatus(lab.messages(chat.id, as: chat.bob)[0]["status"])
            try lab.messages(chat.id, as: chat.bob)[0]["status"].expect("read")
        },
        Check(
            ["CHAT-MESSAGES-17"], "a marking by reading or ensuring publishes what the read endpoint publishes",
            needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            let topics = [
                "chat/\(chat.alice.id)/read-receipts", "chat/\(chat.bob.id)/messages-status",
                "chat/\(chat.alice.id)/conversations", "chat/\(chat.bob.id)/conversations",
            ]
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.publications { _ = try $0.messages(chat.id, as: chat.bob) }.expectTopics(topics)
            try lab.say("two", as: chat.alice, in: chat.id)
            try lab.publications { _ = try $0.ensure(chat.bob, with: chat.alice) }.expectTopics(topics)
            let reread = try lab.publications { _ = try $0.messages(chat.id, as: chat.bob) }
            try lab.expectNoopReading(reread, by: chat.bob)
            let ensured = try lab.publications { _ = try $0.ensure(chat.bob, with: chat.alice) }
            try lab.expectNoopReading(ensured, by: chat.bob)
        },
        Check(["CHAT-MESSAGES-26"], "a refused request marks nothing") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            try lab.say("one", as: chat.alice, in: chat.id)
            let path = "/chat/conversations/\(chat.id)/messages"
            var queries = ["?sort=size", "?after=then"]
            if lab.knobs.limitOutOfRange == .refused { queries.append("?limit=0") }
            if lab.knobs.badCursor == .refused { queries += ["?before=abc", "?before=\(Lab.unknownID)"] }
            for query in queries { try lab.get(path + query, as: chat.bob).expect(400) }
            try lab.get(path, as: stranger).expect(403)
            try lab.get(path).expect(401)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
        },
    ]

    private static let messageStatus: [Check] = [
        Check(["CHAT-MESSAGES-09"], "status is sent, delivered or read") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.messages(chat.id, as: chat.alice)[0]["status"].expect(oneOf: "sent", "delivered", "read")
            try lab.messages(chat.id, as: chat.bob)[0]["status"].expect(oneOf: "sent", "delivered", "read")
            try lab.messages(chat.id, as: chat.bob)[0]["status"].expect(oneOf: "sent", "delivered", "read")
        },
        Check(["CHAT-MESSAGES-18"], "an incoming message is never shown as sent") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            for query in ["?before=\(ids[1])", "?limit=1", "", "?sort=created_at"] {
                for message in try lab.messages(chat.id, as: chat.bob, query) {
                    try message["status"].expect(oneOf: lab.unreadStatus(isShown: true), "read")
                }
            }
        },
        Check(["CHAT-MESSAGES-19"], "a status only moves forward") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(2, as: chat.alice, in: chat.id)
            func statuses(_ lab: inout Lab) throws -> [String] {
                try lab.messages(chat.id, as: chat.alice).map { try $0["status"].text() }
            }
            let (shown, unseen) = try (lab.unreadStatus(isShown: true), lab.unreadStatus(isShown: false))
            try lab.expectOrder(statuses(&lab), [unseen, unseen])
            _ = try lab.messages(chat.id, as: chat.bob, "?before=\(ids[1])")
            try lab.expectOrder(statuses(&lab), [unseen, shown])
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            try lab.expectOrder(statuses(&lab), ["read", "read"])
            _ = try lab.listed(chat.id, as: chat.bob)
            _ = try lab.messages(chat.id, as: chat.bob, "?before=\(ids[1])")
            try lab.expectOrder(statuses(&lab), ["read", "read"])
        },
        Check(["CHAT-MESSAGES-20"], "the sender sees read for what was read") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            try lab.say("two", as: chat.alice, in: chat.id)
            let messages = try lab.messages(chat.id, as: chat.alice)
            if lab.knobs.deliveredOn != .skip {
                try messages[0]["status"].expect(.string(lab.unreadStatus(isShown: false)))
            }
            try messages[1]["status"].expect("read")
        },
        Check(["CHAT-MESSAGES-21"], "the sender sees delivered for what the recipient was shown") { lab in
            let chat = try lab.chat()
            let ids = try lab.say(2, as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob, "?before=\(ids[1])")
            let messages = try lab.messages(chat.id, as: chat.alice)
            try messages[0]["status"].expect(.string(lab.unreadStatus(isShown: false)))
            try messages[1]["status"].expect(.string(lab.unreadStatus(isShown: true)))
        },
    ]
}
