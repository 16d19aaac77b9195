import ChatrixModel

extension Checks {
    static let sockets: [Check] =
        socketTokens + socketFrames + socketLimits + socketRates + socketEvents + socketActions
        + socketMessages + socketCalls

    private static let socketTokens: [Check] = [
        Check(["WS-01"], "the connection is opened with the token in the query and stays open", needs: [.webSocket]) {
            lab in
            let alice = try lab.register()
            let socket = try lab.openSocket("token=\(alice.accessToken)")
            try lab.frames(on: socket).expect([])
            // What is answered shows that the connection is there and knows whose it is.
            try lab.send(#"{"event":"no_such_event","data":{}}"#, on: socket)
            try lab.frames(on: socket).expect(["error"])
        },
        Check(["WS-01"], "the token may be percent-encoded like any value of a query", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let encoded = alice.accessToken.replacing(".", with: "%2E")
            let socket = try lab.openSocket("other=1&token=\(encoded)")
            try lab.frames(on: socket).expect([])
        },
        Check(["WS-02"], "a missing or bad token is accepted and then closed with 4401", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let good = alice.accessToken
            let forged = good.split(separator: ".").reversed().joined(separator: ".")
            let queries = [
                nil, "", "token", "token=", "token=nonsense", "token=a.b.c", "token=\(forged)", "token=\(good)x",
                "token=\(alice.refreshToken)", "token=\(good)&token=\(good)", "Token=\(good)", "token=%zz",
            ]
            for query in queries {
                let socket = try lab.openSocket(query)
                let frames = try lab.frames(on: socket)
                guard frames.events == ["closed 4401"] else {
                    throw frames.failure("expected the end with 4401 for the query \(query ?? "none")")
                }
            }
        },
        Check(["WS-02"], "the token counts only when the connection is opened", needs: [.webSocket, .clock]) { lab in
            let alice = try lab.register()
            let early = try lab.openSocket(as: alice)
            try lab.advance(seconds: 3599)
            try lab.frames(on: lab.openSocket("token=\(alice.accessToken)")).expect([])
            try lab.advance(seconds: 1)
            try lab.frames(on: lab.openSocket("token=\(alice.accessToken)")).expectClosed(4401)
            try lab.refuses(#"{"event":"no_such_event","data":{}}"#, on: early, 400, event: "no_such_event")
        },
        Check(["WS-02"], "deleting the user closes with 4401", needs: [.webSocket, .controlPlane]) { lab in
            let chat = try lab.chat()
            let sockets = [
                try lab.openSocket(as: chat.alice, events: ["message"]), try lab.openSocket(as: chat.alice, events: []),
            ]
            let other = try lab.openSocket(as: chat.bob, events: ["message"])
            try lab.control("user-delete", #"{"user_id":"\#(chat.alice.id)"}"#).expect(200)
            for socket in sockets { try lab.frames(on: socket).expectClosed(4401) }
            try lab.frames(on: other).expect([])
            try lab.frames(on: lab.openSocket("token=\(chat.alice.accessToken)")).expectClosed(4401)
        },
        Check(["WS-02"], "GET /ws without the headers of an upgrade answers 400, another method 405") { lab in
            let alice = try lab.register()
            try lab.get("/ws?token=\(alice.accessToken)").expect(400).json["statusCode"].expect(400)
            try lab.post("/ws?token=\(alice.accessToken)", "{}").expect(405).expectHeader("Allow", "GET")
            try lab.get("/ws/").expect(404)
        },
    ]

    private static let socketFrames: [Check] = [
        Check(["WS-03"], "frames are JSON objects with event and data and nothing else", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let socket = try lab.openSocket(as: chat.bob, events: ["message"])
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.send(#"{"event":"no_such_event","data":{}}"#, on: socket)
            let frames = try lab.frames(on: socket)
            try frames.expect(["message", "error"])
            for message in frames.all {
                guard case .text(let text) = message else { throw frames.failure("expected text frames") }
                let frame = Node(
                    try? JSON.parse(text), path: "frame", exchange: frames.exchange, fields: FieldRules(lab.knobs))
                try frame.expectKeys("event", "data")
                try frame["event"].expectText()
                guard frame["data"].value?.members != nil else { throw frames.failure("expected an object as data") }
            }
        },
        Check(["WS-04"], "what is no frame is answered with 400", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let socket = try lab.openSocket(as: alice)
            for text in [
                "", "hello", "[]", "null", "7", #"{"event":"message""#, #"{"data":{}}"#, #"{"event":null,"data":{}}"#,
                #"{"event":5,"data":{}}"#, #"{"event":["message"],"data":{}}"#, #"{"event":"\ud800","data":{}}"#,
                #"{"event":"subscribe","data":{"events":["\udc00\ud800"]}}"#,
            ] {
                let error = try lab.refuses(text, on: socket, 400, event: nil)
                try error.expectKeys("event", "statusCode", "message", "error")
                try error["message"].expectNonEmptyText()
                try error["error"].expect("Bad Request")
            }
            for text in [
                #"{"event":"message"}"#, #"{"event":"message","data":null}"#, #"{"event":"message","data":[]}"#,
                #"{"event":"message","data":"{}"}"#,
            ] {
                try lab.refuses(text, on: socket, 400, event: "message")
            }
            for name in ["no_such_event", "Message", "presence", "notification", "error", "message "] {
                try lab.refuses(#"{"event":"\#(name)","data":{}}"#, on: socket, 400, event: name)
            }
        },
        Check(["WS-04"], "a fault has the status that it has over HTTP", needs: [.webSocket]) { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            let socket = try lab.openSocket(as: stranger)
            func message(_ conversation: String, _ content: String) -> String {
                #"{"event":"message","data":{"conversationId":"\#(conversation)","content":"\#(content)"}}"#
            }
            try lab.refuses(message("here", "hi"), on: socket, 400, event: "message")["error"].expect("Bad Request")
            try lab.refuses(message(chat.id, ""), on: socket, 400, event: "message")
            try lab.refuses(message(chat.id, "hi"), on: socket, 403, event: "message")["error"].expect("Forbidden")
            try lab.refuses(message(Lab.unknownID, "hi"), on: socket, 404, event: "message")["error"]
                .expect("Not Found")
        },
        Check(
            ["WS-04"], "an error is for the connection at fault alone, whatever it subscribes to", needs: [.webSocket]
        ) {
            lab in
            let alice = try lab.register()
            let other = try lab.openSocket(as: alice)
            let socket = try lab.openSocket(as: alice, events: [])
            try lab.refuses("?", on: socket, 400, event: nil)
            try lab.frames(on: other).expect([])
        },
        Check(["WS-04", "WS-OUT-14"], "a frame that is refused changes nothing", needs: [.webSocket, .events]) { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            let socket = try lab.openSocket(as: stranger)
            let sent = try lab.say("hello", as: chat.alice, in: chat.id)
            let id = try sent["id"].text()
            let published = try lab.publications { lab in
                try lab.refuses(
                    #"{"event":"message","data":{"conversationId":"\#(chat.id)","content":"hi"}}"#, on: socket, 403,
                    event: "message")
                try lab.refuses(
                    #"{"event":"message_update","data":{"id":"\#(id)","content":"hi"}}"#, on: socket, 403,
                    event: "message_update")
                try lab.refuses(
                    #"{"event":"message_delete","data":{"id":"\#(id)"}}"#, on: socket, 403, event: "message_delete")
            }
            try published.expectTopics([])
            let messages = try lab.messages(chat.id, as: chat.alice)
            try lab.expectOrder(messages.map { try $0["content"].text() }, ["hello"])
        },
    ]

    private static let socketLimits: [Check] = [
        Check(["WS-05"], "a binary frame closes with 1003", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let socket = try lab.openSocket(as: alice)
            try lab.sendBinary(Array(#"{"event":"subscribe","data":{"events":[]}}"#.utf8), on: socket)
            try lab.frames(on: socket).expectClosed(1003)
        },
        Check(["WS-05"], "a message above 1 MiB closes with 1009", needs: [.webSocket, .decidedBounds]) { lab in
            let alice = try lab.register()
            let socket = try lab.openSocket(as: alice)
            let frame = #"{"event":"no_such_event","data":{}}"#
            let padding = String(repeating: " ", count: (1 << 20) - frame.utf8.count)
            try lab.refuses(frame + padding, on: socket, 400, event: "no_such_event")
            try lab.send(frame + padding + " ", on: socket)
            try lab.frames(on: socket).expectClosed(1009)
        },
    ]

    private static let socketRates: [Check] = [
        Check(
            ["RATE-16"], "the upgrade counts by address, whatever its token", needs: [.webSocket, .rateLimitChoice],
            rateLimits: .documented
        ) { lab in
            let alice = try lab.register()
            let first = try lab.handshake("token=\(alice.accessToken)").answer.expect(101)
            let left = try first.integerHeader("X-RateLimit-Remaining")
            try first.expectHeader("X-RateLimit-Limit", "100")
            try first.expectRateHeaders()
            try lab.handshake(nil).answer.expect(101).expectHeader("X-RateLimit-Remaining", String(left - 1))
            try lab.get("/users/\(alice.id)").expect(200).expectHeader("X-RateLimit-Remaining", String(left - 2))
            // A frame is no request.
            let socket = try lab.openSocket(as: alice)
            for _ in 1...3 { try lab.refuses("?", on: socket, 400, event: nil) }
            try lab.get("/ws").expect(400).expectHeader("X-RateLimit-Remaining", String(left - 4))
            try lab.get("/users/me", as: alice).expect(200).expectHeader("X-RateLimit-Remaining", "99")
        },
        Check(
            ["RATE-16", "RATE-08"], "an upgrade beyond the limit is refused with 429",
            needs: [.webSocket, .rateLimitChoice], rateLimits: .documented
        ) { lab in
            let alice = try lab.register()
            for _ in 1...100 { _ = try lab.get("/nowhere") }
            let refused = try lab.handshake("token=\(alice.accessToken)")
            try refused.answer.expect(429).expectHeader("X-RateLimit-Remaining", "0")
            _ = try refused.answer.integerHeader("Retry-After")
            try refused.answer.json["statusCode"].expect(429)
        },
    ]
}
