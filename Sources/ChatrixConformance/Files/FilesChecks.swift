import ChatrixModel

extension Lab {
    fileprivate mutating func uploadMedia(_ sample: Sample, as user: Account) throws -> Reply {
        try post("/media/upload", form: .files("file", sample), as: user)
    }

    fileprivate mutating func store(_ sample: Sample, as user: Account) throws -> Reply {
        try post("/storage/upload", form: .files("file", sample), as: user)
    }
}

private let megabyte = 1 << 20

extension Checks {
    static let files: [Check] = fileTypes + fileSizes + fileKeys

    private static let fileTypes: [Check] = [
        Check(["FILES-01"], "JPEG, PNG, GIF and WebP are images") { lab in
            let user = try lab.register()
            for sample in Sample.images {
                let answer = try lab.uploadMedia(sample, as: user).expect(201).json
                try answer["type"].expect("image")
                try answer["mime_type"].expect(.string(sample.mimeType))
            }
        },
        Check(["FILES-02"], "MP4, WebM and MOV are videos") { lab in
            let user = try lab.register()
            for sample in Sample.videos {
                let answer = try lab.uploadMedia(sample, as: user).expect(201).json
                try answer["type"].expect("video")
                try answer["mime_type"].expect(.string(sample.mimeType))
            }
        },
        Check(["FILES-03"], "PDF, DOC, DOCX and TXT are documents, which the storage takes") { lab in
            let user = try lab.register()
            for sample in Sample.documents {
                let reply = try lab.post("/storage/upload?type=document", form: .files("file", sample), as: user)
                let key = try reply.expect(200).json["data"]["key"].text()
                let type = try lab.get("/storage/preview/\(key)", as: user).expect(200).header("Content-Type") ?? ""
                try reply.expect(
                    type.hasPrefix(sample.mimeType), "expected the media type \(sample.mimeType), found \(type)")
            }
        },
        Check(["FILES-10"], "the content decides, not the name and not the declared type", needs: [.decidedBounds]) {
            lab in
            let user = try lab.register()
            let disguised = Sample.pngImage.with(fileName: "notes.txt", mimeType: "text/plain")
            try lab.uploadMedia(disguised, as: user).expect(201).json["mime_type"].expect("image/png")
            let film = Sample.movVideo.with(fileName: "photo.jpg", mimeType: "image/jpeg")
            try lab.uploadMedia(film, as: user).expect(201).json["mime_type"].expect("video/quicktime")
            for fake in [
                Sample.txtDocument.with(fileName: "photo.png", mimeType: "image/png"),
                .pdfDocument.with(fileName: "film.mp4", mimeType: "video/mp4"),
                .docxDocument.with(fileName: "photo.webp", mimeType: "image/webp"),
            ] {
                try lab.uploadMedia(fake, as: user).expect(400)
                try lab.send("PATCH", "/users/me", form: .files("avatar", fake), as: user).expect(400)
            }
        },
        Check(["FILES-10"], "the storage shows the media type of the content", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            for (sample, type) in [
                (Sample.pngImage.with(fileName: "paper.pdf", mimeType: "application/pdf"), "image/png"),
                (.txtDocument.with(fileName: "photo.png", mimeType: "image/png"), "application/octet-stream"),
                (.docDocument.with(fileName: "sheet.xls", mimeType: "application/msword"), "application/octet-stream"),
                (.docxDocument.with(fileName: "paper.DOCX"), Sample.docxDocument.mimeType),
                (.pngImage.with(fileName: "paper.docx"), "image/png"),
            ] {
                let key = try lab.store(sample, as: user).expect(200).json["data"]["key"].text()
                try lab.get("/storage/preview/\(key)", as: user).expect(200).expectHeader("Content-Type", type)
            }
        },
    ]

