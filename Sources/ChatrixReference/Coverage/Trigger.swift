import ChatrixModel

/// What exercises a behaviour row: an occasion with an outcome and with facts about it.
struct Trigger: Sendable {
    private(set) var outline: Outline
    /// The name of the refusal, with the field or parameter in parentheses where it has one.
    private var refusal: String?
    private var costlyRequired = FactSet()
    private var costlyExcluded = FactSet()
    private var details: [Detail] = []

    /// What is cheap to look at. Nothing in it is counted by reference, so that many are looked at quickly.
    struct Outline: Sendable {
        /// Place of the row in `Behaviour.all`.
        let row: Int
        fileprivate(set) var statuses = 100...599
        fileprivate(set) var required = FactSet()
        fileprivate(set) var excluded = FactSet()
        /// Whether the trigger has conditions that do not stand here.
        fileprivate(set) var hasDetails = false

        func holds(_ status: Int, _ facts: FactSet) -> Bool {
            statuses.contains(status) && required.isSubset(of: facts) && excluded.isDisjoint(with: facts)
        }

        /// Whether an answer of one of these statuses could be what the trigger describes.
        func isPossible(for others: ClosedRange<Int>) -> Bool { statuses.overlaps(others) }
    }

    /// A condition on one field of the body or one parameter of the query.
    private enum Detail: Sendable {
        case hasField(String), lacksField(String), hasFile(String)
        case hasParameter(String), lacksParameter(String), parameter(String, String)
        /// Of the Unicode scalars of a text.
        case length(String, Comparison, Int)
        /// Of the parts of a form.
        case count(String, Comparison, Int)
    }

    private enum Comparison: Character, Sendable {
        case less = "<"
        case equal = "="
        case greater = ">"

        func holds(_ a: Int, _ b: Int) -> Bool {
            switch self {
            case .less: a < b
            case .equal: a == b
            case .greater: a > b
            }
        }
    }

    /// Reads the words after the subjects, see `CoverageTable`. The tables are part of the program, so a bad word traps.
    init(row: Int, words: some Sequence<Substring>) {
        outline = Outline(row: row)
        for word in words { read(word) }
        outline.hasDetails =
            refusal != nil || !details.isEmpty || !costlyRequired.isEmpty || !costlyExcluded.isEmpty
        if refusal != nil { outline.statuses = outline.statuses.clamped(to: 400...599) }
    }

    private mutating func read(_ word: Substring) {
        if word == "ok" {
            outline.statuses = 200...299
        } else if word == "refused" {
            outline.statuses = 400...599
        } else if let status = Int(word) {
            outline.statuses = status...status
        } else if let name = word.dropping("!") {
            refusal = String(name)
        } else if let name = word.dropping("-?") {
            details.append(.lacksParameter(String(name)))
        } else if let rest = word.dropping("?") {
            let parts = rest.split(separator: "=")
            details.append(
                parts.count == 2 ? .parameter(String(parts[0]), String(parts[1])) : .hasParameter(String(rest)))
        } else if let name = word.dropping("+") {
            details.append(.hasField(String(name)))
        } else if let name = word.dropping("-") {
            details.append(.lacksField(String(name)))
        } else if let name = word.dropping("@") {
            details.append(.hasFile(String(name)))
        } else if let mark = word.firstIndex(where: { $0 == "#" || $0 == "*" }) {
            let rest = word[mark...].dropFirst()
            guard let comparison = rest.first.flatMap(Comparison.init), let number = Int(rest.dropFirst()) else {
                preconditionFailure("no comparison: \(word)")
            }
            let name = String(word[..<mark])
            details.append(word[mark] == "#" ? .length(name, comparison, number) : .count(name, comparison, number))
        } else {
            let name = word.dropping("not:") ?? word
            guard let fact = Fact(name: name) else { preconditionFailure("no fact is called \(name)") }
            switch (fact.isCostly, name.startIndex == word.startIndex) {
            case (false, true): outline.required.insert(fact)
            case (false, false): outline.excluded.insert(fact)
            case (true, true): costlyRequired.insert(fact)
            case (true, false): costlyExcluded.insert(fact)
            }
        }
    }

    /// Whether the occasion is what the trigger describes beyond its outline. Looks at what costs most last.
    func detailsHold(on occasion: inout Occasion) -> Bool {
        guard refusal.map({ $0 == occasion.refusalName }) ?? true,
            details.allSatisfy({ Trigger.holds($0, on: occasion) })
        else { return false }
        guard !costlyRequired.isEmpty || !costlyExcluded.isEmpty else { return true }
        let facts = occasion.costlyFacts()
        return costlyRequired.isSubset(of: facts) && costlyExcluded.isDisjoint(with: facts)
    }

    private static func holds(_ detail: Detail, on occasion: Occasion) -> Bool {
        switch detail {
        case .hasField(let name): occasion.body.has(name)
        case .lacksField(let name): !occasion.body.has(name)
        case .hasFile(let name): occasion.body.fileCount(name) > 0
        case .hasParameter(let name): occasion.parameter(name) != nil
        case .lacksParameter(let name): occasion.parameter(name) == nil
        case .parameter(let name, let value): occasion.parameter(name) == value
        case .length(let name, let comparison, let number):
            occasion.body.shownText(name).map { comparison.holds($0.unicodeScalars.count, number) } ?? false
        case .count(let name, let comparison, let number): comparison.holds(occasion.body.fileCount(name), number)
        }
    }
}

extension Substring {
    fileprivate func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
    }
}

extension RequestBody {
    /// Whether there is a value or part called `name`, or parts called `name[]`.
    func has(_ name: String) -> Bool {
        switch self {
        case .none: false
        case .json(let fields): fields[name].map { !$0.isNull } ?? false
        case .form(let form): form.parts.contains { $0.name == name || $0.name == "\(name)[]" }
        }
    }

    /// How many file parts with a name or a content are called `name`.
    func fileCount(_ name: String) -> Int {
        guard case .form(let form) = self else { return 0 }
        return form.parts.count { $0.name == name && $0.fileName != nil && !($0.fileName == "" && $0.content.isEmpty) }
    }

    /// The text called `name`, `nil` where there is none that could be read.
    func shownText(_ name: String) -> String? {
        switch self {
        case .none: nil
        case .json(let fields): fields[name]?.string
        case .form(let form):
            form.parts.first { $0.name == name && $0.fileName == nil }
                .flatMap { String(validating: $0.content, as: UTF8.self) }
        }
    }
}
