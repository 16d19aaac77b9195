import ChatrixModel

/// A file that an upload sends, made of its kind and size alone.
package struct UploadFile: Sendable {
    package let type: FileType
    /// The `filename` of the form part.
    package let name: String
    /// One array for all uploads of it, which nobody copies.
    package let content: [UInt8]

    package static let sizeDefault = 20_000
    /// Larger than anything that the API accepts, so that its limits can be met.
    package static let sizeMax = 128 << 20

    /// `size` is exact, bytes, at least `FileType.sampleBytesMin`.
    package init(type: FileType, size: Int = UploadFile.sizeDefault, name: String? = nil) {
        self.type = type
        self.name = name ?? "sample.\(type.fileExtension)"
        content = type.sample(byteCount: size)
    }

    var uploaded: UploadedFile { UploadedFile(name: name, content: content[...]) }
}

/// Type and size decide the content.
extension UploadFile: Hashable {
    package static func == (a: UploadFile, b: UploadFile) -> Bool {
        a.type == b.type && a.content.count == b.content.count && a.name == b.name
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(content.count)
        hasher.combine(name)
    }
}
