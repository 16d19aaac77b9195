import ChatrixModel

extension Lab {
    /// The message of one and the same refusal for a caller of some language.
    fileprivate mutating func refusal(_ language: String?) throws -> Node {
        let reply =
            if let language {
                try get("/users/me", headers: ["Accept-Language": language])
            } else {
                try get("/users/me")
            }
        return try reply.expect(401).json["message"]
    }

    fileprivate mutating func readAnswer(_ chat: Chat, _ language: String) throws -> Node {
        try post("/chat/conversations/\(chat.id)/read", as: chat.bob, headers: ["Accept-Language": language])
            .expect(200).json
    }
}

extension Checks {
    static let localization: [Check] = [
        Check(["LOCALE-01"], "every endpoint takes Accept-Language") { lab in
            let chat = try lab.chat()
            for (method, path) in [
                ("GET", "/users/me"), ("GET", "/users/\(chat.bob.id)"), ("GET", "/chat/conversations"),
                ("GET", "/chat/conversations/\(chat.id)/messages"), ("POST", "/chat/conversations/\(chat.id)/view"),
            ] {
                for language in ["en", "id", "fr"] {
                    try lab.send(method, path, as: chat.alice, headers: ["Accept-Language": language]).expect(200)
                }
            }
        },
        Check(["LOCALE-02"], "en is the default") { lab in
            let chat = try lab.chat()
            let english = try lab.refusal("en")
            try lab.refusal(nil).expect(.string(english.text()))
            try lab.readAnswer(chat, "en")["message"].expect("Messages marked as read")
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200).json["message"]
                .expect("Messages marked as read")
        },
        Check(["LOCALE-03"], "id is Bahasa Indonesia") { lab in
            let chat = try lab.chat()
            try lab.readAnswer(chat, "id")["message"].expect("Pesan ditandai telah dibaca")
            let english = try lab.refusal("en")
            try lab.refusal("id").expectNot(.string(english.text()))
        },
        Check(["LOCALE-04"], "regions and quality values are understood") { lab in
            let chat = try lab.chat()
            for (header, language) in [
                ("en-US", "en"), ("id-ID", "id"), ("ID", "id"), ("fr, id;q=0.5, en;q=0.4", "id"),
                ("fr, en;q=0.5, id;q=0.4", "en"), ("id;q=0, en;q=0.1", "en"), ("en;q=0.1, id", "id"),
                ("id,en", "id"), ("en,id", "en"),
            ] {
                let message = language == "en" ? "Messages marked as read" : "Pesan ditandai telah dibaca"
                try lab.readAnswer(chat, header)["message"].expect(.string(message))
            }
        },
        Check(["LOCALE-05"], "an unsupported or malformed header means en") { lab in
            let chat = try lab.chat()
            for header in [
                "fr", "*", "", ",", ";q=1", "id;q=high", "ido", "i", "12", "de-DE, fr;q=0.9", "id;q=0",
                // One malformed range spoils the good ones, before and behind it.
                "id, fr;q=high", "fr;q=high, id", "id;q=0.9, de;q=2", "id, fr;quality=1",
            ] {
                try lab.readAnswer(chat, header)["message"].expect("Messages marked as read")
            }
        },
        Check(["LOCALE-06"], "only message is translated") { lab in
            let chat = try lab.chat()
            try lab.say("Messages marked as read", as: chat.alice, in: chat.id)
            try lab.readAnswer(chat, "id").expect(["success": true, "message": "Pesan ditandai telah dibaca"])
            let refused = try lab.get("/users/me", headers: ["Accept-Language": "id"]).expect(401)
            try refused.json.expectKeys("statusCode", "message", "error", "timestamp", "path")
            try refused.json["error"].expect("Unauthorized")
            try refused.expectHeader("Content-Language", nil)
            let listed = try lab.get(
                "/chat/conversations/\(chat.id)/messages", as: chat.bob, headers: ["Accept-Language": "id"]
            ).expect(200).json["messages"][0]
            try listed["content"].expect("Messages marked as read")
            try listed["status"].expect("read")
        },
    ]

    static let times: [Check] = [
        Check(["TIME-01", "TIME-02"], "timestamps are ISO 8601 in UTC with three fraction digits") { lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            try sent["created_at"].expectTimestamp()
            try lab.get("/users/me", as: chat.alice).expect(200).json["created_at"].expectTimestamp()
            try lab.listed(chat.id, as: chat.bob)["updated_at"].expectTimestamp()
            try lab.listed(chat.id, as: chat.bob)["last_message"]["created_at"].expectTimestamp()
            try lab.messages(chat.id, as: chat.bob)[0]["created_at"].expectTimestamp()
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201).json["created_at"].expectTimestamp()
            try lab.get("/nowhere").expect(404).json["timestamp"].expectTimestamp()
        },
        Check(["TIME-03"], "stored times strictly increase, also while the clock stands still") { lab in
            var times: [Int64] = []
            let alice = try lab.register()
            times.append(try lab.get("/users/me", as: alice).expect(200).json["created_at"].milliseconds())
            let bob = try lab.register()
            times.append(try lab.get("/users/me", as: bob).expect(200).json["created_at"].milliseconds())
            let conversation = try lab.ensure(alice, with: bob)
            times.append(try lab.listed(conversation, as: bob)["updated_at"].milliseconds())
            for _ in 1...5 {
                times.append(try lab.say("tick", as: alice, in: conversation)["created_at"].milliseconds())
            }
            times.append(try lab.post("/follows/\(bob.id)", as: alice).expect(201).json["created_at"].milliseconds())
            for (earlier, later) in zip(times, times.dropFirst()) where earlier >= later {
                throw Check.Failure("expected increasing times, found \(times)", exchange: lab.last)
            }
        },
        Check(["TIME-04"], "a timestamp parameter is RFC 3339 with Z or an offset") { lab in
            let chat = try lab.chat()
            for good in [
                "2100-01-01T00:00:00.000Z", "2100-01-01T00:00:00Z", "2100-01-01T00:00:00.1Z",
                "2100-01-01T00:00:00.123456789Z", "2100-01-01T07:00:00%2B07:00", "2100-01-01T00:00:00.5-03:30",
                "2104-02-29T00:00:00Z",
            ] {
                try lab.get("/chat/conversations?before=\(good)", as: chat.alice).expect(200).json["conversations"]
                    .expectCount(1)
            }
            for bad in [
                "2100-01-01", "2100-01-01T00:00:00", "2100-01-01T00:00:00+07:00", "2100-01-01%2000:00:00Z",
                "2100-01-01T24:00:00Z", "2100-13-01T00:00:00Z", "2100-02-29T00:00:00Z", "2100-01-01T00:60:00Z",
                "2100-01-01T00:00:00.Z", "2100-01-01T00:00:00.1234567890Z", "2100-01-01T00:00:00%2B0700",
                "2100-1-1T00:00:00Z", "4102444800", "tomorrow", "2100-01-01T00:00:00ZZ", "%202100-01-01T00:00:00Z",
            ] {
                let reply = try lab.get("/chat/conversations?before=\(bad)", as: chat.alice)
                try lab.expectBadCursor(reply, bad, of: "conversations", firstPage: 1)
            }
            let updated = try lab.listed(chat.id, as: chat.alice)["updated_at"].text()
            let sameInstant = updated.replacingZone(hours: 7)
            try lab.get("/chat/conversations?before=\(sameInstant)", as: chat.alice).expect(200)
                .json["conversations"].expectCount(0)
        },
    ]

    static let ids: [Check] = [
        Check(["IDS-01"], "IDs are 24 lowercase hexadecimal digits") { lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            let me = try lab.get("/users/me", as: chat.alice).expect(200).json
            try me["id"].expectID()
            try sent["id"].expectID()
            try sent["conversation_id"].expectID()
            try sent["sender_id"].expectID()
            try lab.listed(chat.id, as: chat.bob)["id"].expectID()
        },
        Check(["IDS-02"], "IDs are unique across kinds and grow in the order of creation") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let conversation = try lab.ensure(alice, with: bob)
            var ids = [alice.id, bob.id, conversation]
            ids += try lab.say(3, as: alice, in: conversation)
            let carol = try lab.register()
            ids.append(carol.id)
            ids.append(try lab.ensure(carol, with: alice))
            ids += try lab.say(2, as: bob, in: conversation)
            for (earlier, later) in zip(ids, ids.dropFirst()) where earlier >= later {
                throw Check.Failure("expected growing IDs, found \(ids)", exchange: lab.last)
            }
        },
        Check(["IDS-03"], "a malformed ID is 404 in a path and 400 in a body or query") { lab in
            let chat = try lab.chat()
            for bad in ["abc", chat.id.uppercased() + "F", String(chat.id.dropLast()), chat.id + "0", "%20"] {
                try lab.get("/chat/conversations/\(bad)/messages", as: chat.alice).expect(404)
                try lab.post("/chat/conversations/\(bad)/read", as: chat.alice).expect(404)
                try lab.post("/follows/\(bad)", as: chat.alice).expect(404)
                try lab.delete("/follows/\(bad)", as: chat.alice).expect(404)
                try lab.post("/block/\(bad)", as: chat.alice).expect(404)
                try lab.delete("/block/\(bad)", as: chat.alice).expect(404)
                try lab.get("/chat/conversations?user_id=\(bad)", as: chat.alice).expect(400)
            }
            try lab.refuses(
                "/chat/messages", #"{"conversationId":"\#(chat.id)0","content":"hi"}"#, as: chat.alice,
                "a conversationId of 25 digits")
            try lab.refuses(
                "/chat/conversations/ensure", #"{"recipientId":"\#(chat.bob.username)"}"#, as: chat.alice,
                "a username as recipientId")
        },
    ]
}

extension String {
    /// The same instant of a canonical timestamp, written with an offset and encoded for a query.
    fileprivate func replacingZone(hours: Int) -> String {
        // Noon of the virtual clock leaves room for adding hours; on other targets the date may change.
        let hour = (Int(self[index(startIndex, offsetBy: 11)..<index(startIndex, offsetBy: 13)]) ?? 0) + hours
        guard hour < 24 else { return self }
        let digits = hour < 10 ? "0\(hour)" : "\(hour)"
        return prefix(11) + digits + dropFirst(13).dropLast() + "%2B0\(hours):00"
    }
}
