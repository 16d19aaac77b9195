import ChatrixModel

extension Checks {
    static let follows: [Check] = [
        Check(["FOLLOW-01", "FOLLOW-02", "FOLLOW-03"], "following answers 201 with four keys") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let follow = try lab.post("/follows/\(bob.id)", as: alice).expect(201).json
            try follow.expectKeys("follower_id", "following_id", "status", "created_at")
            try follow["follower_id"].expect(.string(alice.id))
            try follow["following_id"].expect(.string(bob.id))
            try follow["created_at"].expectTimestamp()
        },
        Check(["FOLLOW-04"], "following a public account is accepted at once") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201).json["status"].expect("accepted")
        },
        Check(["FOLLOW-05"], "following a private account is pending", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201).json["status"].expect("pending")
        },
        Check(["FOLLOW-06"], "an accepted follow raises both counters") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.get("/users/\(alice.id)").expect(200).json["following_count"].expect(1)
            try lab.get("/users/\(bob.id)").expect(200).json["follower_count"].expect(1)
            try lab.get("/users/\(alice.id)").expect(200).json["follower_count"].expect(0)
            try lab.get("/users/\(bob.id)").expect(200).json["following_count"].expect(0)
        },
        Check(["FOLLOW-06"], "a pending follow raises no counter", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.get("/users/me", as: alice).expect(200).json["following_count"].expect(0)
            try lab.get("/users/me", as: bob).expect(200).json["follower_count"].expect(0)
        },
        Check(["FOLLOW-08"], "a pending follow is accepted or declined only by command", needs: [.controlPlane]) {
            lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.setPrivate(bob, false)
            try lab.get("/users/me", as: bob).expect(200).json["follower_count"].expect(0)
            try lab.acceptFollow(from: alice, to: bob)
            try lab.get("/users/me", as: bob).expect(200).json["follower_count"].expect(1)
            try lab.setPrivate(bob, true)
            try lab.get("/users/me", as: bob).expect(200).json["follower_count"].expect(1)
            let carol = try lab.register()
            try lab.post("/follows/\(bob.id)", as: carol).expect(201)
            try lab.control("follow-decline", #"{"follower_id":"\#(carol.id)","following_id":"\#(bob.id)"}"#)
                .expect(200)
            try lab.delete("/follows/\(bob.id)", as: carol).expect(404)
        },
        Check(["FOLLOW-09"], "following twice answers 400") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.post("/follows/\(bob.id)", as: alice).expect(400)
            try lab.post("/follows/\(alice.id)", as: bob).expect(201)
        },
        Check(["FOLLOW-10"], "repeating a pending follow answers 400", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.post("/follows/\(bob.id)", as: alice).expect(400)
        },
        .demandsToken(["FOLLOW-11"], "POST", "/follows/\(Lab.unknownID)"),
        Check(["FOLLOW-12"], "following an unknown user answers 404") { lab in
            let user = try lab.register()
            try lab.post("/follows/\(Lab.unknownID)", as: user).expect(404)
        },
        Check(["FOLLOW-13"], "following oneself answers 400") { lab in
            let user = try lab.register()
            try lab.post("/follows/\(user.id)", as: user).expect(400)
        },
        Check(["FOLLOW-14"], "following across a block answers 403 in both directions") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/block/\(bob.id)", as: alice).expect(200)
            try lab.post("/follows/\(bob.id)", as: alice).expect(403)
            try lab.post("/follows/\(alice.id)", as: bob).expect(403)
        },
        Check(["UNFOLLOW-01", "UNFOLLOW-02"], "unfollowing answers 204 without a body") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            let reply = try lab.delete("/follows/\(bob.id)", as: alice).expect(204)
            try reply.expectEmptyBody()
            try reply.expectHeader("Content-Type", nil)
        },
        Check(["UNFOLLOW-03"], "the follow is gone and may be made anew") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let first = try lab.post("/follows/\(bob.id)", as: alice).expect(201).json["created_at"].milliseconds()
            try lab.delete("/follows/\(bob.id)", as: alice).expect(204)
            try lab.get("/users/\(bob.id)", as: alice).expect(200).json["is_following"].expect(false)
            try lab.get("/users/\(bob.id)", as: alice).expect(200).json["follower_count"].expect(0)
            try lab.delete("/follows/\(bob.id)", as: alice).expect(404)
            let reply = try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            let again = try reply.json["created_at"].milliseconds()
            try reply.expect(again > first, "expected a later created_at than before")
        },
        Check(["UNFOLLOW-04"], "a pending request is withdrawn", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.delete("/follows/\(bob.id)", as: alice).expect(204)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
        },
        .demandsToken(["UNFOLLOW-05"], "DELETE", "/follows/\(Lab.unknownID)"),
        Check(["UNFOLLOW-06"], "a user who is not followed answers 404") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(alice.id)", as: bob).expect(201)
            try lab.delete("/follows/\(bob.id)", as: alice).expect(404)
        },
        Check(["UNFOLLOW-07"], "an unknown user and oneself answer 404") { lab in
            let user = try lab.register()
            try lab.delete("/follows/\(Lab.unknownID)", as: user).expect(404)
            try lab.delete("/follows/\(user.id)", as: user).expect(404)
        },
    ]
}
