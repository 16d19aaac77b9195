import ChatrixModel

extension Reply {
    /// The error envelope, complete and in itself consistent, with this status and phrase.
    func expectEnvelope(_ status: Int, _ phrase: String) throws {
        try expect(status)
        let body = try json
        try body.expectKeys("statusCode", "message", "error", "timestamp", "path")
        try body["statusCode"].expect(.number(String(status)))
        try body["error"].expect(.string(phrase))
        try body["message"].expectNonEmptyText()
        try body["timestamp"].expectTimestamp()
    }
}

extension Lab {
    /// One refused request for each status that any caller can bring about.
    fileprivate mutating func refusals() throws -> [Reply] {
        let chat = try chat()
        let stranger = try register()
        let names = #""phone":"\#(chat.alice.phone)","username":"\#(freshUsername())""#
        return [
            try post("/chat/conversations/ensure", "{}", as: chat.alice).expect(400),
            try get("/users/me").expect(401),
            try get("/chat/conversations/\(chat.id)/messages?limit=5", as: stranger).expect(403),
            try get("/users/\(Lab.unknownID)?full=yes").expect(404),
            try delete("/follows/\(chat.bob.id)", as: chat.alice).expect(404),
            try get("/no/such/route").expect(404),
            try delete("/chat/messages", as: chat.alice).expect(405),
            try post("/auth/register", #"{\#(names),"password":"secret123"}"#).expect(409),
            try post("/auth/login", String(repeating: " ", count: (1 << 20) + 1)).expect(413),
        ]
    }

    /// Makes the next request to a path fail inside and sends it.
    fileprivate mutating func provokesFault(as user: Account) throws -> Reply {
        try control("fail-next", #"{"method":"GET","path":"/users/me"}"#).expect(200)
        return try get("/users/me", as: user)
    }
}

extension Checks {
    static let errors: [Check] = errorEnvelope + errorStatuses + errorRoutes

    private static let errorEnvelope: [Check] = [
        Check(["ERROR-01"], "every refusal is an object with five keys") { lab in
            for reply in try lab.refusals() {
                try reply.json.expectKeys("statusCode", "message", "error", "timestamp", "path")
            }
        },
        Check(["ERROR-02"], "statusCode is the HTTP status") { lab in
            for reply in try lab.refusals() { try reply.json["statusCode"].expect(.number(String(reply.status))) }
        },
        Check(["ERROR-03"], "message is a text") { lab in
            for reply in try lab.refusals() { try reply.json["message"].expectNonEmptyText() }
        },
        Check(["ERROR-04", "ERROR-08"], "error is the English name of the status in every language") { lab in
            let names = [
                400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
                405: "Method Not Allowed", 409: "Conflict", 413: "Payload Too Large",
            ]
            for reply in try lab.refusals() {
                try reply.json["error"].expect(.string(names[reply.status] ?? ""))
                try lab.sendAgain(reply, with: .init("Accept-Language", "id")).expect(reply.status).json["error"]
                    .expect(.string(names[reply.status] ?? ""))
            }
        },
        Check(["ERROR-05"], "timestamp is a time in UTC") { lab in
            for reply in try lab.refusals() { try reply.json["timestamp"].expectTimestamp() }
        },
        Check(["ERROR-06"], "path is the path of the request") { lab in
            for reply in try lab.refusals() {
                let path = reply.exchange.request.target.split(separator: "?")[0]
                try reply.json["path"].expect(.string(String(path)))
            }
        },
        Check(["ERROR-07"], "path has no query and keeps its percent-encoding") { lab in
            let reply = try lab.get("/users/no%20such%2fuser%C3%A9?limit=5&x=%20").expect(404)
            try reply.json["path"].expect(.string(lab.path("/users/no%20such%2fuser%C3%A9")))
            try lab.get("/nowhere?").expect(404).json["path"].expect(.string(lab.path("/nowhere")))
        },
        Check(["ERROR-09"], "the envelope stands also where success has no JSON") { lab in
            let user = try lab.register()
            try lab.delete("/follows/\(Lab.unknownID)", as: user).expectEnvelope(404, "Not Found")
            try lab.delete("/follows/\(Lab.unknownID)").expectEnvelope(401, "Unauthorized")
        },
    ]

    private static let errorStatuses: [Check] = [
        Check(["ERROR-10"], "400 is Bad Request") { lab in
            let user = try lab.register()
            try lab.post("/chat/conversations/ensure", "{}", as: user).expectEnvelope(400, "Bad Request")
            try lab.get("/chat/conversations?sort=x", as: user).expectEnvelope(400, "Bad Request")
        },
        Check(["ERROR-11"], "401 is Unauthorized and names the scheme") { lab in
            let reply = try lab.get("/users/me")
            try reply.expectEnvelope(401, "Unauthorized")
            try reply.expectHeader("WWW-Authenticate", "Bearer")
        },
        Check(["ERROR-12"], "403 is Forbidden") { lab in
            let chat = try lab.chat()
            let stranger = try lab.register()
            try lab.post("/chat/conversations/\(chat.id)/read", as: stranger).expectEnvelope(403, "Forbidden")
        },
        Check(["ERROR-13"], "404 is Not Found") { lab in
            let user = try lab.register()
            try lab.get("/users/\(Lab.unknownID)", as: user).expectEnvelope(404, "Not Found")
            try lab.post("/chat/conversations/\(Lab.unknownID)/read", as: user).expectEnvelope(404, "Not Found")
        },
        Check(["ERROR-14"], "409 is Conflict") { lab in
            let user = try lab.register()
            let names = #""phone":"\#(user.phone)","username":"\#(lab.freshUsername())""#
            try lab.post("/auth/register", #"{\#(names),"password":"secret123"}"#).expectEnvelope(409, "Conflict")
        },
        Check(["ERROR-15"], "413 is Payload Too Large") { lab in
            try lab.post("/auth/login", String(repeating: " ", count: (1 << 20) + 1))
                .expectEnvelope(413, "Payload Too Large")
        },
        Check(
            ["ERROR-16"], "429 is Too Many Requests", needs: [.rateLimitChoice], rateLimits: .documented
        ) { lab in
            for _ in 1...10 { try lab.post("/auth/login", "{}").expect(400) }
            try lab.post("/auth/login", "{}").expectEnvelope(429, "Too Many Requests")
        },
        Check(["ERROR-17"], "500 is Internal Server Error", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            try lab.provokesFault(as: user).expectEnvelope(500, "Internal Server Error")
            try lab.get("/users/me", as: user).expect(200)
        },
        Check(["ERROR-18"], "a 500 shows nothing internal", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let reply = try lab.provokesFault(as: user)
            try reply.expectEnvelope(500, "Internal Server Error")
            let message = try reply.json["message"].text().lowercased()
            for word in ["swift", "fail-next", "error:", "fatal", "stack", "/sources/", user.id, user.accessToken] {
                try reply.expect(!message.contains(word.lowercased()), "expected a message without '\(word)'")
            }
            try reply.expectHeader("WWW-Authenticate", nil)
        },
    ]

    private static let errorRoutes: [Check] = [
        Check(["ERROR-19"], "an unknown route answers 404") { lab in
            let user = try lab.register()
            for path in [
                "/", "/nowhere", "/auth", "/chat", "/users", "/Users/me", "/users/me/", "/users/me/more",
                "/auth/register/", "/chat/conversations/", "//users/me", "/users//me", "/chat/messages/",
                "/chat/conversations/\(Lab.unknownID)", "/chat/conversations/\(Lab.unknownID)/Messages",
                "/contacts/", "/notifications/\(Lab.unknownID)", "/calls/\(Lab.unknownID)", "/admin",
                "/admin/conversations", "/admin/conversations/inspect/", "/admin/conversations/\(Lab.unknownID)/more",
            ] {
                for caller in [user, nil] {
                    let reply = try lab.get(path, as: caller)
                    try reply.expectEnvelope(404, "Not Found")
                }
            }
            try lab.post("/auth/logout", "{}").expectEnvelope(404, "Not Found")
        },
        Check(["ERROR-20"], "a known route with another method answers 405 with Allow") { lab in
            let user = try lab.register()
            for (method, path, allowed) in [
                ("GET", "/auth/register", "POST"), ("PUT", "/auth/login", "POST"), ("DELETE", "/auth/refresh", "POST"),
                ("DELETE", "/users/me", "GET"), ("POST", "/users/\(user.id)", "GET"),
                ("GET", "/chat/conversations/ensure", "POST"), ("POST", "/chat/conversations", "GET"),
                ("PATCH", "/chat/conversations/\(Lab.unknownID)/messages", "GET"), ("GET", "/chat/messages", "POST"),
                ("GET", "/chat/conversations/\(Lab.unknownID)/read", "POST"),
                ("DELETE", "/chat/conversations/\(Lab.unknownID)/view", "POST"),
                ("GET", "/follows/\(user.id)", "POST"), ("PUT", "/follows/\(user.id)", "DELETE"),
                ("GET", "/block/\(user.id)", "POST"), ("PATCH", "/block/\(user.id)", "DELETE"),
                ("POST", "/contacts", "GET"), ("GET", "/reports", "POST"), ("DELETE", "/notifications", "GET"),
                ("GET", "/calls", "POST"), ("PUT", "/calls/\(Lab.unknownID)/end", "POST"),
                ("GET", "/calls/\(Lab.unknownID)/answer", "POST"),
                ("DELETE", "/storage/file/uploads/1-x.png", "GET"), ("POST", "/storage/preview/uploads/1-x.png", "GET"),
                ("DELETE", "/admin/conversations/inspect", "GET"), ("GET", "/admin/conversations/cleanup", "DELETE"),
                ("POST", "/admin/conversations/cleanup", "DELETE"),
                ("GET", "/admin/conversations/\(Lab.unknownID)", "DELETE"),
                ("OPTIONS", "/users/me", "GET"), ("HEAD", "/users/me", "GET"), ("HEAD", "/users/\(user.id)", "GET"),
            ] {
                for caller in [user, nil] {
                    let reply = try lab.send(method, path, as: caller)
                    try reply.expect(reply.status == 405, "expected 405 for \(method) \(path), found \(reply.status)")
                    let methods = try reply.header("Allow")?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
                    try reply.expect(
                        methods.contains { $0 == allowed } && !methods.contains { $0 == method },
                        "expected Allow with \(allowed) and without \(method), found \(methods)")
                    if method != "HEAD" { try reply.expectEnvelope(405, "Method Not Allowed") }
                }
            }
        },
    ]
}
