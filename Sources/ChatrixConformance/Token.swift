import ChatrixModel

/// A JSON Web Token taken apart, for looking into it and for forging others.
package struct Token: Sendable {
    /// The three segments as they stand.
    package var segments: [String]

    /// Splits a token; a text of another shape is a failure of the answer it came from.
    package init(_ node: Node) throws {
        segments = try node.text().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard segments.count == 3, segments.allSatisfy({ !$0.isEmpty }) else {
            throw Check.Failure("\(node.path): expected three segments with dots between", exchange: node.exchange)
        }
        origin = node
    }

    private let origin: Node

    /// The JSON of the first (0) or second (1) segment.
    package func json(_ index: Int) throws -> Node {
        guard let bytes = Base64URL.decode(segments[index]), let json = try? JSON.parse(bytes) else {
            throw Check.Failure("\(origin.path): expected JSON in segment \(index + 1)", exchange: origin.exchange)
        }
        return Node(json, path: "\(origin.path) segment \(index + 1)", exchange: origin.exchange)
    }

    package var text: String { segments.joined(separator: ".") }

    /// The same token with another header, the signature kept.
    package func withHeader(_ json: String) -> String {
        [Base64URL.encode(Array(json.utf8)), segments[1], segments[2]].joined(separator: ".")
    }
}

/// Base64 with the alphabet for URLs and without padding (RFC 4648, section 5).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | UInt32(offset < group.count ? group[start + offset] : 0) }
            for digit in 0...group.count { digits.append(alphabet[Int(bits >> UInt32(18 - 6 * digit)) & 63]) }
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// `nil` if a character is not of the alphabet.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var bitCount = 0
        for character in text.utf8 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        return bytes
    }
}
