package enum MediaCommand: Sendable {
    /// POST /media/upload. A kind that was declared has to be that of the content (D-75).
    case upload(UploadedFile, declaredKind: MediaKind?)
}

package enum MediaReply: Sendable {
    /// 201.
    case uploaded(UploadedMedia)
}

/// The body of POST /media/upload.
package struct UploadedMedia: Sendable, Hashable {
    package var id: MediaID
    package var file: MediaFile
    package var byteCount: Int
    package var mimeType: String
    package var createdAt: Timestamp

    package init(
        id: MediaID, file: MediaFile, byteCount: Int, mimeType: String, createdAt: Timestamp
    ) {
        self.id = id
        self.file = file
        self.byteCount = byteCount
        self.mimeType = mimeType
        self.createdAt = createdAt
    }
}
