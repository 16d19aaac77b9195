import ChatrixModel

extension Lab {
    /// Uploads one file as media; `type` goes along where it is given.
    fileprivate mutating func upload(_ sample: Sample, type: String? = nil, as user: Account) throws -> Reply {
        var form = Form.files("file", sample)
        if let type { form.text("type", type) }
        return try post("/media/upload", form: form, as: user)
    }

    fileprivate mutating func refusesUpload(
        _ samples: [Sample], status: Int = 400, as user: Account
    ) throws {
        for sample in samples {
            let reply = try upload(sample, as: user)
            try reply.expect(
                reply.status == status, "expected status \(status) for \(sample.fileName), found \(reply.status)")
        }
    }
}

extension Checks {
    static let mediaUpload: [Check] = mediaUploadRequest + mediaUploadAnswer + mediaUploadRefusals

    private static let mediaUploadRequest: [Check] = [
        Check(["MEDIA-UPLOAD-01"], "a media upload is form-data") { lab in
            let user = try lab.register()
            try lab.upload(.pngImage, as: user).expect(201)
            try lab.post("/media/upload", #"{"file":"photo.png"}"#, as: user).expect(400)
        },
        Check(["MEDIA-UPLOAD-02", "MEDIA-UPLOAD-06"], "images and videos are accepted with 201") { lab in
            let user = try lab.register()
            for sample in [Sample.jpegImage, .mp4Video] { try lab.upload(sample, as: user).expect(201) }
        },
        Check(["MEDIA-UPLOAD-03"], "type may say image or video") { lab in
            let user = try lab.register()
            try lab.upload(.pngImage, type: "image", as: user).expect(201).json["type"].expect("image")
            try lab.upload(.mp4Video, type: "video", as: user).expect(201).json["type"].expect("video")
        },
        Check(["MEDIA-UPLOAD-04"], "without type the kind is detected") { lab in
            let user = try lab.register()
            try lab.upload(.jpegImage, as: user).expect(201).json["type"].expect("image")
            try lab.upload(.webmVideo, as: user).expect(201).json["type"].expect("video")
        },
        Check(["MEDIA-UPLOAD-05"], "another type, or one that the content contradicts, answers 400") { lab in
            let user = try lab.register()
            for type in ["document", "IMAGE", "", "video"] {
                try lab.upload(.pngImage, type: type, as: user).expect(400)
            }
            try lab.upload(.mp4Video, type: "image", as: user).expect(400)
        },
    ]

    private static let mediaUploadAnswer: [Check] = [
        Check(["MEDIA-UPLOAD-07"], "the answer has eight keys") { lab in
            let user = try lab.register()
            for sample in [Sample.pngImage, .mp4Video] {
                let answer = try lab.upload(sample, as: user).expect(201).json
                try answer.expectKeys("id", "url", "type", "width", "height", "size", "mime_type", "created_at")
                try answer["id"].expectID()
                try answer["url"].expectAbsoluteURL()
                try answer["created_at"].expectTimestamp()
            }
        },
        Check(["MEDIA-UPLOAD-08"], "width, height and size are integers, mime_type is a text") { lab in
            let user = try lab.register()
            let answer = try lab.upload(.jpegImage, as: user).expect(201).json
            for key in ["width", "height", "size"] { try answer[key].expectInteger() }
            try answer["mime_type"].expect("image/jpeg")
        },
        Check(["MEDIA-UPLOAD-09"], "size is the number of bytes, type and mime_type are those of the content") { lab in
            let user = try lab.register()
            for (sample, kind) in Sample.images.map({ ($0, "image") }) + Sample.videos.map({ ($0, "video") }) {
                let answer = try lab.upload(sample, as: user).expect(201).json
                try answer["size"].expect(.number(String(sample.bytes.count)))
                try answer["type"].expect(.string(kind))
                try answer["mime_type"].expect(.string(sample.mimeType))
            }
        },
        Check(["MEDIA-UPLOAD-10"], "width and height are pixels of an image, null of a video") { lab in
            let user = try lab.register()
            for sample in Sample.images {
                let answer = try lab.upload(sample, as: user).expect(201).json
                try answer["width"].expect(.number(String(sample.width ?? 0)))
                try answer["height"].expect(.number(String(sample.height ?? 0)))
            }
            for sample in Sample.videos {
                let answer = try lab.upload(sample, as: user).expect(201).json
                try answer["width"].expectNull()
                try answer["height"].expectNull()
            }
        },
    ]

    private static let mediaUploadRefusals: [Check] = [
        Check(["MEDIA-UPLOAD-11"], "a file that is missing, empty or no file answers 400") { lab in
            let user = try lab.register()
            try lab.post("/media/upload", form: Form(), as: user).expect(400)
            var form = Form()
            form.file("file", fileName: "photo.png", type: "image/png", [])
            try lab.post("/media/upload", form: form, as: user).expect(400)
            form = Form()
            form.text("file", "photo.png")
            try lab.post("/media/upload", form: form, as: user).expect(400)
            try lab.post("/media/upload", form: .files("media", .pngImage), as: user).expect(400)
        },
        Check(["MEDIA-UPLOAD-11"], "two files answer 400", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            try lab.post("/media/upload", form: .files("file", .pngImage, .gifImage), as: user).expect(400)
        },
        Check(
            ["MEDIA-UPLOAD-11"], "an image whose header gives no size answers 400", needs: [.decidedBounds]
        ) { lab in
            let user = try lab.register()
            for cut in [Sample.jpegImage.cut(to: 20), .pngImage.cut(to: 16), .gifImage.cut(to: 6)] {
                try lab.upload(cut, as: user).expect(400)
            }
        },
        Check(["MEDIA-UPLOAD-12"], "a file of no supported type answers 400") { lab in
            let user = try lab.register()
            try lab.refusesUpload([.txtDocument, .mp3Audio], as: user)
            let noise = (0..<256).map { UInt8($0) }
            var form = Form()
            form.file("file", fileName: "noise.bin", type: "application/octet-stream", noise)
            try lab.post("/media/upload", form: form, as: user).expect(400)
        },
        Check(["MEDIA-UPLOAD-13"], "documents answer 400") { lab in
            let user = try lab.register()
            try lab.refusesUpload(Sample.documents, as: user)
        },
        .demandsToken(["MEDIA-UPLOAD-14"], "POST", "/media/upload"),
        Check(["MEDIA-UPLOAD-15"], "an image clearly above 10 MB answers 413") { lab in
            let user = try lab.register()
            try lab.refusesUpload([.pngImage.with(byteCount: 11 << 20)], status: 413, as: user)
        },
    ]
}
