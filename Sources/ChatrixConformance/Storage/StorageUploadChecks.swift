import ChatrixModel

/// The values of the query parameter `type`, each with a file that is what it says.
private let samplesByType: KeyValuePairs<String, Sample> = [
    "image": .pngImage, "video": .mp4Video, "document": .pdfDocument, "audio": .mp3Audio,
]

extension Checks {
    static let storageUpload: [Check] = storageUploadRequest + storageUploadAnswer

    private static let storageUploadRequest: [Check] = [
        Check(["STORAGE-UPLOAD-01"], "a storage upload is form-data") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload", form: .files("file", .pngImage), as: user).expect(200)
            try lab.post("/storage/upload", #"{"file":"photo.png"}"#, as: user).expect(400)
        },
        Check(["STORAGE-UPLOAD-02"], "type may be one of four words in the query") { lab in
            let user = try lab.register()
            for (type, sample) in samplesByType {
                try lab.post("/storage/upload?type=\(type)", form: .files("file", sample), as: user).expect(200)
            }
        },
        Check(["STORAGE-UPLOAD-03"], "another type answers 400, a known one is not compared with the content") { lab in
            let user = try lab.register()
            for type in ["text", "Image", ""] {
                try lab.post("/storage/upload?type=\(type)", form: .files("file", .pngImage), as: user).expect(400)
            }
            try lab.post("/storage/upload?type=audio", form: .files("file", .pngImage), as: user).expect(200)
        },
        Check(["STORAGE-UPLOAD-04", "STORAGE-UPLOAD-14"], "a request without a file answers 400") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload", form: Form(), as: user).expect(400)
            try lab.post("/storage/upload", form: .files("upload", .pngImage), as: user).expect(400)
            var form = Form()
            form.text("file", "photo.png")
            try lab.post("/storage/upload", form: form, as: user).expect(400)
        },
        Check(["STORAGE-UPLOAD-05", "STORAGE-UPLOAD-15"], "a file clearly above 20 MB answers 400, not 413") { lab in
            let user = try lab.register()
            let large = Sample.pdfDocument.with(byteCount: 21 << 20)
            try lab.post("/storage/upload", form: .files("file", large), as: user).expect(400)
        },
        Check(["STORAGE-UPLOAD-05"], "a file clearly below 20 MB is accepted") { lab in
            let user = try lab.register()
            let large = Sample.pdfDocument.with(byteCount: 19 << 20)
            try lab.post("/storage/upload", form: .files("file", large), as: user).expect(200)
        },
        Check(["STORAGE-UPLOAD-12"], "any content is accepted, nothing under a name too") { lab in
            let user = try lab.register()
            var form = Form()
            form.file("file", fileName: "noise.bin", type: "application/octet-stream", (0..<256).map { UInt8($0) })
            try lab.post("/storage/upload", form: form, as: user).expect(200)
            form = Form()
            form.file("file", fileName: "nothing.txt", type: "text/plain", [])
            let key = try lab.post("/storage/upload", form: form, as: user).expect(200).json["data"]["key"].text()
            try lab.get("/storage/file/\(key)", as: user).expect(200).expectEmptyBody()
        },
        Check(["STORAGE-UPLOAD-13"], "two files answer 400") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload", form: .files("file", .pngImage, .gifImage), as: user).expect(400)
        },
        .demandsToken(["STORAGE-UPLOAD-16"], "POST", "/storage/upload"),
    ]

    private static let storageUploadAnswer: [Check] = [
        Check(["STORAGE-UPLOAD-06"], "success answers 200 and not 201") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload", form: .files("file", .txtDocument), as: user).expect(200)
        },
        Check(["STORAGE-UPLOAD-07", "STORAGE-UPLOAD-08"], "the answer has success and data with key and url") { lab in
            let user = try lab.register()
            let answer = try lab.post("/storage/upload", form: .files("file", .pngImage), as: user).expect(200).json
            try answer.expectKeys("success", "data")
            try answer["success"].expect(true)
            try answer["data"].expectKeys("key", "url")
        },
        Check(["STORAGE-UPLOAD-09", "STORAGE-UPLOAD-10"], "the key is uploads/{digits}-{filename} and ends the url") {
            lab in
            let user = try lab.register()
            let reply = try lab.post("/storage/upload", form: .files("file", .pngImage), as: user).expect(200)
            let key = try reply.json["data"]["key"].expectKey(in: "uploads", "photo.png")
            let url = try reply.json["data"]["url"].expectAbsoluteURL()
            try reply.expect(url.hasSuffix("/" + key), "expected a URL that ends in \(key), found \(url)")
        },
        Check(["STORAGE-UPLOAD-11"], "the bytes can be fetched again under the key") { lab in
            let user = try lab.register()
            for sample in [Sample.pngImage, .pdfDocument] {
                let answer = try lab.post("/storage/upload", form: .files("file", sample), as: user).expect(200).json
                try lab.get("/storage/file/\(answer["data"]["key"].text())", as: user).expectFile(sample)
            }
        },
    ]

    static let storageMultiple: [Check] = storageMultipleRequest + storageMultipleAnswer

    private static let storageMultipleRequest: [Check] = [
        Check(["STORAGE-MULTIPLE-01"], "an upload of several files is form-data") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload/multiple", form: .files("files", .pngImage, .gifImage), as: user).expect(200)
            try lab.post("/storage/upload/multiple", #"{"files":[]}"#, as: user).expect(400)
        },
        Check(["STORAGE-MULTIPLE-02"], "type may be one of four words in the query") { lab in
            let user = try lab.register()
            for (type, sample) in samplesByType {
                try lab.post("/storage/upload/multiple?type=\(type)", form: .files("files", sample), as: user)
                    .expect(200)
            }
        },
        Check(["STORAGE-MULTIPLE-02"], "another type answers 400", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            try lab.post("/storage/upload/multiple?type=text", form: .files("files", .pngImage), as: user).expect(400)
        },
        Check(["STORAGE-MULTIPLE-03", "STORAGE-MULTIPLE-12"], "a request without the field files answers 400") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload/multiple", form: Form(), as: user).expect(400)
            try lab.post("/storage/upload/multiple", form: .files("file", .pngImage), as: user).expect(400)
        },
        Check(["STORAGE-MULTIPLE-04", "STORAGE-MULTIPLE-13"], "one file clearly above 20 MB answers 400") { lab in
            let user = try lab.register()
            let large = Sample.pdfDocument.with(byteCount: 21 << 20)
            try lab.post("/storage/upload/multiple", form: .files("files", .pngImage, large), as: user).expect(400)
        },
        Check(["STORAGE-MULTIPLE-04"], "the limit is of each file and not of all together") { lab in
            let user = try lab.register()
            let large = Sample.pdfDocument.with(byteCount: 12 << 20)
            try lab.post("/storage/upload/multiple", form: .files("files", large, large), as: user).expect(200)
                .json["data"].expectCount(2)
        },
        Check(["STORAGE-MULTIPLE-10"], "10 files are accepted, 11 answer 400", needs: [.decidedBounds]) { lab in
            let user = try lab.register()
            var form = Form()
            for _ in 1...10 { form.file("files", .gifImage) }
            try lab.post("/storage/upload/multiple", form: form, as: user).expect(200).json["data"].expectCount(10)
            form.file("files", .gifImage)
            try lab.post("/storage/upload/multiple", form: form, as: user).expect(400)
        },
        Check(["STORAGE-MULTIPLE-11"], "if one file is refused none is stored", needs: [.controlPlane]) { lab in
            let user = try lab.register()
            let before = try lab.get("/_reference/state").expect(200).json["objects"].integer()
            let large = Sample.pdfDocument.with(byteCount: 21 << 20)
            try lab.post("/storage/upload/multiple", form: .files("files", .pngImage, large), as: user).expect(400)
            try lab.post("/storage/upload/multiple", form: .files("files", large, .pngImage), as: user).expect(400)
            try lab.get("/_reference/state").expect(200).json["objects"].expect(.number(String(before)))
        },
        .demandsToken(["STORAGE-MULTIPLE-14"], "POST", "/storage/upload/multiple"),
    ]

    private static let storageMultipleAnswer: [Check] = [
        Check(["STORAGE-MULTIPLE-05"], "success answers 200") { lab in
            let user = try lab.register()
            try lab.post("/storage/upload/multiple", form: .files("files", .pngImage), as: user).expect(200)
        },
        Check(["STORAGE-MULTIPLE-06", "STORAGE-MULTIPLE-07"], "the answer has success and one key and url a file") {
            lab in
            let user = try lab.register()
            let answer = try lab.post(
                "/storage/upload/multiple", form: .files("files", .pngImage, .pdfDocument, .mp4Video), as: user
            ).expect(200).json
            try answer.expectKeys("success", "data")
            try answer["success"].expect(true)
            try answer["data"].expectCount(3)
            for item in try answer["data"].items() { try item.expectKeys("key", "url") }
        },
        Check(["STORAGE-MULTIPLE-08"], "the keys are uploads/{digits}-{filename} and differ") { lab in
            let user = try lab.register()
            let reply = try lab.post(
                "/storage/upload/multiple", form: .files("files", .pngImage, .pngImage, .pngImage), as: user
            ).expect(200)
            let keys = try reply.json["data"].items().map { try $0["key"].expectKey(in: "uploads", "photo.png") }
            try reply.expect(Set(keys).count == 3, "expected three keys, found \(keys)")
        },
        Check(["STORAGE-MULTIPLE-09"], "the elements are in the order of the parts, and one file gives an array") {
            lab in
            let user = try lab.register()
            let samples = [Sample.pdfDocument, .pngImage, .mp4Video]
            let answer = try lab.post(
                "/storage/upload/multiple", form: .files("files", .pdfDocument, .pngImage, .mp4Video), as: user
            ).expect(200).json["data"]
            for (index, sample) in samples.enumerated() {
                try answer[index]["key"].expectKey(in: "uploads", sample.fileName)
                try lab.get("/storage/file/\(answer[index]["key"].text())", as: user).expectFile(sample)
            }
            try lab.post("/storage/upload/multiple", form: .files("files", .gifImage), as: user).expect(200)
                .json["data"].expectCount(1)
        },
    ]
}
