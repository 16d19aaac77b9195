import ChatrixModel

/// Small files of every kind that the API knows, padded to any size where their formats let readers stop or skip.
extension FileType {
    package var fileExtension: String {
        switch self {
        case .jpeg: "jpg"
        case .png: "png"
        case .gif: "gif"
        case .webp: "webp"
        case .mp4: "mp4"
        case .mov: "mov"
        case .webm: "webm"
        case .pdf: "pdf"
        case .doc: "doc"
        case .docx: "docx"
        case .txt: "txt"
        case .octetStream: "bin"
        }
    }

    /// The fewest bytes that a sample of the type has.
    package var sampleBytesMin: Int {
        switch self {
        case .txt, .octetStream: 1
        default: FileType.frame(of: self, padding: 0).reduce(0) { $0 + $1.count }
        }
    }

    /// A file of exactly so many bytes, at least `sampleBytesMin`. The same for the same size. O(bytes).
    package func sample(byteCount: Int) -> [UInt8] {
        let count = byteCount - (self == .txt || self == .octetStream ? 0 : sampleBytesMin)
        let frame = FileType.frame(of: self, padding: count)
        return frame[0] + FileType.padding(count, isText: self == .txt || self == .pdf) + frame[1]
    }

    /// What stands before and behind so many bytes of padding.
    private static func frame(of type: FileType, padding: Int) -> [[UInt8]] {
        switch type {
        case .png:
            // One black pixel. Decoders stop at the chunk IEND.
            [
                [
                    0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0x00, 0x0D, 0x49, 0x48, 0x44, 0x52,
                    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3A, 0x7E, 0x9B,
                    0x55, 0x00, 0x00, 0x00, 0x0A, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9C, 0x63, 0x60, 0x00, 0x00, 0x00,
                    0x02, 0x00, 0x01, 0x48, 0xAF, 0xA4, 0x71, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4E, 0x44, 0xAE,
                    0x42, 0x60, 0x82,
                ], [],
            ]
        case .jpeg:
            // Eight by eight grey pixels: tables of one code each, one block of two codes. Decoders stop at FF D9.
            [
                [0xFF, 0xD8, 0xFF, 0xDB, 0x00, 0x43, 0x00] + Array(repeating: 1, count: 64)
                    + [
                        0xFF, 0xC0, 0x00, 0x0B, 0x08, 0x00, 0x08, 0x00, 0x08, 0x01, 0x01, 0x11, 0x00,
                        0xFF, 0xC4, 0x00, 0x14, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00,
                        0xFF, 0xC4, 0x00, 0x14, 0x10, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00,
                        0xFF, 0xDA, 0x00, 0x08, 0x01, 0x01, 0x00, 0x00, 0x3F, 0x00, 0x3F, 0xFF, 0xD9,
                    ], [],
            ]
        case .gif:
            // One black pixel. Decoders stop at the trailer 3B.
            [
                Array("GIF89a".utf8) + [
                    1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1,
                    0, 0x3B,
                ], [],
            ]
        case .webp:
            // One transparent pixel, lossless. The size in the RIFF header ends the file for decoders.
            [
                Array("RIFF".utf8) + [26, 0, 0, 0] + Array("WEBPVP8L".utf8) + [
                    13, 0, 0, 0, 0x2F, 0, 0, 0, 0x10, 0x07, 0x10, 0x11, 0x11, 0x88, 0x88, 0xFE, 0x07, 0,
                ], [],
            ]
        case .mp4:
            [
                box("ftyp", Array("isom".utf8) + [0, 0, 2, 0] + Array("isomiso2mp41".utf8)) + boxHead("mdat", padding),
                [],
            ]
        case .mov:
            [box("ftyp", Array("qt  ".utf8) + [0, 0, 2, 0] + Array("qt  ".utf8)) + boxHead("mdat", padding), []]
        case .webm:
            // An EBML header of the document type webm, then a segment of unknown size.
            [
                [0x1A, 0x45, 0xDF, 0xA3, 0x87, 0x42, 0x82, 0x84] + Array("webm".utf8) + [
                    0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
                ], [],
            ]
        case .pdf: [Array("%PDF-1.4\n%".utf8), Array("\n%%EOF\n".utf8)]
        case .doc: [[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], []]
        case .docx: archive(padding: padding)
        case .txt, .octetStream: [[], []]
        }
    }

    /// A box of the ISO base media format: size, kind, content.
    private static func box(_ kind: String, _ content: [UInt8]) -> [UInt8] { boxHead(kind, content.count) + content }

    private static func boxHead(_ kind: String, _ contentCount: Int) -> [UInt8] {
        bigEndian(UInt32(contentCount + 8)) + Array(kind.utf8)
    }

    /// A ZIP archive with one empty entry; the padding lies between the entry and the directory, where no reader looks.
    private static func archive(padding: Int) -> [[UInt8]] {
        let name = Array("[Content_Types].xml".utf8)
        let entry: [UInt8] =
            [20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0] + Array(repeating: 0, count: 12) + [UInt8(name.count), 0, 0, 0]
        let local = [0x50, 0x4B, 3, 4] + entry + name
        let central = [0x50, 0x4B, 1, 2, 20, 0] + entry + Array(repeating: 0, count: 14) + name
        let end: [UInt8] =
            [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0] + bigEndian(UInt32(central.count)).reversed()
            + bigEndian(UInt32(local.count + padding)).reversed() + [0, 0]
        return [local, central + end]
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    /// Bytes that do not compress, or letters, so that the file stays one line of text. Xorshift: the same everywhere.
    private static func padding(_ count: Int, isText: Bool) -> [UInt8] {
        Array(unsafeUninitializedCapacity: max(0, count)) { buffer, initialized in
            var state: UInt64 = 0x9E37_79B9_7F4A_7C15
            for index in 0..<max(0, count) {
                if index % 8 == 0 {
                    state ^= state << 13
                    state ^= state >> 7
                    state ^= state << 17
                }
                let byte = UInt8(truncatingIfNeeded: state >> UInt64(index % 8 * 8))
                buffer[index] = isText ? UInt8(ascii: "a") + byte % 26 : byte
            }
            initialized = max(0, count)
        }
    }
}
