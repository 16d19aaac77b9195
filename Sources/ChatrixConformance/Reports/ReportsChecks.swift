import ChatrixModel

extension Checks {
    static let reports: [Check] = [
        Check(["REPORTS-01", "REPORTS-08", "REPORTS-09"], "a report answers 200 with three keys") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let reply = try lab.post(
                "/reports", #"{"reported_user_id":"\#(bob.id)","reason":"Spam or harassment"}"#, as: alice)
            let body = try reply.expect(200).json
            try body.expectKeys("success", "id", "created_at")
            try body["success"].expect(true)
            try body["id"].expectNonEmptyText()
            try body["created_at"].expectTimestamp()
        },
        Check(["REPORTS-01"], "another content type answers 400") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let reply = try lab.post(
                "/reports", #"{"reported_user_id":"\#(bob.id)","reason":"Spam"}"#, as: alice,
                headers: ["Content-Type": "text/plain"])
            try reply.expect([400, 415].contains(reply.status), "expected status 400, found \(reply.status)")
        },
        Check(["REPORTS-02", "REPORTS-05", "REPORTS-11"], "the reported user and the reason are required") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            for bad in [
                #"{"reason":"Spam"}"#, #"{"reported_user_id":null,"reason":"Spam"}"#,
                #"{"reported_user_id":"bob","reason":"Spam"}"#, #"{"reported_user_id":"","reason":"Spam"}"#,
                #"{"reported_user_id":5,"reason":"Spam"}"#, #"{"reportedUserId":"\#(bob.id)","reason":"Spam"}"#,
                #"{"reported_user_id":"\#(bob.id)"}"#, #"{"reported_user_id":"\#(bob.id)","reason":null}"#,
                #"{"reported_user_id":"\#(bob.id)","reason":["Spam"]}"#,
            ] {
                try lab.refuses("/reports", bad, as: alice, bad)
            }
        },
        Check(["REPORTS-03", "REPORTS-04"], "the conversation and the messages are optional") { lab in
            let chat = try lab.chat()
            let message = try lab.say("spam", as: chat.bob, in: chat.id)["id"].text()
            let start = #"{"reported_user_id":"\#(chat.bob.id)","reason":"Spam""#
            for rest in [
                #","conversation_id":"\#(chat.id)","message_ids":["\#(message)"]}"#,
                #","conversation_id":"\#(chat.id)"}"#, #","message_ids":["\#(message)","\#(message)"]}"#,
                #","message_ids":[]}"#, #","conversation_id":null,"message_ids":null}"#,
            ] {
                try lab.post("/reports", start + rest, as: chat.alice).expect(200)
            }
        },
        Check(["REPORTS-04", "REPORTS-11"], "malformed references answer 400") { lab in
            let chat = try lab.chat()
            let start = #"{"reported_user_id":"\#(chat.bob.id)","reason":"Spam""#
            for rest in [
                #","conversation_id":"abc"}"#, #","conversation_id":5}"#, #","message_ids":"\#(Lab.unknownID)"}"#,
                #","message_ids":["abc"]}"#, #","message_ids":[null]}"#, #","message_ids":["\#(Lab.unknownID)",5]}"#,
                #","message_ids":{}}"#,
            ] {
                try lab.refuses("/reports", start + rest, as: chat.alice, rest)
            }
        },
        Check(["REPORTS-06"], "a reason of white space answers 400") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            for reason in ["", " ", #"\t\n"#, #"\u00a0\u3000"#] {
                try lab.refuses(
                    "/reports", #"{"reported_user_id":"\#(bob.id)","reason":"\#(reason)"}"#, as: alice,
                    "the reason '\(reason)'")
            }
            try lab.post("/reports", #"{"reported_user_id":"\#(bob.id)","reason":" x "}"#, as: alice).expect(200)
        },
        Check(
            ["REPORTS-05", "REPORTS-04"], "1000 characters and 100 messages are accepted, more answer 400",
            needs: [.decidedBounds]
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            func report(reasonScalars: Int, messages: Int) -> String {
                let ids = Array(repeating: "\"\(Lab.unknownID)\"", count: messages).joined(separator: ",")
                let reason = String(repeating: "é", count: reasonScalars)
                return #"{"reported_user_id":"\#(bob.id)","reason":"\#(reason)","message_ids":[\#(ids)]}"#
            }
            try lab.post("/reports", report(reasonScalars: 1000, messages: 100), as: alice).expect(200)
            try lab.refuses("/reports", report(reasonScalars: 1001, messages: 0), as: alice, "1001 characters")
            try lab.refuses("/reports", report(reasonScalars: 1, messages: 101), as: alice, "101 messages")
        },
        Check(["REPORTS-07"], "references need not exist") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post(
                "/reports",
                #"{"reported_user_id":"\#(bob.id)","reason":"Spam","conversation_id":"\#(Lab.unknownID)","#
                    + #""message_ids":["\#(Lab.unknownID)"]}"#, as: alice
            ).expect(200)
        },
        Check(["REPORTS-10"], "each report is a new one") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let report = #"{"reported_user_id":"\#(bob.id)","reason":"Spam"}"#
            let first = try lab.post("/reports", report, as: alice).expect(200).json
            let second = try lab.post("/reports", report, as: alice).expect(200).json
            try second["id"].expectNot(.string(first["id"].text()))
            try lab.post("/block/\(alice.id)", as: bob).expect(200)
            try lab.post("/reports", report, as: alice).expect(200)
        },
        .demandsToken(["REPORTS-12"], "POST", "/reports"),
        Check(["REPORTS-13"], "an unknown user answers 404") { lab in
            let user = try lab.register()
            try lab.post("/reports", #"{"reported_user_id":"\#(Lab.unknownID)","reason":"Spam"}"#, as: user)
                .expect(404)
        },
        Check(["REPORTS-14"], "reporting oneself answers 400") { lab in
            let user = try lab.register()
            try lab.post("/reports", #"{"reported_user_id":"\#(user.id)","reason":"Spam"}"#, as: user).expect(400)
        },
    ]
}
