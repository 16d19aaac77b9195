import ChatrixModel

/// Uploaded files by their key.
struct ObjectStore: Sendable {
    struct Object: Sendable {
        var content: [UInt8]
        var type: FileType
    }

    private(set) var objects: [String: Object] = [:]
    private(set) var byteCount = 0

    /// Stores a file under a key that is not taken: keys carry a fresh stamp (D-76).
    mutating func put(_ content: [UInt8], type: FileType, at key: String) {
        byteCount += content.count
        objects[key] = Object(content: content, type: type)
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
