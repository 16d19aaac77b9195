import ChatrixModel

/// Reading of POST /media/upload: rules of form.
extension ReferenceAPI {
    /// MEDIA-UPLOAD: one file, and a declared kind if there is one (D-75).
    static func mediaUpload(_ body: RequestBody) throws(Refusal) -> Command {
        guard let file = try body.file("file") else { throw Refusal.invalidField("file") }
        let declared = try body.optionalText("type") { MediaKind(rawValue: $0) != nil }
        return .media(.upload(file, declaredKind: declared.flatMap { MediaKind(rawValue: $0) }))
    }
}
