import ChatrixHistory
import ChatrixModel
import Yams

extension Scenario {
    /// Reads a scenario file with what it includes; throws every fault that is found.
    ///
    /// `environment` fills `${NAME}`; a name in it that no file asks for is a fault.
    package init(contentsOf path: String, environment: [String: String] = [:]) throws(InputError) {
        let bytes = try FileReader.bytes(of: path, expecting: "a scenario file")
        try self.init(parsing: bytes, file: path, environment: environment) { path, subject throws(InputError) in
            try FileReader.bytes(of: path, expecting: subject)
        }
    }

    /// Reads the text of a scenario file; `file` is named in the error. `readFile` gives the content of another file by
    /// its path, which begins at the folder of `file`; its second argument says what is expected there.
    package init(
        parsing bytes: [UInt8], file: String, environment: [String: String] = [:],
        readFile: @escaping (String, String) throws(InputError) -> [UInt8] = { path, subject throws(InputError) in
            try FileReader.bytes(of: path, expecting: subject)
        }
    ) throws(InputError) {
        var reader = ScenarioReader(file: file, environment: environment, readFile: readFile)
        self = try reader.scenario(bytes)
    }
}

/// Reads a scenario from its file and the files that it includes.
struct ScenarioReader {
    /// A file that has been parsed.
    struct Part {
        /// `nil` for the main file, as in `InputError.Problem`.
        var file: String?
        /// As it was given, for paths that are relative to it.
        var path: String
        var values: DeclaredValues
    }

    let file: String
    let readFile: (String, String) throws(InputError) -> [UInt8]
    var reader = FileReader()
    var substitution: Substitution
    /// Included files before those that include them, so that what the main file says comes last.
    var parts: [Part] = []
    /// Files on the way from the main file to the one that is being read, and all that were read.
    var trail: [String] = []
    var seen: Set<String> = []
    var scenario = Scenario(name: "", users: Scenario.usersMax, load: [], flows: [])
    /// Weights of phases, whose flows are known only later.
    var phaseWeights: [(phase: Int, flow: String, node: Node, file: String?)] = []
    /// Feeders that have faults of their own; what is asked of them is not judged.
    var brokenFeeders: Set<String> = []
    var flow = FlowNames()

    init(
        file: String, environment: [String: String],
        readFile: @escaping (String, String) throws(InputError) -> [UInt8]
    ) {
        self.file = file
        self.readFile = readFile
        substitution = Substitution(environment)
    }

    mutating func scenario(_ bytes: [UInt8]) throws(InputError) -> Scenario {
        load(bytes, path: ScenarioReader.path(file, from: ""), file: nil)
        if let main = parts.last, main.file == nil { read(main) }
        let unused = substitution.values.keys.filter { !substitution.used.contains($0) }.sorted()
        // A file that could not be parsed asks for nothing; that is its only fault.
        if !parts.isEmpty {
            for name in unused {
                let remedy =
                    Spelling.nearest(to: name, in: substitution.used.sorted()).map { "; did you mean '\($0)'?" } ?? ""
                reader.problems.append(
                    InputError.Problem(message: "-e \(name): no value of the file asks for ${\(name)}\(remedy)"))
            }
        }
        guard reader.problems.isEmpty else { throw InputError(file: file, problems: reader.problems.inFileOrder) }
        return scenario
    }

    /// All parts, each kind of them over all files, as flows need to know the roles, the data and the channels.
    private mutating func read(_ main: Part) {
        let values = main.values
        scenario.name = values.text("name") ?? ""
        scenario.summary = values.text("description") ?? ""
        scenario.seed = values.seed("seed") ?? 1
        scenario.users = values.whole("users") ?? Scenario.usersMax
        scenario.devices = values.whole("devices") ?? 1
        scenario.settle = values.duration("settle") ?? Scenario.settleDefault
        scenario.checksLinearizability = values.flag("linearizability")
        if let channels = values.texts("channels") {
            scenario.channels = Set(channels.compactMap(History.Channel.init(rawValue:)))
        }
        reader.file = nil
        if let node = values.nodes["roles"] { roles(node, isUsersKnown: values.whole("users") != nil) }
        if let node = values.nodes["pairs"] { pairs(node) }
        if let node = values.nodes["network"] { scenario.network = reader.network(node) }
        each("data") { $0.feeders($1, of: $2) }
        each("load") { reader, node, _ in reader.load(node) }
        each("flows") { reader, node, _ in reader.flows(node) }
        each("thresholds") { reader, node, _ in reader.thresholds(node) }
        checkPhaseWeights()
        checkUnusedParts()
    }

