import ChatrixModel
import HTTPTypes
import Testing

@testable import ChatrixReference

/// Random requests drawn from the endpoint table, most of them spoilt: never a 500, never a crash, and what is refused
/// changes nothing.
@Suite struct HostileRequestTests {
    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func refusedRequestsAreInertAndNoneIsAnInternalFault(seed: UInt64) throws {
        var fuzzer = try Fuzzer(seed: seed)
        var statuses: [Int: Int] = [:]
        for _ in 0..<1500 {
            let request = fuzzer.request()
            let digest = fuzzer.api.backend.digest
            let response = fuzzer.api.respond(to: request, at: fuzzer.tick())
            statuses[response.status, default: 0] += 1
            #expect(
                [200, 201, 204, 400, 401, 403, 404, 405, 409, 413].contains(response.status), "\(describe(request))")
            if response.status >= 400 {
                #expect(fuzzer.api.backend.digest == digest, "\(response.status) to \(describe(request))")
                let envelope = try JSON.parse(response.body)
                #expect(
                    envelope.members?.map(\.name) == ["statusCode", "message", "error", "timestamp", "path"],
                    "\(describe(request))")
                #expect(envelope["statusCode"]?.integer == response.status)
            } else {
                fuzzer.learn(response)
            }
            #expect(fuzzer.api.backend.brokenInvariants() == [], "\(describe(request))")
        }
        // A fuzzer that is refused everything proves little.
        #expect((statuses[200] ?? 0) > 50 && (statuses[201] ?? 0) > 10 && (statuses[400] ?? 0) > 100, "\(statuses)")
    }

    @Test func sameSeedAndRequestsGiveTheSameBytesAndOutbox() throws {
        func run() throws -> (bodies: [[UInt8]], outbox: [UInt8]) {
            var fuzzer = try Fuzzer(seed: 9, isObserved: true)
            let bodies = (0..<600).map { _ in
                let request = fuzzer.request()
                let response = fuzzer.api.respond(to: request, at: fuzzer.tick())
                if response.status < 400 { fuzzer.learn(response) }
                return response.body
            }
            var clock = ReferenceClock.virtual(fuzzer.tick())
            let request = APIRequest(method: .post, target: "/_reference/outbox")
            return (bodies, fuzzer.api.control(request, clock: &clock, systemTime: .virtualStart).body)
        }
        let (first, second) = (try run(), try run())
        #expect(first.bodies == second.bodies)
        #expect(first.outbox == second.outbox)
        #expect(first.outbox.count > 1000, "too little was published to show anything")
    }

    private func describe(_ request: APIRequest) -> String {
        let headers = request.headers.map { "\($0.name): \($0.value.prefix(100))" }.joined(separator: "\n")
        return "\(request.method) \(request.target.prefix(300))\n\(headers)\n"
            + String(decoding: request.body.prefix(600), as: UTF8.self)
    }
}

/// Makes requests for a small world that it has filled itself.
private struct Fuzzer {
    var api: ReferenceAPI
    private var random: SplitMix64
    private var time = Timestamp.virtualStart
    private var tokens: [String] = []
    private var ids: [String] = ["ffffffffffffffffffffffff"]
    private var conversations: [String] = []
    private var keys: [String] = ["uploads/1-none.txt"]

