import ChatrixModel

extension Checks {
    static let me: [Check] = [
        Check(["USERS-ME-GET-01"], "success answers 200") { lab in
            let user = try lab.register()
            try lab.get("/users/me", as: user).expect(200)
        },
        Check(["USERS-ME-GET-02"], "the body has twelve keys") { lab in
            let user = try lab.register()
            try lab.get("/users/me", as: user).expect(200).json.expectKeys(
                "id", "phone", "username", "full_name", "avatar_url", "bio", "website", "is_private",
                "follower_count", "following_count", "post_count", "created_at")
        },
        Check(["USERS-ME-GET-03"], "the fields have their types") { lab in
            let user = try lab.register(fullName: "Jane Doe")
            let me = try lab.get("/users/me", as: user).expect(200).json
            for key in ["id", "phone", "username", "full_name"] { try me[key].expectNonEmptyText() }
            try me["is_private"].expectBool()
            for key in ["follower_count", "following_count", "post_count"] { try me[key].expectInteger() }
            try me["created_at"].expectTimestamp()
        },
        Check(["USERS-ME-GET-04"], "the body describes the user of the token") { lab in
            let alice = try lab.register(fullName: "Alice")
            let bob = try lab.register(fullName: "Bob")
            for user in [alice, bob] {
                let me = try lab.get("/users/me", as: user).expect(200).json
                try me["id"].expect(.string(user.id))
                try me["phone"].expect(.string(user.phone))
                try me["username"].expect(.string(user.username))
                try me["full_name"].expect(.string(user.fullName ?? ""))
            }
        },
        Check(["USERS-ME-GET-05"], "texts without a value are null") { lab in
            let user = try lab.register()
            let me = try lab.get("/users/me", as: user).expect(200).json
            for key in ["full_name", "avatar_url", "bio", "website"] { try me[key].expectNull() }
        },
        Check(["USERS-ME-GET-06"], "accepted follows are counted") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            let follower = try lab.get("/users/me", as: alice).expect(200).json
            try follower["following_count"].expect(1)
            try follower["follower_count"].expect(0)
            let followed = try lab.get("/users/me", as: bob).expect(200).json
            try followed["following_count"].expect(0)
            try followed["follower_count"].expect(1)
        },
        Check(["USERS-ME-GET-06"], "a pending follow is not counted", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201).json["status"].expect("pending")
            try lab.get("/users/me", as: alice).expect(200).json["following_count"].expect(0)
            try lab.get("/users/me", as: bob).expect(200).json["follower_count"].expect(0)
        },
        .demandsToken(["USERS-ME-GET-08", "USERS-ME-GET-09"], "GET", "/users/me"),
    ]

    static let profile: [Check] = [
        Check(["USERS-GET-01", "USERS-GET-06"], "a public profile answers 200 with and without a token") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.get("/users/\(alice.id)").expect(200)
            try lab.get("/users/\(alice.id)", as: bob).expect(200)
        },
        Check(["USERS-GET-02"], "the identifier may be the ID") { lab in
            let user = try lab.register()
            try lab.get("/users/\(user.id)").expect(200).json["username"].expect(.string(user.username))
        },
        Check(["USERS-GET-03"], "the identifier may be the username") { lab in
            let user = try lab.register()
            try lab.get("/users/\(user.username)").expect(200).json["id"].expect(.string(user.id))
        },
        Check(["USERS-GET-04"], "ID shape is an ID, anything else a username without regard to case") { lab in
            let user = try lab.register()
            try lab.get("/users/\(user.username.uppercased())").expect(200).json["id"].expect(.string(user.id))
            let encoded = user.username.utf8.map { "%" + String($0, radix: 16) }.joined()
            try lab.get("/users/\(encoded)").expect(200).json["id"].expect(.string(user.id))
            try lab.get("/users/\(user.id.dropLast())").expect(404)
            try lab.get("/users/\(user.phone)").expect(404)
        },
        Check(["USERS-GET-05"], "me is the own profile and never an identifier") { lab in
            let user = try lab.register()
            try lab.get("/users/me", as: user).expect(200).json["phone"].expect(.string(user.phone))
            try lab.get("/users/me").expect(401)
        },
        Check(["USERS-GET-07"], "the body has twelve keys and no phone, also for oneself") { lab in
            let user = try lab.register()
            for reply in [try lab.get("/users/\(user.id)"), try lab.get("/users/\(user.id)", as: user)] {
                try reply.expect(200).json.expectKeys(
                    "id", "username", "full_name", "avatar_url", "bio", "website", "is_private", "follower_count",
                    "following_count", "post_count", "is_following", "created_at")
            }
        },
        Check(["USERS-GET-08"], "flags are booleans and counters integers") { lab in
            let user = try lab.register()
            let profile = try lab.get("/users/\(user.id)").expect(200).json
            for key in ["is_private", "is_following"] { try profile[key].expectBool() }
            for key in ["follower_count", "following_count", "post_count"] { try profile[key].expectInteger() }
            try profile["created_at"].expectTimestamp()
        },
        Check(["USERS-GET-09"], "is_following tells whether the caller follows") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.get("/users/\(bob.id)", as: alice).expect(200).json["is_following"].expect(false)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.get("/users/\(bob.id)", as: alice).expect(200).json["is_following"].expect(true)
            try lab.get("/users/\(alice.id)", as: bob).expect(200).json["is_following"].expect(false)
        },
        Check(["USERS-GET-10"], "is_following is false for anonymous callers and oneself") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.get("/users/\(bob.id)").expect(200).json["is_following"].expect(false)
            try lab.get("/users/\(bob.id)", as: bob).expect(200).json["is_following"].expect(false)
        },
        Check(["USERS-GET-10"], "is_following is false for a pending request", needs: [.controlPlane]) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.setPrivate(bob, false)
            try lab.get("/users/\(bob.id)", as: alice).expect(200).json["is_following"].expect(false)
        },
        Check(
            ["USERS-GET-11", "USERS-GET-16"], "a private profile is for its owner and accepted followers",
            needs: [.controlPlane]
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.get("/users/\(bob.id)", as: bob).expect(200).json["is_private"].expect(true)
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            try lab.get("/users/\(bob.id)", as: alice).expect(403)
            try lab.acceptFollow(from: alice, to: bob)
            try lab.get("/users/\(bob.username)", as: alice).expect(200).json["is_following"].expect(true)
        },
        Check(["USERS-GET-12"], "an unknown ID answers 404") { lab in
            try lab.get("/users/\(Lab.unknownID)").expect(404)
        },
        Check(["USERS-GET-13"], "an unknown username answers 404") { lab in
            try lab.get("/users/\(lab.freshUsername())").expect(404)
            try lab.get("/users/%00").expect(404)
            try lab.get("/users/no%20body").expect(404)
        },
        Check(
            ["USERS-GET-14", "USERS-GET-15"], "a private profile is 403 for strangers and anonymous callers",
            needs: [.controlPlane]
        ) { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.setPrivate(bob, true)
            try lab.get("/users/\(bob.id)", as: alice).expect(403)
            try lab.get("/users/\(bob.username)", as: alice).expect(403)
            try lab.get("/users/\(bob.id)").expect(403)
        },
        Check(["USERS-GET-17"], "a blocked user gets 403") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/block/\(bob.id)", as: alice).expect(200)
            try lab.get("/users/\(alice.id)", as: bob).expect(403)
            try lab.get("/users/\(alice.username)", as: bob).expect(403)
            try lab.get("/users/\(alice.id)").expect(200)
        },
    ]
}
