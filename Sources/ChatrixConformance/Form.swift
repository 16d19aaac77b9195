/// A `multipart/form-data` body, written byte by byte.
package struct Form: Sendable {
    package static let boundary = "----chatrix-conformance-boundary"
    package let contentType = "multipart/form-data; boundary=\(Form.boundary)"
    private var parts: [UInt8] = []

    package init() {}

    /// The parts and the end boundary.
    package var body: [UInt8] { parts + Array("--\(Form.boundary)--\r\n".utf8) }

    package mutating func text(_ name: String, _ value: String) { text(name, Array(value.utf8)) }

    package mutating func text(_ name: String, _ value: [UInt8]) {
        parts += Array("--\(Form.boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n".utf8)
        parts += value
        parts += Array("\r\n".utf8)
    }

    package mutating func file(_ name: String, fileName: String, type: String, _ content: [UInt8]) {
        parts += Array(
            """
            --\(Form.boundary)\r
            Content-Disposition: form-data; name="\(name)"; filename="\(fileName)"\r
            Content-Type: \(type)\r
            \r

            """.utf8)
        parts += content
        parts += Array("\r\n".utf8)
    }
}

/// Files that are what they claim to be, as small as their format allows.
package enum Sample {
    /// A GIF of one pixel.
    package static let gif: [UInt8] =
        Array("GIF89a".utf8) + [
            1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
        ]

    /// The start of a PNG of one pixel: signature and header.
    package static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
        + [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE]

    /// The start of a JPEG.
    package static let jpeg: [UInt8] =
        [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xFF, 0xD9]

    /// The start of a WebP.
    package static let webp: [UInt8] = Array("RIFF".utf8) + [26, 0, 0, 0] + Array("WEBPVP8 ".utf8) + [0, 0, 0, 0]

    package static let pdf: [UInt8] = Array("%PDF-1.4\n%%EOF\n".utf8)

    package static let text: [UInt8] = Array("only words\n".utf8)
}