    init(seed: UInt64, isObserved: Bool = false) throws {
        random = SplitMix64(seed: seed)
        var configuration = ReferenceAPI.Configuration()
        configuration.rateLimits = .off
        configuration.isObserved = isObserved
        configuration.backend.passwordRounds = 1
        configuration.backend.seed = seed
        api = ReferenceAPI(configuration: configuration)
        for number in 1...4 {
            let body = #"{"phone":"+4917000000\#(number)","username":"user\#(number)","password":"secret"}"#
            let answer = try JSON.parse(send(.post, "/auth/register", body).body)
            tokens.append(try #require(answer["access_token"]?.string))
            ids.append(try #require(answer["user"]?["id"]?.string))
        }
    }

    mutating func tick() -> Timestamp {
        time = time + Int64(pick(50))
        return time
    }

    /// Takes in what an answer names, so that later requests can name it too.
    mutating func learn(_ response: APIResponse) {
        guard let body = try? JSON.parse(response.body) else { return }
        if let id = body["id"]?.string, ids.count < 200 { ids.append(id) }
        if body["isGroup"] != nil, let id = body["id"]?.string { conversations.append(id) }
        if let key = body["data"]?["key"]?.string { keys.append(key) }
    }

    private mutating func send(_ method: HTTPRequest.Method, _ target: String, _ body: String) -> APIResponse {
        api.respond(to: APIRequest(method: method, target: target, body: Array(body.utf8)), at: tick())
    }

    // MARK: Choosing

    private mutating func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    private mutating func one<Value>(of values: [Value]) -> Value { values[pick(values.count)] }

    /// True once in so many times.
    private mutating func rarely(_ count: Int) -> Bool { pick(count) == 0 }

    mutating func request() -> APIRequest {
        let endpoint = one(of: Endpoint.all)
        var target = ""
        for segment in endpoint.path {
            switch segment {
            case .literal(let text): target += "/" + (rarely(60) ? text.uppercased() : text)
            case .parameter, .remainder: target += "/" + parameter(of: endpoint)
            }
        }
        target += query(of: endpoint)
        var headers = HTTPFields()
        if endpoint.access != .open || rarely(5) {
            headers[.authorization] = rarely(12) ? one(of: Fuzzer.badCredentials) : "Bearer \(one(of: tokens))"
        }
        if rarely(4) { headers[.deviceID] = one(of: ["device-1", "", "ü", String(repeating: "d", count: 129)]) }
        if rarely(6) { headers[.acceptLanguage] = one(of: ["id", "id;q=0", "*", ";;;q=", "en-US,id;q=0.9"]) }
        let body = body(of: endpoint)
        headers[.contentType] =
            rarely(25) ? one(of: ["text/plain", "application/json; charset=latin1", ""]) : body.type
        let method = rarely(40) ? one(of: [.get, .post, .put, .delete, .head, .options, .patch]) : endpoint.method
        return APIRequest(method: method, target: target, headers: headers, body: body.bytes)
    }

    private static let badCredentials = [
        "Bearer", "Bearer ", "Basic abc", "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", "bearer  \u{1}",
        "Bearer " + String(repeating: "A", count: 100 << 10),
    ]

    private mutating func parameter(of endpoint: Endpoint) -> String {
        if rarely(4) { return one(of: Fuzzer.badParameters) }
        if endpoint.name == .file || endpoint.name == .preview { return one(of: keys) }
        if endpoint.area == .chat, !conversations.isEmpty { return one(of: conversations) }
        if endpoint.name == .profile { return rarely(2) ? "USER\(1 + pick(5))" : one(of: ids) }
        return one(of: ids)
    }

    private static let badParameters = [
        "..", ".", "%2e%2e", "%2E%2E%2Fetc%2Fpasswd", "..%2f..%2fetc", "%00", "a%00b", "%", "%zz", "%F0%9F%A4%96",
        "🤖", "FFFFFFFFFFFFFFFFFFFFFFFF", "me", "%C3%28", "a/b", "a//b", "\\..\\", String(repeating: "x", count: 9000),
        "uploads%2F1-none.txt", "/", "'%20OR%201=1",
    ]

    private mutating func query(of endpoint: Endpoint) -> String {
        var items: [String] = []
        for name in endpoint.query where rarely(3) {
            items.append("\(name)=\(one(of: Fuzzer.queryValues + ids))")
            if rarely(20) { items.append("\(name)=1") }
        }
        if rarely(10) { items.append(one(of: ["&&&", "=", "x=%", "unknown=1", "limit", "%6Cimit=3"])) }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }

    private static let queryValues = [
        "1", "3", "50", "0", "-1", "51", "1e1", "999999999999999999999", "", "abc", "%00", "created_at", "-created_at",
        "updated_at", "2023-04-10T12:00:00.000Z", "2023-04-10T12:00:00%2B02:00", "2023-02-30T00:00:00Z", "text", "like",
        "image", "read", "%F0%9F%A4%96",
    ]

    // MARK: Bodies

    private mutating func body(of endpoint: Endpoint) -> (bytes: [UInt8], type: String?) {
        switch endpoint.body {
        case .ignored: return (rarely(4) ? noise() : [], rarely(4) ? "application/json" : nil)
        case .json: return (json(of: endpoint), "application/json")
        case .form: return form(of: endpoint)
        case .jsonOrForm: return rarely(2) ? (json(of: endpoint), "application/json") : form(of: endpoint)
        }
    }

    private mutating func fields(of endpoint: Endpoint) -> [(name: String, value: String)] {
        let known = endpoint.name == .send && !conversations.isEmpty && !rarely(4) ? conversations : ids
        let id = "\"\(one(of: known))\""
        switch endpoint.name {
        case .register:
            return [
                ("phone", "\"+49170\(1_000_000 + pick(9_000_000))\""), ("username", "\"name\(pick(5000))\""),
                ("password", "\"secret\""), ("full_name", "\"Full Name\""),
            ]
        case .login: return [("phoneOrUsername", "\"user\(1 + pick(5))\""), ("password", "\"secret\"")]
        case .refresh: return [("refresh_token", "\"\(one(of: tokens))\"")]
        case .updateMe: return [("full_name", "\"New\""), ("bio", "\"Words\"")]
        case .ensure: return [("recipientId", id)]
        case .send:
            return [
                ("conversationId", id), ("content", "\"hello\""), ("type", "\"text\""),
                ("attachments", #"[{"url":"https://x.example/a.jpg","type":"image"}]"#),
            ]
        case .report: return [("reported_user_id", id), ("reason", "\"spam\""), ("message_ids", "[\(id)]")]
        case .createCall:
            return [("recipient_id", id), ("type", "\"audio\""), ("offer", #"{"type":"offer","sdp":"v=0"}"#)]
        case .answerCall: return [("answer", #"{"type":"answer","sdp":"v=0"}"#)]
        case .createPost:
            return [
                ("caption", "\"words\""), ("is_private", "\"true\""),
                ("location", #""{\"name\":\"x\",\"lat\":1,\"lng\":2}""#),
            ]
        case .createStory: return [("caption", "\"words\""), ("expires_in", "\"5\""), ("mentions", "\"[\(id)]\"")]
        case .uploadMedia: return [("type", "\"image\"")]
        default: return []
        }
    }

    /// A JSON object of which one thing in three is wrong.
    private mutating func json(of endpoint: Endpoint) -> [UInt8] {
        if rarely(12) { return noise() }
        var members: [String] = []
        for (name, value) in fields(of: endpoint) where !rarely(15) {
            members.append("\"\(name)\":" + (rarely(8) ? one(of: Fuzzer.badValues) : value))
        }
        if rarely(10) { members.append(one(of: ["\"extra\":1", "\"a\":{\"b\":[1,2,{}]}", "\"content\":\"twice\""])) }
        var bytes = Array("{\(members.joined(separator: ","))}".utf8)
        if rarely(20) { bytes = Array(bytes.prefix(pick(bytes.count + 1))) }
        if rarely(30) { bytes = [0xEF, 0xBB, 0xBF] + bytes }
        return bytes
    }

    private static let badValues = [
        "null", "true", "0", "-1", "1e400", "1.5", "\"\"", "[]", "{}", "[[[]]]", "\" \"", #""\ud800""#,
        #""\udc00\ud800""#,
        #""\u0000""#, #""\uDBFF\uDFFF""#, "\"\u{10FFFF}\u{FFFE}\u{200B}\"",
        "\"\(String(repeating: "🤖", count: 5000))\"",
        "\"+\"", "\"..\"", "\"' OR 1=1\"", "[null]", #"{"type":"offer"}"#, "123456789012345678901234567890",
        String(repeating: "[", count: 600) + String(repeating: "]", count: 600),
    ]

    private mutating func form(of endpoint: Endpoint) -> (bytes: [UInt8], type: String?) {
        let boundary = rarely(20) ? String(repeating: "b", count: 71) : "boundary"
        var body: [UInt8] = rarely(30) ? noise() : []
        func part(_ header: String, _ content: [UInt8]) {
            body += Array("\r\n--\(boundary)\r\n\(header)\r\n\r\n".utf8) + content
        }
        for (name, value) in fields(of: endpoint) where !rarely(6) {
            let text = (try? JSON.parse(Array(value.utf8)))?.string ?? value
            let content = rarely(10) ? noise() : Array(text.utf8)
            part("Content-Disposition: form-data; name=\"\(name)\"", content)
            if rarely(30) { part("Content-Disposition: form-data; name=\"\(name)\"", content) }
        }
        let fileField: String? =
            switch endpoint.name {
            case .createPost, .createStory: "media"
            case .uploadMedia, .uploadFile: "file"
            case .uploadFiles: "files"
            default: rarely(3) ? "avatar" : nil
            }
        if let fileField {
            for _ in 0..<(rarely(12) ? 12 : 1) {
                let name = one(of: [
                    "a.png", "", "../../etc/passwd", "a\u{0}.png", String(repeating: "n", count: 400), "ü.jpg",
                ])
                part(
                    "Content-Disposition: form-data; name=\"\(fileField)\"; filename=\"\(name)\"\r\nContent-Type: image/png",
                    file())
            }
        }
        if rarely(25) { part("Content-Disposition: form-data", []) }
        if rarely(25) { part(String(repeating: "X-Header: value\r\n", count: 2000) + "X: y", []) }
        if !rarely(15) { body += Array("\r\n--\(boundary)--\r\n".utf8) }
        if rarely(25) { body = Array(body.prefix(pick(body.count + 1))) }
        let type =
            rarely(25) ? "multipart/form-data" : "multipart/form-data; boundary=\(rarely(25) ? "other" : boundary)"
        return (body, type)
    }

    /// A small picture, or something that pretends to be one.
    private mutating func file() -> [UInt8] {
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        let gif = Array("GIF89a".utf8) + [2, 0, 3, 0, 0, 0, 0, 0x3B]
        return one(of: [
            gif, gif, gif, png + [0, 0, 0, 2, 0, 0, 0, 3, 8, 0, 0, 0, 0],
            png + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 8, 0, 0, 0, 0], png, Array("GIF89a".utf8),
            [0xFF, 0xD8, 0xFF], [0xFF, 0xD8, 0xFF, 0xC0, 0, 3, 8, 0xFF], [0xFF, 0xD8, 0xFF, 0xE0, 0, 0, 0xFF],
            Array("RIFF\u{4}\u{0}\u{0}\u{0}WEBPVP8X".utf8), Array("%PDF-1.7".utf8), [], noise(),
        ])
    }

    private mutating func noise() -> [UInt8] {
        (0..<pick(200)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
}
