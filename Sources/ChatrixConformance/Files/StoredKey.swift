import ChatrixModel

extension Node {
    /// A key `folder/{digits}-{fileName}`, and returns it.
    @discardableResult
    func expectKey(in folder: String, _ fileName: String) throws -> String {
        let key = try text()
        let prefix = folder + "/"
        let suffix = "-" + fileName
        let digits = key.utf8.dropFirst(prefix.utf8.count).dropLast(suffix.utf8.count)
        let fits =
            key.hasPrefix(prefix) && key.hasSuffix(suffix) && !digits.isEmpty
            && digits.allSatisfy { (0x30...0x39).contains($0) }
        guard fits else {
            throw Check.Failure("\(path): expected \(prefix){digits}\(suffix), found \(key)", exchange: exchange)
        }
        return key
    }

    /// An absolute URL that ends in `/` and such a key.
    func expectURL(in folder: String, _ fileName: String) throws {
        let url = try expectAbsoluteURL()
        let last = url.split(separator: "/").suffix(folder.split(separator: "/").count + 1).joined(separator: "/")
        try Node(.string(last), path: path, exchange: exchange).expectKey(in: folder, fileName)
    }

    /// A URL with scheme and host.
    @discardableResult
    func expectAbsoluteURL() throws -> String {
        let url = try text()
        guard let scheme = url.firstRange(of: "://"), ["http", "https"].contains(url[..<scheme.lowerBound]),
            url[scheme.upperBound...].prefix(while: { $0 != "/" }).isEmpty == false
        else { throw Check.Failure("\(path): expected an absolute URL, found \(url)", exchange: exchange) }
        return url
    }
}
