import ChatrixModel

/// A picture or film that is fit to be stored.
struct CheckedMedia: Sendable {
    let file: UploadedFile
    let type: FileType
    let kind: MediaKind
    /// Pixels; `nil` for videos (D-35).
    let width: Int?
    /// Pixels; `nil` for videos (D-35).
    let height: Int?
}

extension ReferenceBackend {
    /// FILES: pictures and films of the supported types, type before size; the first file with a fault decides (D-72…D-74).
    ///
    /// In the order of the parts. An image whose header gives no size is of no use here (D-35).
    static func checkMedia(_ files: [UploadedFile]) throws(Refusal) -> [CheckedMedia] {
        var checked: [CheckedMedia] = []
        for file in files { checked.append(try checkMedia(file)) }
        return checked
    }

    /// The same for one file.
    static func checkMedia(_ file: UploadedFile) throws(Refusal) -> CheckedMedia {
        guard let type = FileType(content: file.content), let kind = type.mediaKind else {
            throw Refusal.unsupportedFileType
        }
        var size: ImageSize?
        if kind == .image {
            guard let found = ImageSize(of: file.content, type: type) else { throw Refusal.unsupportedFileType }
            size = found
        }
        guard file.content.count <= kind.bytesMax else { throw Refusal.fileTooLarge }
        return CheckedMedia(file: file, type: type, kind: kind, width: size?.width, height: size?.height)
    }

    /// Stores the files under `{folder}/{ms}-{name}` with a fresh stamp each and returns them in the same order (D-76).
    ///
    /// All or none: beyond the limit of the store `storageFull`, and then nothing has changed and no stamp is used up.
    mutating func storeMedia(
        _ media: [CheckedMedia], in folder: String, at time: Timestamp
    ) throws(Refusal) -> [MediaFile] {
        guard objects.hasRoom(for: media.reduce(0) { $0 + $1.file.content.count }) else { throw Refusal.storageFull }
        return media.map { item in
            let key = storeObject(item.file, type: item.type, in: folder, at: time)
            return MediaFile(url: objectURL(key), kind: item.kind, width: item.width, height: item.height)
        }
    }

    /// Stores one file, for which there has to be room, and returns its key. Takes a stamp.
    mutating func storeObject(
        _ file: UploadedFile, type: FileType, in folder: String, at time: Timestamp
    ) -> String {
        let key = "\(folder)/\(clock.stamp(time).milliseconds)-\(ObjectStore.keyName(for: file.name))"
        objects.put(file.content, type: type, at: key)
        return key
    }

    func objectURL(_ key: String) -> String { "\(configuration.objectBaseURL)/\(key)" }
}

// MARK: - Avatars

extension ReferenceBackend {
    /// Why a file cannot become an avatar: no image, too large, or no room; `nil` if it can or there is none (D-30).
    func refusal(of avatar: UploadedFile?) -> Refusal? {
        guard let avatar else { return nil }
        guard FileType(content: avatar.content)?.isImage == true else { return .unsupportedFileType }
        guard avatar.content.count <= Limits.imageBytesMax else { return .fileTooLarge }
        return objects.hasRoom(for: avatar.content.count) ? nil : .storageFull
    }

    /// FILES: stores an avatar that is not refused under `avatars/{userId}/{ms}-{name}` and returns its URL (D-76).
    mutating func storeAvatar(_ avatar: UploadedFile, of user: UserID, at time: Timestamp) -> String {
        let type = FileType(content: avatar.content) ?? .octetStream
        return objectURL(storeObject(avatar, type: type, in: "avatars/\(user)", at: time))
    }
}

extension MediaKind {
    /// FILES: of one file of posts, stories and media uploads (D-73).
    fileprivate var bytesMax: Int {
        switch self {
        case .image: Limits.imageBytesMax
        case .video: Limits.videoBytesMax
        }
    }
}
