import ChatrixModel

extension Lab {
    /// A registration as JSON with fresh names. Each change replaces a member with literal JSON, or drops it.
    fileprivate mutating func registration(_ changes: KeyValuePairs<String, String?> = [:]) -> String {
        var members: [(name: String, json: String?)] = [
            ("phone", "\"\(freshPhone())\""), ("username", "\"\(freshUsername())\""), ("password", #""secret123""#),
        ]
        for change in changes {
            members.removeAll { $0.name == change.key }
            members.append((change.key, change.value))
        }
        return "{"
            + members.compactMap { member in member.json.map { "\"\(member.name)\":\($0)" } }
            .joined(separator: ",") + "}"
    }

    @discardableResult
    fileprivate mutating func registers(_ changes: KeyValuePairs<String, String?> = [:]) throws -> Reply {
        try post("/auth/register", registration(changes)).expect(201)
    }

    fileprivate mutating func refusesRegistration(
        _ changes: KeyValuePairs<String, String?>, status: Int = 400, _ why: String
    ) throws {
        try refuses("/auth/register", registration(changes), status: status, why)
    }

    fileprivate mutating func registrationForm() -> Form {
        var form = Form()
        form.text("phone", freshPhone())
        form.text("username", freshUsername())
        form.text("password", "secret123")
        return form
    }

    fileprivate mutating func registers(avatar: [UInt8], fileName: String, type: String) throws -> Reply {
        var form = registrationForm()
        form.file("avatar", fileName: fileName, type: type, avatar)
        return try post("/auth/register", form: form)
    }
}

extension Checks {
    static let register: [Check] = registerRequest + registerAvatar + registerAnswer + registerConflict

