import ChatrixModel
import HTTPTypes

/// Reading of the storage requests: rules of form.
extension ReferenceAPI {
    /// STORAGE-UPLOAD: one file of whatever content (D-77).
    static func storageUpload(_ query: QueryParameters, _ body: RequestBody) throws(Refusal) -> Command {
        try checkDeclaredType(query)
        guard let file = try body.file("file") else { throw Refusal.invalidField("file") }
        return .storage(.upload(file))
    }

    /// STORAGE-MULTIPLE: 1 to 10 files (D-80).
    static func storageUploads(_ query: QueryParameters, _ body: RequestBody) throws(Refusal) -> Command {
        try checkDeclaredType(query)
        let files = try body.files("files")
        guard (1...Limits.storageFilesMax).contains(files.count) else { throw Refusal.invalidField("files") }
        return .storage(.uploadMultiple(files))
    }

    /// STORAGE-UPLOAD, STORAGE-MULTIPLE: one of four words, which nothing else depends on (D-77).
    private static func checkDeclaredType(_ query: QueryParameters) throws(Refusal) {
        guard let type = query.text("type") else { return }
        guard ["image", "video", "document", "audio"].contains(type) else { throw Refusal.invalidParameter("type") }
    }

    /// STORAGE-FILE, STORAGE-PREVIEW: the key in a path, decoded once; refuses what could lead astray (D-78).
    static func objectKey(_ parameter: Substring) throws(Refusal) -> String {
        guard let key = Percent.decode(parameter), !key.contains(where: isUnsafe),
            key.split(separator: "/", omittingEmptySubsequences: false).allSatisfy({ !["", ".", ".."].contains($0) })
        else { throw Refusal.invalidParameter("key") }
        return key
    }

    private static func isUnsafe(_ character: Character) -> Bool {
        character == "\\" || character.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}

extension ReferenceAPI {
    /// STORAGE-FILE, STORAGE-PREVIEW: contents travel as they are, and no browser is to guess what they are (D-79).
    static func storageResponse(_ reply: StorageReply, _ headers: HTTPFields) -> APIResponse {
        var response = APIResponse(status: 200, headers: headers)
        switch reply {
        case .uploaded, .uploadedMultiple:
            var writer = JSONWriter(reservingCapacity: 512)
            reply.encode(to: &writer)
            response.headers[.contentType] = jsonType
            response.body = writer.bytes
        case .file(let content):
            put(content, in: &response, disposition: "attachment")
        case .preview(let content):
            put(content, in: &response, disposition: "inline")
        }
        return response
    }

    private static func put(_ content: StoredContent, in response: inout APIResponse, disposition: String) {
        response.headers[.contentType] = content.mimeType
        response.headers[.contentDisposition] = "\(disposition); filename=\"\(content.name)\""
        response.headers[.xContentTypeOptions] = "nosniff"
        response.body = content.bytes
    }
}
