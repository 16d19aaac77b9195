import ChatrixModel

extension Lab {
    /// Sends a message whose members after `conversationId` are given as JSON text.
    @discardableResult
    fileprivate mutating func sends(_ members: String, in chat: Chat) throws -> Node {
        try post("/chat/messages", #"{"conversationId":"\#(chat.id)",\#(members)}"#, as: chat.alice).expect(201).json
    }

    fileprivate mutating func refusesToSend(_ members: String, in chat: Chat, _ why: String) throws {
        try refuses("/chat/messages", #"{"conversationId":"\#(chat.id)",\#(members)}"#, as: chat.alice, why)
    }
}

extension Checks {
    static let send: [Check] = sendRequest + sendAnswer + sendEffect + sendRefused

    private static let picture = #"{"url":"https://example.com/a.jpg","type":"image"}"#

    private static let sendRequest: [Check] = [
        Check(
            ["CHAT-SEND-01", "CHAT-SEND-02", "CHAT-SEND-03", "CHAT-SEND-04", "CHAT-SEND-05", "CHAT-SEND-10"],
            "the documented body answers 201"
        ) { lab in
            let chat = try lab.chat()
            let sent = try lab.post(
                "/chat/messages",
                #"{"conversationId":"\#(chat.id)","content":"This is new","type":"text","attachments":[]}"#,
                as: chat.alice, headers: ["Content-Type": "application/json"]
            ).expect(201).json
            try sent["conversation_id"].expect(.string(chat.id))
            try sent["content"].expect("This is new")
            try sent["type"].expect("text")
            try lab.sends(#""content":"without attachments","type":"text""#, in: chat)["media"].expectCount(0)
        },
        Check(["CHAT-SEND-06"], "type is one of five, an absent one means text") { lab in
            let chat = try lab.chat()
            try lab.sends(#""content":"plain""#, in: chat)["type"].expect("text")
            try lab.sends(#""content":"plain","type":null"#, in: chat)["type"].expect("text")
            for type in ["image", "video", "audio", "document"] {
                try lab.sends(#""type":"\#(type)","attachments":[\#(picture)]"#, in: chat)["type"]
                    .expect(.string(type))
            }
            for bad in [#""sticker""#, #""Text""#, #""""#, "5", "[]"] {
                try lab.refusesToSend(#""content":"hi","type":\#(bad)"#, in: chat, "the type \(bad)")
            }
        },
        Check(["CHAT-SEND-07"], "text needs a visible character, other types an attachment") { lab in
            let chat = try lab.chat()
            for bad in [#""""#, #"" ""#, #""\n\t\r ""#, "\"\u{3000}\u{2003}\u{A0}\"", "null"] {
                try lab.refusesToSend(#""content":\#(bad),"type":"text""#, in: chat, "the content \(bad)")
                try lab.refusesToSend(
                    #""content":\#(bad),"type":"text","attachments":[\#(picture)]"#, in: chat,
                    "the content \(bad) with an attachment")
            }
            try lab.refusesToSend(#""type":"text""#, in: chat, "no content")
            try lab.refusesToSend(#""content":"a picture","type":"image""#, in: chat, "an image without attachment")
            try lab.refusesToSend(#""type":"image","attachments":[]"#, in: chat, "an image with no attachments")
            try lab.sends(#""type":"image","attachments":[\#(picture)]"#, in: chat)["content"].expect("")
            try lab.sends(#""content":"","type":"video","attachments":[\#(picture)]"#, in: chat)["content"].expect("")
            try lab.sends(#""content":" . ""#, in: chat)["content"].expect(" . ")
        },
        Check(["CHAT-SEND-08"], "content has at most 4096 characters", needs: [.decidedBounds]) { lab in
            let chat = try lab.chat()
            for character in ["a", "é", "🦊", "e\u{301}"] {
                let count = 4096 / character.unicodeScalars.count
                let longest = String(repeating: character, count: count)
                try lab.sends(#""content":"\#(longest)""#, in: chat)["content"].expect(.string(longest))
                try lab.refusesToSend(#""content":"\#(longest)x""#, in: chat, "4097 scalars of \(character)")
            }
        },
        Check(["CHAT-SEND-09"], "an attachment has an absolute URL and a type") { lab in
            let chat = try lab.chat()
            for type in ["image", "video", "audio", "document"] {
                _ = try lab.sends(
                    #""content":"x","attachments":[{"url":"http://example.com/f","type":"\#(type)"}]"#, in: chat)
            }
            for bad in [
                "{}", "[{}]", "[5]", #"["https://example.com/a.jpg"]"#, "[null]", #""https://example.com/a.jpg""#,
                #"[{"url":"https://example.com/a.jpg"}]"#, #"[{"type":"image"}]"#,
                #"[{"url":"a.jpg","type":"image"}]"#, #"[{"url":"/a.jpg","type":"image"}]"#,
                #"[{"url":"ftp://example.com/a.jpg","type":"image"}]"#, #"[{"url":"","type":"image"}]"#,
                #"[{"url":"https://","type":"image"}]"#, #"[{"url":5,"type":"image"}]"#,
                #"[{"url":"https://example.com/a","type":"text"}]"#,
                #"[{"url":"https://example.com/a","type":"image","width":"10"}]"#,
                #"[{"url":"https://example.com/a","type":"image","height":1.5}]"#, "[\(picture),{}]",
            ] {
                try lab.refusesToSend(#""content":"x","attachments":\#(bad)"#, in: chat, "attachments \(bad)")
            }
        },
        Check(["CHAT-SEND-09"], "10 attachments are accepted, 11 refused", needs: [.decidedBounds]) { lab in
            let chat = try lab.chat()
            let ten = [String](repeating: picture, count: 10).joined(separator: ",")
            try lab.sends(#""content":"x","attachments":[\#(ten)]"#, in: chat)["media"].expectCount(10)
            try lab.refusesToSend(#""content":"x","attachments":[\#(ten),\#(picture)]"#, in: chat, "11 attachments")
        },
    ]

    private static let sendAnswer: [Check] = [
        Check(["CHAT-SEND-11"], "the body has eight keys") { lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            try sent.expectKeys(
                "id", "conversation_id", "sender_id", "content", "type", "media", "created_at", "status")
            try sent["id"].expectID()
            try sent["created_at"].expectTimestamp()
        },
        Check(["CHAT-SEND-12", "CHAT-SEND-14"], "media is empty without attachments and status is sent") { lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            try sent["media"].expect([])
            try sent["status"].expect("sent")
        },
        Check(["CHAT-SEND-13"], "media repeats the attachments in order with four keys") { lab in
            let chat = try lab.chat()
            let media = try lab.sends(
                #""content":"x","attachments":[{"url":"https://example.com/a.jpg","type":"image","width":640,"#
                    + #""height":480,"blur":"LKO2"},{"type":"audio","url":"http://example.com/b"},"#
                    + #"{"url":"https://example.com/c","type":"video","width":null,"height":2}]"#, in: chat)["media"]
            try media.expectCount(3)
            for index in 0..<3 { try media[index].expectKeys("url", "type", "width", "height") }
            try media[0]["url"].expect("https://example.com/a.jpg")
            try media[0]["type"].expect("image")
            try media[0]["width"].expect(640)
            try media[0]["height"].expect(480)
            try media[1]["url"].expect("http://example.com/b")
            try media[1]["type"].expect("audio")
            try media[1]["width"].expectNull()
            try media[1]["height"].expectNull()
            try media[2]["width"].expectNull()
            try media[2]["height"].expect(2)
        },
        Check(["CHAT-SEND-15"], "sender_id is the caller and conversation_id as sent") { lab in
            let chat = try lab.chat()
            for sender in [chat.alice, chat.bob] {
                let sent = try lab.say("hello", as: sender, in: chat.id)
                try sent["sender_id"].expect(.string(sender.id))
                try sent["conversation_id"].expect(.string(chat.id))
            }
        },
        Check(["CHAT-SEND-16"], "content and type come back as sent") { lab in
            let chat = try lab.chat()
            let sent = try lab.sends(#""content":"  a \"b\" \\ / \n c  ","type":"text""#, in: chat)
            try sent["content"].expect("  a \"b\" \\ / \n c  ")
            try sent["type"].expect("text")
        },
    ]

    private static let sendEffect: [Check] = [
        Check(["CHAT-SEND-17"], "the message is in the list of both participants") { lab in
            let chat = try lab.chat()
            let id = try lab.say("hello", as: chat.alice, in: chat.id)["id"].text()
            for user in [chat.alice, chat.bob] {
                let messages = try lab.messages(chat.id, as: user)
                try lab.expectOrder(messages.map { try $0["id"].text() }, [id])
                try messages[0]["content"].expect("hello")
            }
        },
        Check(["CHAT-SEND-18"], "it becomes last_message and sets updated_at for both") { lab in
            let chat = try lab.chat()
            for text in ["one", "two"] {
                let sent = try lab.say(text, as: chat.alice, in: chat.id)
                for user in [chat.alice, chat.bob] {
                    let item = try lab.listed(chat.id, as: user)
                    try item["last_message"]["id"].expect(.string(sent["id"].text()))
                    try item["updated_at"].expect(.string(sent["created_at"].text()))
                }
            }
        },
        Check(["CHAT-SEND-19"], "the recipient's unread_count grows by 1, the sender's stays") { lab in
            let chat = try lab.chat()
            for count in 1...3 {
                try lab.say("hello", as: chat.alice, in: chat.id)
                try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(.number(String(count)))
                try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(0)
            }
        },
        Check(["CHAT-SEND-20", "CHAT-SEND-21"], "message and conversation update are published", needs: [.events]) {
            lab in
            let chat = try lab.chat()
            let published = try lab.publications { try $0.say("hello", as: chat.alice, in: chat.id) }
            try published.only(on: "chat/\(chat.bob.id)/messages")["conversation_id"].expect(.string(chat.id))
            try published.only(on: "chat/\(chat.bob.id)/conversations")["conversation_id"].expect(.string(chat.id))
        },
        Check(["CHAT-SEND-22"], "the message comes first, the sender gets nothing", needs: [.events]) { lab in
            let chat = try lab.chat()
            for (sender, recipient) in [(chat.alice, chat.bob), (chat.bob, chat.alice)] {
                let published = try lab.publications { try $0.say("hello", as: sender, in: chat.id) }
                try lab.expectNewMessage(published, from: sender, to: recipient)
            }
        },
        Check(["CHAT-SEND-23"], "the same body twice makes two messages") { lab in
            let chat = try lab.chat()
            let first = try lab.say("hello", as: chat.alice, in: chat.id)
            let second = try lab.say("hello", as: chat.alice, in: chat.id)
            try second["id"].expectNot(.string(first["id"].text()))
            let ids = try lab.messages(chat.id, as: chat.bob).map { try $0["id"].text() }
            try lab.expectOrder(ids, [second["id"].text(), first["id"].text()])
        },
    ]

    private static let sendRefused: [Check] = [
        Check(["CHAT-SEND-24"], "invalid content answers 400") { lab in
            let chat = try lab.chat()
            try lab.refusesToSend(#""content":"","type":"text""#, in: chat, "an empty content")
            try lab.refusesToSend(#""content":5,"type":"text""#, in: chat, "a number as content")
            try lab.refuses("/chat/messages", #"{"content":"hello"}"#, as: chat.alice, "no conversationId")
            try lab.refuses(
                "/chat/messages", #"{"conversationId":"here","content":"hello"}"#, as: chat.alice,
                "a malformed conversationId")
        },
        .demandsToken(["CHAT-SEND-25"], "POST", "/chat/messages"),
        Check(["CHAT-SEND-26"], "a stranger gets 403") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            try lab.post("/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi"}"#, as: stranger)
                .expect(403)
        },
        Check(["CHAT-SEND-27", "CHAT-SEND-28"], "neither the blocked nor the blocker may send") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            let body = #"{"conversationId":"\#(chat.id)","content":"hi"}"#
            try lab.post("/chat/messages", body, as: chat.bob).expect(403)
            try lab.post("/chat/messages", body, as: chat.alice).expect(403)
        },
        Check(["CHAT-SEND-29"], "an unknown conversation answers 404") { lab in
            let user = try lab.register()
            try lab.post("/chat/messages", #"{"conversationId":"\#(Lab.unknownID)","content":"hi"}"#, as: user)
                .expect(404)
        },
        Check(["CHAT-SEND-30"], "a refused message is stored nowhere and publishes nothing", needs: [.events]) { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            let published = try lab.publications { lab in
                let body = #"{"conversationId":"\#(chat.id)","content":"hi"}"#
                try lab.refusesToSend(#""content":"""#, in: chat, "an empty content")
                try lab.post("/chat/messages", body, as: stranger).expect(403)
                try lab.post("/chat/messages", body).expect(401)
                try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
                try lab.post("/chat/messages", body, as: chat.bob).expect(403)
            }
            try published.expectTopics([])
            try lab.get("/chat/conversations/\(chat.id)/messages", as: chat.alice).expect(200)
                .json["messages"].expectCount(0)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
        },
    ]
}
