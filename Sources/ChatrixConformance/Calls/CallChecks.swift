import ChatrixModel

private let goodOffer = #"{"type":"offer","sdp":"v=0\r\no=- 123456789 2 IN IP4 127.0.0.1\r\n"}"#
private let goodAnswer = #"{"answer":{"type":"answer","sdp":"v=0\r\no=- 987654321 2 IN IP4 127.0.0.1\r\n"}}"#

private func callBody(_ recipient: String, type: String = "video", offer: String = goodOffer) -> String {
    #"{"recipient_id":"\#(recipient)","type":"\#(type)","offer":\#(offer)}"#
}

extension Lab {
    /// Calls another user and returns the new call's ID.
    fileprivate mutating func call(_ recipient: Account, as caller: Account) throws -> String {
        try post("/calls", callBody(recipient.id), as: caller).expect(201).json["id"].text()
    }
}

extension Node {
    /// `duration` is the time from `started_at` to `end` in seconds, give or take one (D-82).
    fileprivate func expectDuration(until end: String) throws {
        let milliseconds = try self[end].milliseconds() - self["started_at"].milliseconds()
        let found = try Int64(self["duration"].integer())
        guard abs(found * 1000 - milliseconds) <= 1000 else {
            throw Check.Failure("expected a duration near \(milliseconds) ms, found \(found) s", exchange: exchange)
        }
    }
}

extension Checks {
    static let calls: [Check] = callCreation + callAnswer + callEnd

    private static let callCreation: [Check] = [
        Check(["CALL-CREATE-05", "CALL-CREATE-06", "CALL-CREATE-07", "CALL-CREATE-08"], "a new call rings") { lab in
            let chat = try lab.chat()
            let call = try lab.post("/calls", callBody(chat.bob.id), as: chat.alice).expect(201).json
            try call.expectKeys(
                "id", "caller_id", "recipient_id", "type", "status", "started_at", "ended_at", "duration")
            try call["id"].expectNonEmptyText()
            try call["status"].expect("ringing")
            try call["started_at"].expectTimestamp()
            try call["ended_at"].expectNull()
            try call["duration"].expect(0)
        },
        Check(["CALL-CREATE-02", "CALL-CREATE-03", "CALL-CREATE-09"], "a call is of the users and the type sent") {
            lab in
            let chat = try lab.chat()
            for type in ["audio", "video"] {
                let call = try lab.post("/calls", callBody(chat.alice.id, type: type), as: chat.bob).expect(201).json
                try call["caller_id"].expect(.string(chat.bob.id))
                try call["recipient_id"].expect(.string(chat.alice.id))
                try call["type"].expect(.string(type))
            }
        },
        Check(["CALL-CREATE-01"], "another content type answers 400") { lab in
            let chat = try lab.chat()
            let reply = try lab.post(
                "/calls", callBody(chat.bob.id), as: chat.alice, headers: ["Content-Type": "text/plain"])
            try reply.expect([400, 415].contains(reply.status), "expected status 400, found \(reply.status)")
        },
        Check(["CALL-CREATE-02", "CALL-CREATE-03", "CALL-CREATE-11"], "a bad recipient or type answers 400") { lab in
            let chat = try lab.chat()
            let recipient = #""recipient_id":"\#(chat.bob.id)""#
            for bad in [
                #"{"type":"video","offer":\#(goodOffer)}"#,
                #"{"recipient_id":"bob","type":"video","offer":\#(goodOffer)}"#,
                #"{"recipient_id":null,"type":"video","offer":\#(goodOffer)}"#,
                #"{"recipientId":"\#(chat.bob.id)","type":"video","offer":\#(goodOffer)}"#,
                #"{\#(recipient),"offer":\#(goodOffer)}"#, #"{\#(recipient),"type":"fax","offer":\#(goodOffer)}"#,
                #"{\#(recipient),"type":"VIDEO","offer":\#(goodOffer)}"#,
                #"{\#(recipient),"type":1,"offer":\#(goodOffer)}"#,
            ] {
                try lab.refuses("/calls", bad, as: chat.alice, bad)
            }
        },
        Check(["CALL-CREATE-04", "CALL-CREATE-11"], "a bad offer answers 400") { lab in
            let chat = try lab.chat()
            for bad in [
                "null", #""v=0""#, "[]", "{}", #"{"type":"offer"}"#, #"{"sdp":"v=0"}"#,
                #"{"type":"answer","sdp":"v=0"}"#, #"{"type":"offer","sdp":""}"#, #"{"type":"offer","sdp":0}"#,
                #"{"type":"offer","sdp":null}"#,
            ] {
                try lab.refuses("/calls", callBody(chat.bob.id, offer: bad), as: chat.alice, "the offer \(bad)")
            }
            let body = #"{"recipient_id":"\#(chat.bob.id)","type":"video"}"#
            try lab.refuses("/calls", body, as: chat.alice, "no offer")
        },
        Check(
            ["CALL-CREATE-04"], "an sdp of 65536 characters is accepted, a longer one answers 400",
            needs: [.decidedBounds]
        ) { lab in
            let chat = try lab.chat()
            func body(_ scalars: Int) -> String {
                callBody(chat.bob.id, offer: #"{"type":"offer","sdp":"\#(String(repeating: "x", count: scalars))"}"#)
            }
            try lab.post("/calls", body(65_536), as: chat.alice).expect(201)
            try lab.refuses("/calls", body(65_537), as: chat.alice, "65537 characters")
        },
        Check(["CALL-CREATE-12"], "calling oneself answers 400") { lab in
            let user = try lab.register()
            try lab.post("/calls", callBody(user.id), as: user).expect(400)
        },
        Check(["CALL-CREATE-13"], "a busy user may be called") { lab in
            let chat = try lab.chat()
            let carol = try lab.register()
            let first = try lab.call(chat.bob, as: chat.alice)
            try lab.post("/calls/\(first)/answer", goodAnswer, as: chat.bob).expect(200)
            let second = try lab.call(chat.bob, as: carol)
            try lab.post("/calls/\(second)/answer", goodAnswer, as: chat.bob).expect(200)
            _ = try lab.call(chat.bob, as: chat.alice)
        },
        .demandsToken(["CALL-CREATE-14"], "POST", "/calls"),
        Check(["CALL-CREATE-15", "CALL-CREATE-16"], "a caller whom the recipient blocks gets 403") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.post("/calls", callBody(chat.bob.id), as: chat.alice).expect(403)
            try lab.delete("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            _ = try lab.call(chat.bob, as: chat.alice)
        },
        Check(["CALL-CREATE-17", "BLOCK-07"], "a caller who blocks the recipient gets 403") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/calls", callBody(chat.bob.id), as: chat.alice).expect(403)
        },
        Check(["CALL-CREATE-18"], "an unknown recipient answers 404") { lab in
            let user = try lab.register()
            try lab.post("/calls", callBody(Lab.unknownID), as: user).expect(404)
        },
    ]

