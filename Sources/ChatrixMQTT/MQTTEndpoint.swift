/// Where a broker listens and how to greet it, as written in a URL such as `mqtt://user:secret@host:1883`.
package struct MQTTEndpoint: Sendable, Hashable {
    /// Host name or address; an IPv6 address without its brackets.
    package var host: String
    /// TCP port, 1 to 65535.
    package var port: Int
    /// True for `mqtts`.
    package var usesTLS: Bool
    package var username: String?
    package var password: String?

    package init(host: String, port: Int, usesTLS: Bool = false, username: String? = nil, password: String? = nil) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        self.username = username
        self.password = password
    }

    /// Parses `mqtt://[user[:password]@]host[:port]` or the same with `mqtts`.
    ///
    /// The port defaults to 1883, for `mqtts` to 8883. User and password may be percent-encoded; an IPv6 address
    /// stands in brackets. Throws `MQTTError.invalidEndpoint`, which names the part that is wrong and what is
    /// expected, and which never repeats a password.
    package init(parsing text: String) throws(MQTTError) {
        func refuse(_ problem: String) -> MQTTError {
            .invalidEndpoint(text: Self.redacted(text), problem: problem)
        }

        guard let schemeEnd = text.firstRange(of: "://") else {
            throw refuse("no scheme; expected mqtt://host:port or mqtts://host:port")
        }
        switch text[..<schemeEnd.lowerBound].lowercased() {
        case "mqtt": usesTLS = false
        case "mqtts": usesTLS = true
        case let other: throw refuse("scheme \"\(other)\" is not one of mqtt, mqtts")
        }

        var rest = text[schemeEnd.upperBound...]
        if rest.last == "/" { rest = rest.dropLast() }

        // The last @ ends the user part, so that an @ in a careless password does not become the host.
        if let at = rest.lastIndex(of: "@") {
            let user = rest[..<at]
            rest = rest[rest.index(after: at)...]
            let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, !name.isEmpty else { throw refuse("the user name before @ is empty") }
            guard let decodedName = Self.percentDecoded(name) else {
                throw refuse("the user name is not valid percent-encoding")
            }
            username = decodedName
            if parts.count == 2 {
                guard let decoded = Self.percentDecoded(parts[1]) else {
                    throw refuse("the password is not valid percent-encoding")
                }
                password = decoded
            }
        }
        if let bad = rest.first(where: { "/?# \t".contains($0) }) {
            throw refuse("\"\(bad)\" after the host; a broker address has no path, query or blank")
        }

        let portText: Substring?
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else {
                throw refuse("\"[\" without \"]\" round the IPv6 address")
            }
            host = String(rest[rest.index(after: rest.startIndex)..<close])
            let tail = rest[rest.index(after: close)...]
            guard tail.isEmpty || tail.first == ":" else { throw refuse("unexpected \"\(tail)\" after \"]\"") }
            portText = tail.isEmpty ? nil : tail.dropFirst()
        } else {
            let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, parts[1].contains(":") {
                throw refuse("an IPv6 address must stand in brackets: [\(rest)]")
            }
            host = String(parts.first ?? "")
            portText = parts.count == 2 ? parts[1] : nil
        }
        guard !host.isEmpty else { throw refuse("no host") }

        if let portText {
            guard portText.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(portText),
                (1...65535).contains(value)
            else { throw refuse("port \"\(portText)\" is not a number from 1 to 65535") }
            port = value
        } else {
            port = usesTLS ? 8883 : 1883
        }
    }

    /// The URL without user and password, for logs and for the ready line.
    package var url: String {
        "\(usesTLS ? "mqtts" : "mqtt")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }

    private static func redacted(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        guard start <= at, let colon = text[start..<at].firstIndex(of: ":") else { return text }
        return text[...colon] + "***" + text[at...]
    }

    private static func percentDecoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexDigit), let low = rest.popFirst().flatMap(hexDigit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
