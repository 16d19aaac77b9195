import ChatrixModel

extension Checks {
    static let socketEvents: [Check] = messageEvents + typingEvents + presenceEvents + notificationEvents

    private static let messageEvents: [Check] = [
        Check(["WS-IN-01", "WS-IN-11"], "a message sent over HTTP reaches the recipient", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let socket = try lab.openSocket(as: chat.bob, events: ["message"])
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            let told = try lab.frames(on: socket).only("message")
            try told.expectKeys(
                "id", "conversation_id", "sender_id", "content", "type", "media", "created_at", "status")
            try told.expectSame(as: sent)
        },
        Check(["WS-IN-11"], "with its attachments, and as sent", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let socket = try lab.openSocket(as: chat.bob, events: ["message"])
            let sent = try lab.post(
                "/chat/messages",
                #"{"conversationId":"\#(chat.id)","type":"image","content":"a \"b\" 👋 é","#
                    + #""attachments":[{"url":"https://example.com/a.jpg","type":"image","width":640}]}"#,
                as: chat.alice
            ).expect(201).json
            let told = try lab.frames(on: socket).only("message")
            try told.expectSame(as: sent)
            try told["status"].expect("sent")
        },
        Check(["WS-IN-01"], "every connection of the recipient hears of it, the sender's do not", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let own = try lab.openSocket(as: chat.alice, events: ["message"])
            let sockets = [
                try lab.openSocket(as: chat.bob, events: ["message"]),
                try lab.openSocket(as: chat.bob, events: ["message"]),
            ]
            let stranger = try lab.openSocket(as: lab.register(), events: ["message"])
            try lab.say("hello", as: chat.alice, in: chat.id)
            for socket in sockets { try lab.frames(on: socket).expect(["message"]) }
            try lab.frames(on: own).expect([])
            try lab.frames(on: stranger).expect([])
        },
        Check(["WS-IN-01"], "messages come in the order in which they were sent", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let socket = try lab.openSocket(as: chat.bob, events: ["message"])
            let ids = try lab.say(20, as: chat.alice, in: chat.id)
            let frames = try lab.frames(on: socket)
            try frames.expect([String](repeating: "message", count: 20))
            try lab.expectOrder((0..<20).map { try frames[$0]["id"].text() }, ids)
        },
        Check(["WS-IN-01"], "a connection that is closed hears of nothing, the others of all", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let first = try lab.openSocket(as: chat.bob, events: ["message"])
            let second = try lab.openSocket(as: chat.bob, events: ["message"])
            try lab.close(first)
            try lab.frames(on: first).expectClosed(1000)
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.frames(on: second).expect(["message"])
            try lab.frames(on: first).expect([])
        },
        Check(
            ["WS-IN-02", "WS-OUT-09"], "a changed message reaches both sides with its new content", needs: [.webSocket]
        ) {
            lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            let alice = try lab.openSocket(as: chat.alice, events: ["message_update"])
            let bob = try lab.openSocket(as: chat.bob, events: ["message_update"])
            try lab.send(
                #"{"event":"message_update","data":{"id":"\#(sent["id"].text())","content":"good bye"}}"#, on: alice)
            let told = try lab.frames(on: bob).only("message_update")
            try told.expectKeys(
                "id", "conversation_id", "sender_id", "content", "type", "media", "created_at", "status")
            try told["content"].expect("good bye")
            for key in ["id", "conversation_id", "sender_id", "type", "media", "created_at", "status"] {
                try told[key].expectSame(as: sent[key])
            }
            try lab.frames(on: alice).only("message_update").expectSame(as: told)
        },
        Check(["WS-IN-03", "WS-OUT-10"], "a deleted message is told to both sides", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            let alice = try lab.openSocket(as: chat.alice, events: ["message_delete"])
            let bob = try lab.openSocket(as: chat.bob, events: ["message_delete"])
            try lab.send(#"{"event":"message_delete","data":{"id":"\#(sent["id"].text())"}}"#, on: alice)
            for socket in [bob, alice] {
                let told = try lab.frames(on: socket).only("message_delete")
                try told.expectKeys("id", "conversation_id")
                try told["id"].expect(.string(sent["id"].text()))
                try told["conversation_id"].expect(.string(chat.id))
            }
        },
    ]

    private static let typingEvents: [Check] = [
        Check(
            ["WS-IN-04", "WS-OUT-03", "WS-OUT-12"], "typing reaches the other side and never the typist",
            needs: [.webSocket]
        ) {
            lab in
            let chat = try lab.chat()
            let bob = [
                try lab.openSocket(as: chat.bob, events: ["typing"]),
                try lab.openSocket(as: chat.bob, events: ["typing"]),
            ]
            let alice = [
                try lab.openSocket(as: chat.alice, events: ["typing"]),
                try lab.openSocket(as: chat.alice, events: ["typing"]),
            ]
            let stranger = try lab.openSocket(as: lab.register(), events: ["typing"])
            for (member, isTyping) in [("", true), (#","is_typing":true"#, true), (#","is_typing":false"#, false)] {
                try lab.send(#"{"event":"typing","data":{"conversation_id":"\#(chat.id)"\#(member)}}"#, on: alice[0])
                for socket in bob {
                    let told = try lab.frames(on: socket).only("typing")
                    try told.expectKeys("conversation_id", "user_id", "is_typing")
                    try told["conversation_id"].expect(.string(chat.id))
                    try told["user_id"].expect(.string(chat.alice.id))
                    try told["is_typing"].expect(.bool(isTyping))
                }
                for socket in alice + [stranger] { try lab.frames(on: socket).expect([]) }
            }
        },
        Check(["WS-OUT-12"], "faulty typing is refused", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let bob = try lab.openSocket(as: chat.bob, events: ["typing"])
            let alice = try lab.openSocket(as: chat.alice)
            let stranger = try lab.openSocket(as: lab.register())
            for data in [
                "{}", #"{"conversation_id":null}"#, #"{"conversation_id":"here"}"#,
                #"{"conversation_id":"\#(chat.id)","is_typing":1}"#,
                #"{"conversation_id":"\#(chat.id)","is_typing":"true"}"#,
            ] {
                try lab.refuses(#"{"event":"typing","data":\#(data)}"#, on: alice, 400, event: "typing")
            }
            try lab.refuses(
                #"{"event":"typing","data":{"conversation_id":"\#(Lab.unknownID)"}}"#, on: alice, 404, event: "typing")
            try lab.refuses(
                #"{"event":"typing","data":{"conversation_id":"\#(chat.id)"}}"#, on: stranger, 403, event: "typing")
            try lab.frames(on: bob).expect([])
        },
        Check(["WS-OUT-12"], "typing is dropped silently between users who block each other", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let alice = try lab.openSocket(as: chat.alice, events: ["typing"])
            let bob = try lab.openSocket(as: chat.bob, events: ["typing"])
            let frame = #"{"event":"typing","data":{"conversation_id":"\#(chat.id)"}}"#
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.send(frame, on: alice)
            try lab.send(frame, on: bob)
            for socket in [alice, bob] { try lab.frames(on: socket).expect([]) }
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.send(frame, on: bob)
            try lab.frames(on: alice).expect(["typing"])
        },
    ]

    private static let presenceEvents: [Check] = [
        Check(["WS-IN-10", "WS-IN-13"], "the first connection tells of a user coming online", needs: [.webSocket]) {
            lab in
            let chat = try lab.chat()
            let bob = try lab.openSocket(as: chat.bob, events: ["presence"])
            let stranger = try lab.openSocket(as: lab.register(), events: ["presence"])
            let alice = try lab.openSocket(as: chat.alice, events: ["presence"])
            let told = try lab.frames(on: bob).only("presence")
            try told.expectKeys("user_id", "status", "last_seen")
            try told["user_id"].expect(.string(chat.alice.id))
            try told["status"].expect("online")
            try told["last_seen"].expectNull()
            _ = try lab.openSocket(as: chat.alice)
            for socket in [alice, bob, stranger] { try lab.frames(on: socket).expect([]) }
        },
        Check(["WS-IN-10", "WS-IN-13"], "the last close tells of a user going offline", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let bob = try lab.openSocket(as: chat.bob, events: ["presence"])
            let alice = [try lab.openSocket(as: chat.alice), try lab.openSocket(as: chat.alice)]
            try lab.frames(on: bob).expect(["presence"])
            try lab.close(alice[0])
            try lab.frames(on: bob).expect([])
            try lab.close(alice[1])
            let told = try lab.frames(on: bob).only("presence")
            try told.expectKeys("user_id", "status", "last_seen")
            try told["user_id"].expect(.string(chat.alice.id))
            try told["status"].expect("offline")
            try told["last_seen"].expectTimestamp()
            _ = try lab.openSocket(as: chat.alice)
            try lab.frames(on: bob).only("presence")["status"].expect("online")
        },
        Check(["WS-IN-13"], "last_seen is the time of the close", needs: [.webSocket, .clock]) { lab in
            let chat = try lab.chat()
            let bob = try lab.openSocket(as: chat.bob, events: ["presence"])
            let alice = try lab.openSocket(as: chat.alice)
            _ = try lab.frames(on: bob)
            let before = try lab.get("/users/me/x").expect(404).json["timestamp"].milliseconds()
            try lab.advance(seconds: 90)
            try lab.close(alice)
            let lastSeen = try lab.frames(on: bob).only("presence")["last_seen"].milliseconds()
            guard (before + 90_000...before + 91_000).contains(lastSeen) else {
                throw Check.Failure("expected last_seen 90 s after \(before), found \(lastSeen)", exchange: nil)
            }
        },
        Check(["WS-IN-13"], "presence is not for users who block each other", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let carol = try lab.register()
            _ = try lab.ensure(carol, with: chat.alice)
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            let bob = try lab.openSocket(as: chat.bob, events: ["presence"])
            let other = try lab.openSocket(as: carol, events: ["presence"])
            let alice = try lab.openSocket(as: chat.alice)
            try lab.close(alice)
            try lab.frames(on: bob).expect([])
            try lab.frames(on: other).expect(["presence", "presence"])
        },
        Check(
            ["CONTACTS-15"], "closing a WebSocket connection counts as activity",
            needs: [.webSocket, .clock, .controlPlane]
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.control("contacts-set", #"{"user_id":"\#(alice.id)","phones":["\#(bob.phone)"]}"#).expect(200)
            func lastSeen(_ lab: inout Lab) throws -> Int64 {
                try lab.get("/contacts", as: alice).expect(200).json["contacts"][0]["last_seen"].milliseconds()
            }
            let socket = try lab.openSocket(as: bob)
            let registered = try lastSeen(&lab)
            try lab.advance(seconds: 60)
            try lab.refuses("?", on: socket, 400, event: nil)
            guard try lastSeen(&lab) == registered else {
                throw Check.Failure("expected that frames do not change last_seen", exchange: lab.last)
            }
            try lab.close(socket)
            let closed = try lastSeen(&lab)
            guard closed - registered >= 60_000 else {
                throw Check.Failure(
                    "expected last_seen at the close, found \(closed - registered) ms", exchange: lab.last)
            }
        },
    ]

    private static let notificationEvents: [Check] = [
        Check(["WS-IN-09", "WS-IN-12"], "a notification reaches its owner as the list shows it", needs: [.webSocket]) {
            lab in
            let alice = try lab.register(fullName: "Alice")
            let bob = try lab.register()
            let sockets = [
                try lab.openSocket(as: bob, events: ["notification"]),
                try lab.openSocket(as: bob, events: ["notification"]),
            ]
            let other = try lab.openSocket(as: alice, events: ["notification"])
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            let listed = try lab.get("/notifications", as: bob).expect(200).json["notifications"][0]
            for socket in sockets {
                let told = try lab.frames(on: socket).only("notification")
                try told.expectKeys("id", "type", "user", "is_read", "created_at")
                try told["type"].expect("follow")
                try told.expectSame(as: listed)
            }
            try lab.frames(on: other).expect([])
        }
    ]
}
