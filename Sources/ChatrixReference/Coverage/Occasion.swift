import ChatrixModel

/// One thing that happened, as triggers look at it.
struct Occasion {
    var status = 200
    var refusal: Refusal? { didSet { refusalName = refusal.map(Occasion.name) } }
    private(set) var refusalName: String?
    var facts = FactSet()
    var body = RequestBody.none
    /// Of a documented route, for what is costly to find out.
    var request: (endpoint: Endpoint, bytes: [UInt8], query: Substring)?
    private var knownCostlyFacts: FactSet?

    init(_ facts: [Fact] = []) { self.facts = FactSet(facts) }

    private static func name(_ refusal: Refusal) -> String {
        switch refusal {
        case .invalidField(let name): "invalidField(\(name))"
        case .invalidParameter(let name): "invalidParameter(\(name))"
        default: "\(refusal)"
        }
    }

    /// The value of a query parameter, whether or not the endpoint knows it; of a repeated one the first.
    func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }

    private var parameters: [(name: String, value: String)] {
        guard let query = request?.query, !query.isEmpty else { return [] }
        return query.split(separator: "&").compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Percent.decode(parts[0], isForm: true) else { return nil }
            return (name, Percent.decode(parts.count == 2 ? parts[1] : "", isForm: true) ?? "")
        }
    }
}

// MARK: - What is looked at only where a trigger asks

extension Occasion {
    /// The facts of body and query, found out once.
    mutating func costlyFacts() -> FactSet {
        if let knownCostlyFacts { return knownCostlyFacts }
        var facts = FactSet()
        if let request {
            addQueryFacts(of: request.endpoint, to: &facts)
            addBodyFacts(of: request.endpoint, request.bytes, to: &facts)
        }
        knownCostlyFacts = facts
        return facts
    }

    private func addQueryFacts(of endpoint: Endpoint, to facts: inout FactSet) {
        guard !(request?.query.isEmpty ?? true) else { return }
        let names = parameters.map(\.name)
        facts.insert(.unknownParameter, if: names.contains { !endpoint.query.contains($0) })
        facts.insert(
            .repeatedParameter, if: endpoint.query.contains { name in names.count { $0 == name } > 1 })
        let filters = ["status", "type", "user_id", "after", "sort"].filter(names.contains)
        facts.insert(.filtered, if: !filters.isEmpty)
        facts.insert(.severalFilters, if: filters.count > 1)
        facts.insert(.oldestFirst, if: parameter("sort").map { !$0.hasPrefix("-") } ?? false)
        facts.insert(.beyondASCII, if: parameters.contains { !$0.value.utf8.allSatisfy { $0 < 0x80 } })
        if case .invalidParameter("user_id") = refusal { facts.insert(.malformedID) }
    }

    private func addBodyFacts(of endpoint: Endpoint, _ bytes: [UInt8], to facts: inout FactSet) {
        let fields = CoverageFields.of(endpoint.name)
        switch body {
        case .none:
            facts.insert(
                .malformedJSON, if: endpoint.body == .json && !bytes.isEmpty && (try? JSON.parse(bytes)) == nil)
        case .json(let object):
            facts.insert(.beyondASCII, if: !bytes.allSatisfy { $0 < 0x80 } || bytes.containsUnicodeEscape)
            facts.insert(.repeatedField, if: bytes.memberCount > object.members?.count ?? 0)
            for member in object.members ?? [] {
                guard let field = fields.first(where: { $0.name == member.name }) else {
                    facts.insert(.unknownField)
                    facts.insert(.otherSpelling, if: fields.contains { $0.name.isSpelled(like: member.name) })
                    continue
                }
                if member.value.isNull { facts.insert(.nullField) }
                guard case .invalidField(member.name) = refusal else { continue }
                facts.insert(.fieldOfOtherType, if: !field.kind.takes(member.value))
                facts.insert(.malformedID, if: field.kind == .id && member.value.string != nil)
                facts.insert(.malformedID, if: field.kind == .ids && member.value.array != nil)
            }
        case .form(let form):
            for part in form.parts { add(part, fields, to: &facts) }
            guard case .invalidField(let name) = refusal, let field = fields.first(where: { $0.name == name }) else {
                return
            }
            let parts = form.parts.filter { $0.name == name }
            facts.insert(.partOfOtherKind, if: parts.count > 1 || parts.contains { !field.kind.takes($0) })
        }
    }

    private func add(_ part: MultipartForm.Part, _ fields: [CoverageFields.Field], to facts: inout FactSet) {
        guard fields.contains(where: { $0.name == part.name || "\($0.name)[]" == part.name }) else {
            facts.insert(.unknownField)
            facts.insert(.otherSpelling, if: fields.contains { $0.name.isSpelled(like: part.name) })
            return
        }
        guard let name = part.fileName else {
            facts.insert(.beyondASCII, if: !part.content.allSatisfy { $0 < 0x80 })
            return
        }
        let type = FileType(content: part.content, fileName: name)
        switch type {
        case .octetStream: facts.insert(.unknownType)
        default: facts.insert(type.mediaKind.map { $0 == .image ? .image : .video } ?? .document)
        }
        facts.insert(.emptyFile, if: part.content.isEmpty && !name.isEmpty)
        facts.insert(.largeFile, if: part.content.count >= 10 << 20)
        let megabytes = part.content.count.quotientAndRemainder(dividingBy: 1 << 20)
        facts.insert(.exactLimit, if: megabytes.remainder == 0 && [10, 20, 100].contains(megabytes.quotient))
        facts.insert(.misnamed, if: CoverageFields.extensions[type].map { !$0.contains(name.extension) } ?? true)
        facts.insert(.oddFileName, if: ObjectStore.keyName(for: name) != name)
    }
}

extension String {
    /// Whether the names differ in case and underscores only.
    fileprivate func isSpelled(like other: String) -> Bool {
        func plain(_ text: String) -> String { text.filter { $0 != "_" }.lowercased() }
        return plain(self) == plain(other)
    }

    /// What follows the last dot, in lower case.
    fileprivate var `extension`: String {
        lastIndex(of: ".").map { self[index(after: $0)...].lowercased() } ?? ""
    }
}

extension [UInt8] {
    /// Members of the JSON object that this is well-formed text of, repeated names counted each time.
    fileprivate var memberCount: Int {
        var count = 0
        var depth = 0
        var isInString = false
        var isEscaped = false
        for byte in self {
            switch byte {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\") where isInString: isEscaped = true
            case UInt8(ascii: "\""): isInString.toggle()
            case _ where isInString: break
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":") where depth == 1: count += 1
            default: break
            }
        }
        return count
    }

    /// Whether there is a `\u` that begins with other than 00.
    fileprivate var containsUnicodeEscape: Bool {
        indices.dropLast(3).contains { place in
            self[place] == UInt8(ascii: "\\") && self[place + 1] == UInt8(ascii: "u")
                && (self[place + 2] != UInt8(ascii: "0") || self[place + 3] != UInt8(ascii: "0"))
        }
    }
}
