/// The size of an image as its header states it, without rotation (D-35).
package struct ImageSize: Sendable, Hashable {
    /// Pixels, at least 1.
    package let width: Int
    /// Pixels, at least 1.
    package let height: Int

    /// No more pixels than a WebP may have; the other formats reach that only with sizes that nobody could decode.
    private static let pixelsMax = 1 << 32 - 1

    /// `nil` where the header is truncated or damaged, or states no size, or one that no image has.
    ///
    /// O(1), but O(segments before the frame header) for JPEG. Ends and stays inside for any bytes.
    package init?(of content: ArraySlice<UInt8>, type: FileType) {
        let head = FileHead(content)
        switch type {
        case .jpeg: self.init(jpeg: head)
        case .png: self.init(png: head)
        case .gif: self.init(head.littleEndian(2, at: 6), head.littleEndian(2, at: 8))
        case .webp: self.init(webp: head)
        default: return nil
        }
    }

    private init?(_ width: Int?, _ height: Int?) {
        guard let width, let height, width > 0, height > 0, width <= ImageSize.pixelsMax / height else { return nil }
        self.width = width
        self.height = height
    }

    /// Signature, then the chunk IHDR of 13 bytes (PNG, third edition, 11.2.1).
    private init?(png head: FileHead) {
        let sideMax = Int(Int32.max)
        guard head.bigEndian(4, at: 8) == 13, head.has("IHDR", at: 12), let width = head.bigEndian(4, at: 16),
            let height = head.bigEndian(4, at: 20), width <= sideMax, height <= sideMax
        else { return nil }
        self.init(width, height)
    }

    /// The first chunk is a lossy frame, a lossless one, or the extended header (RFC 9649).
    private init?(webp head: FileHead) {
        let data = 20
        guard let byteCount = head.littleEndian(4, at: 16) else { return nil }
        if head.has("VP8 ", at: 12) {
            // Only a key frame has a start code and a size.
            guard byteCount >= 10, let tag = head[data], tag & 1 == 0, head.has([0x9D, 0x01, 0x2A], at: data + 3)
            else { return nil }
            self.init(
                head.littleEndian(2, at: data + 6).map { $0 & 0x3FFF },
                head.littleEndian(2, at: data + 8).map { $0 & 0x3FFF })
        } else if head.has("VP8L", at: 12) {
            guard byteCount >= 5, head[data] == 0x2F, let bits = head.littleEndian(4, at: data + 1) else { return nil }
            self.init(bits & 0x3FFF + 1, bits >> 14 & 0x3FFF + 1)
        } else if head.has("VP8X", at: 12), byteCount >= 10 {
            self.init(
                head.littleEndian(3, at: data + 4).map { $0 + 1 }, head.littleEndian(3, at: data + 7).map { $0 + 1 })
        } else {
            return nil
        }
    }

    /// Skips segments to the first frame header (ITU-T T.81, B.1.1 and B.2.2).
    private init?(jpeg head: FileHead) {
        var offset = 2
        while true {
            guard head[offset] == 0xFF, let marker = head[offset + 1] else { return nil }
            switch marker {
            case 0xFF:
                // A fill byte before the marker.
                offset += 1
            case 0x01, 0xD0...0xD8:
                offset += 2
            case 0xC0...0xCF where marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
                guard let length = head.bigEndian(2, at: offset + 2), length >= 8 else { return nil }
                self.init(head.bigEndian(2, at: offset + 7), head.bigEndian(2, at: offset + 5))
                return
            case 0x00, 0xD9, 0xDA:
                return nil
            default:
                guard let length = head.bigEndian(2, at: offset + 2), length >= 2 else { return nil }
                offset += 2 + length
            }
        }
    }
}
