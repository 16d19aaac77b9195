import ChatrixModel

extension Checks {
    static let block: [Check] = [
        Check(["BLOCK-01", "BLOCK-02"], "blocking answers 200 with success") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200).json.expect(["success": true])
        },
        Check(["BLOCK-03"], "the blocked user cannot send to the blocker") { lab in
            let chat = try lab.chat()
            try lab.say("before", as: chat.bob, in: chat.id)
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi"}"#, as: chat.bob)
                .expect(403)
        },
        Check(["BLOCK-04", "BLOCK-05"], "the blocked user cannot view the blocker's profile") { lab in
            let chat = try lab.chat()
            try lab.get("/users/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.get("/users/\(chat.alice.id)", as: chat.bob).expect(403)
            try lab.get("/users/\(chat.alice.username)", as: chat.bob).expect(403)
        },
        Check(["BLOCK-06"], "ensure, lists, old messages and read marking stay available") { lab in
            let chat = try lab.chat()
            try lab.say("before", as: chat.alice, in: chat.id)
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(1)
            try lab.post("/chat/conversations/\(chat.id)/read", as: chat.bob).expect(200)
            try lab.listed(chat.id, as: chat.bob)["unread_count"].expect(0)
            try lab.post("/chat/conversations/\(chat.id)/view", as: chat.bob).expect(200)
            try lab.messages(chat.id, as: chat.bob)[0]["content"].expect("before")
            let ensured = try lab.ensure(chat.bob, with: chat.alice)
            try lab.expectOrder([ensured], [chat.id])
        },
        Check(["BLOCK-07"], "the blocker cannot send or follow and may still view the profile") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi"}"#, as: chat.alice)
                .expect(403)
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(403)
            try lab.get("/users/\(chat.bob.id)", as: chat.alice).expect(200)
        },
        Check(["BLOCK-08"], "follows in both directions are removed silently") { lab in
            let chat = try lab.chat()
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201)
            try lab.post("/follows/\(chat.alice.id)", as: chat.bob).expect(201)
            if lab.capabilities.contains(.events) {
                try lab.publications { try $0.post("/block/\(chat.bob.id)", as: chat.alice).expect(200) }
                    .expectTopics([])
            } else {
                try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            }
            for user in [chat.alice, chat.bob] {
                let me = try lab.get("/users/me", as: user).expect(200).json
                try me["follower_count"].expect(0)
                try me["following_count"].expect(0)
            }
            try lab.delete("/follows/\(chat.bob.id)", as: chat.alice).expect(404)
        },
        Check(["BLOCK-09"], "blocking again answers 200") { lab in
            let chat = try lab.chat()
            for _ in 1...2 { try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200) }
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(404)
        },
        Check(["BLOCK-10"], "blocking oneself answers 400") { lab in
            let user = try lab.register()
            try lab.post("/block/\(user.id)", as: user).expect(400)
        },
        .demandsToken(["BLOCK-11"], "POST", "/block/\(Lab.unknownID)"),
        Check(["BLOCK-12"], "blocking an unknown user answers 404") { lab in
            let user = try lab.register()
            try lab.post("/block/\(Lab.unknownID)", as: user).expect(404)
        },
        Check(["UNBLOCK-01", "UNBLOCK-02"], "unblocking answers 200 with success") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200).json.expect(["success": true])
        },
        Check(["UNBLOCK-03"], "the unblocked user can message and view again") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.say("again", as: chat.bob, in: chat.id)
            try lab.say("again", as: chat.alice, in: chat.id)
            try lab.get("/users/\(chat.alice.id)", as: chat.bob).expect(200)
        },
        Check(["UNBLOCK-04"], "removed follows are not restored") { lab in
            let chat = try lab.chat()
            try lab.post("/follows/\(chat.bob.id)", as: chat.alice).expect(201)
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.get("/users/\(chat.bob.id)", as: chat.alice).expect(200).json["is_following"].expect(false)
        },
        Check(["UNBLOCK-05"], "a block by the other user stays") { lab in
            let chat = try lab.chat()
            try lab.post("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(200)
            try lab.get("/users/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.get("/users/\(chat.bob.id)", as: chat.alice).expect(403)
            try lab.post("/chat/messages", #"{"conversationId":"\#(chat.id)","content":"hi"}"#, as: chat.bob)
                .expect(403)
        },
        .demandsToken(["UNBLOCK-06"], "DELETE", "/block/\(Lab.unknownID)"),
        Check(["UNBLOCK-07"], "a user who is not blocked answers 404") { lab in
            let chat = try lab.chat()
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(404)
            try lab.delete("/block/\(chat.alice.id)", as: chat.alice).expect(404)
            try lab.delete("/block/\(Lab.unknownID)", as: chat.alice).expect(404)
            try lab.post("/block/\(chat.alice.id)", as: chat.bob).expect(200)
            try lab.delete("/block/\(chat.bob.id)", as: chat.alice).expect(404)
        },
    ]
}
