import ChatrixModel

extension Lab {
    /// A user with one conversation with each of `count` others, oldest first.
    mutating func crowd(_ count: Int) throws -> (user: Account, others: [Account], conversations: [String]) {
        let user = try register()
        var others: [Account] = []
        var conversations: [String] = []
        for _ in 0..<count {
            let other = try register()
            others.append(other)
            conversations.append(try ensure(user, with: other))
        }
        return (user, others, conversations)
    }
}

extension Checks {
    static let conversations: [Check] = [
        Check(["CHAT-CONVERSATIONS-01"], "limit is optional with default 20") { lab in
            let crowd = try lab.crowd(21)
            try lab.get("/chat/conversations", as: crowd.user).expect(200).json["conversations"].expectCount(20)
            try lab.get("/chat/conversations?limit=21", as: crowd.user).expect(200).json["conversations"]
                .expectCount(21)
        },
        Check(["CHAT-CONVERSATIONS-02"], "limit is at most 50") { lab in
            let crowd = try lab.crowd(51)
            try lab.get("/chat/conversations?limit=50", as: crowd.user).expect(200).json["conversations"]
                .expectCount(50)
            let above = try lab.get("/chat/conversations?limit=51", as: crowd.user)
            if above.status != 400 { try above.expect(200).json["conversations"].expectCount(50) }
        },
        Check(["CHAT-CONVERSATIONS-03"], "before and next_cursor are ISO date texts") { lab in
            let crowd = try lab.crowd(3)
            let first = try lab.get("/chat/conversations?limit=2", as: crowd.user).expect(200).json
            try first["next_cursor"].expectTimestamp()
            let rest = try lab.get(
                "/chat/conversations?limit=2&before=\(first["next_cursor"].text())", as: crowd.user
            ).expect(200).json["conversations"]
            try rest.expectCount(1)
            try rest[0]["id"].expect(.string(crowd.conversations[0]))
        },
        Check(["CHAT-CONVERSATIONS-04", "CHAT-CONVERSATIONS-05"], "success answers 200 with three keys") { lab in
            let chat = try lab.chat()
            let body = try lab.get("/chat/conversations", as: chat.alice).expect(200).json
            try body.expectKeys("conversations", "next_cursor", "has_more")
            try body["conversations"].expectCount(1)
            try lab.expectLastCursor(body["next_cursor"])
            try body["has_more"].expect(false)
        },
        Check(["CHAT-CONVERSATIONS-06", "CHAT-CONVERSATIONS-07"], "a conversation and its participants") { lab in
            let chat = try lab.chat()
            let item = try lab.listed(chat.id, as: chat.alice)
            try item.expectKeys("id", "participants", "last_message", "unread_count", "updated_at")
            try item["participants"].expectCount(2)
            for user in [chat.alice, chat.bob] {
                let entry = try item["participants"].element(whose: "id", is: user.id)
                try entry.expectKeys("id", "username", "full_name", "avatar_url")
                try entry["username"].expect(.string(user.username))
                try entry["full_name"].expect(.string(user.fullName ?? ""))
                try entry["avatar_url"].expectNull()
            }
        },
        Check(["CHAT-CONVERSATIONS-08"], "last_message is the newest message with five keys") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            let sent = try lab.say("two", as: chat.bob, in: chat.id)
            for user in [chat.alice, chat.bob] {
                let last = try lab.listed(chat.id, as: user)["last_message"]
                try last.expectKeys("id", "sender_id", "content", "type", "created_at")
                try last["id"].expect(.string(sent["id"].text()))
                try last["sender_id"].expect(.string(chat.bob.id))
                try last["content"].expect("two")
                try last["type"].expect("text")
                try last["created_at"].expect(.string(sent["created_at"].text()))
            }
        },
        Check(["CHAT-CONVERSATIONS-09", "CHAT-CONVERSATIONS-10"], "unread_count counts unread messages by others") {
            lab in
            let chat = try lab.chat()
            try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(0)
            for text in ["one", "two", "three"] { try lab.say(text, as: chat.bob, in: chat.id) }
            try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(3)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.alice).expect(200)
            try lab.say("four", as: chat.bob, in: chat.id)
            try lab.say("five", as: chat.alice, in: chat.id)
            try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(1)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
        },
        Check(["CHAT-CONVERSATIONS-11"], "updated_at is the created_at of the last message") { lab in
            let chat = try lab.chat()
            for text in ["one", "two"] {
                let sent = try lab.say(text, as: chat.alice, in: chat.id)
                try lab.listed(chat.id, as: chat.bob)["updated_at"].expect(.string(sent["created_at"].text()))
            }
        },
        Check(["CHAT-CONVERSATIONS-12"], "only the caller's conversations are listed") { lab in
            let chat = try lab.chat()
            let other = try lab.chat()
            for (user, id) in [(chat.alice, chat.id), (other.bob, other.id)] {
                let list = try lab.get("/chat/conversations", as: user).expect(200).json["conversations"]
                try list.expectCount(1)
                try list[0]["id"].expect(.string(id))
            }
            let stranger = try lab.register()
            try lab.get("/chat/conversations", as: stranger).expect(200).json["conversations"].expectCount(0)
        },
        Check(["CHAT-CONVERSATIONS-13"], "next_cursor may be present on the last page") { lab in
            let chat = try lab.chat()
            let body = try lab.get("/chat/conversations?limit=1", as: chat.alice).expect(200).json
            try body["has_more"].expect(false)
            if ![nil, .null].contains(body["next_cursor"].value) { try body["next_cursor"].expectTimestamp() }
        },
        Check(["CHAT-CONVERSATIONS-14"], "the latest updated_at comes first") { lab in
            let crowd = try lab.crowd(3)
            func order(_ lab: inout Lab) throws -> [String] {
                try lab.get("/chat/conversations", as: crowd.user).expect(200).json["conversations"].items()
                    .map { try $0["id"].text() }
            }
            let ids = crowd.conversations
            try lab.expectOrder(order(&lab), [ids[2], ids[1], ids[0]])
            try lab.say("up", as: crowd.others[0], in: ids[0])
            try lab.expectOrder(order(&lab), [ids[0], ids[2], ids[1]])
        },
        Check(["CHAT-CONVERSATIONS-15"], "a conversation without messages is listed with its creation time") { lab in
            let chat = try lab.chat()
            let item = try lab.listed(chat.id, as: chat.bob)
            try item["last_message"].expectNull()
            let created = try item["updated_at"].milliseconds()
            let bobJoined = try lab.get("/users/me", as: chat.bob).expect(200).json["created_at"].milliseconds()
            guard created > bobJoined else {
                throw Check.Failure("expected updated_at after both users' created_at", exchange: item.exchange)
            }
        },
        Check(["CHAT-CONVERSATIONS-16"], "listing marks nothing as read") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.bob, in: chat.id)
            for _ in 1...2 { try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(1) }
        },
        Check(["CHAT-CONVERSATIONS-17"], "a last_message shown to its recipient becomes delivered") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.bob, in: chat.id)
            try lab.say("two", as: chat.bob, in: chat.id)
            _ = try lab.listed(chat.id, as: chat.bob)
            let (shown, unseen) = try (lab.unreadStatus(isShown: true), lab.unreadStatus(isShown: false))
            try lab.messages(chat.id, as: chat.bob)[0]["status"].expect(.string(unseen))
            _ = try lab.listed(chat.id, as: chat.alice)
            let messages = try lab.messages(chat.id, as: chat.bob)
            try messages[0]["status"].expect(.string(shown))
            try messages[1]["status"].expect(.string(unseen))
        },
        // Edits and deletions come with the WebSocket.
        Check(["CHAT-CONVERSATIONS-18"], "reading does not change updated_at") { lab in
            let chat = try lab.chat()
            let sent = try lab.say("one", as: chat.bob, in: chat.id)
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.alice).expect(200)
            for user in [chat.alice, chat.bob] {
                try lab.listed(chat.id, as: user)["updated_at"].expect(.string(sent["created_at"].text()))
            }
        },
        .demandsToken(["CHAT-CONVERSATIONS-19"], "GET", "/chat/conversations"),
    ]
}

extension Lab {
    /// Texts in exactly this order, as read from the last answer.
    func expectOrder(_ found: [String], _ expected: [String]) throws {
        guard found == expected else {
            throw Check.Failure("expected the order \(expected), found \(found)", exchange: last)
        }
    }
}
