import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: MediaCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .upload(let file, let declaredKind):
            do throws(Refusal) {
                return try uploadMedia(file, declaredKind: declaredKind, at: time)
            } catch {
                return .refused(error)
            }
        }
    }

    /// MEDIA-UPLOAD: the type, a declaration that contradicts it, and the size are judged in this order (D-74, D-75).
    private mutating func uploadMedia(
        _ file: UploadedFile, declaredKind: MediaKind?, at time: Timestamp
    ) throws(Refusal) -> Outcome {
        if let declaredKind, let kind = FileType(content: file.content)?.mediaKind, kind != declaredKind {
            throw Refusal.invalidField("type")
        }
        let media = try ReferenceBackend.checkMedia(file)
        guard let stored = try storeMedia([media], in: "media", at: time).first else {
            preconditionFailure("one file in, one file out")
        }
        let id: MediaID = directory.id(directory.add(.media, 0))
        return Outcome(
            .media(
                .uploaded(
                    UploadedMedia(
                        id: id, file: stored, byteCount: file.content.count, mimeType: media.type.mimeType,
                        createdAt: clock.stamp(time)))))
    }
}
