extension Reply {
    /// Status 200 and exactly these bytes.
    func expectFile(_ sample: Sample) throws {
        try expect(200)
        try expect(exchange.answer.body == sample.bytes, "expected the \(sample.bytes.count) bytes that were uploaded")
    }

    /// The media type of a body, without its parameters.
    fileprivate var mediaType: String? {
        get throws { try header("Content-Type")?.split(separator: ";").first.map(String.init) }
    }

    fileprivate func expectMediaType(_ expected: String) throws {
        let found = try mediaType
        try expect(found == expected, "expected the media type \(expected), found \(found ?? "none")")
    }
}

extension Lab {
    /// Uploads one file to the storage and returns its key.
    fileprivate mutating func store(_ sample: Sample, as user: Account) throws -> String {
        try post("/storage/upload", form: .files("file", sample), as: user).expect(200).json["data"]["key"].text()
    }
}

extension Checks {
    static let storageFile: [Check] = [
        Check(["STORAGE-FILE-01", "STORAGE-FILE-03"], "a file is found under its key with 200") { lab in
            let user = try lab.register()
            let key = try lab.store(.pngImage, as: user)
            try lab.get("/storage/file/\(key)", as: user).expectFile(.pngImage)
        },
        Check(["STORAGE-FILE-02"], "slashes of a key may be raw or escaped") { lab in
            let user = try lab.register()
            let key = try lab.store(.pngImage, as: user)
            for separator in ["/", "%2F", "%2f"] {
                let path = key.split(separator: "/").joined(separator: separator)
                try lab.get("/storage/file/\(path)", as: user).expectFile(.pngImage)
                try lab.get("/storage/preview/\(path)", as: user).expectFile(.pngImage)
            }
        },
        Check(["STORAGE-FILE-04"], "the headers are those of a download") { lab in
            let user = try lab.register()
            let key = try lab.store(.pdfDocument, as: user)
            let reply = try lab.get("/storage/file/\(key)", as: user).expect(200)
            let disposition = try reply.header("Content-Disposition") ?? ""
            try reply.expect(
                disposition.lowercased().hasPrefix("attachment"),
                "expected the Content-Disposition attachment, found '\(disposition)'")
        },
        Check(["STORAGE-FILE-05"], "length, type, nosniff and file name are those of the upload") { lab in
            let user = try lab.register()
            for sample in Sample.images + Sample.videos + Sample.documents {
                let key = try lab.store(sample, as: user)
                let reply = try lab.get("/storage/file/\(key)", as: user)
                try reply.expectFile(sample)
                try reply.expectHeader("Content-Length", String(sample.bytes.count))
                try reply.expectMediaType(sample.mimeType)
                try reply.expectHeader("X-Content-Type-Options", "nosniff")
                try reply.expectHeader("Content-Disposition", #"attachment; filename="\#(sample.fileName)""#)
            }
        },
        Check(["STORAGE-FILE-05"], "content of no known type is application/octet-stream") { lab in
            let user = try lab.register()
            var form = Form()
            form.file("file", fileName: "page.html", type: "text/html", Array("<script>alert(1)</script>".utf8))
            let key = try lab.post("/storage/upload", form: form, as: user).expect(200).json["data"]["key"].text()
            try lab.get("/storage/file/\(key)", as: user).expect(200).expectMediaType("application/octet-stream")
        },
        Check(["STORAGE-FILE-06"], "another user may read any key") { lab in
            let alice = try lab.register()
            let bob = try lab.register()
            let key = try lab.store(.pngImage, as: alice)
            try lab.get("/storage/file/\(key)", as: bob).expectFile(.pngImage)
            try lab.get("/storage/preview/\(key)", as: bob).expectFile(.pngImage)
        },
        Check(["STORAGE-FILE-07"], "an unknown key answers 400 and not 404") { lab in
            let user = try lab.register()
            let key = try lab.store(.pngImage, as: user)
            for unknown in ["uploads/1234567890-nothing.jpg", "nothing.jpg", key + "x", String(key.dropLast())] {
                try lab.get("/storage/file/\(unknown)", as: user).expect(400)
            }
        },
        Check(["STORAGE-FILE-08"], "a key that could lead astray answers 400") { lab in
            let user = try lab.register()
            let key = try lab.store(.pngImage, as: user)
            for hostile in [
                "../etc/passwd", "..%2F..%2Fetc%2Fpasswd", "%2e%2e/%2e%2e/etc/passwd", "uploads/../\(key)",
                "./\(key)", "uploads//x.png", "/\(key)", "%2F\(key)", "\(key)/", "uploads%5C..%5Cx.png", "\(key)%00",
                "\(key)%00.png", "uploads/%01x.png", "uploads/%7Fx.png", "uploads/%C2%80x.png", "uploads/%zz", "%",
                "%FF", "..", ".", "%252e%252e/x",
            ] {
                try lab.get("/storage/file/\(hostile)", as: user).expect(400)
                try lab.get("/storage/preview/\(hostile)", as: user).expect(400)
            }
        },
        Check(["STORAGE-FILE-08"], "the empty key answers 400, no key at all 404", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            for path in ["/storage/file", "/storage/preview"] {
                try lab.get(path + "/", as: user).expect(400)
                try lab.get(path, as: user).expect(404)
            }
        },
        .demandsToken(["STORAGE-FILE-09"], "GET", "/storage/file/uploads/1234567890-filename.jpg"),
    ]

    static let storagePreview: [Check] = [
        Check(["STORAGE-PREVIEW-01", "STORAGE-PREVIEW-02"], "a preview is the content with its media type") { lab in
            let user = try lab.register()
            for sample in [Sample.pngImage, .mp4Video, .pdfDocument] {
                let key = try lab.store(sample, as: user)
                let reply = try lab.get("/storage/preview/\(key)", as: user).expect(200)
                try reply.expectMediaType(sample.mimeType)
            }
        },
        Check(["STORAGE-PREVIEW-03"], "a preview has the bytes of the upload and is shown inline") { lab in
            let user = try lab.register()
            let key = try lab.store(.jpegImage, as: user)
            let reply = try lab.get("/storage/preview/\(key)", as: user)
            try reply.expectFile(.jpegImage)
            try reply.expectHeader("Content-Length", String(Sample.jpeg.count))
            try reply.expectHeader("Content-Disposition", #"inline; filename="photo.jpg""#)
            try reply.expectHeader("X-Content-Type-Options", "nosniff")
        },
        Check(["STORAGE-PREVIEW-04"], "an unknown key answers 400 and not 404") { lab in
            let user = try lab.register()
            try lab.get("/storage/preview/uploads/1234567890-nothing.jpg", as: user).expect(400)
        },
        .demandsToken(["STORAGE-PREVIEW-05"], "GET", "/storage/preview/uploads/1234567890-filename.jpg"),
    ]
}
