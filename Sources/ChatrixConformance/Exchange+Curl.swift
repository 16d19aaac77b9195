extension Exchange {
    /// A line for bash that sends the same request again.
    package var curl: String {
        var words = ["curl", "-si", "-X", request.method, quoted(baseURL + request.target)]
        words += request.headers.flatMap { ["-H", quoted("\($0.name): \($0.value)")] }
        guard !request.body.isEmpty else { return words.joined(separator: " ") }
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            words += ["-H", "'Content-Type:'"]
        }
        let pieces = BodyPiece.split(request.body)
        if case .literal(let bytes)? = pieces.first, pieces.count == 1, let text = plainText(bytes) {
            return (words + ["--data-binary", quoted(text)]).joined(separator: " ")
        }
        let source = pieces.map(\.command).joined(separator: "; ")
        return "{ \(source); } | " + (words + ["--data-binary", "@-"]).joined(separator: " ")
    }
}

/// Part of a body: bytes as they stand, or one byte many times, so that a body of megabytes fits a line.
private enum BodyPiece {
    case literal([UInt8])
    case run(UInt8, count: Int)

    static let runBytesMin = 64

    /// O(bytes).
    static func split(_ body: [UInt8]) -> [BodyPiece] {
        var pieces: [BodyPiece] = []
        var literalStart = 0
        var index = 0
        while index < body.count {
            var end = index + 1
            while end < body.count, body[end] == body[index] { end += 1 }
            if end - index >= runBytesMin {
                if literalStart < index { pieces.append(.literal(Array(body[literalStart..<index]))) }
                pieces.append(.run(body[index], count: end - index))
                literalStart = end
            }
            index = end
        }
        if literalStart < body.count { pieces.append(.literal(Array(body[literalStart...]))) }
        return pieces
    }

    /// A bash command that writes the piece.
    var command: String {
        switch self {
        case .literal(let bytes): "printf '\(bytes.map(octal).joined())'"
        case .run(let byte, let count): "head -c \(count) /dev/zero | tr '\\000' '\(octal(byte))'"
        }
    }
}

private func octal(_ byte: UInt8) -> String {
    let isPlain =
        byte >= 0x20 && byte < 0x7F && !(byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\\"))
        && byte != UInt8(ascii: "%")
    if isPlain { return String(Unicode.Scalar(byte)) }
    let digits = String(byte, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
}

/// The bytes as a text that can stand in single quotes, `nil` if they cannot.
private func plainText(_ bytes: [UInt8]) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else { return nil }
    return text
}

private func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
}
