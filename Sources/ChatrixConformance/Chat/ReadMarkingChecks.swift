import ChatrixModel

extension Checks {
    static let readMarking: [Check] =
        marking("read") + marking("view") + markingPublications + readOnly + viewOnly

    /// What the endpoints `read` and `view` share; the rows of both have other numbers.
    private static func marking(_ verb: String) -> [Check] {
        let isRead = verb == "read"
        return [
            Check([isRead ? "CHAT-READ-01" : "CHAT-VIEW-01"], "\(verb) marks all messages as read for the caller") {
                lab in
                let chat = try lab.chat()
                _ = try lab.say(25, as: chat.alice, in: chat.id)
                try lab.post("/chat/conversations/\(chat.id)/\(verb)", as: chat.bob).expect(200)
                try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
                for message in try lab.messages(chat.id, as: chat.alice, "?limit=50") {
                    try message["status"].expect("read")
                }
            },
            Check(
                isRead ? ["CHAT-READ-03", "CHAT-READ-04"] : ["CHAT-VIEW-03", "CHAT-VIEW-04"],
                "\(verb) answers 200 with success and message"
            ) { lab in
                let chat = try lab.chat()
                let body = try lab.post("/chat/conversations/\(chat.id)/\(verb)", as: chat.bob).expect(200).json
                try body.expectKeys("success", "message")
                try body["success"].expect(true)
                try body["message"].expect("Messages marked as read")
            },
            .demandsToken(
                [isRead ? "CHAT-READ-10" : "CHAT-VIEW-07"], "POST", "/chat/conversations/\(Lab.unknownID)/\(verb)"),
            Check([isRead ? "CHAT-READ-11" : "CHAT-VIEW-08"], "a stranger's \(verb) answers 403") { lab in
                let chat = try lab.chat()
                try lab.say("one", as: chat.alice, in: chat.id)
                let stranger = try lab.register()
                try lab.post("/chat/conversations/\(chat.id)/\(verb)", as: stranger).expect(403)
                try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
            },
            Check([isRead ? "CHAT-READ-12" : "CHAT-VIEW-09"], "\(verb) of an unknown conversation answers 404") { lab in
                let user = try lab.register()
                try lab.post("/chat/conversations/\(Lab.unknownID)/\(verb)", as: user).expect(404)
            },
        ]
    }

    private static let markingPublications: [Check] = [
        Check(["CHAT-READ-05"], "read publishes a receipt to the sender", needs: [.events]) { lab in
            let (chat, published) = try lab.publicationsOfMarking("read")
            try published.only(on: "chat/\(chat.alice.id)/read-receipts")["read_by"].expect(.string(chat.bob.id))
        },
        Check(["CHAT-READ-06"], "read publishes a status update to the reader", needs: [.events]) { lab in
            let (chat, published) = try lab.publicationsOfMarking("read")
            try published.only(on: "chat/\(chat.bob.id)/messages-status")["read_by"].expect(.string(chat.bob.id))
        },
        Check(["CHAT-READ-07"], "read publishes a conversation update to both", needs: [.events]) { lab in
            let (chat, published) = try lab.publicationsOfMarking("read")
            for user in [chat.alice, chat.bob] {
                try published.only(on: "chat/\(user.id)/conversations")["read_by"].expect(.string(chat.bob.id))
            }
        },
        Check(["CHAT-VIEW-05"], "view publishes receipt, status and conversation updates", needs: [.events]) { lab in
            let (chat, published) = try lab.publicationsOfMarking("view")
            for topic in [
                "chat/\(chat.alice.id)/read-receipts", "chat/\(chat.bob.id)/messages-status",
                "chat/\(chat.alice.id)/conversations", "chat/\(chat.bob.id)/conversations",
            ] {
                try published.only(on: topic)["read_by"].expect(.string(chat.bob.id))
            }
            guard published.all.count == 4 else { throw published.failure("expected four publications") }
        },
    ]

    private static let readOnly: [Check] = [
        Check(["CHAT-READ-02"], "the caller's unread_count is 0, the other's unchanged") { lab in
            let chat = try lab.chat()
            _ = try lab.say(2, as: chat.alice, in: chat.id)
            _ = try lab.say(3, as: chat.bob, in: chat.id)
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
            try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(3)
        },
        Check(["CHAT-READ-08"], "with nothing unread the answer is the same and nothing is published", needs: [.events])
        { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.bob, in: chat.id)
            for verb in ["read", "view"] {
                let published = try lab.publications {
                    let body = try $0.post("/chat/conversations/\(chat.id)/\(verb)", as: chat.bob).expect(200).json
                    try body.expect(["success": true, "message": "Messages marked as read"])
                }
                try lab.expectNoopReading(published, by: chat.bob)
            }
        },
        Check(["CHAT-READ-09"], "a body is not needed and ignored") { lab in
            let chat = try lab.chat()
            let path = "/chat/conversations/\(chat.id)/read"
            try lab.post(path, as: chat.bob).expect(200)
            for body in ["{}", "{", "[]", #"{"success":false}"#] {
                try lab.post(path, body, as: chat.bob).expect(200)
            }
            try lab.post(path, "anything", as: chat.bob, headers: ["Content-Type": "text/plain"]).expect(200)
        },
    ]

    private static let viewOnly: [Check] = [
        Check(["CHAT-VIEW-02"], "each view marks what has arrived since", needs: [.events]) { lab in
            let chat = try lab.chat()
            for _ in 1...3 {
                try lab.say("news", as: chat.alice, in: chat.id)
                let published = try lab.publications {
                    try $0.post("/chat/conversations/\(chat.id)/view", as: chat.bob).expect(200)
                }
                try published.only(on: "chat/\(chat.bob.id)/messages-status")["count"].expect(1)
                try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
            }
        },
        Check(
            ["CHAT-VIEW-06"], "views count against 100 requests per 15 minutes", needs: [.rateLimitChoice],
            rateLimits: .documented
        ) { lab in
            let chat = try lab.chat()
            for _ in 1...100 { try lab.post("/chat/conversations/\(chat.id)/view", as: chat.bob).expect(200) }
            try lab.post("/chat/conversations/\(chat.id)/view", as: chat.bob).expect(429)
        },
    ]
}

extension Lab {
    /// What a marking of one message by Bob publishes; `verb` is the endpoint.
    fileprivate mutating func publicationsOfMarking(_ verb: String) throws -> (chat: Chat, published: Publications) {
        let chat = try chat()
        try say("one", as: chat.alice, in: chat.id)
        let published = try publications {
            try $0.post("/chat/conversations/\(chat.id)/\(verb)", as: chat.bob).expect(200)
        }
        return (chat, published)
    }
}
