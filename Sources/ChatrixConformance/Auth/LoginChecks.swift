import ChatrixModel

extension Lab {
    fileprivate mutating func logIn(
        _ name: String, _ password: String, headers: KeyValuePairs<String, String> = [:]
    ) throws -> Reply {
        try post("/auth/login", #"{"phoneOrUsername":"\#(name)","password":"\#(password)"}"#, headers: headers)
    }

    fileprivate mutating func refresh(_ token: Node, device: String) throws -> Reply {
        try post("/auth/refresh", #"{"refresh_token":"\#(try token.text())"}"#, headers: ["x-device-id": device])
    }
}

extension Checks {
    static let login: [Check] = [
        Check(["AUTH-LOGIN-01", "AUTH-LOGIN-03", "AUTH-LOGIN-07"], "login with JSON answers 200 without a token") {
            lab in
            let user = try lab.register()
            try lab.logIn(user.username, user.password).expect(200)
        },
        Check(["AUTH-LOGIN-02"], "x-device-id names the device, a new UUID replaces a missing one") { lab in
            let user = try lab.register()
            let named = try lab.logIn(user.username, user.password, headers: ["x-device-id": "tablet"]).expect(200).json
            try Token(named["refresh_token"]).json(1)["device_id"].expect("tablet")
            try lab.refresh(named["refresh_token"], device: "tablet").expect(200)
            let first = try lab.logIn(user.username, user.password).expect(200).json
            let second = try lab.logIn(user.username, user.password).expect(200).json
            let device = try Token(first["access_token"]).json(1)["device_id"]
            try device.expectUUIDv4()
            try Token(second["access_token"]).json(1)["device_id"].expectNot(.string(device.text()))
            try lab.refresh(first["refresh_token"], device: device.text()).expect(200)
        },
        Check(["AUTH-LOGIN-04"], "the username logs in") { lab in
            let user = try lab.register()
            try lab.logIn(user.username, user.password).expect(200).json["user"]["id"].expect(.string(user.id))
        },
        Check(["AUTH-LOGIN-05"], "the phone number logs in") { lab in
            let user = try lab.register()
            try lab.logIn(user.phone, user.password).expect(200).json["user"]["id"].expect(.string(user.id))
        },
        Check(["AUTH-LOGIN-06"], "only a value with a plus sign is a phone number") { lab in
            let owner = try lab.register()
            let digits = String(owner.phone.dropFirst())
            try lab.logIn(digits, owner.password).expect(401)
            let phone = lab.freshPhone()
            let namesake = try lab.post(
                "/auth/register", #"{"phone":"\#(phone)","username":"\#(digits)","password":"another1"}"#
            ).expect(201).json
            let id = try namesake["user"]["id"].text()
            try lab.logIn(digits, "another1").expect(200).json["user"]["id"].expect(.string(id))
            try lab.logIn(owner.phone, owner.password).expect(200).json["user"]["id"].expect(.string(owner.id))
            try lab.logIn("+" + owner.username, owner.password).expect(401)
        },
        Check(["AUTH-LOGIN-04"], "a username is found without regard to case") { lab in
            let user = try lab.register()
            for name in [user.username.uppercased(), "C" + user.username.dropFirst()] {
                try lab.logIn(name, user.password).expect(200).json["user"]["id"].expect(.string(user.id))
            }
        },
        Check(["AUTH-LOGIN-08"], "the answer has user and two tokens") { lab in
            let user = try lab.register()
            let answer = try lab.logIn(user.username, user.password).expect(200).json
            try answer.expectKeys("user", "access_token", "refresh_token")
            try answer["access_token"].expectNonEmptyText()
            try answer["refresh_token"].expectNonEmptyText()
        },
        Check(["AUTH-LOGIN-09"], "user has five keys and describes the account") { lab in
            let account = try lab.register(fullName: "Jane Doe")
            let user = try lab.logIn(account.username, account.password).expect(200).json["user"]
            try user.expectKeys("id", "phone", "username", "full_name", "avatar_url")
            try user["id"].expect(.string(account.id))
            try user["phone"].expect(.string(account.phone))
            try user["username"].expect(.string(account.username))
            try user["full_name"].expect("Jane Doe")
            try user["avatar_url"].expectNull()
        },
        Check(["AUTH-LOGIN-10"], "invalid input answers 400") { lab in
            try lab.refuses("/auth/login", "{}", "no fields")
            try lab.refuses("/auth/login", #"{"phoneOrUsername":"#, "malformed JSON")
        },
        Check(["AUTH-LOGIN-11"], "both fields must be texts that are not empty") { lab in
            let user = try lab.register()
            for bad in [#""""#, "null", "5", "true", "[]", "{}", nil] {
                let name = bad.map { #""phoneOrUsername":\#($0),"# } ?? ""
                try lab.refuses(
                    "/auth/login", #"{\#(name)"password":"\#(user.password)"}"#, "phoneOrUsername \(bad ?? "absent")")
                let password = bad.map { #","password":\#($0)"# } ?? ""
                try lab.refuses(
                    "/auth/login", #"{"phoneOrUsername":"\#(user.username)"\#(password)}"#,
                    "password \(bad ?? "absent")")
            }
        },
        Check(["AUTH-LOGIN-12"], "wrong credentials answer 401") { lab in
            let user = try lab.register()
            try lab.logIn(user.username, user.password + "x").expect(401)
            try lab.logIn(user.username, user.password.uppercased()).expect(401)
            try lab.logIn(user.username, " " + user.password).expect(401)
            try lab.logIn(lab.freshUsername(), user.password).expect(401)
            try lab.logIn(lab.freshPhone(), user.password).expect(401)
        },
        Check(["AUTH-LOGIN-13"], "an unknown account and a wrong password look alike") { lab in
            let user = try lab.register()
            let wrong = try lab.logIn(user.username, "not the password").expect(401).json["message"]
            let unknown = try lab.logIn(lab.freshUsername(), "not the password").expect(401).json["message"]
            try unknown.expect(.string(wrong.text()))
        },
        Check(["AUTH-LOGIN-14"], "a short password is wrong, not invalid") { lab in
            let user = try lab.register()
            try lab.logIn(user.username, "a").expect(401)
        },
        Check(["AUTH-LOGIN-15"], "a login on the same device replaces its session") { lab in
            let user = try lab.register()
            let device: KeyValuePairs = ["x-device-id": "tablet"]
            let first = try lab.logIn(user.username, user.password, headers: device).expect(200).json
            let second = try lab.logIn(user.username, user.password, headers: device).expect(200).json
            try lab.refresh(first["refresh_token"], device: "tablet").expect(401)
            try lab.refresh(second["refresh_token"], device: "tablet").expect(200)
        },
        Check(["AUTH-LOGIN-16"], "a login on another device leaves sessions alone") { lab in
            let user = try lab.register()
            let first = try lab.logIn(user.username, user.password, headers: ["x-device-id": "one"]).expect(200).json
            let second = try lab.logIn(user.username, user.password, headers: ["x-device-id": "two"]).expect(200).json
            try lab.refresh(first["refresh_token"], device: "one").expect(200)
            try lab.refresh(second["refresh_token"], device: "two").expect(200)
        },
    ]
}
