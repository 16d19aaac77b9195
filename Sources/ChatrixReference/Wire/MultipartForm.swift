import ChatrixModel

/// The parts of a `multipart/form-data` body in their order (D-16, RFC 7578).
struct MultipartForm {
    struct Part {
        let name: String
        /// Present for a file, also where it is empty.
        let fileName: String?
        let content: ArraySlice<UInt8>
    }

    let parts: [Part]

    private static let partsMax = 1000
    private static let partHeaderBytesMax = 16 << 10

    /// Refuses broken framing, a missing end boundary, and parts without a name.
    init(_ body: [UInt8], boundary: String) throws(Refusal) {
        guard (1...70).contains(boundary.utf8.count) else { throw Refusal.malformedForm }
        let delimiter = Array("\r\n--\(boundary)".utf8)
        var parts: [Part] = []
        // The first delimiter may stand at the very start, without its line break.
        var index: Int
        if body.starts(with: delimiter.dropFirst(2)) {
            index = delimiter.count - 2
        } else if let first = MultipartForm.find(delimiter, in: body, from: 0) {
            index = first + delimiter.count
        } else {
            throw Refusal.malformedForm
        }
        while true {
            if body[index...].starts(with: [UInt8(ascii: "-"), UInt8(ascii: "-")]) { break }
            while index < body.count, body[index] == UInt8(ascii: " ") || body[index] == UInt8(ascii: "\t") {
                index += 1
            }
            guard body[index...].starts(with: [0x0D, 0x0A]), parts.count < MultipartForm.partsMax else {
                throw Refusal.malformedForm
            }
            let headersStart = index + 2
            guard let end = MultipartForm.find(delimiter, in: body, from: index) else {
                throw Refusal.malformedForm
            }
            parts.append(try MultipartForm.part(in: body[headersStart..<max(headersStart, end)]))
            index = end + delimiter.count
        }
        self.parts = parts
    }

    private static func part(in bytes: ArraySlice<UInt8>) throws(Refusal) -> Part {
        let blankLine: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        let headerEnd = min(bytes.endIndex, bytes.startIndex + partHeaderBytesMax)
        guard let end = find(blankLine, in: bytes[..<headerEnd], from: bytes.startIndex),
            let headers = String(validating: bytes[bytes.startIndex..<end], as: UTF8.self)
        else { throw Refusal.malformedForm }
        for line in headers.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == "content-disposition" else {
                continue
            }
            let disposition = HeaderParameters.split(String(line[line.index(after: colon)...]))
            guard disposition.value.lowercased() == "form-data",
                let name = disposition.parameters.first(where: { $0.name == "name" })?.value
            else { break }
            let fileName = disposition.parameters.first { $0.name == "filename" }?.value
            return Part(name: name, fileName: fileName, content: bytes[(end + 4)...])
        }
        throw Refusal.malformedForm
    }

    /// Where `pattern` next begins. O(bytes) for a pattern that does not repeat its first byte, as delimiters do not.
    private static func find(_ pattern: [UInt8], in bytes: some RandomAccessCollection<UInt8>, from start: Int) -> Int?
    {
        var found: Int?
        let result: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            let offset = bytes.startIndex as? Int ?? 0
            var index = start - offset
            while index + pattern.count <= buffer.count {
                if buffer[index] == pattern[0], buffer[index..<(index + pattern.count)].elementsEqual(pattern) {
                    found = index + offset
                    return
                }
                index += 1
            }
        }
        precondition(result != nil, "array storage is contiguous")
        return found
    }
}

extension MultipartForm {
    /// The text field called `name`; refuses a file in its place, a repetition, and text that is too long or not UTF-8.
    func text(_ name: String) throws(Refusal) -> String? {
        let found = try texts(name)
        guard found.count <= 1 else { throw Refusal.invalidField(name) }
        return found.first
    }

    /// The text fields called `name` in their order; refuses a file among them, and text that is too long or not UTF-8.
    func texts(_ name: String) throws(Refusal) -> [String] {
        var texts: [String] = []
        for part in parts where part.name == name {
            guard part.fileName == nil, part.content.count <= Limits.formTextBytesMax,
                let text = String(validating: part.content, as: UTF8.self)
            else { throw Refusal.invalidField(name) }
            texts.append(text)
        }
        return texts
    }

    /// The file called `name`; refuses a text in its place and a repetition. A file without name and content is absent.
    func file(_ name: String) throws(Refusal) -> UploadedFile? {
        let found = try files(name)
        guard found.count <= 1 else { throw Refusal.invalidField(name) }
        return found.first
    }

    /// The files called `name` in their order; refuses a text among them. Files without name and content are absent.
    func files(_ name: String) throws(Refusal) -> [UploadedFile] {
        var files: [UploadedFile] = []
        for part in parts where part.name == name {
            guard let fileName = part.fileName else { throw Refusal.invalidField(name) }
            if fileName.isEmpty, part.content.isEmpty { continue }
            files.append(UploadedFile(name: fileName, content: part.content))
        }
        return files
    }
}
