/// What a picture or film is, in posts, stories and uploads.
package enum MediaKind: String, Sendable, Hashable, CaseIterable { case image, video }

/// A stored picture or film as responses show it.
package struct MediaFile: Sendable, Hashable {
    /// Absolute.
    package var url: String
    package var kind: MediaKind
    /// Pixels; `nil` for videos (D-35).
    package var width: Int?
    /// Pixels; `nil` for videos (D-35).
    package var height: Int?

    package init(
        url: String, kind: MediaKind, width: Int?, height: Int?
    ) {
        self.url = url
        self.kind = kind
        self.width = width
        self.height = height
    }
}

extension MediaFile {
    /// `url`, `type`, `width`, `height`: posts, stories.
    package func encode(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("url", url)
        writer.member("type", kind.rawValue)
        writer.member("width", width)
        writer.member("height", height)
        writer.endObject()
    }

    /// `url`, `type`: the post of a notification (D-71).
    package func encodeBriefly(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("url", url)
        writer.member("type", kind.rawValue)
        writer.endObject()
    }
}
