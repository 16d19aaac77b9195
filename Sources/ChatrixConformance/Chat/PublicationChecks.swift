import ChatrixModel

extension Lab {
    /// What a read marking by `reader` publishes.
    fileprivate mutating func reading(_ conversation: String, by reader: Account) throws -> Publications {
        try publications { try $0.post("/chat/conversations/\(conversation)/read", as: reader).expect(200) }
    }
}

extension Checks {
    static let publications: [Check] = [
        Check(
            ["MQTT-MESSAGE-01", "MQTT-MESSAGE-02", "MQTT-MESSAGE-03"], "a new message reaches its recipient's topic",
            needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            let payload = try lab.publications { try $0.say("hello", as: chat.alice, in: chat.id) }
                .only(on: "chat/\(chat.bob.id)/messages")
            try payload.expectKeys("conversation_id", "message")
            try payload["conversation_id"].expect(.string(chat.id))
            try payload["message"].expectKeys("id", "sender_id", "type", "text", "media", "status", "created_at")
        },
        Check(
            ["MQTT-MESSAGE-04", "MQTT-MESSAGE-05", "MQTT-MESSAGE-06"], "text is the content, media null, status sent",
            needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            let message = try lab.publications { try $0.say("hello 🦊", as: chat.alice, in: chat.id) }
                .only(on: "chat/\(chat.bob.id)/messages")["message"]
            try message["text"].expect("hello 🦊")
            try message["media"].expectNull()
            try message["status"].expect("sent")
        },
        Check(["MQTT-MESSAGE-07"], "id, sender, type and time equal the answer's", needs: [.events]) { lab in
            let chat = try lab.chat()
            var sent: Node?
            let message = try lab.publications { sent = try $0.say("hello", as: chat.bob, in: chat.id) }
                .only(on: "chat/\(chat.alice.id)/messages")["message"]
            for key in ["id", "sender_id", "type", "created_at"] {
                try message[key].expect(.string(sent?[key].text() ?? ""))
            }
        },
        Check(["MQTT-MESSAGE-08"], "media is the array of attachments", needs: [.events]) { lab in
            let chat = try lab.chat()
            let message = try lab.publications { lab in
                let body =
                    #"{"conversationId":"\#(chat.id)","type":"image","attachments":"#
                    + #"[{"url":"https://example.com/a.jpg","type":"image","width":4}]}"#
                try lab.post("/chat/messages", body, as: chat.alice).expect(201)
            }.only(on: "chat/\(chat.bob.id)/messages")["message"]
            try message["text"].expect("")
            try message["media"].expectCount(1)
            try message["media"][0].expectKeys("url", "type", "width", "height")
            try message["media"][0]["url"].expect("https://example.com/a.jpg")
            try message["media"][0]["type"].expect("image")
            try message["media"][0]["width"].expect(4)
            try message["media"][0]["height"].expectNull()
        },
        Check(
            ["MQTT-RECEIPT-01", "MQTT-RECEIPT-02", "MQTT-RECEIPT-03"], "the sender gets a receipt", needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let receipt = try lab.reading(chat.id, by: chat.bob).only(on: "chat/\(chat.alice.id)/read-receipts")
            try receipt.expectKeys("conversation_id", "read_by", "read_at", "count")
            try receipt["conversation_id"].expect(.string(chat.id))
            try receipt["read_by"].expect(.string(chat.bob.id))
            try receipt["read_at"].expectTimestamp()
            try receipt["count"].expectInteger()
        },
        Check(["MQTT-RECEIPT-04"], "count is the number of newly marked messages of the sender", needs: [.events]) {
            lab in
            let chat = try lab.chat()
            _ = try lab.say(2, as: chat.alice, in: chat.id)
            _ = try lab.reading(chat.id, by: chat.bob)
            _ = try lab.say(3, as: chat.alice, in: chat.id)
            _ = try lab.say(4, as: chat.bob, in: chat.id)
            try lab.reading(chat.id, by: chat.bob).only(on: "chat/\(chat.alice.id)/read-receipts")["count"].expect(3)
        },
        Check(["MQTT-RECEIPT-05"], "one receipt for each sender", needs: [.events]) { lab in
            let chat = try lab.chat()
            _ = try lab.say(3, as: chat.alice, in: chat.id)
            let published = try lab.reading(chat.id, by: chat.bob)
            _ = try published.only(on: "chat/\(chat.alice.id)/read-receipts")
            guard !published.topics.contains("chat/\(chat.bob.id)/read-receipts") else {
                throw published.failure("expected no receipt for the reader")
            }
        },
        Check(
            ["MQTT-STATUS-01", "MQTT-STATUS-02", "MQTT-STATUS-03", "MQTT-STATUS-04"], "the reader gets a status",
            needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let status = try lab.reading(chat.id, by: chat.bob).only(on: "chat/\(chat.bob.id)/messages-status")
            try status.expectKeys("conversation_id", "action", "read_by", "read_at", "count")
            try status["conversation_id"].expect(.string(chat.id))
            try status["action"].expect("marked_as_read")
            try status["read_by"].expect(.string(chat.bob.id))
            try status["read_at"].expectTimestamp()
        },
        Check(["MQTT-STATUS-05"], "count is the number of all newly marked messages", needs: [.events]) { lab in
            let chat = try lab.chat()
            try lab.say("seen", as: chat.alice, in: chat.id)
            _ = try lab.reading(chat.id, by: chat.bob)
            _ = try lab.say(4, as: chat.alice, in: chat.id)
            try lab.reading(chat.id, by: chat.bob).only(on: "chat/\(chat.bob.id)/messages-status")["count"].expect(4)
        },
        Check(
            ["MQTT-CONVERSATION-01", "MQTT-CONVERSATION-02", "MQTT-CONVERSATION-03", "MQTT-CONVERSATION-08"],
            "a new message updates the recipient's conversation", needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            var sent: Node?
            let update = try lab.publications { sent = try $0.say("hello", as: chat.alice, in: chat.id) }
                .only(on: "chat/\(chat.bob.id)/conversations")
            try update.expectKeys("conversation_id", "last_message_at", "last_message_preview", "action")
            try update["conversation_id"].expect(.string(chat.id))
            try update["action"].expect("updated")
            try update["last_message_at"].expectTimestamp()
            try update["last_message_at"].expect(.string(sent?["created_at"].text() ?? ""))
            try update["last_message_preview"].expect("hello")
        },
        Check(
            ["MQTT-CONVERSATION-04", "MQTT-CONVERSATION-05"], "a marking updates both participants' conversations",
            needs: [.events]
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            let published = try lab.reading(chat.id, by: chat.bob)
            for user in [chat.alice, chat.bob] {
                let update = try published.only(on: "chat/\(user.id)/conversations")
                try update.expectKeys("conversation_id", "action", "read_by", "read_at", "unread_count")
                try update["conversation_id"].expect(.string(chat.id))
                try update["action"].expect("messages_read")
                try update["read_by"].expect(.string(chat.bob.id))
                try update["read_at"].expectTimestamp()
            }
        },
        Check(["MQTT-CONVERSATION-06"], "unread_count is 0 for the reader", needs: [.events]) { lab in
            let chat = try lab.chat()
            _ = try lab.say(2, as: chat.alice, in: chat.id)
            try lab.reading(chat.id, by: chat.bob).only(on: "chat/\(chat.bob.id)/conversations")["unread_count"].expect(
                0)
        },
        Check(["MQTT-CONVERSATION-07"], "unread_count is the addressed participant's own", needs: [.events]) { lab in
            let whose = lab.knobs.messagesReadUnreadCount
            try lab.skip(whose == .skip, "messages-read-unread-count: skip")
            let chat = try lab.chat()
            _ = try lab.say(2, as: chat.alice, in: chat.id)
            _ = try lab.say(3, as: chat.bob, in: chat.id)
            let published = try lab.reading(chat.id, by: chat.bob)
            try published.only(on: "chat/\(chat.bob.id)/conversations")["unread_count"].expect(0)
            try published.only(on: "chat/\(chat.alice.id)/conversations")["unread_count"].expect(whose == .own ? 3 : 0)
        },
        Check(
            ["MQTT-CONVERSATION-09"], "the preview is 100 characters or the type in brackets",
            needs: [.events, .decidedBounds]
        ) { lab in
            let chat = try lab.chat()
            for text in [String(repeating: "é🦊", count: 60), String(repeating: "ab", count: 60)] {
                let update = try lab.publications { try $0.say(text, as: chat.alice, in: chat.id) }
                    .only(on: "chat/\(chat.bob.id)/conversations")
                try update["last_message_preview"].expect(.string(String(text.prefix(100))))
            }
            let update = try lab.publications { lab in
                let body =
                    #"{"conversationId":"\#(chat.id)","type":"audio","attachments":"#
                    + #"[{"url":"https://example.com/a","type":"audio"}]}"#
                try lab.post("/chat/messages", body, as: chat.alice).expect(201)
            }.only(on: "chat/\(chat.bob.id)/conversations")
            try update["last_message_preview"].expect("[audio]")
        },
    ]