    private static let registerRequest: [Check] = [
        Check(["AUTH-REGISTER-01"], "registration needs no token") { lab in
            try lab.post("/auth/register", form: lab.registrationForm()).expect(201)
        },
        Check(["AUTH-REGISTER-02"], "x-device-id names the device of the session") { lab in
            let answer = try lab.post(
                "/auth/register", form: lab.registrationForm(), headers: ["x-device-id": "phone-of-alice"]
            ).expect(201).json
            let body = #"{"refresh_token":"\#(try answer["refresh_token"].text())"}"#
            try lab.post("/auth/refresh", body, headers: ["x-device-id": "another"]).expect(401)
            try lab.post("/auth/refresh", body, headers: ["x-device-id": "phone-of-alice"]).expect(200)
        },
        Check(["AUTH-REGISTER-03"], "without x-device-id each registration gets a device of its own") { lab in
            var devices: [String] = []
            for _ in 1...2 {
                let answer = try lab.post("/auth/register", form: lab.registrationForm()).expect(201).json
                let device = try Token(answer["refresh_token"]).json(1)["device_id"].text()
                let body = #"{"refresh_token":"\#(try answer["refresh_token"].text())"}"#
                try lab.post("/auth/refresh", body, headers: ["x-device-id": device]).expect(200)
                devices.append(device)
            }
            guard devices[0] != devices[1] else {
                throw Check.Failure("expected two device IDs, found \(devices[0]) twice", exchange: lab.last)
            }
        },
        Check(["AUTH-REGISTER-04"], "a generated device ID is a version 4 UUID in both tokens") { lab in
            let reply = try lab.post("/auth/register", form: lab.registrationForm()).expect(201)
            let access = try Token(reply.json["access_token"]).json(1)["device_id"]
            let refresh = try Token(reply.json["refresh_token"]).json(1)["device_id"]
            try access.expectUUIDv4()
            try refresh.expect(.string(access.text()))
        },
        Check(
            ["AUTH-REGISTER-05"], "x-device-id is 1 to 128 visible ASCII characters, an empty one is absent",
            needs: [.decidedBounds]
        ) { lab in
            for bad in [String(repeating: "d", count: 129), "two words", "gerät"] {
                try lab.post("/auth/register", form: lab.registrationForm(), headers: ["x-device-id": bad]).expect(400)
            }
            let longest = String(repeating: "d", count: 128)
            try lab.post("/auth/register", form: lab.registrationForm(), headers: ["x-device-id": longest]).expect(201)
            let reply = try lab.post("/auth/register", form: lab.registrationForm(), headers: ["x-device-id": ""])
            try Token(reply.expect(201).json["access_token"]).json(1)["device_id"].expectUUIDv4()
        },
        Check(["AUTH-REGISTER-06"], "the fields arrive as form-data, with or without an avatar") { lab in
            try lab.post("/auth/register", form: lab.registrationForm()).expect(201)
            try lab.registers(avatar: Sample.png, fileName: "me.png", type: "image/png").expect(201)
        },
        Check(["AUTH-REGISTER-07"], "a JSON object is accepted too") { lab in
            let answer = try lab.registers(["full_name": #""Jo""#]).json
            try answer.expectKeys("user", "access_token", "refresh_token")
            try answer["user"]["full_name"].expect("Jo")
        },
        Check(["AUTH-REGISTER-08"], "phone is required") { lab in
            try lab.refusesRegistration(["phone": nil], "no phone")
            try lab.refusesRegistration(["phone": "null"], "phone null")
            try lab.refusesRegistration(["phone": #""""#], "an empty phone")
        },
        Check(["AUTH-REGISTER-09"], "phone is a plus sign and digits") { lab in
            try lab.registers()
            try lab.refusesRegistration(["phone": #""1234567890""#], "a phone without plus")
            try lab.refusesRegistration(["phone": #""+12345abcde""#], "a phone with letters")
            try lab.refusesRegistration(["phone": #""+12345678901234567890""#], "a phone of 20 digits")
        },
        Check(["AUTH-REGISTER-10"], "phone has 7 to 15 digits, exactly", needs: [.decidedBounds]) { lab in
            try lab.registers(["phone": #""+1234567""#])
            try lab.registers(["phone": #""+123456789012345""#])
            for bad in [
                "+123456", "+1234567890123456", "+0123456789", " +1234567890", "+1234567890 ", "+12 345 67890",
                "+1-234-567-890", "++1234567890", "+", "+１２３４５６７８９０", "+1234567890\\n",
            ] {
                try lab.refusesRegistration(["phone": "\"\(bad)\""], "the phone '\(bad)'")
            }
        },
        Check(["AUTH-REGISTER-11"], "username is required") { lab in
            try lab.refusesRegistration(["username": nil], "no username")
            try lab.refusesRegistration(["username": "null"], "username null")
        },
        Check(["AUTH-REGISTER-12"], "a username of 3 characters is accepted, of 2 refused") { lab in
            let three = String(("zz" + String(lab.fresh(), radix: 36)).suffix(3))
            try lab.registers(["username": "\"\(three)\""])
            try lab.refusesRegistration(["username": #""zx""#], "a username of 2 characters")
            try lab.refusesRegistration(["username": #""""#], "an empty username")
        },
        Check(
            ["AUTH-REGISTER-13"], "a username has 3 to 30 letters, digits, underscores and dots and no ID shape",
            needs: [.decidedBounds]
        ) { lab in
            for good in [
                String(repeating: "x", count: 30), "A_z.9", "...", "ABCDEFABCDEFABCDEFABCDEF",
                "abcdefabcdefabcdefabcde", "gbcdefabcdefabcdefabcdef",
            ] {
                try lab.registers(["username": "\"\(good)\""])
            }
            for bad in [
                String(repeating: "x", count: 31), "with space", "da-sh", "a@b", "josé", "+1234567890", " abc", "abc ",
                "abcdefabcdefabcdefabcdef", "012345678901234567890123", "日本語", "abc\\u0000",
            ] {
                try lab.refusesRegistration(["username": "\"\(bad)\""], "the username '\(bad)'")
            }
        },
        Check(["AUTH-REGISTER-14"], "password is required") { lab in
            try lab.refusesRegistration(["password": nil], "no password")
            try lab.refusesRegistration(["password": "null"], "password null")
        },
        Check(["AUTH-REGISTER-15"], "a password of 6 characters is accepted, of 5 refused") { lab in
            try lab.registers(["password": #""abc456""#])
            try lab.refusesRegistration(["password": #""abc45""#], "a password of 5 characters")
            try lab.refusesRegistration(["password": #""""#], "an empty password")
        },
        Check(["AUTH-REGISTER-16"], "full_name is optional") { lab in
            try lab.registers()
            try lab.registers(["full_name": #""Jane Doe""#])
        },
        Check(["AUTH-REGISTER-26"], "invalid input answers 400") { lab in
            try lab.refusesRegistration(["password": #""abc""#], "a short password")
            try lab.refusesRegistration(["phone": #""call me""#], "a phone that is none")
            try lab.post("/auth/register", form: Form()).expect(400)
        },
    ]

    private static let registerAvatar: [Check] = [
        Check(["AUTH-REGISTER-17"], "avatar is an optional file part") { lab in
            let with = try lab.registers(avatar: Sample.png, fileName: "me.png", type: "image/png").expect(201)
            try with.json["user"]["avatar_url"].expectNonEmptyText()
            try lab.post("/auth/register", form: lab.registrationForm()).expect(201)
            // What a browser sends for a file input that was left empty.
            try lab.registers(avatar: [], fileName: "", type: "application/octet-stream").expect(201)
                .json["user"]["avatar_url"].expectNull()
        },
        Check(["AUTH-REGISTER-18"], "JPEG, PNG, GIF and WebP are accepted as avatar") { lab in
            for (bytes, kind) in [
                (Sample.jpeg, "jpeg"), (Sample.png, "png"), (Sample.gif, "gif"), (Sample.webp, "webp"),
            ] {
                try lab.registers(avatar: bytes, fileName: "me.\(kind)", type: "image/\(kind)").expect(201)
            }
        },
        Check(["AUTH-REGISTER-19"], "an avatar that is no file answers 400") { lab in
            var form = lab.registrationForm()
            form.text("avatar", "https://example.com/me.png")
            try lab.post("/auth/register", form: form).expect(400)
            try lab.refusesRegistration(["avatar": #""https://example.com/me.png""#], "an avatar in JSON")
        },
        Check(["AUTH-REGISTER-25"], "avatar_url ends in avatars/{userId}/{timestamp}-{filename}") { lab in
            let reply = try lab.registers(avatar: Sample.png, fileName: "me.png", type: "image/png").expect(201)
            let user = try reply.json["user"]
            let parts = try user["avatar_url"].text().split(separator: "/").map(String.init)
            try reply.expect(parts.count >= 3, "expected a URL with a key of three parts")
            let key = Array(parts.suffix(3))
            try reply.expect(
                key[0] == "avatars" && key[1] == user["id"].text(), "expected avatars/{userId}/…, found \(key)")
            let pieces = key[2].split(separator: "-", maxSplits: 1)
            let isStamped = pieces.count == 2 && pieces[1] == "me.png" && pieces[0].utf8.allSatisfy { 48...57 ~= $0 }
            try reply.expect(isStamped, "expected {timestamp}-me.png, found \(key[2])")
        },
        Check(["AUTH-REGISTER-27"], "a file that is no image answers 400") { lab in
            try lab.registers(avatar: Sample.pdf, fileName: "me.pdf", type: "application/pdf").expect(400)
            try lab.registers(avatar: Sample.text, fileName: "me.txt", type: "text/plain").expect(400)
        },
        Check(["AUTH-REGISTER-28"], "an avatar clearly above 10 MB answers 413") { lab in
            let bytes = Sample.png + [UInt8](repeating: 0, count: 11 << 20)
            try lab.registers(avatar: bytes, fileName: "me.png", type: "image/png").expect(413)
        },
        Check(
            ["AUTH-REGISTER-28"], "an avatar of 10,485,760 bytes is accepted, one byte more refused",
            needs: [.decidedBounds]
        ) { lab in
            var bytes = Sample.png + [UInt8](repeating: 0, count: (10 << 20) - Sample.png.count)
            try lab.registers(avatar: bytes, fileName: "me.png", type: "image/png").expect(201)
            bytes.append(0)
            try lab.registers(avatar: bytes, fileName: "me.png", type: "image/png").expect(413)
        },
    ]

    private static let registerAnswer: [Check] = [
        Check(["AUTH-REGISTER-20"], "success answers 201") { lab in
            try lab.post("/auth/register", form: lab.registrationForm()).expect(201)
        },
        Check(["AUTH-REGISTER-21"], "the answer has user and two tokens") { lab in
            let answer = try lab.post("/auth/register", form: lab.registrationForm()).expect(201).json
            try answer.expectKeys("user", "access_token", "refresh_token")
            try answer["access_token"].expectNonEmptyText()
            try answer["refresh_token"].expectNonEmptyText()
        },
        Check(["AUTH-REGISTER-22"], "user has five keys with texts") { lab in
            var form = lab.registrationForm()
            form.text("full_name", "Jane Doe")
            form.file("avatar", fileName: "me.png", type: "image/png", Sample.png)
            let user = try lab.post("/auth/register", form: form).expect(201).json["user"]
            try user.expectKeys("id", "phone", "username", "full_name", "avatar_url")
            for key in ["id", "phone", "username", "full_name", "avatar_url"] { try user[key].expectNonEmptyText() }
        },
        Check(["AUTH-REGISTER-23"], "full_name and avatar_url are null when not given") { lab in
            let user = try lab.post("/auth/register", form: lab.registrationForm()).expect(201).json["user"]
            try user["full_name"].expectNull()
            try user["avatar_url"].expectNull()
        },
        Check(["AUTH-REGISTER-24"], "phone, username and full_name come back as sent") { lab in
            let phone = lab.freshPhone()
            let username = lab.freshUsername()
            var form = Form()
            form.text("phone", phone)
            form.text("username", username)
            form.text("password", "secret123")
            form.text("full_name", "Jané  O'Dóe 🦊")
            let user = try lab.post("/auth/register", form: form).expect(201).json["user"]
            try user["phone"].expect(.string(phone))
            try user["username"].expect(.string(username))
            try user["full_name"].expect("Jané  O'Dóe 🦊")
        },
    ]

    private static let registerConflict: [Check] = [
        Check(["AUTH-REGISTER-29"], "a phone that is taken answers 409") { lab in
            let user = try lab.register()
            try lab.refusesRegistration(["phone": "\"\(user.phone)\""], status: 409, "a taken phone")
        },
        Check(["AUTH-REGISTER-30"], "a username that is taken answers 409") { lab in
            let user = try lab.register()
            try lab.refusesRegistration(["username": "\"\(user.username)\""], status: 409, "a taken username")
        },
        Check(["AUTH-REGISTER-31"], "a username that differs only in case is taken") { lab in
            let user = try lab.register()
            try lab.refusesRegistration(
                ["username": "\"\(user.username.uppercased())\""], status: 409, "the username in capitals")
        },
        Check(["AUTH-REGISTER-32"], "a request both invalid and in conflict answers 400") { lab in
            let user = try lab.register()
            try lab.refusesRegistration(
                ["phone": "\"\(user.phone)\"", "password": #""abc""#], "a taken phone and a short password")
            try lab.refusesRegistration(
                ["username": "\"\(user.username)\"", "phone": #""12""#], "a taken username and a bad phone")
        },
        Check(["AUTH-REGISTER-33"], "a refused registration stores nothing") { lab in
            let user = try lab.register()
            let phone = "\"\(lab.freshPhone())\""
            let username = "\"\(lab.freshUsername())\""
            try lab.refusesRegistration(["phone": phone, "username": username, "password": #""abc""#], "a password")
            try lab.refusesRegistration(
                ["phone": phone, "username": "\"\(user.username)\""], status: 409, "a taken username")
            try lab.refusesRegistration(
                ["phone": "\"\(user.phone)\"", "username": username], status: 409, "a taken phone")
            try lab.registers(["phone": phone, "username": username])
        },
    ]
}
