import ChatrixModel

extension Checks {
    static let socketActions: [Check] = subscriptions + sendingFrames

    private static let subscriptions: [Check] = [
        Check(["WS-OUT-01", "WS-OUT-02"], "events come while they are subscribed to", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let socket = try lab.openSocket(as: chat.bob, events: [])
            try lab.say("one", as: chat.alice, in: chat.id)
            try lab.frames(on: socket).expect([])
            try lab.send(#"{"event":"subscribe","data":{"events":["message"]}}"#, on: socket)
            try lab.frames(on: socket).expect([])
            try lab.say("two", as: chat.alice, in: chat.id)
            try lab.frames(on: socket).only("message")["content"].expect("two")
            try lab.send(#"{"event":"unsubscribe","data":{"events":["message"]}}"#, on: socket)
            try lab.say("three", as: chat.alice, in: chat.id)
            try lab.frames(on: socket).expect([])
        },
        Check(["WS-OUT-01", "WS-OUT-02"], "every connection has a subscription of its own", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let first = try lab.openSocket(as: chat.bob)
            let second = try lab.openSocket(as: chat.bob, events: ["typing", "presence"])
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.frames(on: first).expect(["message"])
            try lab.frames(on: second).expect([])
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.send(#"{"event":"typing","data":{"conversation_id":"\#(chat.id)"}}"#, on: alice)
            for socket in [first, second] { try lab.frames(on: socket).expect(["presence", "typing"]) }
        },
        Check(["WS-OUT-11"], "a new connection is subscribed to all ten events", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let bob = try lab.openSocket("token=\(chat.bob.accessToken)")
            let alice = try lab.openSocket("token=\(chat.alice.accessToken)")
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.send(#"{"event":"typing","data":{"conversation_id":"\#(chat.id)"}}"#, on: alice)
            try lab.frames(on: bob).expect(["presence", "message", "typing"])
        },
        Check(
            ["WS-OUT-11"], "subscribe and unsubscribe take a list of known names, or change nothing",
            needs: [.webSocket]
        ) {
            lab in
            let chat = try lab.chat()
            let socket = try lab.openSocket(as: chat.bob, events: ["message"])
            for action in ["subscribe", "unsubscribe"] {
                for data in [
                    "{}", #"{"events":null}"#, #"{"events":"message"}"#, #"{"events":["message","nothing"]}"#,
                    #"{"events":["nothing","message"]}"#, #"{"events":["subscribe"]}"#, #"{"events":["error"]}"#,
                    #"{"events":[1]}"#, #"{"events":[["message"]]}"#, #"{"event":["message"]}"#,
                ] {
                    try lab.refuses(#"{"event":"\#(action)","data":\#(data)}"#, on: socket, 400, event: action)
                }
                try lab.send(#"{"event":"\#(action)","data":{"events":[]}}"#, on: socket)
            }
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.frames(on: socket).expect(["message"])
            // Twice is once, and neither is acknowledged.
            let names = #"["message","message","typing","presence"]"#
            try lab.send(#"{"event":"unsubscribe","data":{"events":\#(names)}}"#, on: socket)
            try lab.send(#"{"event":"unsubscribe","data":{"events":\#(names)}}"#, on: socket)
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.frames(on: socket).expect([])
        },
    ]

    private static let sendingFrames: [Check] = [
        Check(["WS-OUT-08", "WS-OUT-15"], "a message is sent, told and confirmed", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: ["message"])
            let second = try lab.openSocket(as: chat.alice, events: ["message"])
            let bob = try lab.openSocket(as: chat.bob, events: ["message"])
            try lab.send(
                #"{"event":"message","data":{"conversationId":"\#(chat.id)","content":"hello","type":"text"}}"#,
                on: alice)
            let confirmed = try lab.frames(on: alice).only("message")
            try confirmed.expectKeys(
                "id", "conversation_id", "sender_id", "content", "type", "media", "created_at", "status")
            try confirmed["content"].expect("hello")
            try confirmed["sender_id"].expect(.string(chat.alice.id))
            try confirmed["conversation_id"].expect(.string(chat.id))
            try confirmed["status"].expect("sent")
            try lab.frames(on: bob).only("message").expectSame(as: confirmed)
            try lab.frames(on: second).expect([])
            let listed = try lab.messages(chat.id, as: chat.bob)
            try lab.expectOrder(listed.map { try $0["id"].text() }, [confirmed["id"].text()])
        },
        Check(["WS-OUT-15"], "confirmations come whatever the connection subscribes to", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            try lab.send(#"{"event":"message","data":{"conversationId":"\#(chat.id)","content":"hello"}}"#, on: alice)
            let id = try lab.frames(on: alice).only("message")["id"].text()
            try lab.send(#"{"event":"message_update","data":{"id":"\#(id)","content":"hi"}}"#, on: alice)
            try lab.frames(on: alice).expect(["message_update"])
            try lab.send(#"{"event":"message_delete","data":{"id":"\#(id)"}}"#, on: alice)
            try lab.frames(on: alice).expect(["message_delete"])
        },
        Check(["WS-OUT-15"], "an action over HTTP is confirmed by its response alone", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice)
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.frames(on: alice).expect([])
        },
        Check(["WS-OUT-14"], "a message follows the rules of POST /chat/messages", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            for members in [
                #""content":"","type":"text""#, #""content":" \n""#, #""content":5"#, #""content":"x","type":"gif""#,
                #""type":"image""#, #""content":"x","attachments":[{"url":"nowhere","type":"image"}]"#,
            ] {
                try lab.refuses(
                    #"{"event":"message","data":{"conversationId":"\#(chat.id)",\#(members)}}"#, on: alice, 400,
                    event: "message")
            }
            try lab.refuses(
                #"{"event":"message","data":{"conversation_id":"\#(chat.id)","content":"x"}}"#, on: alice, 400,
                event: "message")
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.refuses(
                #"{"event":"message","data":{"conversationId":"\#(chat.id)","content":"x"}}"#, on: alice, 403,
                event: "message")
            try lab.get("/chat/conversations/\(chat.id)/messages", as: chat.alice).expect(200)
                .json["messages"].expectCount(0)
        },
        Check(["WS-OUT-14"], "a message has the publications of POST /chat/messages", needs: [.webSocket, .events]) {
            lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let published = try lab.publications { lab in
                try lab.send(
                    #"{"event":"message","data":{"conversationId":"\#(chat.id)","content":"hello"}}"#, on: alice)
            }
            try lab.expectNewMessage(published, from: chat.alice, to: chat.bob)
            let sent = try lab.frames(on: alice).only("message")
            try published[0]["message"]["id"].expect(.string(sent["id"].text()))
            try published[0]["message"]["text"].expect("hello")
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
            try lab.listed(chat.id, as: chat.bob)["updated_at"].expect(.string(sent["created_at"].text()))
        },
        Check(["WS-OUT-14"], "frames are handled in order", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: [])
            let bob = try lab.openSocket(as: chat.bob, events: ["message"])
            for number in 1...20 {
                try lab.send(
                    #"{"event":"message","data":{"conversationId":"\#(chat.id)","content":"m\#(number)"}}"#, on: alice)
            }
            let expected = (1...20).map { "m\($0)" }
            for socket in [alice, bob] {
                let frames = try lab.frames(on: socket)
                try frames.expect([String](repeating: "message", count: 20))
                try lab.expectOrder((0..<20).map { try frames[$0]["content"].text() }, expected)
            }
        },
    ]
}
