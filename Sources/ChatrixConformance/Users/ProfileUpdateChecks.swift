import ChatrixModel

extension Lab {
    /// Sends a profile update as form; each field is a text.
    fileprivate mutating func update(
        _ fields: KeyValuePairs<String, String>, avatar: Sample? = nil, as user: Account
    ) throws -> Reply {
        var form = Form()
        for field in fields { form.text(field.key, field.value) }
        if let avatar { form.file("avatar", avatar) }
        return try send("PATCH", "/users/me", form: form, as: user)
    }

    fileprivate mutating func updates(_ json: String, as user: Account) throws -> Node {
        try send("PATCH", "/users/me", json: json, as: user).expect(200).json
    }

    fileprivate mutating func me(_ user: Account) throws -> Node { try get("/users/me", as: user).expect(200).json }
}

extension Checks {
    static let profileUpdate: [Check] = profileUpdateFields + profileUpdateAnswer + profileUpdateRefusals

    private static let profileUpdateFields: [Check] = [
        Check(["USERS-ME-PATCH-01"], "the fields arrive as form-data, with or without an avatar") { lab in
            let user = try lab.register()
            try lab.update(["full_name": "Jane"], as: user).expect(200)
            try lab.update(["bio": "hi"], avatar: .pngImage, as: user).expect(200)
        },
        Check(["USERS-ME-PATCH-02"], "a JSON object is accepted too") { lab in
            let user = try lab.register()
            let answer = try lab.updates(#"{"full_name":"Jane","bio":"hi"}"#, as: user)
            try answer["full_name"].expect("Jane")
            try answer["bio"].expect("hi")
        },
        Check(["USERS-ME-PATCH-03"], "full_name sets a new name") { lab in
            let user = try lab.register(fullName: "Jane Doe")
            try lab.update(["full_name": "Jané  O'Dóe 🦊"], as: user).expect(200).json["full_name"].expect(
                "Jané  O'Dóe 🦊")
        },
        Check(["USERS-ME-PATCH-04"], "bio sets a short biography") { lab in
            let user = try lab.register()
            try lab.update(["bio": "line 1\nline 2"], as: user).expect(200).json["bio"].expect("line 1\nline 2")
        },
        Check(["USERS-ME-PATCH-05"], "an avatar becomes the profile picture") { lab in
            let user = try lab.register()
            var urls: Set<String> = []
            for sample in Sample.images {
                let url = try lab.update([:], avatar: sample, as: user).expect(200).json["avatar_url"].text()
                try lab.me(user)["avatar_url"].expect(.string(url))
                urls.insert(url)
            }
            guard urls.count == Sample.images.count else {
                throw Check.Failure("expected a new URL for each avatar, found \(urls.sorted())", exchange: lab.last)
            }
        },
        Check(["USERS-ME-PATCH-10"], "what is not sent stays, an empty text clears") { lab in
            let user = try lab.register(fullName: "Jane")
            let url = try lab.update(["bio": "hi"], avatar: .pngImage, as: user).expect(200).json["avatar_url"].text()
            let renamed = try lab.update(["full_name": "Joan"], as: user).expect(200).json
            try renamed["bio"].expect("hi")
            try renamed["avatar_url"].expect(.string(url))
            let cleared = try lab.update(["full_name": "", "bio": ""], as: user).expect(200).json
            try cleared["full_name"].expectNull()
            try cleared["bio"].expectNull()
            try cleared["avatar_url"].expect(.string(url))
            let me = try lab.me(user)
            try me["full_name"].expectNull()
            try me["bio"].expectNull()
        },
        Check(["USERS-ME-PATCH-10"], "null in JSON counts as not sent") { lab in
            let user = try lab.register(fullName: "Jane")
            try lab.updates(#"{"full_name":null,"bio":"hi","avatar":null}"#, as: user)["full_name"].expect("Jane")
        },
        Check(["USERS-ME-PATCH-12"], "username, phone, website and is_private are ignored") { lab in
            let user = try lab.register()
            let other = lab.freshUsername()
            let fields: KeyValuePairs = [
                "username": other, "phone": lab.freshPhone(), "website": "https://example.com", "is_private": "true",
                "follower_count": "9",
            ]
            try lab.update(fields, as: user).expect(200)
            _ = try lab.updates(#"{"username":"\#(other)","is_private":true,"phone":5,"website":{}}"#, as: user)
            let me = try lab.me(user)
            try me["username"].expect(.string(user.username))
            try me["phone"].expect(.string(user.phone))
            try me["website"].expectNull()
            try me["is_private"].expect(false)
            try me["follower_count"].expect(0)
        },
    ]

    private static let profileUpdateAnswer: [Check] = [
        Check(["USERS-ME-PATCH-06"], "success answers 200") { lab in
            let user = try lab.register()
            try lab.update(["full_name": "Jane"], as: user).expect(200)
        },
        Check(["USERS-ME-PATCH-07"], "the body has six keys") { lab in
            let user = try lab.register()
            let answer = try lab.update(["bio": "hi"], as: user).expect(200).json
            try answer.expectKeys("id", "phone", "username", "full_name", "bio", "avatar_url")
            try answer["id"].expect(.string(user.id))
            try answer["phone"].expect(.string(user.phone))
            try answer["username"].expect(.string(user.username))
            try answer["full_name"].expectNull()
            try answer["avatar_url"].expectNull()
        },
        Check(["USERS-ME-PATCH-08"], "GET /users/me shows what was sent") { lab in
            let user = try lab.register()
            let answer = try lab.update(["full_name": "Jane", "bio": "hi"], avatar: .gifImage, as: user).expect(200)
                .json
            let me = try lab.me(user)
            try me["full_name"].expect("Jane")
            try me["bio"].expect("hi")
            try me["avatar_url"].expect(.string(answer["avatar_url"].text()))
            try lab.get("/users/\(user.id)").expect(200).json["bio"].expect("hi")
        },
        Check(["USERS-ME-PATCH-09"], "the avatar's URL ends in avatars/{userId}/{timestamp}-{filename}") { lab in
            let user = try lab.register()
            try lab.update([:], avatar: .pngImage, as: user).expect(200).json["avatar_url"]
                .expectURL(in: "avatars/\(user.id)", "photo.png")
        },
        Check(["USERS-ME-PATCH-11"], "without a known field the profile comes back unchanged") { lab in
            let user = try lab.register(fullName: "Jane")
            for reply in [
                try lab.update([:], as: user), try lab.update(["nothing": "known"], as: user),
                try lab.send("PATCH", "/users/me", json: "{}", as: user),
            ] {
                try reply.expect(200).json["full_name"].expect("Jane")
            }
            var form = Form()
            // What a browser sends for a file input that was left empty.
            form.file("avatar", fileName: "", type: "application/octet-stream", [])
            try lab.send("PATCH", "/users/me", form: form, as: user).expect(200).json["avatar_url"].expectNull()
        },
        Check(
            ["USERS-ME-PATCH-11"], "an empty body is no fields, unless it declares to be JSON", needs: [.decidedBounds]
        ) { lab in
            let user = try lab.register(fullName: "Jane")
            try lab.send("PATCH", "/users/me", as: user).expect(200).json["full_name"].expect("Jane")
            try lab.send("PATCH", "/users/me", json: "", as: user).expect(400)
        },
    ]

    private static let profileUpdateRefusals: [Check] = [
        Check(["USERS-ME-PATCH-13"], "invalid input answers 400 and changes nothing") { lab in
            let user = try lab.register(fullName: "Jane")
            for bad in [
                "{", "[]", #"{"full_name":5}"#, #"{"bio":["hi"]}"#, #"{"bio":"hi","full_name":true}"#,
                #"{"bio":"hi","avatar":"https://example.com/me.png"}"#,
            ] {
                try lab.send("PATCH", "/users/me", json: bad, as: user).expect(400)
            }
            try lab.update(["bio": "hi", "avatar": "https://example.com/me.png"], as: user).expect(400)
            let me = try lab.me(user)
            try me["full_name"].expect("Jane")
            try me["bio"].expectNull()
        },
        Check(
            ["USERS-ME-PATCH-13"], "a name has at most 100 characters, a biography 500", needs: [.decidedBounds]
        ) { lab in
            let user = try lab.register()
            func text(_ count: Int) -> String { String(repeating: "🦊", count: count) }
            try lab.update(["full_name": text(100), "bio": text(500)], as: user).expect(200)
            try lab.update(["full_name": text(101)], as: user).expect(400)
            try lab.update(["bio": text(501)], as: user).expect(400)
        },
        Check(["USERS-ME-PATCH-14"], "a file that is no image answers 400 and changes nothing") { lab in
            let user = try lab.register()
            for sample in [Sample.pdfDocument, .txtDocument, .mp4Video] {
                try lab.update(["bio": "hi"], avatar: sample, as: user).expect(400)
            }
            let me = try lab.me(user)
            try me["bio"].expectNull()
            try me["avatar_url"].expectNull()
        },
        Check(["USERS-ME-PATCH-15"], "an avatar clearly above 10 MB answers 413") { lab in
            let user = try lab.register()
            try lab.update([:], avatar: .pngImage.with(byteCount: 11 << 20), as: user).expect(413)
            try lab.me(user)["avatar_url"].expectNull()
        },
        Check(
            ["USERS-ME-PATCH-15"], "an avatar of 10,485,760 bytes is accepted, one byte more refused",
            needs: [.decidedBounds]
        ) { lab in
            let user = try lab.register()
            try lab.update([:], avatar: .pngImage.with(byteCount: 10 << 20), as: user).expect(200)
            try lab.update([:], avatar: .pngImage.with(byteCount: (10 << 20) + 1), as: user).expect(413)
        },
        .demandsToken(["USERS-ME-PATCH-16"], "PATCH", "/users/me"),
    ]
}
