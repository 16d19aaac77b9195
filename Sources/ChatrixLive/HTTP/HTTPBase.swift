/// Where the API of a deployment is: `http://host:port/prefix` or the same with `https`; for WebSocket connections `ws` and
/// `wss`.
package struct HTTPBase: Sendable, Hashable, CustomStringConvertible {
    package var usesTLS: Bool
    /// Host name or address; an IPv6 address without its brackets.
    package var host: String
    package var port: Int
    /// What stands before every path: empty, or a text that begins with a slash and does not end in one.
    package var prefix: String

    package struct ParseError: Error, Sendable, Hashable, CustomStringConvertible {
        var kind: String
        package var text: String
        package var problem: String

        package var description: String { "\(kind) address \"\(text)\": \(problem)" }
    }

    /// Plain HTTP on a port, without a prefix.
    package init(host: String, port: Int) {
        usesTLS = false
        self.host = host
        self.port = port
        prefix = ""
    }

    /// The port defaults to 80, for `https` to 443.
    package init(parsing text: String) throws(ParseError) {
        try self.init(parsing: text, kind: "HTTP", schemes: ("http", "https"))
    }

    /// Reads `ws://host:port/path` or the same with `wss`; the path is `/ws` where there is none.
    package init(parsingWebSocket text: String) throws(ParseError) {
        try self.init(parsing: text, kind: "WebSocket", schemes: ("ws", "wss"))
        if prefix.isEmpty { prefix = "/ws" }
    }

    private init(parsing text: String, kind: String, schemes: (plain: String, secure: String)) throws(ParseError) {
        func refuse(_ problem: String) -> ParseError { ParseError(kind: kind, text: text, problem: problem) }
        let (plain, secure) = schemes
        guard let mark = text.firstRange(of: "://") else {
            throw refuse("no scheme; expected \(plain)://host:port or \(secure)://host:port")
        }
        switch text[..<mark.lowerBound].lowercased() {
        case plain: usesTLS = false
        case secure: usesTLS = true
        case let other: throw refuse("scheme \"\(other)\" is not one of \(plain), \(secure)")
        }
        let rest = text[mark.upperBound...]
        if let bad = rest.unicodeScalars.first(where: {
            $0.value <= 0x20 || $0.value >= 0x7F || "?#@".unicodeScalars.contains($0)
        }) {
            throw refuse("\"\(bad)\" has no place here; expected host, port and path")
        }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        var path = rest[slash...]
        while path.last == "/" { path = path.dropLast() }
        prefix = String(path)

        let authority = rest[..<slash]
        var portText: Substring?
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else {
                throw refuse("\"[\" without \"]\" round the address")
            }
            host = String(authority[authority.index(after: authority.startIndex)..<close])
            let tail = authority[authority.index(after: close)...]
            guard tail.isEmpty || tail.first == ":" else { throw refuse("unexpected \"\(tail)\" after \"]\"") }
            if !tail.isEmpty { portText = tail.dropFirst() }
        } else {
            let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw refuse("an IPv6 address must stand in brackets: [\(authority)]") }
            host = String(parts.first ?? "")
            if parts.count == 2 { portText = parts[1] }
        }
        guard !host.isEmpty else { throw refuse("no host") }
        if let portText {
            guard portText.allSatisfy({ ("0"..."9").contains($0) }), let value = Int(portText),
                (1...65535).contains(value)
            else { throw refuse("port \"\(portText)\" is not a number from 1 to 65535") }
            port = value
        } else {
            port = usesTLS ? 443 : 80
        }
    }

    /// Value of the header `Host`.
    package var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (usesTLS ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Whether only this machine can be meant.
    package var isLoopback: Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    /// Scheme and authority, without the prefix.
    package var origin: String { "\(usesTLS ? "https" : "http")://\(authority)" }

    package var description: String { "\(usesTLS ? "https" : "http")://\(authority)\(prefix)" }
}
