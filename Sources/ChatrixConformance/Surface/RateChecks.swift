import ChatrixModel

extension Check {
    /// A check in the mode where requests are counted.
    fileprivate static func counted(
        _ ids: [String], _ title: String, needs: Set<Capability> = [],
        _ body: @escaping @Sendable (inout Lab) throws -> Void
    ) -> Check {
        Check(ids, title, needs: needs.union([.rateLimitChoice]), rateLimits: .documented, body)
    }
}

extension Reply {
    fileprivate func expectRate(limit: Int, remaining: Int) throws {
        try expectHeader("X-RateLimit-Limit", String(limit))
        try expectHeader("X-RateLimit-Remaining", String(remaining))
    }
}

private let rateHeaders = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"]

extension Checks {
    static let rateLimits: [Check] = rateClasses + rateAnswers + rateWindows

    private static let rateClasses: [Check] = [
        .counted(["RATE-01", "RATE-04"], "10 authentication requests are served, the 11th is 429") { lab in
            for _ in 1...10 { try lab.post("/auth/login", "{}").expect(400) }
            try lab.post("/auth/login", "{}").expect(429)
        },
        .counted(["RATE-02", "RATE-04"], "100 other requests are served, the 101st is 429") { lab in
            let user = try lab.register()
            for _ in 1...100 { try lab.get("/users/me", as: user).expect(200) }
            try lab.get("/users/me", as: user).expect(429)
            try lab.get("/chat/conversations", as: user).expect(429)
        },
        .counted(["RATE-03", "RATE-04"], "20 uploads are served, the 21st is 429") { lab in
            let user = try lab.register()
            for left in (0...19).reversed() {
                try lab.post("/media/upload", form: Form(), as: user).expect(400).expectRate(limit: 20, remaining: left)
            }
            try lab.post("/media/upload", form: .files("file", .pngImage), as: user).expect(429)
        },
        .counted(["RATE-14"], "the three upload routes share a counter, which posts and stories leave alone") { lab in
            let user = try lab.register()
            let paths = ["/media/upload", "/storage/upload", "/storage/upload/multiple"]
            for index in 0..<20 { try lab.post(paths[index % 3], form: Form(), as: user).expect(400) }
            for path in paths { try lab.post(path, form: Form(), as: user).expect(429) }
            try lab.post("/posts", form: Form(), as: user).expectRate(limit: 100, remaining: 99)
            try lab.post("/stories", form: Form(), as: user).expectRate(limit: 100, remaining: 98)
            try lab.get("/storage/file/nothing", as: user).expectRate(limit: 100, remaining: 97)
        },
        .counted(["RATE-13"], "the three authentication routes share a counter") { lab in
            for _ in 1...4 { try lab.post("/auth/register", "{}").expect(400) }
            for _ in 1...3 { try lab.post("/auth/login", "{}").expect(400) }
            for _ in 1...3 { try lab.post("/auth/refresh", "{}").expect(401) }
            for path in ["/auth/register", "/auth/login", "/auth/refresh"] { try lab.post(path, "{}").expect(429) }
        },
        .counted(["RATE-15"], "a request counts in one class, one answered with 429 in none", needs: [.clock]) { lab in
            try lab.get("/nowhere").expectRate(limit: 100, remaining: 99)
            for left in (0...9).reversed() {
                try lab.post("/auth/login", "{}").expectRate(limit: 10, remaining: left)
            }
            for _ in 1...20 { try lab.post("/auth/login", "{}").expect(429) }
            try lab.get("/nowhere").expectRate(limit: 100, remaining: 98)
            try lab.advance(seconds: 60)
            try lab.post("/auth/login", "{}").expect(400).expectRate(limit: 10, remaining: 9)
        },
        .counted(["RATE-16"], "a good token counts for its user, anything else for the address") { lab in
            let user = try lab.register()
            try lab.get("/users/me", as: user).expectRate(limit: 100, remaining: 99)
            try lab.get("/users/me").expect(401).expectRate(limit: 100, remaining: 99)
            try lab.get("/users/me", headers: ["Authorization": "Bearer nonsense"]).expectRate(
                limit: 100, remaining: 98)
            try lab.get("/users/me", headers: ["Authorization": "Bearer \(user.refreshToken)"]).expectRate(
                limit: 100, remaining: 97)
            try lab.get("/users/me", as: user).expectRate(limit: 100, remaining: 98)
            try lab.get("/users/\(user.id)", headers: ["X-Forwarded-For": "203.0.113.9"]).expectRate(
                limit: 100, remaining: 96)
            // The registration was the address's first.
            try lab.post("/auth/login", "{}", as: user).expectRate(limit: 10, remaining: 8)
            try lab.post("/auth/login", "{}").expectRate(limit: 10, remaining: 7)
            try lab.get("/admin/conversations/inspect", as: user).expectRate(limit: 100, remaining: 95)
            try lab.get("/admin/conversations/inspect").expectRate(limit: 100, remaining: 94)
            try lab.get("/users/me", as: user).expectRate(limit: 100, remaining: 97)
        },
        .counted(["RATE-17"], "one user's requests do not use up another's") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            for _ in 1...101 { _ = try lab.get("/users/me", as: alice) }
            try lab.get("/users/me", as: alice).expect(429)
            try lab.get("/users/me", as: bob).expect(200).expectRate(limit: 100, remaining: 99)
        },
        Check(["RATE-18"], "in the mode off nothing is counted and the headers are absent", needs: [.rateLimitChoice]) {
            lab in
            let user = try lab.register()
            for _ in 1...11 {
                let reply = try lab.post("/auth/login", "{}").expect(400)
                for name in rateHeaders { try reply.expectHeader(name, nil) }
            }
            for _ in 1...101 {
                let reply = try lab.get("/users/me", as: user).expect(200)
                for name in rateHeaders { try reply.expectHeader(name, nil) }
            }
        },
    ]

    private static let rateAnswers: [Check] = [
        Check(
            ["RATE-05", "RATE-06", "RATE-07"], "every answer carries limit, remaining and reset",
            rateLimits: .documented
        ) { lab in
            let user = try lab.register()
            for reply in [
                try lab.get("/users/me", as: user), try lab.get("/chat/conversations", as: user),
                try lab.get("/users/\(user.id)"), try lab.post("/auth/login", "{}"),
            ] {
                try reply.expectRateHeaders()
            }
            try lab.get("/users/me", as: user).expectHeader("X-RateLimit-Limit", "100")
            try lab.post("/auth/login", "{}").expectHeader("X-RateLimit-Limit", "10")
        },
        .counted(["RATE-08"], "the headers are on errors, on 204 and on 429") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            try lab.post("/follows/\(bob.id)", as: alice).expect(201)
            var replies = [
                try lab.delete("/follows/\(bob.id)", as: alice).expect(204), try lab.get("/users/me").expect(401),
                try lab.get("/nowhere").expect(404), try lab.send("PUT", "/users/me").expect(405),
                try lab.post("/chat/messages", "{", as: alice).expect(400),
                try lab.post("/auth/login", String(repeating: " ", count: (1 << 20) + 1)).expect(413),
            ]
            for _ in 1...7 { try lab.post("/auth/login", "{}").expect(400) }
            replies.append(try lab.post("/auth/login", "{}").expect(429))
            for reply in replies { try reply.expectRateHeaders() }
        },
        .counted(["RATE-09"], "reset is the end of the window in Unix seconds, rounded up", needs: [.clock]) { lab in
            let login = try lab.post("/auth/login", "{}")
            let now = try login.json["timestamp"].milliseconds()
            try login.expectRateReset(now + 60_000, at: now)
            try lab.advance(milliseconds: 500)
            let other = try lab.get("/nowhere")
            let later = try other.json["timestamp"].milliseconds()
            try other.expectRateReset(later + 900_000, at: later)
            try lab.advance(seconds: 30)
            try lab.get("/nowhere").expectRateReset(later + 900_000, at: later + 30_000)
        },
        .counted(["RATE-10"], "remaining falls by 1 with each request, never below 0") { lab in
            for left in (0...9).reversed() {
                try lab.post("/auth/login", "{}").expectRate(limit: 10, remaining: left)
            }
            for _ in 1...3 { try lab.post("/auth/login", "{}").expect(429).expectRate(limit: 10, remaining: 0) }
        },
        .counted(["RATE-11"], "a 429 says after how many seconds to come again", needs: [.clock]) { lab in
            for _ in 1...10 { try lab.post("/auth/login", "{}").expect(400) }
            try lab.advance(milliseconds: 10_500)
            let reply = try lab.post("/auth/login", "{}").expect(429)
            let now = try reply.json["timestamp"].milliseconds()
            let seconds = try reply.integerHeader("Retry-After")
            let reset = try reply.rateReset(at: now)
            // Two headers that count in units of their own are rounded each for itself.
            let tolerance = lab.knobs.rateLimitReset == .unixSeconds ? 0 : 1
            try reply.expect(
                reset.map { abs(($0 - now + 999) / 1000 - Int64(seconds)) <= tolerance } ?? true,
                "expected Retry-After until X-RateLimit-Reset, found \(seconds)")
            try lab.post("/auth/refresh", "{}").expect(429).expect(
                reset.map { $0 > now } ?? true, "expected a reset in the future")
            try lab.get("/nowhere").expect(404).expectHeader("Retry-After", nil)
        },
    ]

    private static let rateWindows: [Check] = [
        .counted(["RATE-12"], "the authentication window starts with a request and lasts 60 s", needs: [.clock]) {
            lab in
            for _ in 1...5 { try lab.post("/auth/login", "{}").expect(400) }
            try lab.advance(seconds: 50)
            for _ in 1...5 { try lab.post("/auth/login", "{}").expect(400) }
            try lab.post("/auth/login", "{}").expect(429)
            try lab.advance(milliseconds: 9999)
            try lab.post("/auth/login", "{}").expect(429)
            try lab.advance(milliseconds: 1)
            // A sliding window would still hold the five requests of ten seconds ago.
            try lab.post("/auth/login", "{}").expect(400).expectRate(limit: 10, remaining: 9)
        },
        .counted(["RATE-12"], "the window of uploads lasts 3600 s", needs: [.clock]) { lab in
            for _ in 1...20 { try lab.post("/storage/upload", form: Form()).expect(401) }
            try lab.advance(milliseconds: 3_599_999)
            try lab.post("/storage/upload", form: Form()).expect(429)
            try lab.advance(milliseconds: 1)
            try lab.post("/storage/upload", form: Form()).expect(401).expectRate(limit: 20, remaining: 19)
        },
        .counted(["RATE-12"], "the window of other requests lasts 900 s", needs: [.clock]) { lab in
            for _ in 1...100 { try lab.get("/nowhere").expect(404) }
            try lab.advance(milliseconds: 899_999)
            try lab.get("/nowhere").expect(429)
            try lab.advance(milliseconds: 1)
            try lab.get("/nowhere").expect(404).expectRate(limit: 100, remaining: 99)
        },
    ]
}
