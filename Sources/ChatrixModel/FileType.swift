/// A kind of file, recognised by its content and not by its name or declared type (D-72).
package enum FileType: String, Sendable, Hashable, CaseIterable {
    case jpeg = "image/jpeg"
    case png = "image/png"
    case gif = "image/gif"
    case webp = "image/webp"

    package var mimeType: String { rawValue }

    package var isImage: Bool {
        switch self {
        case .jpeg, .png, .gif, .webp: true
        }
    }

    /// `nil` for content of no known kind.
    package init?(content: [UInt8]) {
        if content.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if content.starts(with: "GIF87a".utf8) || content.starts(with: "GIF89a".utf8) {
            self = .gif
        } else if content.count >= 12, content.starts(with: "RIFF".utf8), content[8..<12].elementsEqual("WEBP".utf8) {
            self = .webp
        } else {
            return nil
        }
    }
}
