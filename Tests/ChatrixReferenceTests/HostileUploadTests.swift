import ChatrixModel
import HTTPTypes
import Testing

@testable import ChatrixReference

/// Forms and files that are broken, hostile or too much: each gets its status and leaves the state as it was.
@Suite struct HostileUploadTests {
    private static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 2, 0, 0, 0, 3, 8, 2, 0, 0, 0]
    private static let routes: [(HTTPRequest.Method, String, field: String)] = [
        (.post, "/media/upload", "file"), (.post, "/storage/upload", "file"),
        (.post, "/storage/upload/multiple", "files"),
    ]

    private var api: ReferenceAPI
    private var token = ""

    init() throws {
        try self.init(storageBytesMax: 1 << 30)
    }

    private init(storageBytesMax: Int) throws {
        var configuration = ReferenceAPI.Configuration()
        configuration.rateLimits = .off
        configuration.backend.passwordRounds = 1
        configuration.backend.storageBytesMax = storageBytesMax
        api = ReferenceAPI(configuration: configuration)
        let answer = api.respond(
            to: APIRequest(
                method: .post, target: "/auth/register",
                body: Array(#"{"phone":"+491700000001","username":"anna","password":"secret1"}"#.utf8)),
            at: .virtualStart)
        token = try #require(JSON.parse(answer.body)["access_token"]?.string)
    }

    private mutating func send(
        _ method: HTTPRequest.Method, _ target: String, _ body: [UInt8],
        contentType: String? = "multipart/form-data; boundary=b"
    ) -> APIResponse {
        var headers: HTTPFields = [.authorization: "Bearer \(token)"]
        headers[.contentType] = contentType
        return api.respond(
            to: APIRequest(method: method, target: target, headers: headers, body: body), at: .virtualStart)
    }

    /// Sends the request and expects to be refused with `status`, the state unchanged.
    private mutating func expectRefused(
        _ method: HTTPRequest.Method = .post, _ target: String, _ body: [UInt8], status: Int = 400,
        contentType: String? = "multipart/form-data; boundary=b", _ why: String
    ) {
        let digest = api.backend.digest
        let answer = send(method, target, body, contentType: contentType)
        #expect(answer.status == status, "\(method) \(target): \(why)")
        #expect(api.backend.digest == digest, "\(method) \(target): \(why)")
        #expect(api.takeEvents().isEmpty)
    }

    /// One part with its delimiter before it.
    private func part(_ headers: String, _ content: [UInt8]) -> [UInt8] {
        Array("--b\r\n\(headers)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
    }

    private func filePart(_ field: String, _ fileName: String, _ content: [UInt8]) -> [UInt8] {
        part(#"Content-Disposition: form-data; name="\#(field)"; filename="\#(fileName)""#, content)
    }

    private let end = Array("--b--\r\n".utf8)

    // MARK: Framing

    @Test mutating func brokenFramesAreRefused() {
        for (method, target, field) in Self.routes {
            let good = filePart(field, "a.png", Self.png)
            expectRefused(method, target, [], "an empty body")
            expectRefused(method, target, end, "no part at all")
            expectRefused(method, target, good, "no end")
            expectRefused(method, target, good + Array("--b".utf8), "an end cut short")
            expectRefused(method, target, Array(good.dropFirst(2)) + end, "no start")
            expectRefused(method, target, Array("\0\0\0\0".utf8), "zeros")
            expectRefused(
                method, target, good + end, contentType: "multipart/form-data; boundary=x", "another boundary")
            expectRefused(method, target, good + end, contentType: "multipart/form-data", "no boundary")
            expectRefused(
                method, target, good + end, contentType: "multipart/form-data; boundary=\"\"", "an empty boundary")
            let long = String(repeating: "b", count: 71)
            expectRefused(
                method, target, Array("--\(long)--\r\n".utf8), contentType: "multipart/form-data; boundary=\(long)",
                "a boundary of 71 characters")
            expectRefused(
                method, target, good + end, contentType: "multipart/mixed; boundary=b", "another kind of form")
            expectRefused(method, target, good + end, contentType: nil, "no content type")
            #expect(send(method, target, good + end).status < 300)
        }
    }

    /// However a body is cut short, it is no form.
    @Test mutating func everyCutIsRefused() {
        let body = filePart("file", "a.png", Self.png) + part(#"Content-Disposition: form-data; name="type""#, []) + end
        for count in 0..<(body.count - 2) {
            expectRefused(.post, "/media/upload", Array(body[..<count]), "the first \(count) bytes")
        }
    }

    @Test mutating func partHeadersAreRefused() {
        for (method, target, field) in Self.routes {
            let huge = String(repeating: "x", count: 20 << 10)
            let bad: [(String, [UInt8])] = [
                ("no headers", Array("--b\r\n\r\n\r\n".utf8)),
                ("no blank line", Array("--b\r\nContent-Disposition: form-data; name=\"\(field)\"\r\n".utf8)),
                ("no disposition", part("Content-Type: image/png", Self.png)),
                ("another disposition", part(#"Content-Disposition: attachment; name="\#(field)""#, Self.png)),
                ("no name", part(#"Content-Disposition: form-data; filename="a.png""#, Self.png)),
                ("20 KiB of headers", part("X-Huge: \(huge)\r\nContent-Disposition: form-data; name=\"x\"", Self.png)),
                ("a file name of 20 KiB", filePart(field, huge, Self.png)),
                (
                    "headers that are not UTF-8",
                    Array("--b\r\nContent-Disposition: form-data; name=\"\(field)".utf8) + [0xFF]
                        + Array("\"; filename=\"a\"\r\n\r\n\r\n".utf8)
                ),
                ("a NUL in the field's name", filePart(field + "\0", "a.png", Self.png)),
            ]
            for (why, body) in bad { expectRefused(method, target, body + end, why) }
        }
    }

    @Test mutating func tenThousandPartsAreRefused() {
        for (method, target, field) in Self.routes {
            let texts = (1...10_000).flatMap { part(#"Content-Disposition: form-data; name="t\#($0)""#, [120]) }
            expectRefused(method, target, texts + filePart(field, "a.png", Self.png) + end, "10,000 texts")
            let files = (1...10_000).flatMap { _ in filePart(field, "a.png", Self.png) }
            expectRefused(method, target, files + end, "10,000 files")
        }
        let parts = (1...10_000).flatMap { _ in part(#"Content-Disposition: form-data; name="bio""#, [120]) }
        expectRefused(.patch, "/users/me", parts + end, "10,000 biographies")
    }

    @Test mutating func fieldsOfTheWrongKindAreRefused() {
        let png = filePart("file", "a.png", Self.png)
        expectRefused(
            .post, "/media/upload", png + filePart("type", "type.txt", Array("image".utf8)) + end, "a file as type")
        let long = [UInt8](repeating: UInt8(ascii: "i"), count: (64 << 10) + 1)
        expectRefused(
            .post, "/media/upload", png + part(#"Content-Disposition: form-data; name="type""#, long) + end,
            "a type of 64 KiB")
        expectRefused(
            .post, "/media/upload", png + part(#"Content-Disposition: form-data; name="type""#, [0xFF]) + end,
            "a type that is not UTF-8")
        expectRefused(
            .patch, "/users/me", part(#"Content-Disposition: form-data; name="bio""#, [0xED, 0xA0, 0x80]) + end,
            "a surrogate in UTF-8")
        let mixed = part(
            "Content-Disposition: form-data; name=\"file\"; filename=\"m\"\r\nContent-Type: multipart/mixed; boundary=c",
            Array("--c\r\n\r\n".utf8) + Self.png + Array("\r\n--c--".utf8))
        expectRefused(.post, "/media/upload", mixed + end, "a form within the form")
    }

    // MARK: Files

    @Test mutating func filesThatAreNotWhatTheySayAreRefused() {
        for (name, content) in [
            ("a.png", Array("words".utf8)), ("a.mp4", Array("%PDF-1.7".utf8)), ("a.jpg", Array("<svg/>".utf8)),
            ("a.png", [0x89, 0x50, 0x4E]), ("a.gif", Array("GIF89a".utf8)), ("a.webp", Array("RIFF----WEBP".utf8)),
            ("a.exe", Array("MZ".utf8)), ("a.docx", [0x50, 0x4B, 3, 4]), ("a.png", []),
        ] {
            expectRefused(.post, "/media/upload", filePart("file", name, content) + end, "\(name) of \(content)")
        }
        for content in [Array("words".utf8), Array("%PDF-1.7".utf8), Array("\0\0\0\u{8}ftyp".utf8)] {
            expectRefused(.patch, "/users/me", filePart("avatar", "a.png", content) + end, "an avatar of \(content)")
        }
    }

    /// Media needs a size that an image can have; avatars and the storage need none (D-35).
    @Test(
        arguments: [
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF],
            [0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0], [0x80, 0, 0, 0, 0, 0, 0, 1],
        ] as [[UInt8]])
    mutating func imagesOfAbsurdSizeAreNoMedia(size: [UInt8]) {
        let image = Array(Self.png[..<16]) + size + Array(Self.png[24...])
        expectRefused(.post, "/media/upload", filePart("file", "a.png", image) + end, "a size of \(size)")
        #expect(send(.patch, "/users/me", filePart("avatar", "a.png", image) + end).status == 200)
        #expect(send(.post, "/storage/upload", filePart("file", "a.png", image) + end).status == 200)
    }

    @Test mutating func namesFromHellMakeHarmlessKeys() throws {
        for (name, kept) in [
            ("a\0.png", "a_.png"), ("..", "file"), ("../../x", "x"), ("a\u{202E}gnp.exe", "a_gnp.exe"),
            (String(repeating: "é", count: 3000), String(repeating: "_", count: 100)),
        ] {
            let answer = send(.post, "/storage/upload", filePart("file", name, Self.png) + end)
            #expect(answer.status == 200)
            let key = try #require(JSON.parse(answer.body)["data"]?["key"]?.string)
            #expect(key.hasPrefix("uploads/") && key.hasSuffix("-" + kept), "\(key)")
        }
        #expect(api.backend.brokenInvariants().isEmpty)
    }

    // MARK: The limit of the store

    @Test mutating func aFullStoreRefusesAndLosesNothing() throws {
        var small = try HostileUploadTests(storageBytesMax: 3 * Self.png.count)
        let upload = small.filePart("file", "a.png", Self.png) + end
        let first = small.send(.post, "/storage/upload", upload)
        let key = try #require(JSON.parse(first.body)["data"]?["key"]?.string)
        #expect(small.send(.post, "/media/upload", upload).status == 201)
        let two = small.filePart("files", "a.png", Self.png) + small.filePart("files", "b.png", Self.png) + end
        small.expectRefused(.post, "/storage/upload/multiple", two, status: 413, "room for one of two")
        #expect(small.send(.patch, "/users/me", small.filePart("avatar", "a.png", Self.png) + end).status == 200)
        small.expectRefused(.post, "/storage/upload", upload, status: 413, "no room")
        small.expectRefused(.post, "/media/upload", upload, status: 413, "no room")
        small.expectRefused(
            .patch, "/users/me", small.filePart("avatar", "a.png", Self.png) + end, status: 413, "no room")
        let fields = ["phone": "+491700000002", "username": "bert", "password": "secret1"].sorted { $0.key < $1.key }
        let registration = fields.flatMap {
            small.part(#"Content-Disposition: form-data; name="\#($0.key)""#, Array($0.value.utf8))
        }
        small.expectRefused(
            .post, "/auth/register", registration + small.filePart("avatar", "a.png", Self.png) + end, status: 413,
            "no room for an avatar")
        #expect(small.send(.post, "/auth/register", registration + end).status == 201)
        #expect(small.send(.get, "/storage/file/\(key)", []).body == Self.png)
        #expect(small.api.backend.brokenInvariants().isEmpty)
    }

    // MARK: Chance

    /// Bodies with bytes changed, dropped and doubled are answered, and change something only when they are accepted.
    @Test(arguments: [UInt64(1), 2, 3]) mutating func damagedFormsAreAnswered(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        func number(below bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        for round in 1...400 {
            let (method, target, field) = Self.routes[number(below: Self.routes.count)]
            var body = filePart(field, "a.png", Self.png) + filePart(field, "b.png", Self.png) + end
            for _ in 0...number(below: 4) {
                let place = number(below: body.count)
                switch number(below: 4) {
                case 0: body[place] = UInt8(number(below: 256))
                case 1: body.remove(at: place)
                case 2: body.insert(UInt8(number(below: 256)), at: place)
                default: body.insert(contentsOf: body[place..<min(body.count, place + 40)], at: place)
                }
            }
            let digest = api.backend.digest
            let answer = send(method, target, body)
            #expect([200, 201, 400].contains(answer.status), "seed \(seed), round \(round): \(answer.status)")
            #expect((api.backend.digest == digest) == (answer.status == 400), "seed \(seed), round \(round)")
            #expect(api.backend.brokenInvariants().isEmpty, "seed \(seed), round \(round)")
        }
    }
}
