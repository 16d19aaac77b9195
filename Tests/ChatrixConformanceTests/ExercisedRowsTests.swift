import ChatrixConformance
import ChatrixModel
import Testing

/// What `GET /_reference/coverage` says after requests whose rows are known.
@Suite struct ExercisedRowsTests {
    /// What a check names is what it does, so the coverage has to see it.
    @Test(arguments: Checks.all)
    func checkExercisesTheRowsItNames(_ check: Check) throws {
        var target: any Target = InProcessTarget()
        guard case .held = check.run(on: &target, run: 1) else { return }
        var lab = Lab(target: target, setting: Setting(nextName: 2000))
        let missing = Set(check.ids).subtracting(Self.shownByServersAlone).subtracting(try exercised(&lab))
        #expect(missing.isEmpty, "\(check)\ndoes not exercise \(missing.sorted())")
    }

    /// A repetition comes from the way to a broker, which there is not in process: the check repeats what it got itself.
    private static let shownByServersAlone: Set = ["MQTT-CONFIG-09"]

    @Test func nothingIsExercisedAtFirst() throws {
        var lab = try freshLab()
        #expect(try exercised(&lab).isEmpty)
    }

    @Test func oneRequestExercisesAHandfulOfRows() throws {
        var lab = try freshLab()
        let user = try lab.register()
        let before = try exercised(&lab)
        try lab.get("/users/me", as: user).expect(200)
        let rows = try exercised(&lab).subtracting(before)
        #expect(
            rows.sorted() == [
                "AUTHZ-02", "AUTHZ-05", "TIME-01", "TIME-02", "USERS-GET-05", "USERS-ME-GET-01", "USERS-ME-GET-02",
                "USERS-ME-GET-03", "USERS-ME-GET-04", "USERS-ME-GET-05", "WIRE-04",
            ])
    }

    @Test(arguments: Example.all)
    func unrelatedRowsStayOpen(_ example: Example) throws {
        var lab = try freshLab()
        try example.script(&lab)
        let rows = try exercised(&lab)
        for id in example.ids {
            #expect(Behaviour.named(id) != nil)
            #expect(!rows.contains(id), "\(id) counts as exercised")
        }
    }

    @Test func resetStartsOverUnlessToldToKeep() throws {
        var lab = try freshLab()
        let user = try lab.register()
        try lab.get("/users/me", as: user).expect(200)
        try lab.control("reset", #"{"keep_coverage":true}"#).expect(200)
        #expect(try exercised(&lab).contains("USERS-ME-GET-01"))
        // The users of before are gone, and with them what was known of them.
        try lab.get("/users/me", as: user).expect(401)
        try lab.control("reset").expect(200)
        #expect(try exercised(&lab).sorted() == ["CONTROL-01", "CONTROL-08"])
    }

    @Test func pageCountsAndListsTheRowsOfAnArea() throws {
        var lab = try freshLab()
        let chat = try lab.chat()
        try lab.say("hello", as: chat.alice, in: chat.id)
        let page = try lab.get("/_reference/coverage?area=chat").expect(200).json
        try page.expectKeys("rows", "exercised", "areas", "exercised_ids", "missing")
        let ids = try page["exercised_ids"].items().map { try $0.text() }
        try page["rows"].expect(116)
        try page["exercised"].expect(.number("\(ids.count)"))
        try page["areas"].expect([["area": "chat", "rows": 116, "exercised": .number("\(ids.count)")]])
        #expect(ids.contains("CHAT-SEND-10") && ids.allSatisfy { $0.hasPrefix("CHAT-") })
        try page["missing"].expectCount(116 - ids.count)
        let missing = try page["missing"].element(whose: "id", is: "CHAT-SEND-27")
        try missing.expect([
            "id": "CHAT-SEND-27", "route": "POST /chat/messages", "says": "A caller who is blocked gets 403.",
        ])
    }

    @Test func pageForPeopleIsText() throws {
        var lab = try freshLab()
        let reply = try lab.get("/_reference/coverage?format=text&area=time&area=ids").expect(200)
        try reply.expectHeader("Content-Type", "text/plain; charset=utf-8")
        let lines = String(decoding: reply.exchange.answer.body, as: UTF8.self).split(separator: "\n")
        #expect(
            lines.prefix(4) == [
                "time           0 of 4", "ids            0 of 3", "all            0 of 7", "not exercised:",
            ])
        #expect(lines.count == 11)
        #expect(lines.last?.hasPrefix("IDS-03  *  ") == true)
    }

    @Test func pageRefusesWhatItDoesNotKnow() throws {
        var lab = try freshLab()
        for query in ["area=chats", "area=", "area", "format=xml", "areas=chat"] {
            try lab.get("/_reference/coverage?\(query)").expect(400)
        }
        try lab.post("/_reference/coverage", "{}").expect(405).expectHeader("Allow", "GET")
    }

    private func freshLab() throws -> Lab {
        var target = InProcessTarget()
        target.prepare(rateLimits: .off)
        return Lab(target: target, setting: Setting(nextName: 1000))
    }
}

