import ChatrixModel

extension Checks {
    static let ensure: [Check] = [
        Check(["CHAT-ENSURE-01", "CHAT-ENSURE-02"], "recipientId names the other, success answers 200") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/chat/conversations/ensure", #"{"recipientId":"\#(bob.id)"}"#, as: alice).expect(200)
        },
        Check(["CHAT-ENSURE-03"], "an existing conversation is returned") { lab in
            let chat = try lab.chat()
            let again = try lab.post(
                "/chat/conversations/ensure", #"{"recipientId":"\#(chat.bob.id)"}"#, as: chat.alice
            ).expect(200).json
            try again["id"].expect(.string(chat.id))
        },
        Check(["CHAT-ENSURE-04"], "a missing conversation is created") { lab in
            let chat = try lab.chat()
            try lab.get("/chat/conversations", as: chat.alice).expect(200).json["conversations"].expectCount(1)
            try lab.get("/chat/conversations", as: chat.bob).expect(200).json["conversations"].expectCount(1)
            let carol = try lab.register()
            let id = try lab.ensure(chat.alice, with: carol)
            try lab.listed(id, as: carol)["last_message"].expectNull()
            guard id != chat.id else {
                throw Check.Failure("expected another conversation for another pair", exchange: lab.last)
            }
        },
        Check(["CHAT-ENSURE-05"], "the status is 200 also when the conversation was created") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            for _ in 1...2 {
                try lab.post("/chat/conversations/ensure", #"{"recipientId":"\#(bob.id)"}"#, as: alice).expect(200)
            }
        },
        Check(["CHAT-ENSURE-06"], "a pair shares one conversation, whoever asks") { lab in
            let chat = try lab.chat()
            for (caller, other) in [(chat.bob, chat.alice), (chat.alice, chat.bob), (chat.bob, chat.alice)] {
                let reply = try lab.post(
                    "/chat/conversations/ensure", #"{"recipientId":"\#(other.id)"}"#, as: caller)
                try reply.expect(200).json["id"].expect(.string(chat.id))
            }
            try lab.get("/chat/conversations", as: chat.bob).expect(200).json["conversations"].expectCount(1)
        },
        Check(["CHAT-ENSURE-07", "CHAT-ENSURE-08"], "the body has four keys, isGroup is false") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            for _ in 1...2 {
                let body = try lab.post(
                    "/chat/conversations/ensure", #"{"recipientId":"\#(bob.id)"}"#, as: alice
                ).expect(200).json
                try body.expectKeys("id", "isGroup", "participants", "lastMessage")
                try body["isGroup"].expect(false)
                try lab.say("hi", as: alice, in: body["id"].text())
            }
        },
        Check(["CHAT-ENSURE-09"], "participants are both users with three keys") { lab in
            let chat = try lab.chat()
            let body = try lab.post(
                "/chat/conversations/ensure", #"{"recipientId":"\#(chat.alice.id)"}"#, as: chat.bob
            ).expect(200).json
            try body["participants"].expectCount(2)
            for user in [chat.alice, chat.bob] {
                let entry = try body["participants"].element(whose: "id", is: user.id)
                try entry.expectKeys("id", "username", "avatarUrl")
                try entry["username"].expect(.string(user.username))
                try entry["avatarUrl"].expectNull()
            }
        },
        Check(["CHAT-ENSURE-10", "CHAT-ENSURE-11"], "lastMessage is the newest message with four keys") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.alice, in: chat.id)
            let sent = try lab.say("two", as: chat.bob, in: chat.id)
            let last = try lab.post(
                "/chat/conversations/ensure", #"{"recipientId":"\#(chat.bob.id)"}"#, as: chat.alice
            ).expect(200).json["lastMessage"]
            try last.expectKeys("id", "content", "createdAt", "senderId")
            try last["id"].expect(.string(sent["id"].text()))
            try last["content"].expect("two")
            try last["createdAt"].expect(.string(sent["created_at"].text()))
            try last["senderId"].expect(.string(chat.bob.id))
        },
        Check(["CHAT-ENSURE-12"], "lastMessage is null without a message") { lab in
            let chat = try lab.chat()
            try lab.post("/chat/conversations/ensure", #"{"recipientId":"\#(chat.bob.id)"}"#, as: chat.alice)
                .expect(200).json["lastMessage"].expectNull()
        },
        Check(["CHAT-ENSURE-13"], "participants ascend by ID, whoever asks") { lab in
            let chat = try lab.chat()
            for (caller, other) in [(chat.alice, chat.bob), (chat.bob, chat.alice)] {
                let participants = try lab.post(
                    "/chat/conversations/ensure", #"{"recipientId":"\#(other.id)"}"#, as: caller
                ).expect(200).json["participants"]
                try participants[0]["id"].expect(.string(chat.alice.id))
                try participants[1]["id"].expect(.string(chat.bob.id))
            }
        },
        Check(["CHAT-ENSURE-14"], "ensure marks the messages as read for the caller") { lab in
            let chat = try lab.chat()
            try lab.say("one", as: chat.bob, in: chat.id)
            try lab.say("two", as: chat.bob, in: chat.id)
            _ = try lab.ensure(chat.alice, with: chat.bob)
            try lab.listed(chat.id, as: chat.alice)["unread_count"].expect(0)
            for message in try lab.messages(chat.id, as: chat.bob) { try message["status"].expect("read") }
        },
        Check(["CHAT-ENSURE-15"], "creating a conversation publishes nothing", needs: [.events]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.publications { _ = try $0.ensure(alice, with: bob) }.expectTopics([])
        },
        Check(["CHAT-ENSURE-16"], "naming oneself answers 400") { lab in
            let user = try lab.register()
            try lab.refuses("/chat/conversations/ensure", #"{"recipientId":"\#(user.id)"}"#, as: user, "oneself")
        },
        .demandsToken(["CHAT-ENSURE-17"], "POST", "/chat/conversations/ensure"),
        Check(["CHAT-ENSURE-18"], "a missing or malformed recipientId answers 400") { lab in
            let user = try lab.register()
            for bad in [
                "{}", #"{"recipientId":null}"#, #"{"recipientId":5}"#, #"{"recipientId":""}"#,
                #"{"recipientId":"bob"}"#, #"{"recipientId":["\#(Lab.unknownID)"]}"#,
                #"{"recipientId":"\#(Lab.unknownID.uppercased())"}"#, #"{"recipientId":"\#(Lab.unknownID)0"}"#,
            ] {
                try lab.refuses("/chat/conversations/ensure", bad, as: user, bad)
            }
        },
        Check(["CHAT-ENSURE-19"], "an unknown recipient answers 404 and creates nothing") { lab in
            let user = try lab.register()
            let body = #"{"recipientId":"\#(Lab.unknownID)"}"#
            try lab.post("/chat/conversations/ensure", body, as: user).expect(404)
            try lab.get("/chat/conversations", as: user).expect(200).json["conversations"].expectCount(0)
        },
        Check(["CHAT-ENSURE-20"], "a block does not prevent ensure") { lab in
            let chat = try lab.chat()
            let carol = try lab.register()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/block/\(carol.id)", as: chat.alice).expect(200)
            _ = try lab.ensure(chat.alice, with: chat.bob)
            _ = try lab.ensure(chat.bob, with: chat.alice)
            _ = try lab.ensure(carol, with: chat.alice)
        },
    ]
}
