import ChatrixModel
import ChatrixReference

extension Checks {
    /// Routes that demand a token, one per row of the endpoint list that has no exception.
    private static let guarded: [(method: String, path: String)] = [
        ("GET", "/users/me"), ("POST", "/chat/conversations/ensure"), ("GET", "/chat/conversations"),
        ("GET", "/chat/conversations/\(Lab.unknownID)/messages"), ("POST", "/chat/messages"),
        ("POST", "/chat/conversations/\(Lab.unknownID)/read"), ("POST", "/chat/conversations/\(Lab.unknownID)/view"),
        ("POST", "/follows/\(Lab.unknownID)"), ("DELETE", "/follows/\(Lab.unknownID)"),
        ("POST", "/block/\(Lab.unknownID)"), ("DELETE", "/block/\(Lab.unknownID)"),
        ("GET", "/contacts"), ("POST", "/reports"), ("GET", "/notifications"), ("POST", "/calls"),
        ("POST", "/calls/\(Lab.unknownID)/answer"), ("POST", "/calls/\(Lab.unknownID)/end"),
    ]

    static let authorization: [Check] = [
        Check(["AUTHZ-01", "AUTHZ-03"], "endpoints outside /auth answer 401 without a token") { lab in
            for (method, path) in guarded { try lab.send(method, path).expect(401) }
        },
        Check(["AUTHZ-02"], "the token travels as Authorization: Bearer") { lab in
            let user = try lab.register()
            try lab.get("/users/me", headers: ["Authorization": "Bearer \(user.accessToken)"]).expect(200)
            try lab.get("/users/me", headers: ["Authorization": user.accessToken]).expect(401)
            try lab.get("/users/me?token=\(user.accessToken)").expect(401)
        },
        Check(["AUTHZ-04"], "an invalid token answers 401 everywhere") { lab in
            for (method, path) in guarded {
                for bad in ["Bearer nonsense", "Bearer a.b.c", "Bearer", "Bearer "] {
                    try lab.send(method, path, headers: ["Authorization": bad]).expect(401)
                }
            }
        },
        Check(["AUTHZ-05"], "access tokens of registration, login and refresh act for their user") { lab in
            var user = try lab.register()
            _ = try lab.register()
            try lab.get("/users/me", as: user).expect(200).json["id"].expect(.string(user.id))
            let credentials = #"{"phoneOrUsername":"\#(user.username)","password":"\#(user.password)"}"#
            let device: KeyValuePairs = ["x-device-id": user.deviceID]
            try user.adopt(lab.post("/auth/login", credentials, headers: device).expect(200).json)
            try lab.get("/users/me", as: user).expect(200).json["id"].expect(.string(user.id))
            let body = #"{"refresh_token":"\#(user.refreshToken)"}"#
            try user.adopt(lab.post("/auth/refresh", body, headers: device).expect(200).json)
            try lab.get("/users/me", as: user).expect(200).json["id"].expect(.string(user.id))
        },
        Check(["AUTHZ-06"], "tokens are JWTs with HS256 in the header") { lab in
            for answer in try lab.answersWithTokens() {
                for key in ["access_token", "refresh_token"] {
                    let header = try Token(answer[key]).json(0)
                    try header.expectKeys("alg", "typ")
                    try header["alg"].expect("HS256")
                    try header["typ"].expect("JWT")
                }
            }
        },
        Check(["AUTHZ-07"], "/auth ignores an Authorization header") { lab in
            let user = try lab.register()
            let bad: KeyValuePairs = ["Authorization": "Bearer nonsense", "x-device-id": user.deviceID]
            try lab.post(
                "/auth/login", #"{"phoneOrUsername":"\#(user.username)","password":"\#(user.password)"}"#,
                headers: ["Authorization": "Bearer nonsense"]
            ).expect(200)
            try lab.post("/auth/refresh", #"{"refresh_token":"\#(user.refreshToken)"}"#, headers: bad).expect(200)
            let names = #""phone":"\#(lab.freshPhone())","username":"\#(lab.freshUsername())""#
            try lab.post("/auth/register", #"{\#(names),"password":"secret123"}"#, headers: bad).expect(201)
        },
        Check(["AUTHZ-08"], "a public profile needs no token") { lab in
            let user = try lab.register()
            try lab.get("/users/\(user.id)").expect(200)
        },
        Check(["AUTHZ-07"], "/admin needs no token and ignores an Authorization header") { lab in
            try lab.get("/admin/conversations/inspect").expect(200)
            try lab.get("/admin/conversations/inspect", headers: ["Authorization": "Bearer nonsense"]).expect(200)
        },
        Check(["AUTHZ-08"], "a public post needs no token") { lab in
            let user = try lab.register()
            let post = try lab.post("/posts", form: .files("media", .pngImage), as: user).expect(201).json["id"].text()
            try lab.get("/posts/\(post)").expect(200)
        },
        Check(["AUTHZ-09"], "a tampered token, another secret and another algorithm answer 401") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let token = try Token(Node(.string(alice.accessToken), path: "access_token", exchange: lab.last))
            let other = try Token(Node(.string(bob.accessToken), path: "access_token", exchange: lab.last))
            var forged = [
                "alice's payload under bob's signature": [other.segments[0], token.segments[1], other.segments[2]]
                    .joined(separator: "."),
                "a signature cut short": String(token.text.dropLast(2)),
                "a signature in reverse": [
                    token.segments[0], token.segments[1], String(token.segments[2].reversed()),
                ].joined(separator: "."),
                "no signature": "\(token.segments[0]).\(token.segments[1]).",
                "alg none": token.withHeader(#"{"alg":"none","typ":"JWT"}"#),
                "alg HS512": token.withHeader(#"{"alg":"HS512","typ":"JWT"}"#),
                "another secret": try Self.tokenOfAnotherSecret(),
            ]
            let unsigned = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
            forged["alg none without signature"] = "\(unsigned).\(token.segments[1])."
            for (fault, text) in forged.sorted(by: { $0.key < $1.key }) {
                let reply = try lab.get("/users/me", headers: ["Authorization": "Bearer \(text)"])
                try reply.expect(reply.status == 401, "expected status 401 for \(fault), found \(reply.status)")
            }
            try lab.get("/users/me", as: alice).expect(200)
        },
        Check(["AUTHZ-10"], "an expired access token answers 401", needs: [.clock]) { lab in
            let user = try lab.register()
            try lab.advance(seconds: 3599)
            try lab.get("/users/me", as: user).expect(200)
            try lab.advance(seconds: 1)
            try lab.get("/users/me", as: user).expect(401)
        },
        Check(["AUTHZ-11"], "a refresh token is no bearer token") { lab in
            let user = try lab.register()
            try lab.get("/users/me", headers: ["Authorization": "Bearer \(user.refreshToken)"]).expect(401)
        },
        Check(["AUTHZ-12"], "a bad token answers 401 also where a token is optional") { lab in
            let user = try lab.register()
            for bad in ["Bearer nonsense", "Basic abc", "Bearer \(user.refreshToken)"] {
                try lab.get("/users/\(user.id)", headers: ["Authorization": bad]).expect(401)
            }
        },
        Check(["AUTHZ-12"], "a bad token answers 401 also for a public post") { lab in
            let user = try lab.register()
            let post = try lab.post("/posts", form: .files("media", .pngImage), as: user).expect(201).json["id"].text()
            for bad in ["Bearer nonsense", "Basic abc", "Bearer \(user.refreshToken)"] {
                try lab.get("/posts/\(post)", headers: ["Authorization": bad]).expect(401)
            }
        },
        Check(["AUTHZ-13"], "the scheme is compared without regard to case") { lab in
            let token = try lab.register().accessToken
            for good in ["bearer \(token)", "BEARER \(token)", "Bearer   \(token)"] {
                try lab.get("/users/me", headers: ["Authorization": good]).expect(200)
            }
            for bad in ["Token \(token)", "Basic \(token)", "Bearer\(token)", "Bearer \(token) \(token)"] {
                try lab.get("/users/me", headers: ["Authorization": bad]).expect(401)
            }
        },
        Check(["AUTHZ-14"], "the token of a deleted user answers 401", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            try lab.control("user-delete", #"{"user_id":"\#(user.id)"}"#).expect(200)
            try lab.get("/users/me", as: user).expect(401)
        },
        Check(
            ["AUTHZ-12", "AUTHZ-14", "CONTROL-07"], "the token of a deleted user answers 401 also where it is optional",
            needs: [.controlPlane]
        ) { lab in
            let author = try lab.register()
            let user = try lab.register()
            let post = try lab.post("/posts", form: .files("media", .pngImage), as: author).expect(201)
                .json["id"].text()
            for path in ["/users/\(author.id)", "/posts/\(post)"] { try lab.get(path, as: user).expect(200) }
            try lab.control("user-delete", #"{"user_id":"\#(user.id)"}"#).expect(200)
            for path in ["/users/\(author.id)", "/posts/\(post)"] {
                try lab.get(path, as: user).expect(401)
                try lab.get(path).expect(200)
            }
        },
        Check(["AUTHZ-15"], "a token's payload has six claims") { lab in
            let user = try lab.register()
            for (text, type) in [(user.accessToken, "access"), (user.refreshToken, "refresh")] {
                let claims = try Token(Node(.string(text), path: "token", exchange: lab.last)).json(1)
                try claims.expectKeys("sub", "type", "device_id", "jti", "iat", "exp")
                try claims["sub"].expect(.string(user.id))
                try claims["type"].expect(.string(type))
                try claims["device_id"].expect(.string(user.deviceID))
                try claims["jti"].expectNonEmptyText()
                try claims["iat"].expectInteger()
                try claims["exp"].expectInteger()
            }
        },
        Check(["AUTHZ-16"], "an access token lasts an hour, a refresh token thirty days") { lab in
            let user = try lab.register()
            for (text, seconds) in [(user.accessToken, 3600), (user.refreshToken, 2_592_000)] {
                let claims = try Token(Node(.string(text), path: "token", exchange: lab.last)).json(1)
                try claims["exp"].expect(.number(String(claims["iat"].integer() + seconds)))
            }
        },
        Check(["AUTHZ-17"], "no answer and no publication contains a password") { lab in
            let chat = try lab.chat()
            let password = chat.alice.password
            let credentials = #"{"phoneOrUsername":"\#(chat.alice.username)","password":"\#(password)"}"#
            var replies = [
                try lab.post("/auth/login", credentials), try lab.get("/users/me", as: chat.alice),
                try lab.get("/users/\(chat.alice.id)"), try lab.get("/users/\(chat.alice.username)", as: chat.bob),
                try lab.get("/chat/conversations", as: chat.bob),
            ]
            let names = #""phone":"\#(chat.alice.phone)","username":"\#(lab.freshUsername())""#
            // Other rows say what these are refused with.
            replies.append(try lab.post("/auth/register", #"{\#(names),"password":"\#(password)"}"#))
            replies.append(try lab.post("/auth/register", #"{"password":"\#(password)"}"#))
            replies.append(try lab.post("/auth/login", #"{"phoneOrUsername":"nobody","password":"\#(password)"}"#))
            for reply in replies {
                let text = String(decoding: reply.exchange.answer.body, as: UTF8.self)
                try reply.expect(!text.contains(password), "expected no password in the answer")
            }
            guard lab.capabilities.contains(.events) else { return }
            let published = try lab.publications { try $0.say("hello", as: chat.alice, in: chat.id) }
            for index in published.all.indices where "\(published.all[index].payload)".contains(password) {
                throw published.failure("expected no password in publication \(index)")
            }
        },
    ]

    /// A good access token of the first user of a reference that signs with another secret.
    private static func tokenOfAnotherSecret() throws -> String {
        var configuration = ReferenceAPI.Configuration()
        configuration.tokenSecret = "not the secret of any target"
        configuration.backend.passwordRounds = 1
        var lab = Lab(target: InProcessTarget(configuration: configuration))
        return try lab.register().accessToken
    }
}

extension Lab {
    /// The answers of registration, login and refresh for one new user.
    fileprivate mutating func answersWithTokens() throws -> [Node] {
        let names = #""phone":"\#(freshPhone())","username":"cx_tokens\#(fresh())""#
        let device: KeyValuePairs = ["x-device-id": "device"]
        let registered = try post("/auth/register", #"{\#(names),"password":"secret123"}"#, headers: device)
            .expect(201).json
        let name = try registered["user"]["username"].text()
        let loggedIn = try post(
            "/auth/login", #"{"phoneOrUsername":"\#(name)","password":"secret123"}"#, headers: device
        ).expect(200).json
        let token = try loggedIn["refresh_token"].text()
        let refreshed = try post("/auth/refresh", #"{"refresh_token":"\#(token)"}"#, headers: device).expect(200).json
        return [registered, loggedIn, refreshed]
    }
}
