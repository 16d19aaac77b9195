package enum StorageCommand: Sendable {
    /// POST /storage/upload.
    case upload(UploadedFile)
    /// POST /storage/upload/multiple; 1 to 10 files, all or none (D-80).
    case uploadMultiple([UploadedFile])
    /// GET /storage/file/:key, with a key that has passed the rules of form (D-78).
    case file(key: String)
    /// GET /storage/preview/:key, with a key that has passed the rules of form (D-78).
    case preview(key: String)
}

package enum StorageReply: Sendable {
    case uploaded(StoredObject)
    case uploadedMultiple([StoredObject])
    case file(StoredContent)
    case preview(StoredContent)
}

/// Where an upload is found again.
package struct StoredObject: Sendable, Hashable {
    package var key: String
    package var url: String

    package init(
        key: String, url: String
    ) {
        self.key = key
        self.url = url
    }
}

/// The bytes of an object, for download and preview (D-79).
package struct StoredContent: Sendable, Hashable {
    /// The file name in the key.
    package var name: String
    package var mimeType: String
    package var bytes: [UInt8]

    package init(
        name: String, mimeType: String, bytes: [UInt8]
    ) {
        self.name = name
        self.mimeType = mimeType
        self.bytes = bytes
    }
}