    private static let callAnswer: [Check] = [
        Check(
            ["CALL-ANSWER-03", "CALL-ANSWER-04", "CALL-ANSWER-05", "CALL-ANSWER-06"], "an answered call is in progress"
        ) {
            lab in
            let chat = try lab.chat()
            let created = try lab.post("/calls", callBody(chat.bob.id, type: "audio"), as: chat.alice).expect(201).json
            let id = try created["id"].text()
            let call = try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200).json
            try call.expectKeys(
                "id", "caller_id", "recipient_id", "type", "status", "started_at", "answered_at", "ended_at",
                "duration")
            try call["id"].expect(.string(id))
            try call["caller_id"].expect(.string(chat.alice.id))
            try call["recipient_id"].expect(.string(chat.bob.id))
            try call["type"].expect("audio")
            try call["status"].expect("in_progress")
            try call["started_at"].expect(.string(created["started_at"].text()))
            try call["answered_at"].expectTimestamp()
            try call["ended_at"].expectNull()
            try call.expectDuration(until: "answered_at")
        },
        Check(["CALL-ANSWER-07"], "a call answered after 5 s shows 5", needs: [.clock]) { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.advance(seconds: 5)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200).json["duration"].expect(5)
        },
        Check(["CALL-ANSWER-08"], "the duration is rounded down", needs: [.clock]) { lab in
            let chat = try lab.chat()
            for (milliseconds, seconds) in [(999, 0), (1000, 1), (5999, 5)] {
                let id = try lab.call(chat.bob, as: chat.alice)
                try lab.advance(milliseconds: milliseconds)
                let call = try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200).json
                try call["duration"].expect(.number(String(seconds)))
            }
        },
        Check(["CALL-ANSWER-01"], "another content type answers 400") { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            let reply = try lab.post(
                "/calls/\(id)/answer", goodAnswer, as: chat.bob, headers: ["Content-Type": "text/plain"])
            try reply.expect([400, 415].contains(reply.status), "expected status 400, found \(reply.status)")
        },
        Check(["CALL-ANSWER-02", "CALL-ANSWER-10"], "a bad answer answers 400 and the call goes on ringing") { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            for bad in [
                "{}", #"{"answer":null}"#, #"{"answer":"v=0"}"#, #"{"answer":{"type":"answer"}}"#,
                #"{"answer":{"sdp":"v=0"}}"#, #"{"answer":{"type":"offer","sdp":"v=0"}}"#,
                #"{"answer":{"type":"answer","sdp":""}}"#, #"{"answer":{"type":"answer","sdp":7}}"#,
                #"{"offer":{"type":"answer","sdp":"v=0"}}"#,
            ] {
                try lab.refuses("/calls/\(id)/answer", bad, as: chat.bob, bad)
            }
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200)
        },
        .demandsToken(["CALL-ANSWER-11"], "POST", "/calls/\(Lab.unknownID)/answer"),
        Check(["CALL-ANSWER-12"], "only the recipient may answer") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.alice).expect(403)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: stranger).expect(403)
            // A block after the start changes nothing for the call (D-81).
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200)
        },
        Check(["CALL-ANSWER-13"], "an unknown call answers 404") { lab in
            let user = try lab.register()
            try lab.post("/calls/\(Lab.unknownID)/answer", goodAnswer, as: user).expect(404)
            try lab.post("/calls/\(user.id)/answer", goodAnswer, as: user).expect(404)
        },
        Check(["CALL-ANSWER-14"], "a call that is answered answers 409") { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(409)
        },
        Check(["CALL-ANSWER-15"], "a call that is ended answers 409") { lab in
            let chat = try lab.chat()
            for caller in [chat.alice, chat.bob] {
                let id = try lab.call(chat.bob, as: chat.alice)
                try lab.post("/calls/\(id)/end", as: caller).expect(200)
                try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(409)
            }
        },
    ]

    private static let callEnd: [Check] = [
        Check(["CALL-END-01", "CALL-END-02", "CALL-END-03", "CALL-END-04"], "a call in progress ends") { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            let answered = try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200).json
            let call = try lab.post("/calls/\(id)/end", as: chat.alice).expect(200).json
            try call.expectKeys(
                "id", "caller_id", "recipient_id", "type", "status", "started_at", "answered_at", "ended_at",
                "duration")
            try call["status"].expect("ended")
            try call["ended_at"].expectTimestamp()
            for key in ["id", "caller_id", "recipient_id", "type", "started_at", "answered_at"] {
                try call[key].expect(.string(answered[key].text()))
            }
            try call.expectDuration(until: "ended_at")
        },
        Check(
            ["CALL-END-05"], "a call ended 330 s after its start shows 330, 325 of them in progress",
            needs: [.clock]
        ) { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.advance(seconds: 5)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200).json["duration"].expect(5)
            try lab.advance(seconds: 325)
            try lab.post("/calls/\(id)/end", as: chat.bob).expect(200).json["duration"].expect(330)
        },
        Check(["CALL-END-06"], "either participant may end it, ringing or in progress") { lab in
            let chat = try lab.chat()
            for isAnswered in [false, true] {
                for user in [chat.alice, chat.bob] {
                    let id = try lab.call(chat.bob, as: chat.alice)
                    if isAnswered { try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200) }
                    try lab.post("/calls/\(id)/end", as: user).expect(200).json["status"].expect("ended")
                }
            }
        },
        Check(["CALL-END-07"], "a call that was never answered has a duration and no answered_at") { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            if lab.capabilities.contains(.clock) { try lab.advance(milliseconds: 12_900) }
            let call = try lab.post("/calls/\(id)/end", as: chat.alice).expect(200).json
            try call.expectKeys(
                "id", "caller_id", "recipient_id", "type", "status", "started_at", "answered_at", "ended_at",
                "duration")
            try call["answered_at"].expectNull()
            if lab.capabilities.contains(.clock) { try call["duration"].expect(12) }
            try call.expectDuration(until: "ended_at")
        },
        .demandsToken(["CALL-END-09"], "POST", "/calls/\(Lab.unknownID)/end"),
        Check(["CALL-END-10"], "a stranger gets 403, also for an ended call") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.post("/calls/\(id)/end", as: stranger).expect(403)
            try lab.post("/calls/\(id)/end", as: chat.bob).expect(200)
            try lab.post("/calls/\(id)/end", as: stranger).expect(403)
        },
        Check(["CALL-END-11"], "an unknown call answers 404") { lab in
            let user = try lab.register()
            try lab.post("/calls/\(Lab.unknownID)/end", as: user).expect(404)
        },
        Check(["CALL-END-12"], "a call that is ended answers 409") { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.post("/calls/\(id)/end", as: chat.alice).expect(200)
            for user in [chat.alice, chat.bob] { try lab.post("/calls/\(id)/end", as: user).expect(409) }
        },
        Check(["CALL-END-13"], "a call rings until someone acts", needs: [.clock]) { lab in
            let chat = try lab.chat()
            let id = try lab.call(chat.bob, as: chat.alice)
            try lab.advance(seconds: 3500)
            try lab.post("/calls/\(id)/answer", goodAnswer, as: chat.bob).expect(200).json["duration"].expect(3500)
        },
    ]
}
