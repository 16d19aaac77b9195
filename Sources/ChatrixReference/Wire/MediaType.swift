/// A value of `Content-Type`, as far as requests need it (D-15).
struct MediaType {
    /// Type and subtype in lower case.
    let name: String
    /// Parameter values by name in lower case, without quotes.
    private let parameters: [(name: String, value: String)]

    init(_ text: String) {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\"") }) else {
            // What nearly every client sends: one word.
            name = HeaderParameters.trim(text[...]).lowercased()
            parameters = []
            return
        }
        let parts = HeaderParameters.split(text)
        name = parts.value.lowercased()
        parameters = parts.parameters
    }

    subscript(parameter: String) -> String? { parameters.first { $0.name == parameter }?.value }

    var isJSON: Bool { name == "application/json" }
    var isForm: Bool { name == "multipart/form-data" }

    /// JSON without a charset other than UTF-8.
    var isUsableJSON: Bool {
        isJSON && (self["charset"].map { $0.lowercased() == "utf-8" } ?? true)
    }
}

/// `value; name=text; name="quoted \" text"` as in Content-Type and Content-Disposition.
enum HeaderParameters {
    static func split(_ text: String) -> (value: String, parameters: [(name: String, value: String)]) {
        var pieces: [String] = []
        var piece = ""
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if isEscaped {
                piece.append(character)
                isEscaped = false
            } else if isQuoted, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ";", !isQuoted {
                pieces.append(piece)
                piece = ""
            } else {
                piece.append(character)
            }
        }
        pieces.append(piece)
        let parameters = pieces.dropFirst().compactMap { piece -> (name: String, value: String)? in
            guard let equals = piece.firstIndex(of: "=") else { return nil }
            return (trim(piece[..<equals]).lowercased(), trim(piece[piece.index(after: equals)...]))
        }
        return (trim(pieces[0][...]), parameters)
    }

    static func trim(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
