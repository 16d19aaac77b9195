import ChatrixModel

extension Lab {
    /// Logs a new user in with a body made around the credentials; the status tells how the body was read.
    fileprivate mutating func logsIn(
        _ members: (Account) -> String, headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        let user = try register()
        return try post("/auth/login", members(user), headers: headers)
    }
}

private func credentials(_ user: Account) -> String {
    #""phoneOrUsername":"\#(user.username)","password":"\#(user.password)""#
}

extension Checks {
    static let errorBodies: [Check] = [
        Check(["ERROR-21"], "malformed JSON and what is no object answers 400") { lab in
            let user = try lab.register()
            for bad in [
                "", " ", "{", "}", "[]", "[{}]", #""text""#, "5", "null", "true", "{} {}", "{},", "nonsense",
                #"{"recipientId":"\#(Lab.unknownID)",}"#, #"{'recipientId':"\#(Lab.unknownID)"}"#,
                #"{recipientId:"\#(Lab.unknownID)"}"#, #"{"recipientId" "\#(Lab.unknownID)"}"#,
                #"{"recipientId":"\#(Lab.unknownID)"} // why"#, #"{"recipientId":"\#(Lab.unknownID)""#,
                #"{"recipientId":"\#(Lab.unknownID)","x":NaN}"#, #"{"recipientId":"\#(Lab.unknownID)","x":01}"#,
                #"{"recipientId":"\#(Lab.unknownID)","x":+1}"#, #"{"recipientId":"\#(Lab.unknownID)","x":.5}"#,
                #"{"recipientId":"\#(Lab.unknownID)","x":"\x"}"#, #"{"recipientId":"\#(Lab.unknownID)","x":"\u12"}"#,
                #"{"recipientId":"\#(Lab.unknownID)","x":"\ud800"}"#,
                #"{"recipientId":"\#(Lab.unknownID)","x":"\udc00\ud800"}"#,
                "{\"recipientId\":\"\(Lab.unknownID)\",\"x\":\"a\nb\"}",
            ] {
                try lab.refuses("/chat/conversations/ensure", bad, as: user, "the body \(bad)")
            }
        },
        Check(["ERROR-21"], "a body that is not UTF-8 answers 400") { lab in
            let user = try lab.register()
            for bad: [UInt8] in [
                [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE2, 0x82],
            ] {
                let reply = try lab.send(
                    Exchange.Request(
                        method: "POST", target: "/chat/conversations/ensure",
                        headers: [
                            .init("Authorization", "Bearer \(user.accessToken)"),
                            .init("Content-Type", "application/json"),
                        ],
                        body: Array(#"{"recipientId":"\#(Lab.unknownID)","x":""#.utf8) + bad + Array(#""}"#.utf8)))
                try reply.expect(400)
            }
        },
        Check(["ERROR-21"], "512 levels of nesting are read, 513 are malformed", needs: [.decidedBounds]) { lab in
            func nested(_ levels: Int) -> String {
                String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
            }
            try lab.logsIn { #"{\#(credentials($0)),"x":\#(nested(511))}"# }.expect(200)
            try lab.logsIn { #"{\#(credentials($0)),"x":\#(nested(512))}"# }.expect(400)
            try lab.logsIn { #"{\#(credentials($0)),"x":\#(nested(10_000))}"# }.expect(400)
            let deep = String(repeating: #"{"a":"#, count: 512) + "1" + String(repeating: "}", count: 512)
            try lab.logsIn { #"{\#(credentials($0)),"x":\#(deep)}"# }.expect(400)
        },
        Check(["ERROR-22"], "unknown fields are ignored, whatever they hold") { lab in
            for extra in [
                #""x":1"#, #""x":null"#, #""x":{"y":[1,"\u0000"]}"#, #""x":1e400"#, #""x":-1.5E-9999"#,
                #""x":"\ud83e\udd8a""#, #""":0"#, #""x":123456789012345678901234567890"#, #""user_id":"root""#,
            ] {
                try lab.logsIn { #"{\#(extra),\#(credentials($0))}"# }.expect(200)
            }
        },
        Check(["ERROR-22"], "of a repeated name the last value counts") { lab in
            try lab.logsIn { #"{"password":"not this one",\#(credentials($0))}"# }.expect(200)
            try lab.logsIn { #"{\#(credentials($0)),"password":"but this one"}"# }.expect(401)
            try lab.logsIn { #"{"password":5,\#(credentials($0))}"# }.expect(200)
        },
        Check(["ERROR-23"], "a field of another type answers 400, never converted") { lab in
            let chat = try lab.chat()
            for bad in ["5", "true", "[]", "{}", #"["\#(chat.bob.id)"]"#] {
                try lab.refuses(
                    "/chat/conversations/ensure", #"{"recipientId":\#(bad)}"#, as: chat.alice, "recipientId \(bad)")
            }
            let start = #"{"conversationId":"\#(chat.id)","#
            for bad in [
                #""content":5}"#, #""content":true}"#, #""content":["hi"]}"#, #""content":"hi","type":1}"#,
                #""content":"hi","attachments":{}}"#, #""content":"hi","attachments":"none"}"#,
                #""content":"hi","attachments":0}"#,
            ] {
                try lab.refuses("/chat/messages", start + bad, as: chat.alice, bad)
            }
            let phone = lab.freshPhone().dropFirst()
            try lab.refuses(
                "/auth/register", #"{"phone":\#(phone),"username":"\#(lab.freshUsername())","password":"secret123"}"#,
                "a number as phone")
            try lab.refuses(
                "/auth/register",
                #"{"phone":"\#(lab.freshPhone())","username":"\#(lab.freshUsername())","password":12345678}"#,
                "a number as password")
        },
        Check(["ERROR-23"], "an optional field that is null counts as absent") { lab in
            let chat = try lab.chat()
            try lab.post(
                "/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi","type":null,"attachments":null}"#,
                as: chat.alice
            ).expect(201)
            try lab.post(
                "/auth/register",
                #"{"phone":"\#(lab.freshPhone())","username":"\#(lab.freshUsername())","password":"secret123","#
                    + #""full_name":null,"avatar":null}"#
            ).expect(201)
        },
        Check(["ERROR-24"], "a JSON body of 1 MiB is read, one byte more answers 413", needs: [.decidedBounds]) { lab in
            func padded(_ user: Account, to count: Int) -> String {
                let start = #"{\#(credentials(user)),"x":""#
                return start + String(repeating: "p", count: count - start.utf8.count - 2) + #""}"#
            }
            try lab.logsIn { padded($0, to: 1 << 20) }.expect(200)
            try lab.logsIn { padded($0, to: (1 << 20) + 1) }.expect(413)
            let chat = try lab.chat()
            let huge = #"{"conversationId":"\#(chat.id)","content":"\#(String(repeating: "p", count: 1 << 20))"}"#
            try lab.post("/chat/messages", huge, as: chat.alice).expect(413)
        },
        Check(["ERROR-25"], "a wrong content type answers 400") { lab in
            let body = { (user: Account) in #"{\#(credentials(user))}"# }
            for bad in [
                "text/plain", "application/x-www-form-urlencoded", "application/xml", Form().contentType,
                "application/json; charset=iso-8859-1", "json", "application/jsonx",
            ] {
                try lab.logsIn(body, headers: ["Content-Type": bad]).expect(400)
            }
            for good in [
                "application/json", "Application/JSON", "application/json; charset=utf-8",
                "application/json;charset=UTF-8", "application/json; x=y",
            ] {
                try lab.logsIn(body, headers: ["Content-Type": good]).expect(200)
            }
            let user = try lab.register()
            try lab.send(Exchange.Request(method: "POST", target: "/auth/login", body: Array(body(user).utf8)))
                .expect(200)
            let form = "phone=\(lab.freshPhone())&username=\(lab.freshUsername())&password=secret123"
            try lab.post("/auth/register", form, headers: ["Content-Type": "application/x-www-form-urlencoded"])
                .expect(400)
        },
        Check(["ERROR-26"], "broken multipart framing answers 400") { lab in
            func registers(_ lab: inout Lab, _ damage: ([UInt8]) -> [UInt8], type: String? = nil) throws -> Reply {
                var form = Form()
                form.text("phone", lab.freshPhone())
                form.text("username", lab.freshUsername())
                form.text("password", "secret123")
                return try lab.send(
                    Exchange.Request(
                        method: "POST", target: "/auth/register",
                        headers: [.init("Content-Type", type ?? form.contentType)], body: damage(form.body)))
            }
            let endBytes = "--\(Form.boundary)--\r\n".utf8.count
            try registers(&lab, { $0 }).expect(201)
            try registers(&lab, { $0.dropLast(2) }).expect(201)
            try registers(&lab, { $0.dropLast(endBytes) }).expect(400)
            try registers(&lab, { $0.dropLast(endBytes / 2) }).expect(400)
            try registers(&lab, { _ in [] }).expect(400)
            try registers(&lab, { _ in Array("no parts at all".utf8) }).expect(400)
            try registers(&lab, { $0 }, type: "multipart/form-data").expect(400)
            try registers(&lab, { $0 }, type: "multipart/form-data; boundary=").expect(400)
            try registers(&lab, { $0 }, type: "multipart/form-data; boundary=another").expect(400)
            try registers(&lab, { $0 }, type: "multipart/form-data; boundary=\"\(Form.boundary)\"").expect(201)
        },
        Check(["ERROR-26"], "a part where another kind is expected, or twice, answers 400") { lab in
            var form = Form()
            form.text("phone", lab.freshPhone())
            form.text("username", lab.freshUsername())
            form.text("password", "secret123")
            var twice = form
            twice.text("username", lab.freshUsername())
            try lab.post("/auth/register", form: twice).expect(400)
            var asFile = form
            asFile.file("full_name", fileName: "name.txt", type: "text/plain", Array("Jane".utf8))
            try lab.post("/auth/register", form: asFile).expect(400)
            var notText = form
            notText.text("full_name", [0xFF, 0xFE])
            try lab.post("/auth/register", form: notText).expect(400)
            var unknown = form
            unknown.text("nickname", "jj")
            unknown.file("song", fileName: "a.mp3", type: "audio/mpeg", [1, 2, 3])
            try lab.post("/auth/register", form: unknown).expect(201)
        },
        // The storage half of the row comes with the storage routes.
        Check(["ERROR-27"], "a multipart body above 256 MiB answers 413", needs: [.decidedBounds]) { lab in
            var form = Form()
            form.file("avatar", fileName: "a.png", type: "image/png", [UInt8](repeating: 0, count: 256 << 20))
            try lab.post("/auth/register", form: form).expect(413)
            try lab.post("/media/upload", form: form, as: lab.register()).expect(413)
        },
        Check(["ERROR-27"], "on storage routes a multipart body above 256 MiB answers 400", needs: [.decidedBounds]) {
            lab in
            let user = try lab.register()
            var form = Form()
            form.file("note", fileName: "a.bin", type: "image/png", [UInt8](repeating: 0, count: 256 << 20))
            try lab.post("/storage/upload", form: form, as: user).expect(400)
            try lab.post("/storage/upload/multiple", form: form, as: user).expect(400)
        },
    ]

    static let errorOrder: [Check] = [
        Check(
            ["ERROR-28"], "429 comes before an unknown route and before a missing token", needs: [.rateLimitChoice],
            rateLimits: .documented
        ) { lab in
            for _ in 1...100 { try lab.get("/nowhere").expect(404) }
            try lab.get("/nowhere").expect(429)
            try lab.get("/users/me").expect(429)
            try lab.delete("/chat/messages").expect(429)
            try lab.get("/users/me", headers: ["Authorization": "Bearer nonsense"]).expect(429)
        },
        Check(["ERROR-28"], "404 route and 405, 401, 413, 400, 404 object, 403, state: in this order") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            let tooLarge = String(repeating: "x", count: (1 << 20) + 1)
            // Each request has two faults or more; the first in the order decides.
            try lab.get("/nowhere", headers: ["Authorization": "Bearer nonsense"]).expect(404)
            try lab.send("PUT", "/chat/messages", json: tooLarge).expect(405)
            try lab.post("/chat/messages", tooLarge).expect(401)
            try lab.post("/chat/messages", "{").expect(401)
            try lab.post("/chat/messages", tooLarge, as: chat.alice, headers: ["Content-Type": "text/plain"])
                .expect(413)
            try lab.post("/chat/messages", #"{"conversationId":"\#(Lab.unknownID)","content":""}"#, as: chat.alice)
                .expect(400)
            try lab.post("/chat/messages", #"{"conversationId":"\#(chat.id)","content":""}"#, as: stranger).expect(400)
            try lab.get("/chat/conversations/\(Lab.unknownID)/messages?sort=size", as: stranger).expect(400)
            try lab.get("/chat/conversations/\(chat.id)/messages?sort=size", as: stranger).expect(400)
            // A cursor of the right shape is looked up last.
            try lab.get("/chat/conversations/\(Lab.unknownID)/messages?before=\(Lab.unknownID)", as: stranger)
                .expect(404)
            try lab.get("/chat/conversations/\(chat.id)/messages?before=\(Lab.unknownID)", as: stranger).expect(403)
        },
        Check(["ERROR-29"], "a missing object is 404 before any 403") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/chat/messages", #"{"conversationId":"\#(Lab.unknownID)","content":"hi"}"#, as: chat.bob)
                .expect(404)
            try lab.post("/follows/\(Lab.unknownID)", as: chat.bob).expect(404)
            try lab.get("/users/\(Lab.unknownID)", as: chat.bob).expect(404)
        },
        Check(["ERROR-30"], "a refused request changes nothing and publishes nothing", needs: [.events]) { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            try lab.say("unread", as: chat.alice, in: chat.id)
            let before = try lab.view(of: chat)
            try lab.publications { lab in
                let send = #"{"conversationId":"\#(chat.id)","content":"hi"}"#
                try lab.post("/chat/messages", send).expect(401)
                try lab.post("/chat/messages", send, as: stranger).expect(403)
                try lab.post("/chat/messages", send + "}", as: chat.alice).expect(400)
                try lab.post("/chat/messages", send, as: chat.alice, headers: ["Content-Type": "text/plain"]).expect(
                    400)
                try lab.post("/chat/conversations/\(chat.id)/read", as: stranger).expect(403)
                try lab.get("/chat/conversations/\(chat.id)/messages?sort=size", as: chat.bob).expect(400)
                try lab.post("/chat/conversations/ensure", #"{"recipientId":"\#(chat.alice.id)"}"#, as: chat.alice)
                    .expect(400)
                try lab.post("/follows/\(chat.alice.id)", as: chat.alice).expect(400)
                try lab.post("/block/\(chat.alice.id)", as: chat.alice).expect(400)
                try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(404)
            }.expectTopics([])
            let after = try lab.view(of: chat)
            for (index, reply) in after.enumerated() {
                try reply.expect(
                    reply.exchange.answer.body == before[index].exchange.answer.body,
                    "expected the body from before the refused requests:\n\(before[index].exchange.answer)")
            }
        },
    ]
}

extension Lab {
    /// What both users see of themselves and of their conversations, marking nothing as read.
    fileprivate mutating func view(of chat: Chat) throws -> [Reply] {
        try [chat.alice, chat.bob].flatMap { user in
            [try get("/users/me", as: user).expect(200), try get("/chat/conversations", as: user).expect(200)]
        }
    }
}
