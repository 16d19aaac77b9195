import ChatrixModel

extension Checks {
    static let wire: [Check] = [
        Check(["WIRE-01"], "each endpoint keeps its own spelling") { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let ensured = try lab.post(
                "/chat/conversations/ensure", #"{"recipientId":"\#(chat.alice.id)"}"#, as: chat.bob
            ).expect(200).json
            try ensured["lastMessage"]["createdAt"].expectTimestamp()
            try ensured["participants"][0].expectKeys("id", "username", "avatarUrl")
            let listed = try lab.listed(chat.id, as: chat.bob)
            try listed["last_message"]["created_at"].expectTimestamp()
            try listed["participants"][0].expectKeys("id", "username", "full_name", "avatar_url")
        },
        Check(["WIRE-02"], "another spelling is an unknown field") { lab in
            let chat = try lab.chat()
            try lab.refuses(
                "/chat/conversations/ensure", #"{"recipient_id":"\#(chat.bob.id)"}"#, as: chat.alice, "recipient_id")
            try lab.refuses(
                "/chat/messages", #"{"conversation_id":"\#(chat.id)","content":"hi"}"#, as: chat.alice,
                "conversation_id")
            try lab.refuses(
                "/auth/login",
                #"{"phone_or_username":"\#(chat.alice.username)","password":"\#(chat.alice.password)"}"#,
                "phone_or_username")
            try lab.post(
                "/auth/refresh", #"{"refreshToken":"\#(chat.alice.refreshToken)"}"#,
                headers: ["x-device-id": chat.alice.deviceID]
            ).expect(400)
        },
        Check(["WIRE-03"], "texts come back scalar by scalar") { lab in
            let chat = try lab.chat()
            for text in [
                "é", "e\u{301}", "👩‍👩‍👧‍👦", "🇮🇩", "  spaces  ", "日本語", "\u{10FFFF}\u{FFFD}", "\u{FEFF}bom", "a\u{200B}b",
                "/slash", "\u{7F}\u{85}\u{2028}", "العربية", "ﬁ ligature",
            ] {
                let sent = try lab.say(text, as: chat.alice, in: chat.id)
                try sent["content"].expect(.string(text))
                try lab.messages(chat.id, as: chat.bob, "?limit=1")[0]["content"].expect(.string(text))
            }
            for (escaped, text) in [
                (#"\ud83e\udd8a"#, "🦊"), (#"\u0000|\u001f"#, "\u{0}|\u{1F}"),
                (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
                (#"\u00e9"#, "é"), (#"\uFFFF."#, "\u{FFFF}."),
            ] {
                try lab.say(escaped, as: chat.alice, in: chat.id)["content"].expect(.string(text))
                try lab.messages(chat.id, as: chat.bob, "?limit=1")[0]["content"].expect(.string(text))
            }
        },
        Check(["WIRE-03"], "published texts come scalar by scalar", needs: [.events]) { lab in
            let chat = try lab.chat()
            let text = "e\u{301} 👩‍👧 日本"
            let published = try lab.publications { try $0.say(text, as: chat.alice, in: chat.id) }
            try published.only(on: "chat/\(chat.bob.id)/messages")["message"]["text"].expect(.string(text))
            try published.only(on: "chat/\(chat.bob.id)/conversations")["last_message_preview"].expect(.string(text))
        },
        Check(["WIRE-04"], "counts, sizes and dimensions are JSON integers") { lab in
            let chat = try lab.chat()
            let body =
                #"{"conversationId":"\#(chat.id)","type":"image","attachments":"#
                + #"[{"url":"https://example.com/a","type":"image","width":1,"height":2147483647}]}"#
            let media = try lab.post("/chat/messages", body, as: chat.alice).expect(201).json["media"][0]
            try media["width"].expect(1)
            try media["height"].expect(2_147_483_647)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
            let me = try lab.get("/users/me", as: chat.alice).expect(200).json
            for key in ["follower_count", "following_count", "post_count"] { try me[key].expect(0) }
            try lab.get("/nowhere").expect(404).json["statusCode"].expect(404)
        },
        Check(["WIRE-05"], "the endpoints lie at the root") { lab in
            let user = try lab.register()
            try lab.get("/users/me", as: user).expect(200)
            for prefix in ["/api", "/v1", "/api/v1"] { try lab.get(prefix + "/users/me", as: user).expect(404) }
        },
        Check(["WIRE-06"], "a field without a value is null or empty, a field not shown is not sent") { lab in
            let chat = try lab.chat()
            let me = try lab.get("/users/me", as: chat.alice).expect(200).json
            try me["avatar_url"].expectNull()
            try me["bio"].expectNull()
            try lab.listed(chat.id, as: chat.alice)["last_message"].expectNull()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            try sent["media"].expect([])
            try lab.get("/users/\(chat.alice.id)").expect(200).json.expectKeys(
                "id", "username", "full_name", "avatar_url", "bio", "website", "is_private", "follower_count",
                "following_count", "post_count", "is_following", "created_at")
        },
        Check(["WIRE-07"], "JSON answers have the content type application/json; charset=utf-8") { lab in
            let chat = try lab.chat()
            for reply in [
                try lab.get("/users/me", as: chat.alice).expect(200), try lab.get("/users/me").expect(401),
                try lab.get("/nowhere").expect(404), try lab.get("/chat/conversations", as: chat.bob).expect(200),
                try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201),
                try lab.post("/auth/login", "{").expect(400),
            ] {
                try reply.expectHeader("Content-Type", "application/json; charset=utf-8")
            }
        },
    ]

    static let control: [Check] = [
        Check(["CONTROL-01"], "the control plane has its own prefix", needs: [.controlPlane]) { lab in
            try lab.control("outbox").expect(200).json["entries"].expectCount(0)
            for path in ["/outbox", "/reset", "/reference/reset", "/_Reference/reset"] {
                try lab.post(path, "{}").expect(404)
            }
            try lab.post("/_reference/no-such-command", "{}").expectEnvelope(404, "Not Found")
            try lab.post("/_reference/clock-advance", "{").expectEnvelope(400, "Bad Request")
            try lab.post("/_reference/clock-advance", #"{"milliseconds":"5"}"#).expectEnvelope(400, "Bad Request")
            try lab.post("/_reference/clock-set", #"{"now":"noon"}"#).expectEnvelope(400, "Bad Request")
        },
        Check(
            ["CONTROL-02"], "control requests are not counted", needs: [.controlPlane, .rateLimitChoice],
            rateLimits: .documented
        ) { lab in
            for _ in 1...120 {
                let reply = try lab.control("outbox").expect(200)
                for name in ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"] {
                    try reply.expectHeader(name, nil)
                }
            }
            try lab.get("/nowhere").expect(404).expectHeader("X-RateLimit-Remaining", "99")
        },
        Check(["CONTROL-07"], "deleting a user makes the tokens 401 and the ID 404", needs: [.controlPlane]) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.bob, in: chat.id)
            try lab.post("/follows/\(chat.alice.id)", as: chat.bob).expect(201)
            try lab.control("user-delete", #"{"user_id":"\#(chat.bob.id)"}"#).expect(200)
            try lab.get("/users/me", as: chat.bob).expect(401)
            try lab.get("/users/\(chat.bob.id)").expect(404)
            try lab.get("/users/\(chat.bob.username)").expect(404)
            try lab.get("/chat/conversations", as: chat.alice).expect(200).json["conversations"].expectCount(0)
            try lab.get("/users/me", as: chat.alice).expect(200).json["follower_count"].expect(0)
            try lab.post(
                "/auth/login", #"{"phoneOrUsername":"\#(chat.bob.username)","password":"\#(chat.bob.password)"}"#
            ).expect(401)
        },
        Check(["CONTROL-08"], "same seed, clock and requests give the same bytes", needs: [.controlPlane, .clock]) {
            lab in
            let first = try lab.replay(seed: 7)
            let second = try lab.replay(seed: 7)
            for (reply, again) in zip(first, second) {
                try again.expect(
                    reply.exchange.answer.body == again.exchange.answer.body && reply.status == again.status,
                    "expected the same answer as in the first run:\n\(reply.exchange.answer)")
            }
            let other = try lab.replay(seed: 8)
            try other[0].expect(
                first[0].exchange.answer.body != other[0].exchange.answer.body,
                "expected another answer with another seed")
        },
    ]
}

extension Lab {
    /// Starts over and runs one fixed script; the last answer is the outbox.
    fileprivate mutating func replay(seed: Int) throws -> [Reply] {
        try control(
            "reset", #"{"seed":\#(seed),"now":"2024-02-29T23:59:59.500Z","rate_limits":"documented"}"#
        ).expect(200)
        var replies: [Reply] = []
        var users: [Account] = []
        for name in ["ann", "ben"] {
            let number = users.count + 1
            let body = #"{"phone":"+62811111111\#(number)","username":"\#(name)","password":"secret-\#(number)"}"#
            let reply = try post("/auth/register", body).expect(201)
            replies.append(reply)
            let user = try reply.json["user"]
            users.append(
                Account(
                    id: try user["id"].text(), phone: try user["phone"].text(), username: name, fullName: nil,
                    password: "secret-\(number)", deviceID: "",
                    accessToken: try reply.json["access_token"].text(),
                    refreshToken: try reply.json["refresh_token"].text()))
        }
        replies.append(
            try post("/chat/conversations/ensure", #"{"recipientId":"\#(users[1].id)"}"#, as: users[0]).expect(200))
        let conversation = try replies[2].json["id"].text()
        try advance(milliseconds: 1234)
        for text in ["one", "two"] {
            replies.append(
                try post(
                    "/chat/messages", #"{"conversationId":"\#(conversation)","content":"\#(text)"}"#, as: users[0]
                ).expect(201))
        }
        replies.append(try get("/chat/conversations/\(conversation)/messages", as: users[1]).expect(200))
        replies.append(try get("/nowhere").expect(404))
        replies.append(try post("/auth/login", #"{"phoneOrUsername":"ann","password":"secret-1"}"#).expect(200))
        replies.append(try control("outbox").expect(200))
        return replies
    }
}
