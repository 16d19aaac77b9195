/// A request and the answer to it, as bytes and raw header texts.
package struct Exchange: Sendable, Hashable {
    package var request: Request
    package var answer: Answer
    /// Scheme and authority of the target.
    package var baseURL: String

    package init(request: Request, answer: Answer, baseURL: String) {
        self.request = request
        self.answer = answer
        self.baseURL = baseURL
    }

    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package struct Request: Sendable, Hashable {
        package var method: String
        /// Path and query, percent-encoded, sent as they stand.
        package var target: String
        package var headers: [Header]
        package var body: [UInt8]

        package init(method: String, target: String, headers: [Header] = [], body: [UInt8] = []) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
        }
    }

    package struct Answer: Sendable, Hashable {
        package var status: Int
        /// In the order received; a name may occur more than once.
        package var headers: [Header]
        package var body: [UInt8]

        package init(status: Int, headers: [Header], body: [UInt8]) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        /// The values of one header, its name compared without regard to case.
        package func values(_ name: String) -> [String] {
            headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
        }
    }
}

extension Exchange.Request: CustomStringConvertible {
    package var description: String {
        text(start: "\(method) \(target)", headers, body)
    }
}

extension Exchange.Answer: CustomStringConvertible {
    package var description: String { text(start: "\(status)", headers, body) }
}

/// Start line, headers and a body of which at most the first 2000 bytes are shown.
private func text(start: String, _ headers: [Exchange.Header], _ body: [UInt8]) -> String {
    let shownBytes = 2000
    var lines = [start] + headers.map { "\($0.name): \($0.value)" }
    if !body.isEmpty {
        var shown = printable(String(decoding: body.prefix(shownBytes), as: UTF8.self))
        if body.count > shownBytes { shown += "… (\(body.count) bytes)" }
        lines.append(shown)
    }
    return lines.joined(separator: "\n")
}

/// The text with `\n` as its only line break, and a symbol for every other control character: terminals obey them, and XML
/// cannot hold them.
private func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
        switch scalar.value {
        case 0x0A: result.append(scalar)
        case 0x00..<0x20: result.append(Unicode.Scalar(UInt16(0x2400 + scalar.value)) ?? "\u{FFFD}")
        case 0x7F: result.append("\u{2421}")
        default: result.append(scalar)
        }
    }
    return String(result)
}