    static let publicationOrder: [Check] = [
        Check(["MQTT-CONFIG-06"], "receipts first, then the status, then the conversations", needs: [.events]) { lab in
            let chat = try lab.chat()
            for (sender, reader) in [(chat.alice, chat.bob), (chat.bob, chat.alice)] {
                try lab.say("hello", as: sender, in: chat.id)
                try lab.reading(chat.id, by: reader).expectTopics([
                    "chat/\(sender.id)/read-receipts", "chat/\(reader.id)/messages-status",
                    "chat/\(chat.alice.id)/conversations", "chat/\(chat.bob.id)/conversations",
                ])
            }
        },
        Check(["MQTT-CONFIG-07"], "the publications of a marking share read_by and read_at", needs: [.events]) { lab in
            let chat = try lab.chat()
            _ = try lab.say(2, as: chat.alice, in: chat.id)
            let published = try lab.reading(chat.id, by: chat.bob)
            let readAt = try published[0]["read_at"].text()
            for index in published.all.indices {
                try published[index]["read_by"].expect(.string(chat.bob.id))
                try published[index]["read_at"].expect(.string(readAt))
            }
        },
        Check(["MQTT-CONFIG-08"], "publications are there when the answer is", needs: [.events, .controlPlane]) { lab in
            let chat = try lab.chat()
            for _ in 1...5 {
                let published = try lab.publications { try $0.say("hello", as: chat.alice, in: chat.id) }
                try lab.expectNewMessage(published, from: chat.alice, to: chat.bob)
            }
        },
    ]
}