    private static let fileSizes: [Check] = [
        Check(["FILES-04"], "an image of 9 MB is accepted, one of 11 MB refused") { lab in
            let user = try lab.register()
            try lab.uploadMedia(.jpegImage.with(byteCount: 9 * megabyte), as: user).expect(201)
            try lab.uploadMedia(.jpegImage.with(byteCount: 11 * megabyte), as: user).expect(413)
        },
        Check(["FILES-05"], "a video clearly above 100 MB is refused") { lab in
            let user = try lab.register()
            try lab.uploadMedia(.mp4Video.with(byteCount: 101 * megabyte), as: user).expect(413)
        },
        Check(["FILES-06", "FILES-07"], "a document of 19 MB is accepted, one of 26 MB refused") { lab in
            let user = try lab.register()
            try lab.store(.pdfDocument.with(byteCount: 19 * megabyte), as: user).expect(200)
            try lab.store(.pdfDocument.with(byteCount: 26 * megabyte), as: user).expect(400)
        },
        Check(["FILES-08"], "media takes a video of 21 MB, the storage takes nothing of 21 MB") { lab in
            let user = try lab.register()
            let film = Sample.mp4Video.with(byteCount: 21 * megabyte)
            try lab.uploadMedia(film, as: user).expect(201)
            try lab.store(film, as: user).expect(400)
            try lab.store(.pdfDocument.with(byteCount: 21 * megabyte), as: user).expect(400)
            try lab.store(.pngImage.with(byteCount: 11 * megabyte), as: user).expect(200)
        },
        Check(["FILES-09"], "a file of exactly the limit is accepted, one byte more refused", needs: [.decidedBounds]) {
            lab in
            let user = try lab.register()
            try lab.uploadMedia(.gifImage.with(byteCount: 10 * megabyte), as: user).expect(201)
            try lab.uploadMedia(.gifImage.with(byteCount: 10 * megabyte + 1), as: user).expect(413)
            try lab.store(.pdfDocument.with(byteCount: 20 * megabyte), as: user).expect(200)
            try lab.store(.pdfDocument.with(byteCount: 20 * megabyte + 1), as: user).expect(400)
        },
        Check(["FILES-09"], "a video of exactly 100 MB is accepted", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            try lab.uploadMedia(.webmVideo.with(byteCount: 100 * megabyte), as: user).expect(201)
            try lab.uploadMedia(.webmVideo.with(byteCount: 100 * megabyte + 1), as: user).expect(413)
        },
        Check(["FILES-11"], "too large is 413 for media and avatars, 400 for the storage") { lab in
            let user = try lab.register()
            let large = Sample.pngImage.with(byteCount: 21 * megabyte)
            try lab.uploadMedia(large, as: user).expect(413)
            try lab.send("PATCH", "/users/me", form: .files("avatar", large), as: user).expect(413)
            try lab.store(large, as: user).expect(400)
            try lab.post("/storage/upload/multiple", form: .files("files", large), as: user).expect(400)
        },
        Check(["FILES-11"], "too large is 413 for posts and stories") { lab in
            let user = try lab.register()
            let large = Sample.pngImage.with(byteCount: 11 * megabyte)
            try lab.post("/posts", form: .files("media", large), as: user).expect(413)
            try lab.post("/stories", form: .files("media", large), as: user).expect(413)
        },
        Check(["FILES-11"], "the type is judged before the size", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            let large = Sample.pdfDocument.with(byteCount: 11 * megabyte)
            try lab.uploadMedia(large, as: user).expect(400)
            try lab.send("PATCH", "/users/me", form: .files("avatar", large), as: user).expect(400)
        },
    ]

    private static let fileKeys: [Check] = [
        Check(["FILES-12"], "avatars are stored under avatars/{userId}/{timestamp}-{filename}") { lab in
            let user = try lab.register()
            try lab.send("PATCH", "/users/me", form: .files("avatar", .jpegImage), as: user).expect(200)
                .json["avatar_url"].expectURL(in: "avatars/\(user.id)", "photo.jpg")
        },
        Check(["FILES-13"], "keys keep letters, digits, dots, underscores and hyphens", needs: [.decidedBounds]) {
            lab in
            let user = try lab.register()
            for (fileName, kept) in [
                ("a b(1).png", "a_b_1_.png"), ("../../etc/passwd", "passwd"), (#"C:\\new\\photo.png"#, "photo.png"),
                (".hidden.png", "hidden.png"), ("grün🦊.png", "gr_n_.png"), ("...", "file"), ("x\0y.png", "x_y.png"),
                (String(repeating: "n", count: 120) + ".png", String(repeating: "n", count: 96) + ".png"),
            ] {
                try lab.store(.pngImage.with(fileName: fileName), as: user).expect(200).json["data"]["key"]
                    .expectKey(in: "uploads", kept)
            }
        },
        Check(["FILES-13"], "every key is unique") { lab in
            let user = try lab.register()
            var keys: Set<String> = []
            for _ in 1...5 {
                keys.insert(try lab.store(.pngImage, as: user).expect(200).json["data"]["key"].text())
            }
            guard keys.count == 5 else {
                throw Check.Failure("expected five keys, found \(keys.sorted())", exchange: lab.last)
            }
        },
    ]
}
