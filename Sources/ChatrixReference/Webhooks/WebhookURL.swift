/// Where a webhook is sent: an absolute `http` or `https` URL, taken apart.
package struct WebhookURL: Sendable, Hashable, CustomStringConvertible {
    package let usesTLS: Bool
    /// Host name or address; an IPv6 address without its brackets.
    package let host: String
    /// 80 or 443 where the URL names none.
    package let port: Int
    /// Path and query as they stand; at least `/`.
    package let target: String
    /// The value of the header `Host`.
    package let authority: String

    /// Nil for anything that is not a plain absolute URL: other schemes, no host, user information, a port outside
    /// 1...65535, spaces, control characters or characters that need percent-encoding. A fragment is dropped.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }) else {
            return nil
        }
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "http": usesTLS = false
        case "https": usesTLS = true
        default: return nil
        }
        let rest = parts[1].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let pathAndQuery = rest[authority.endIndex...]
        target = pathAndQuery.hasPrefix("/") ? String(pathAndQuery) : "/\(pathAndQuery)"
        self.authority = String(authority)
        guard !authority.contains("@") else { return nil }

        let portText: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[..<end].dropFirst())
            portText = authority[end...].dropFirst()
            guard host.contains(":"), portText.isEmpty || portText.hasPrefix(":") else { return nil }
        } else {
            host = String(authority.prefix { $0 != ":" })
            portText = authority.dropFirst(host.count)
        }
        guard !host.isEmpty else { return nil }
        if portText.isEmpty {
            port = usesTLS ? 443 : 80
        } else {
            guard let port = UInt16(portText.dropFirst()), port > 0, portText.dropFirst().first != "+" else {
                return nil
            }
            self.port = Int(port)
        }
    }

    package var description: String { "\(usesTLS ? "https" : "http")://\(authority)\(target)" }
}
