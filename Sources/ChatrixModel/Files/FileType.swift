/// A kind of file, recognised by its content and never by a declared type (D-72).
package enum FileType: String, Sendable, Hashable, CaseIterable {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case gif = "image/gif"
    case webp = "image/webp"
    case mp4 = "video/mp4"
    case mov = "video/quicktime"
    case webm = "video/webm"
    case pdf = "application/pdf"
    case doc = "application/msword"
    case docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    case txt = "text/plain"
    /// Whatever else there is.
    case octetStream = "application/octet-stream"

    package var mimeType: String { rawValue }

    /// `nil` for what is neither picture nor film.
    package var mediaKind: MediaKind? {
        switch self {
        case .jpeg, .png, .gif, .webp: .image
        case .mp4, .mov, .webm: .video
        case .pdf, .doc, .docx, .txt, .octetStream: nil
        }
    }

    package var isImage: Bool { mediaKind == .image }

    /// The type that the content alone shows; `nil` where that needs the name too. Looks at no more than the first 4096
    /// bytes.
    package init?(content: ArraySlice<UInt8>) {
        let head = FileHead(content)
        if head.has([0xFF, 0xD8, 0xFF], at: 0) {
            self = .jpeg
        } else if head.has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], at: 0) {
            self = .png
        } else if head.has("GIF87a", at: 0) || head.has("GIF89a", at: 0) {
            self = .gif
        } else if head.has("RIFF", at: 0), head.has("WEBP", at: 8) {
            self = .webp
        } else if head.has("ftyp", at: 4) {
            self = head.has("qt  ", at: 8) ? .mov : .mp4
        } else if head.has([0x1A, 0x45, 0xDF, 0xA3], at: 0), head.contains("webm", before: FileType.webmHeadBytes) {
            self = .webm
        } else if head.has("%PDF-", at: 0) {
            self = .pdf
        } else {
            return nil
        }
    }

    /// The type of any file. O(1), but O(bytes) for a name that ends in `.txt`: the whole content has to be text.
    package init(content: ArraySlice<UInt8>, fileName: String) {
        let head = FileHead(content)
        if let type = FileType(content: content) {
            self = type
        } else if head.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], at: 0), fileName.hasExtension("doc") {
            self = .doc
        } else if head.has([0x50, 0x4B, 0x03, 0x04], at: 0), fileName.hasExtension("docx") {
            self = .docx
        } else if fileName.hasExtension("txt"), !content.contains(0), String(validating: content, as: UTF8.self) != nil
        {
            self = .txt
        } else {
            self = .octetStream
        }
    }

    /// The document type of an EBML file stands within so many bytes of its start (D-72).
    private static let webmHeadBytes = 4096
}

extension String {
    /// Whether the name ends in a dot and `lowercase`, without regard to ASCII case.
    fileprivate func hasExtension(_ lowercase: String) -> Bool {
        utf8.count > lowercase.utf8.count && utf8.dropLast(lowercase.utf8.count).last == UInt8(ascii: ".")
            && utf8.suffix(lowercase.utf8.count).elementsEqual(lowercase.utf8) { $0 == $1 || $0 | 0x20 == $1 }
    }
}