    private mutating func each(_ key: String, _ body: (inout ScenarioReader, Node, Part) -> Void) {
        for part in parts {
            guard let node = part.values.nodes[key] else { continue }
            reader.file = part.file
            body(&self, node, part)
        }
        reader.file = nil
    }

    // MARK: - Files

    static let includesMax = 100

    /// Parses a file and, before it, those that it includes.
    private mutating func load(_ bytes: [UInt8], path: String, file: String?) {
        reader.file = file
        defer { reader.file = file }
        seen.insert(path)
        let root: Node
        do {
            root = try FileReader.root(of: bytes, expecting: "a scenario")
        } catch {
            var problem = error
            problem.file = file
            reader.problems.append(problem)
            return
        }
        if var problem = reader.sizeProblem(of: root) {
            problem.file = file
            reader.problems.append(problem)
            return
        }
        let filled = substitution.fill(root, &reader)
        guard let values = declared(filled, isMain: file == nil) else { return }
        trail.append(path)
        if let node = values.nodes["include"] { include(node, of: path) }
        trail.removeLast()
        parts.append(Part(file: file, path: path, values: values))
    }

    private mutating func declared(_ root: Node, isMain: Bool) -> DeclaredValues? {
        if isMain {
            // What is missing here may stand in an included file.
            let includes = root.mapping?["include"] != nil
            let keys = includes ? ScenarioKeys.root.map { $0.isNested ? $0.optional : $0 } : ScenarioKeys.root
            return reader.declared(root, of: "a scenario", keys: keys)
        }
        for key in root.mapping?.keys.map({ $0 }) ?? [] {
            guard let name = key.scalar?.string, !ScenarioKeys.included.contains(where: { $0.name == name }),
                ScenarioKeys.root.contains(where: { $0.name == name })
            else { continue }
            reader.report(key, "'\(name)' stands in the main file alone, not in an included one")
            return nil
        }
        return reader.declared(root, of: "an included file", keys: ScenarioKeys.included.map(\.optional))
    }

    private mutating func include(_ node: Node, of path: String) {
        let nodes: [Node]
        if node.scalar != nil {
            nodes = [node]
        } else {
            guard let elements = reader.list(node, of: "'include'") else { return }
            nodes = elements
        }
        let file = reader.file
        for element in nodes {
            guard let name = element.scalar?.string, !name.isEmpty else {
                reader.report(element, "the path of a file is expected, not \(reader.describe(element))")
                continue
            }
            let target = ScenarioReader.path(name, from: path)
            if let start = trail.firstIndex(of: target) {
                let circle = (trail[start...] + [target]).joined(separator: " -> ")
                reader.report(element, "files include each other in a circle: \(circle)")
                continue
            }
            guard !seen.contains(target) else { continue }
            guard seen.count <= ScenarioReader.includesMax else {
                return reader.report(element, "more than \(ScenarioReader.includesMax) files are included")
            }
            do {
                load(try readFile(target, "a scenario file"), path: target, file: target)
            } catch {
                reader.file = file
                reader.report(element, "'\(target)': \(error.problems.first?.message ?? "unreadable")")
            }
            reader.file = file
        }
    }

    /// A path as seen from the folder of another file, without `.` and `..` where they can be resolved.
    static func path(_ path: String, from file: String) -> String {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        let joined = path.hasPrefix("/") ? path : folder + path
        var names: [Substring] = []
        for name in joined.split(separator: "/") where name != "." {
            if name == "..", let last = names.last, last != ".." { names.removeLast() } else { names.append(name) }
        }
        return (joined.hasPrefix("/") ? "/" : "") + names.joined(separator: "/")
    }
}

extension KeyDeclaration {
    fileprivate var isNested: Bool {
        if case .nested = value { true } else { false }
    }

    fileprivate var optional: KeyDeclaration { KeyDeclaration(name, value, summary) }
}
