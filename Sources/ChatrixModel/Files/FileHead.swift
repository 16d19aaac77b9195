/// Reads bytes of a file by their offset; whatever lies behind the end is `nil`, so a truncated file cannot trap.
struct FileHead {
    private let content: ArraySlice<UInt8>

    init(_ content: ArraySlice<UInt8>) { self.content = content }

    subscript(offset: Int) -> UInt8? {
        offset >= 0 && offset < content.count ? content[content.startIndex + offset] : nil
    }

    func has(_ bytes: some Collection<UInt8>, at offset: Int) -> Bool {
        offset >= 0 && offset <= content.count && content.dropFirst(offset).starts(with: bytes)
    }

    func has(_ text: String, at offset: Int) -> Bool { has(text.utf8, at: offset) }

    /// Whether `text` stands completely within the first `end` bytes.
    func contains(_ text: String, before end: Int) -> Bool {
        let head = content.prefix(end)
        return head.indices.contains { head[$0...].starts(with: text.utf8) }
    }

    /// `count` bytes as a number, the first one the most significant.
    func bigEndian(_ count: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset <= content.count - count else { return nil }
        return content.dropFirst(offset).prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }

    /// `count` bytes as a number, the first one the least significant.
    func littleEndian(_ count: Int, at offset: Int) -> Int? {
        guard offset >= 0, offset <= content.count - count else { return nil }
        return content.dropFirst(offset).prefix(count).reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
