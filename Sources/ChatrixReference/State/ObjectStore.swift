import ChatrixModel

/// Uploaded files by their key, up to a number of bytes.
struct ObjectStore: Sendable {
    struct Object: Sendable {
        let content: [UInt8]
        let type: FileType
        /// Of the content, for the digest of the state.
        let checksum: UInt64
    }

    private(set) var objects: [String: Object] = [:]
    /// Of all contents.
    private(set) var byteCount = 0
    let bytesMax: Int

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Whether so many bytes more may be stored.
    func hasRoom(for byteCount: Int) -> Bool { byteCount <= bytesMax - self.byteCount }

    /// Stores a copy of a file under a key that is not taken: keys carry a fresh stamp (D-76). There has to be room.
    mutating func put(_ content: ArraySlice<UInt8>, type: FileType, at key: String) {
        precondition(objects[key] == nil && hasRoom(for: content.count), "a key is used once, and room was asked for")
        let content = Array(content)
        byteCount += content.count
        objects[key] = Object(content: content, type: type, checksum: ObjectStore.checksum(content))
    }

    /// FNV-1a over words of 8 bytes instead of bytes: a large file takes milliseconds.
    private static func checksum(_ content: [UInt8]) -> UInt64 {
        content.withUnsafeBytes { bytes in
            let wordCount = bytes.count / 8
            var value: UInt64 = 0xCBF2_9CE4_8422_2325
            for index in 0..<wordCount {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
                value = (value ^ word) &* 0x100_0000_01B3
            }
            for byte in bytes[(8 * wordCount)...] { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return value
        }
    }

    /// The file name in a key of the form `…/{ms}-{name}` (D-79).
    static func fileName(inKey key: String) -> String {
        let last = key.split(separator: "/").last ?? ""
        return String(last.drop { $0 != "-" }.dropFirst())
    }

    /// The last part of a key: the file name with everything but `[A-Za-z0-9._-]` replaced (D-76).
    static func keyName(for fileName: String) -> String {
        let last = fileName.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }.last ?? ""
        var name = ""
        for scalar in last.unicodeScalars {
            let isKept =
                scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "._-".unicodeScalars.contains(scalar))
            name.unicodeScalars.append(isKept ? scalar : "_")
        }
        name = String(name.drop { $0 == "." })
        return name.isEmpty ? "file" : String(name.suffix(100))
    }
}
