import ChatrixModel

private let offer = #"{"type":"offer","sdp":"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n"}"#
private let answer = #"{"type":"answer","sdp":"v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\n"}"#

extension Lab {
    /// Starts a call over HTTP and returns the answer's body.
    fileprivate mutating func call(_ recipient: Account, as caller: Account) throws -> Node {
        try post("/calls", #"{"recipient_id":"\#(recipient.id)","type":"video","offer":\#(offer)}"#, as: caller)
            .expect(201).json
    }
}

private func frame(_ event: String, _ call: String, _ more: String = "") -> String {
    #"{"event":"\#(event)","data":{"call_id":"\#(call)"\#(more)}}"#
}

/// Calls over WebSocket connections (D-81, D-84, D-92).
extension Checks {
    static let socketCalls: [Check] = callsOverHTTP + callsOverFrames + refusedCalls

    /// The members of a call event that the response of the same step has too.
    private static func expect(_ told: Node, repeats response: Node) throws {
        for member in response.value?.members ?? [] {
            try told[member.name].expectSame(as: response[member.name])
        }
    }

    private static let callsOverHTTP: [Check] = [
        Check(
            ["CALL-CREATE-10", "WS-IN-05"], "a call started over HTTP reaches the recipient with its offer",
            needs: [.webSocket]
        ) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let sockets = [
                try lab.openSocket(as: bob, events: ["call"]), try lab.openSocket(as: bob, events: ["call"]),
            ]
            let own = try lab.openSocket(as: alice)
            let response = try lab.call(bob, as: alice)
            for socket in sockets {
                let told = try lab.frames(on: socket).only("call")
                try told.expectKeys(
                    "id", "caller_id", "recipient_id", "type", "status", "started_at", "ended_at", "duration", "offer")
                try expect(told, repeats: response)
                try told["status"].expect("ringing")
                try told["offer"].expectKeys("type", "sdp")
                try told["offer"]["type"].expect("offer")
                try told["offer"]["sdp"].expect("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\n")
            }
            try lab.frames(on: own).expect([])
        },
        Check(
            ["CALL-ANSWER-09", "WS-IN-06"], "an answer over HTTP reaches the caller with its description",
            needs: [.webSocket]
        ) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: ["call_accept"])
            let own = try lab.openSocket(as: bob, events: ["call_accept"])
            let id = try lab.call(bob, as: alice)["id"].text()
            let response = try lab.post("/calls/\(id)/answer", #"{"answer":\#(answer)}"#, as: bob).expect(200).json
            let told = try lab.frames(on: caller).only("call_accept")
            try told.expectKeys(
                "id", "caller_id", "recipient_id", "type", "status", "started_at", "answered_at", "ended_at",
                "duration",
                "answer")
            try expect(told, repeats: response)
            try told["status"].expect("in_progress")
            try told["answer"]["type"].expect("answer")
            try told["answer"]["sdp"].expect("v=0\r\no=- 3 4 IN IP4 127.0.0.1\r\n")
            try lab.frames(on: own).expect([])
        },
        Check(["CALL-END-08", "WS-IN-08"], "an end over HTTP reaches the other side", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let sockets = [
                try lab.openSocket(as: alice, events: ["call_end"]), try lab.openSocket(as: bob, events: ["call_end"]),
            ]
            for (ending, other, user) in [(0, 1, alice), (1, 0, bob)] {
                let id = try lab.call(bob, as: alice)["id"].text()
                let response = try lab.post("/calls/\(id)/end", as: user).expect(200).json
                let told = try lab.frames(on: sockets[other]).only("call_end")
                try told.expectSame(as: response)
                try told["status"].expect("ended")
                try lab.frames(on: sockets[ending]).expect([])
            }
        },
    ]

    private static let callsOverFrames: [Check] = [
        Check(["WS-OUT-04", "WS-IN-05", "WS-OUT-15"], "a call is started, told and confirmed", needs: [.webSocket]) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: [])
            let recipient = try lab.openSocket(as: bob, events: ["call"])
            try lab.send(
                #"{"event":"call","data":{"recipient_id":"\#(bob.id)","type":"audio","offer":\#(offer)}}"#, on: caller)
            let confirmed = try lab.frames(on: caller).only("call")
            try confirmed["caller_id"].expect(.string(alice.id))
            try confirmed["recipient_id"].expect(.string(bob.id))
            try confirmed["type"].expect("audio")
            try confirmed["status"].expect("ringing")
            try confirmed["duration"].expect(0)
            try confirmed["offer"]["type"].expect("offer")
            try lab.frames(on: recipient).only("call").expectSame(as: confirmed)
            // It is a call like any other.
            try lab.post("/calls/\(confirmed["id"].text())/end", as: bob).expect(200)
        },
        Check(["WS-OUT-05", "WS-IN-06", "WS-OUT-15"], "a call is accepted, told and confirmed", needs: [.webSocket]) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: ["call_accept"])
            let recipient = try lab.openSocket(as: bob, events: [])
            let id = try lab.call(bob, as: alice)["id"].text()
            try lab.send(frame("call_accept", id, #","answer":\#(answer)"#), on: recipient)
            let confirmed = try lab.frames(on: recipient).only("call_accept")
            try confirmed["id"].expect(.string(id))
            try confirmed["status"].expect("in_progress")
            try confirmed["answered_at"].expectTimestamp()
            try confirmed["answer"]["type"].expect("answer")
            try lab.frames(on: caller).only("call_accept").expectSame(as: confirmed)
            try lab.post("/calls/\(id)/answer", #"{"answer":\#(answer)}"#, as: bob).expect(409)
        },
        Check(["WS-OUT-06", "WS-IN-07", "WS-OUT-13"], "a rejected call has ended", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: ["call_reject", "call_end"])
            let recipient = try lab.openSocket(as: bob, events: [])
            let id = try lab.call(bob, as: alice)["id"].text()
            try lab.send(frame("call_reject", id), on: recipient)
            let confirmed = try lab.frames(on: recipient).only("call_reject")
            try confirmed.expectKeys(
                "id", "caller_id", "recipient_id", "type", "status", "started_at", "answered_at", "ended_at", "duration"
            )
            try confirmed["status"].expect("ended")
            try confirmed["answered_at"].expectNull()
            try confirmed["ended_at"].expectTimestamp()
            try lab.frames(on: caller).only("call_reject").expectSame(as: confirmed)
            try lab.post("/calls/\(id)/answer", #"{"answer":\#(answer)}"#, as: bob).expect(409)
            try lab.post("/calls/\(id)/end", as: alice).expect(409)
        },
        Check(["WS-OUT-07", "WS-IN-08", "WS-OUT-15"], "a call is ended, told and confirmed", needs: [.webSocket]) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: ["call_end"])
            let recipient = try lab.openSocket(as: bob, events: ["call_end"])
            for (ending, other) in [(caller, recipient), (recipient, caller)] {
                let id = try lab.call(bob, as: alice)["id"].text()
                try lab.post("/calls/\(id)/answer", #"{"answer":\#(answer)}"#, as: bob).expect(200)
                try lab.send(frame("call_end", id), on: ending)
                let confirmed = try lab.frames(on: ending).only("call_end")
                try confirmed["status"].expect("ended")
                try confirmed["answered_at"].expectTimestamp()
                try lab.frames(on: other).only("call_end").expectSame(as: confirmed)
                try lab.post("/calls/\(id)/end", as: alice).expect(409)
            }
        },
    ]

    private static let refusedCalls: [Check] = [
        Check(["WS-OUT-14"], "starting a call follows the rules of POST /calls", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: [])
            func call(_ recipient: String, _ type: String = "video", _ offer: String = offer) -> String {
                #"{"event":"call","data":{"recipient_id":"\#(recipient)","type":"\#(type)","offer":\#(offer)}}"#
            }
            for (text, status) in [
                (call("here"), 400), (call(bob.id, "fax"), 400), (call(bob.id, "video", answer), 400),
                (call(bob.id, "video", "null"), 400), (call(bob.id, "video", #"{"type":"offer","sdp":""}"#), 400),
                (call(alice.id), 400), (call(Lab.unknownID), 404),
            ] {
                try lab.refuses(text, on: caller, status, event: "call")
            }
            try lab.post("/block/\(alice.id)", as: bob).expect(200)
            try lab.refuses(call(bob.id), on: caller, 403, event: "call")
        },
        Check(["WS-OUT-14"], "accepting and ending follow the rules of the endpoints", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: [])
            let recipient = try lab.openSocket(as: bob, events: [])
            let stranger = try lab.openSocket(as: lab.register(), events: [])
            let id = try lab.call(bob, as: alice)["id"].text()
            let accepting = #","answer":\#(answer)"#
            for (text, socket, status, event) in [
                (frame("call_accept", id), recipient, 400, "call_accept"),
                (frame("call_accept", id, #","answer":\#(offer)"#), recipient, 400, "call_accept"),
                (frame("call_accept", "here", accepting), recipient, 400, "call_accept"),
                (frame("call_accept", Lab.unknownID, accepting), recipient, 404, "call_accept"),
                (frame("call_accept", id, accepting), caller, 403, "call_accept"),
                (frame("call_accept", id, accepting), stranger, 403, "call_accept"),
                (frame("call_end", "here"), caller, 400, "call_end"),
                (frame("call_end", Lab.unknownID), caller, 404, "call_end"),
                (frame("call_end", id), stranger, 403, "call_end"),
            ] {
                try lab.refuses(text, on: socket, status, event: event)
            }
            try lab.post("/calls/\(id)/end", as: alice).expect(200)
            _ = try lab.frames(on: recipient)
            try lab.refuses(frame("call_accept", id, accepting), on: recipient, 409, event: "call_accept")["error"]
                .expect("Conflict")
            try lab.refuses(frame("call_end", id), on: recipient, 409, event: "call_end")
        },
        Check(["WS-OUT-13"], "only the recipient may reject, and only while it rings", needs: [.webSocket]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let caller = try lab.openSocket(as: alice, events: [])
            let recipient = try lab.openSocket(as: bob, events: [])
            let stranger = try lab.openSocket(as: lab.register(), events: [])
            let id = try lab.call(bob, as: alice)["id"].text()
            try lab.refuses(frame("call_reject", id), on: caller, 403, event: "call_reject")
            try lab.refuses(frame("call_reject", id), on: stranger, 403, event: "call_reject")
            try lab.refuses(frame("call_reject", "here"), on: recipient, 400, event: "call_reject")
            try lab.refuses(frame("call_reject", Lab.unknownID), on: recipient, 404, event: "call_reject")
            try lab.post("/calls/\(id)/answer", #"{"answer":\#(answer)}"#, as: bob).expect(200)
            try lab.refuses(frame("call_reject", id), on: recipient, 409, event: "call_reject")
        },
        Check(
            ["CALL-CREATE-10"], "nobody hears of a call later, and nothing is published", needs: [.webSocket, .events]
        ) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.publications { _ = try $0.call(bob, as: alice) }.expectTopics([])
            try lab.frames(on: lab.openSocket("token=\(bob.accessToken)")).expect([])
        },
    ]
}
