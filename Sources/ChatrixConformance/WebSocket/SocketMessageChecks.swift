import ChatrixModel

extension Lab {
    fileprivate mutating func update(_ id: String, _ content: String, on socket: Socket) throws {
        try send(#"{"event":"message_update","data":{"id":"\#(id)","content":"\#(content)"}}"#, on: socket)
        try frames(on: socket).expect(["message_update"])
    }

    fileprivate mutating func delete(_ id: String, on socket: Socket) throws {
        try send(#"{"event":"message_delete","data":{"id":"\#(id)"}}"#, on: socket)
        try frames(on: socket).expect(["message_delete"])
    }
}

/// Edits and deletions of messages (D-93).
extension Checks {
    static let socketMessages: [Check] = edits + deletions

    private static let edits: [Check] = [
        Check(
            ["WS-OUT-09"], "a changed message shows its new content everywhere, and nothing else", needs: [.webSocket]
        ) {
            lab in
            let chat = try lab.chat()
            let first = try lab.say("one", as: chat.alice, in: chat.id)
            let second = try lab.say("two", as: chat.alice, in: chat.id)
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.update(second["id"].text(), "new two", on: alice)
            try lab.update(first["id"].text(), "new one", on: alice)
            for user in [chat.alice, chat.bob] {
                let item = try lab.listed(chat.id, as: user)
                try item["last_message"]["id"].expect(.string(second["id"].text()))
                try item["last_message"]["content"].expect("new two")
                try item["updated_at"].expect(.string(second["created_at"].text()))
            }
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(2)
            let messages = try lab.messages(chat.id, as: chat.bob)
            try lab.expectOrder(messages.map { try $0["content"].text() }, ["new two", "new one"])
            try lab.expectOrder(
                messages.map { try $0["created_at"].text() },
                [second["created_at"].text(), first["created_at"].text()])
        },
        Check(["WS-OUT-09"], "a change keeps the status and can be made after reading", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let id = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            _ = try lab.messages(chat.id, as: chat.bob)
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.send(#"{"event":"message_update","data":{"id":"\#(id)","content":"two"}}"#, on: alice)
            try lab.frames(on: alice).only("message_update")["status"].expect("read")
            try lab.messages(chat.id, as: chat.alice)[0]["status"].expect("read")
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
        },
        Check(["WS-OUT-09", "WS-OUT-10"], "changes and deletions are not published", needs: [.webSocket, .events]) {
            lab in
            let chat = try lab.chat()
            let id = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let published = try lab.publications { lab in
                try lab.update(id, "two", on: alice)
                try lab.delete(id, on: alice)
            }
            try published.expectTopics([])
        },
        Check(["WS-OUT-09"], "content follows the rule of the message's type", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let text = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            let image = try lab.post(
                "/chat/messages",
                #"{"conversationId":"\#(chat.id)","type":"image","content":"caption","#
                    + #""attachments":[{"url":"https://example.com/a.jpg","type":"image"}]}"#, as: chat.alice
            ).expect(201).json["id"].text()
            for data in [
                #"{"id":"\#(text)","content":""}"#, #"{"id":"\#(text)","content":" \n "}"#, #"{"id":"\#(text)"}"#,
                #"{"id":"\#(text)","content":null}"#, #"{"id":"\#(text)","content":7}"#, #"{"content":"two"}"#,
                #"{"id":"here","content":"two"}"#,
            ] {
                try lab.refuses(#"{"event":"message_update","data":\#(data)}"#, on: alice, 400, event: "message_update")
            }
            try lab.update(image, "", on: alice)
            let messages = try lab.messages(chat.id, as: chat.alice)
            try lab.expectOrder(messages.map { try $0["content"].text() }, ["", "one"])
            try messages[0]["type"].expect("image")
        },
        Check(["WS-OUT-09"], "new content has at most 4096 characters", needs: [.webSocket, .decidedBounds]) { lab in
            let chat = try lab.chat()
            let id = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.update(id, String(repeating: "é", count: 4096), on: alice)
            try lab.refuses(
                #"{"event":"message_update","data":{"id":"\#(id)","content":"\#(String(repeating: "x", count: 4097))"}}"#,
                on: alice, 400, event: "message_update")
        },
        Check(["WS-OUT-16"], "only the sender may change or delete", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let id = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            for user in [chat.bob, try lab.register()] {
                let socket = try lab.openSocket(as: user, events: [])
                try lab.refuses(
                    #"{"event":"message_update","data":{"id":"\#(id)","content":"two"}}"#, on: socket, 403,
                    event: "message_update")
                try lab.refuses(
                    #"{"event":"message_delete","data":{"id":"\#(id)"}}"#, on: socket, 403, event: "message_delete")
            }
            let messages = try lab.messages(chat.id, as: chat.alice)
            try lab.expectOrder(messages.map { try $0["content"].text() }, ["one"])
        },
        Check(["WS-OUT-09", "WS-OUT-10"], "an unknown message answers 404, a malformed ID 400", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            for id in [Lab.unknownID, chat.id, chat.alice.id] {
                try lab.refuses(
                    #"{"event":"message_update","data":{"id":"\#(id)","content":"x"}}"#, on: alice, 404,
                    event: "message_update")
                try lab.refuses(
                    #"{"event":"message_delete","data":{"id":"\#(id)"}}"#, on: alice, 404, event: "message_delete")
            }
            for data in ["{}", #"{"id":null}"#, #"{"id":"here"}"#, #"{"id":7}"#] {
                try lab.refuses(#"{"event":"message_delete","data":\#(data)}"#, on: alice, 400, event: "message_delete")
            }
        },
        Check(["WS-OUT-16"], "a block prevents neither", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let id = try lab.say("one", as: chat.alice, in: chat.id)["id"].text()
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.update(id, "two", on: alice)
            try lab.delete(id, on: alice)
        },
    ]

    private static let deletions: [Check] = [
        Check(["WS-OUT-17", "WS-OUT-10"], "a deleted message is in no list and no preview", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let sent = try ["one", "two", "three"].map { try lab.say($0, as: chat.alice, in: chat.id) }
            let ids = try sent.map { try $0["id"].text() }
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.delete(ids[2], on: alice)
            for user in [chat.alice, chat.bob] {
                let item = try lab.listed(chat.id, as: user)
                try item["last_message"]["id"].expect(.string(ids[1]))
                // The list keeps its order: only a new message moves a conversation.
                try item["updated_at"].expect(.string(sent[2]["created_at"].text()))
                try lab.expectOrder(
                    lab.messages(chat.id, as: user, "?before=\(ids[1])").map { try $0["id"].text() }, [ids[0]])
            }
            try lab.delete(ids[0], on: alice)
            for user in [chat.alice, chat.bob] {
                try lab.expectOrder(lab.messages(chat.id, as: user).map { try $0["id"].text() }, [ids[1]])
            }
            try lab.delete(ids[1], on: alice)
            for user in [chat.alice, chat.bob] {
                try lab.expectOrder(lab.messages(chat.id, as: user).map { try $0["id"].text() }, [])
                try lab.listed(chat.id, as: user)["last_message"].expectNull()
                let body = #"{"recipientId":"\#(user.id == chat.bob.id ? chat.alice.id : chat.bob.id)"}"#
                try lab.post("/chat/conversations/ensure", body, as: user).expect(200).json["lastMessage"].expectNull()
            }
            try lab.refuses(
                #"{"event":"message_delete","data":{"id":"\#(ids[1])"}}"#, on: alice, 404, event: "message_delete")
        },
        Check(["WS-OUT-17"], "a deleted message counts as unread no more", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let read = try lab.say(2, as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob)
            let unread = try lab.say(3, as: chat.alice, in: chat.id)
            try lab.say("reply", as: chat.bob, in: chat.id)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(3)
            for (id, left) in [(unread[1], 2), (read[0], 2), (unread[2], 1), (read[1], 1)] {
                try lab.delete(id, on: alice)
                try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(.number(String(left)))
                try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(1)
            }
            _ = try lab.messages(chat.id, as: chat.bob)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
            try lab.say("again", as: chat.alice, in: chat.id)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
        },
        Check(["WS-OUT-17"], "reading counts only what is left", needs: [.webSocket, .events]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let ids = try lab.say(3, as: chat.alice, in: chat.id)
            try lab.delete(ids[1], on: alice)
            let published = try lab.publications {
                try $0.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            }
            try published.only(on: "chat/\(chat.alice.id)/read-receipts")["count"].expect(2)
            for message in try lab.messages(chat.id, as: chat.alice) { try message["status"].expect("read") }
        },
        Check(["WS-OUT-17"], "the ID of a deleted message is still a cursor of its conversation", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let ids = try lab.say(5, as: chat.alice, in: chat.id)
            let other = try lab.ensure(chat.alice, with: lab.register())
            try lab.delete(ids[2], on: alice)
            try lab.expectOrder(
                lab.messages(chat.id, as: chat.bob, "?before=\(ids[2])").map { try $0["id"].text() }, [ids[1], ids[0]])
            guard lab.knobs.badCursor != .skip else { return }
            let reply = try lab.get("/chat/conversations/\(other)/messages?before=\(ids[2])", as: chat.alice)
            try lab.expectBadCursor(reply, ids[2], of: "messages", firstPage: 0)
        },
    ]
}