private func exercised(_ lab: inout Lab) throws -> Set<String> {
    Set(try lab.get("/_reference/coverage").expect(200).json["exercised_ids"].items().map { try $0.text() })
}

extension ExercisedRowsTests {
    /// Requests, and rows that they have nothing to do with although these are near.
    struct Example: Sendable, CustomTestStringConvertible {
        let title: String
        let ids: [String]
        let script: @Sendable (inout Lab) throws -> Void

        init(_ title: String, _ ids: [String], _ script: @escaping @Sendable (inout Lab) throws -> Void) {
            self.title = title
            self.ids = ids
            self.script = script
        }

        var testDescription: String { title }
    }
}

extension ExercisedRowsTests.Example {
    private typealias Example = Self

    static let all: [Self] = accounts + chats + relations + files + surface

    private static let accounts: [Self] = [
        Example(
            "a registration by form",
            [
                "AUTH-REGISTER-07", "AUTH-REGISTER-16", "AUTH-REGISTER-17", "AUTH-REGISTER-26", "AUTH-REGISTER-29",
                "AUTH-LOGIN-01", "AUTHZ-02", "AUTHZ-07", "WEBHOOK-EVENT-04", "FILES-12", "RATE-01",
            ]
        ) { _ = try $0.register() },
        Example("a username that is taken", ["AUTH-REGISTER-29", "AUTH-REGISTER-31", "AUTH-REGISTER-32"]) { lab in
            let user = try lab.register()
            try lab.post(
                "/auth/register",
                #"{"phone":"\#(lab.freshPhone())","username":"\#(user.username)","password":"secret1"}"#
            ).expect(409)
        },
        Example(
            "a login by username on a new device",
            ["AUTH-LOGIN-05", "AUTH-LOGIN-10", "AUTH-LOGIN-12", "AUTH-LOGIN-13", "AUTH-LOGIN-15"]
        ) { lab in
            let user = try lab.register()
            try lab.post(
                "/auth/login", #"{"phoneOrUsername":"\#(user.username)","password":"\#(user.password)"}"#
            ).expect(200)
        },
        Example("a wrong password", ["AUTH-LOGIN-07", "AUTH-LOGIN-13", "AUTH-LOGIN-14"]) { lab in
            let user = try lab.register()
            try lab.post("/auth/login", #"{"phoneOrUsername":"\#(user.username)","password":"not this"}"#).expect(401)
        },
        Example(
            "one refresh",
            ["AUTH-REFRESH-08", "AUTH-REFRESH-09", "AUTH-REFRESH-11", "AUTH-REFRESH-13", "AUTH-REFRESH-14"]
        ) { lab in
            let user = try lab.register()
            try lab.post(
                "/auth/refresh", #"{"refresh_token":"\#(user.refreshToken)"}"#,
                headers: ["x-device-id": user.deviceID]
            ).expect(200)
        },
        Example(
            "a request without a token",
            ["AUTHZ-04", "AUTHZ-09", "AUTHZ-10", "AUTHZ-11", "AUTHZ-13", "USERS-ME-GET-01", "USERS-ME-GET-09"]
        ) { try $0.get("/users/me").expect(401) },
        Example(
            "nonsense as a token",
            ["AUTHZ-03", "AUTHZ-09", "AUTHZ-10", "AUTHZ-11", "AUTHZ-12", "AUTHZ-13", "AUTHZ-14", "USERS-ME-GET-08"]
        ) { try $0.get("/users/me", headers: ["Authorization": "Bearer nonsense"]).expect(401) },
        Example(
            "a new name for oneself",
            ["USERS-ME-PATCH-01", "USERS-ME-PATCH-04", "USERS-ME-PATCH-05", "USERS-ME-PATCH-08", "USERS-ME-PATCH-11"]
        ) { lab in
            let user = try lab.register()
            try lab.send("PATCH", "/users/me", json: #"{"full_name":"New"}"#, as: user).expect(200)
        },
        Example(
            "a public profile by ID",
            [
                "USERS-GET-03", "USERS-GET-04", "USERS-GET-09", "USERS-GET-10", "USERS-GET-11", "USERS-GET-12",
                "USERS-GET-14", "FOLLOW-06", "AUTHZ-08",
            ]
        ) { lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.get("/users/\(other.id)", as: user).expect(200)
        },
        Example("a private profile of a stranger", ["USERS-GET-11", "USERS-GET-15", "USERS-GET-16", "USERS-GET-17"]) {
            lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.setPrivate(other, true)
            try lab.get("/users/\(other.id)", as: user).expect(403)
        },
    ]

    private static let chats: [Self] = [
        Example(
            "a plain message",
            [
                "CHAT-SEND-05", "CHAT-SEND-08", "CHAT-SEND-09", "CHAT-SEND-13", "CHAT-SEND-17", "CHAT-SEND-23",
                "CHAT-SEND-24", "CHAT-SEND-27", "CHAT-SEND-28", "CHAT-SEND-30", "MQTT-MESSAGE-08",
                "MQTT-CONVERSATION-04", "MQTT-CONVERSATION-09", "BLOCK-03", "UNBLOCK-03", "WS-OUT-08",
                "WEBHOOK-EVENT-01", "WIRE-03",
            ]
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
        },
        Example(
            "a new conversation",
            [
                "CHAT-ENSURE-03", "CHAT-ENSURE-06", "CHAT-ENSURE-10", "CHAT-ENSURE-14", "CHAT-ENSURE-20",
                "MQTT-CONFIG-08",
            ]
        ) { _ = try $0.chat() },
        Example("a conversation ensured again, nothing unread", ["CHAT-ENSURE-14", "CHAT-MESSAGES-17", "BLOCK-06"]) {
            lab in
            let chat = try lab.chat()
            _ = try lab.ensure(chat.bob, with: chat.alice)
        },
        Example(
            "an empty list of conversations",
            [
                "CHAT-CONVERSATIONS-06", "CHAT-CONVERSATIONS-10", "CHAT-CONVERSATIONS-15", "PAGE-01", "PAGE-05",
                "PAGE-06",
            ]
        ) { lab in
            let user = try lab.register()
            try lab.get("/chat/conversations", as: user).expect(200)
        },
        Example("a conversation without messages", ["CHAT-CONVERSATIONS-08", "CHAT-CONVERSATIONS-14", "CHAT-SEND-18"]) {
            lab in
            let chat = try lab.chat()
            _ = try lab.listed(chat.id, as: chat.alice)
        },
        Example(
            "an own message seen again",
            [
                "CHAT-MESSAGES-13", "CHAT-MESSAGES-15", "CHAT-MESSAGES-16", "CHAT-MESSAGES-18", "CHAT-MESSAGES-20",
                "CHAT-MESSAGES-21", "MQTT-RECEIPT-01",
            ]
        ) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.alice)
        },
        Example(
            "the first page of messages", ["CHAT-MESSAGES-14", "CHAT-MESSAGES-15", "CHAT-MESSAGES-25", "FILTER-10"]
        ) {
            lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            _ = try lab.messages(chat.id, as: chat.bob)
        },
        Example("a marking with nothing unread", ["CHAT-READ-01", "CHAT-READ-05", "CHAT-READ-09", "MQTT-STATUS-01"]) {
            lab in
            let chat = try lab.chat()
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
        },
        Example("a chat viewed once", ["CHAT-VIEW-02", "CHAT-VIEW-06", "CHAT-READ-01", "CHAT-READ-03"]) { lab in
            let chat = try lab.chat()
            try lab.say("hello", as: chat.alice, in: chat.id)
            try lab.post("/chat/conversations/\(chat.id)/view", as: chat.bob).expect(200)
        },
        Example("a message to a stranger's conversation", ["CHAT-SEND-27", "CHAT-SEND-28", "CHAT-SEND-29"]) { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            try lab.post(
                "/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi"}"#, as: stranger
            ).expect(403)
        },
        Example("a message to whom one has blocked", ["CHAT-SEND-26", "CHAT-SEND-27", "BLOCK-03", "BLOCK-08"]) { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post(
                "/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi"}"#, as: chat.alice
            ).expect(403)
        },
    ]

    private static let relations: [Self] = [
        Example("a follow", ["FOLLOW-05", "FOLLOW-06", "FOLLOW-07", "FOLLOW-09", "UNFOLLOW-03", "WEBHOOK-EVENT-15"]) {
            lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.post("/follows/\(other.id)", as: user).expect(201)
        },
        Example("a follow taken back", ["UNFOLLOW-03", "UNFOLLOW-04", "UNFOLLOW-06", "UNFOLLOW-07"]) { lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.post("/follows/\(other.id)", as: user).expect(201)
            try lab.delete("/follows/\(other.id)", as: user).expect(204)
        },
        Example("nobody to unfollow", ["UNFOLLOW-03", "UNFOLLOW-07"]) { lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.delete("/follows/\(other.id)", as: user).expect(404)
        },
        Example(
            "a block of a stranger", ["BLOCK-03", "BLOCK-04", "BLOCK-07", "BLOCK-08", "BLOCK-09", "WEBHOOK-EVENT-25"]
        ) {
            lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.post("/block/\(other.id)", as: user).expect(200)
        },
        Example("a block lifted", ["UNBLOCK-03", "UNBLOCK-04", "UNBLOCK-05", "UNBLOCK-07"]) { lab in
            let user = try lab.register()
            let other = try lab.register()
            try lab.post("/block/\(other.id)", as: user).expect(200)
            try lab.delete("/block/\(other.id)", as: user).expect(200)
        },
        Example("no contacts", ["CONTACTS-01", "CONTACTS-06", "CONTACTS-07", "CONTACTS-12", "CONTACTS-13"]) { lab in
            let user = try lab.register()
            _ = try lab.get("/contacts", as: user)
        },
        Example("no notifications", ["NOTIFICATIONS-06", "NOTIFICATIONS-07", "NOTIFICATIONS-12", "NOTIFICATIONS-15"]) {
            lab in
            let user = try lab.register()
            _ = try lab.get("/notifications", as: user)
        },
        Example("a report without references", ["REPORTS-03", "REPORTS-04", "REPORTS-07", "REPORTS-10", "REPORTS-14"]) {
            lab in
            let user = try lab.register()
            let other = try lab.register()
            _ = try lab.post("/reports", #"{"reported_user_id":"\#(other.id)","reason":"spam"}"#, as: user)
        },
        Example("a call that is not answered", ["CALL-ANSWER-03", "CALL-CREATE-12", "CALL-CREATE-13", "CALL-END-01"]) {
            lab in
            let user = try lab.register()
            let other = try lab.register()
            _ = try lab.post(
                "/calls", #"{"recipient_id":"\#(other.id)","type":"audio","offer":{"type":"offer","sdp":"v=0"}}"#,
                as: user)
        },
        Example(
            "an inspection of nothing",
            ["ADMIN-INSPECT-06", "ADMIN-INSPECT-07", "ADMIN-INSPECT-12", "ADMIN-CLEANUP-01"]
        ) {
            _ = try $0.get("/admin/conversations/inspect")
        },
    ]

    private static let files: [Self] = [
        Example("an empty feed", ["POSTS-FEED-07", "POSTS-FEED-10", "POSTS-FEED-11", "POSTS-FEED-12", "POSTS-FEED-13"])
        {
            lab in
            let user = try lab.register()
            _ = try lab.get("/posts/feed", as: user)
        },
        Example("an unknown post", ["POSTS-GET-02", "POSTS-GET-12", "POSTS-GET-14", "POSTS-GET-15", "POSTS-GET-16"]) {
            lab in
            let user = try lab.register()
            try lab.get("/posts/\(Lab.unknownID)", as: user).expect(404)
        },
        Example("an empty story feed", ["STORIES-FEED-03", "STORIES-FEED-09", "STORIES-FEED-10", "STORIES-FEED-13"]) {
            lab in
            let user = try lab.register()
            _ = try lab.get("/stories/feed", as: user)
        },
        Example(
            "a post of text as a file",
            ["POSTS-CREATE-10", "POSTS-CREATE-20", "POSTS-CREATE-23", "FILES-01", "FILES-02"]
        ) {
            lab in
            let user = try lab.register()
            var form = Form()
            form.file("media", fileName: "a.txt", type: "text/plain", Array("hello".utf8))
            _ = try lab.post("/posts", form: form, as: user)
        },
        Example("an upload without a file", ["MEDIA-UPLOAD-06", "MEDIA-UPLOAD-15", "MEDIA-UPLOAD-13", "FILES-13"]) {
            lab in
            let user = try lab.register()
            _ = try lab.post("/media/upload", form: Form(), as: user)
        },
        Example(
            "a text in storage", ["STORAGE-UPLOAD-02", "STORAGE-UPLOAD-05", "STORAGE-UPLOAD-13", "STORAGE-MULTIPLE-05"]
        ) {
            lab in
            let user = try lab.register()
            var form = Form()
            form.file("file", fileName: "a.txt", type: "text/plain", Array("hello".utf8))
            _ = try lab.post("/storage/upload", form: form, as: user)
        },
        Example("an unknown key", ["STORAGE-FILE-03", "STORAGE-FILE-08", "STORAGE-PREVIEW-04", "STORAGE-FILE-09"]) {
            lab in
            let user = try lab.register()
            _ = try lab.get("/storage/file/uploads/1-nothing.txt", as: user)
        },
    ]

    private static let surface: [Self] = [
        Example(
            "an unknown route",
            ["ERROR-07", "ERROR-08", "ERROR-09", "ERROR-20", "ERROR-28", "ERROR-29", "LOCALE-03", "WIRE-05", "RATE-05"]
        ) { try $0.get("/nowhere").expect(404) },
        Example("an unreadable body", ["ERROR-22", "ERROR-23", "ERROR-24", "ERROR-25", "ERROR-26", "WIRE-02"]) { lab in
            try lab.post("/auth/login", "{").expect(400)
        },
        Example("a limit on the messages", ["PAGE-07", "PAGE-08", "PAGE-09", "FILTER-01", "FILTER-05", "TIME-04"]) {
            lab in
            let chat = try lab.chat()
            _ = try lab.messages(chat.id, as: chat.bob, "?limit=5")
        },
        Example("a refusal in English", ["LOCALE-03", "LOCALE-04", "LOCALE-05", "LOCALE-06"]) { lab in
            try lab.get("/users/me", headers: ["Accept-Language": "en"]).expect(401)
        },
        Example("a control command", ["CONTROL-02", "CONTROL-03", "CONTROL-06", "CONTROL-07", "CONTROL-08"]) { lab in
            try lab.advance(seconds: 1)
        },
    ]
}
