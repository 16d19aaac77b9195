/// A `multipart/form-data` body as a client sends it (D-16, RFC 7578).
package struct FormBody: Sendable {
    package enum Value: Sendable {
        case text(String)
        case file(UploadedFile)
    }

    /// Value of the header `Content-Type`.
    package let contentType: String
    /// The parts and the end boundary.
    package let bytes: [UInt8]

    /// The parts in the order given. O(bytes).
    package init(_ parts: [(name: String, value: Value)]) {
        let boundary = FormBody.boundary(absentIn: parts.map(\.value))
        contentType = "multipart/form-data; boundary=\(boundary)"
        var bytes: [UInt8] = []
        for (name, value) in parts {
            bytes += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(FormBody.quoted(name))\"".utf8
            switch value {
            case .text(let text):
                bytes += "\r\n\r\n".utf8
                bytes += text.utf8
            case .file(let file):
                // What a file is, its content says (D-72).
                bytes += "; filename=\"\(FormBody.quoted(file.name))\"\r\n".utf8
                bytes += "Content-Type: \(FileType(content: file.content, fileName: file.name).mimeType)\r\n\r\n".utf8
                bytes += file.content
            }
            bytes += "\r\n".utf8
        }
        bytes += "--\(boundary)--\r\n".utf8
        self.bytes = bytes
    }

    /// The first of a row of boundaries that stands in none of the values: the same values, the same boundary.
    private static func boundary(absentIn values: [Value]) -> String {
        var number = 0
        while true {
            let boundary = "----chatrix-form-\(number)"
            let bytes = Array("--\(boundary)".utf8)
            let isFound = values.contains { value in
                switch value {
                case .text(let text): Array(text.utf8)[...].contains(sequence: bytes)
                case .file(let file): file.content.contains(sequence: bytes)
                }
            }
            if !isFound { return boundary }
            number += 1
        }
    }

    /// A parameter's value between quotes: quotes and backslashes escaped, line breaks as browsers write them.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\r": quoted += "%0D"
            case "\n": quoted += "%0A"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted
    }
}

extension ArraySlice<UInt8> {
    /// Whether `pattern` stands somewhere in it. O(n) for a pattern that begins rarely.
    fileprivate func contains(sequence pattern: [UInt8]) -> Bool {
        withUnsafeBufferPointer { buffer in
            pattern.withUnsafeBufferPointer { pattern in
                guard let first = pattern.first, buffer.count >= pattern.count else { return false }
                var index = 0
                while index <= buffer.count - pattern.count {
                    if buffer[index] == first,
                        UnsafeBufferPointer(rebasing: buffer[index..<(index + pattern.count)]).elementsEqual(pattern)
                    {
                        return true
                    }
                    index += 1
                }
                return false
            }
        }
    }
}
