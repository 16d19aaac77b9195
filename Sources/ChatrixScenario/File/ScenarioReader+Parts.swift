import ChatrixHistory
import ChatrixModel
import Yams

/// The parts of a scenario beside its flows.
extension ScenarioReader {
    mutating func roles(_ node: Node, isUsersKnown: Bool) {
        guard let elements = reader.list(node, of: "'roles'") else { return }
        var rest: Node?
        for element in elements {
            guard let values = reader.declared(element, of: "a role", keys: ScenarioKeys.role), values.isComplete,
                let name = values.text("name")
            else { continue }
            let place = values.nodes["name"] ?? element
            if scenario.roles.contains(where: { $0.name == name }) {
                reader.report(place, "the role name '\(name)' is taken; names must differ")
            }
            let users = values.whole("users")
            if users == nil {
                if rest != nil { reader.report(element, "only one role may leave out 'users' and have all the others") }
                rest = element
            }
            scenario.roles.append(Scenario.Role(name: name, users: users ?? 0, isRest: users == nil))
        }
        guard reader.problems.isEmpty, isUsersKnown else { return }
        if let problem = scenario.distributeRoles() { reader.report(rest ?? node, problem) }
    }

    mutating func pairs(_ node: Node) {
        guard let values = reader.declared(node, of: "'pairs'", keys: ScenarioKeys.pairs), values.isComplete,
            let kind = values.text("kind")
        else { return }
        let degree = values.whole("degree") ?? 1
        let meaningful: String?
        switch kind {
        case "ring":
            scenario.pairs = .ring(degree: degree)
            meaningful = "degree"
        case "random":
            scenario.pairs = .random(degree: degree)
            meaningful = "degree"
        case "groups":
            scenario.pairs = .groups(size: values.whole("size") ?? 2)
            meaningful = "size"
        default:
            scenario.pairs = .star
            meaningful = nil
        }
        for key in ["degree", "size"] where key != meaningful {
            if let node = values.nodes[key] { reader.report(node, "'\(key)' has no meaning for the kind \(kind)") }
        }
        if let problem = scenario.pairsProblem {
            reader.report(values.nodes["degree"] ?? values.nodes["size"] ?? node, problem)
        }
    }

    // MARK: - Data

    mutating func feeders(_ node: Node, of part: Part) {
        guard let elements = reader.list(node, of: "'data'") else { return }
        for element in elements {
            guard let values = reader.declared(element, of: "a feeder", keys: ScenarioKeys.feeder), values.isComplete,
                let name = values.text("name"), let place = values.nodes["name"]
            else { continue }
            if !Template.isVariableName(name) {
                reader.report(
                    place,
                    "'\(FileReader.excerpt(name))' cannot name a feeder; use letters, digits, _ and -, and no word that "
                        + "templates know")
            }
            if scenario.feeders.contains(where: { $0.name == name }) {
                reader.report(place, "the feeder name '\(name)' is taken; names must differ")
            }
            let table: CSV?
            switch (values.nodes["file"], values.nodes["rows"]) {
            case (let node?, nil): table = csv(values.text("file") ?? "", node, from: part.path)
            case (nil, let node?): table = rows(node)
            default:
                reader.report(element, "a feeder needs either 'file' or 'rows'")
                table = nil
            }
            guard let table else {
                brokenFeeders.insert(name)
                continue
            }
            let order = values.text("order").flatMap(Scenario.Feeder.Order.init(rawValue:)) ?? .sequential
            scenario.feeders.append(
                Scenario.Feeder(name: name, columns: table.columns, rows: table.rows, order: order))
        }
    }

    private mutating func csv(_ path: String, _ node: Node, from file: String) -> CSV? {
        let target = ScenarioReader.path(path, from: file)
        let bytes: [UInt8]
        do {
            bytes = try readFile(target, "a CSV file")
        } catch {
            reader.report(node, "'\(target)': \(error.problems.first?.message ?? "unreadable")")
            return nil
        }
        do {
            let table = try CSV(parsing: bytes)
            guard table.rows.isEmpty else { return table }
            reader.report(node, "'\(target)' has no rows below its header")
        } catch {
            var problem = error
            problem.file = target
            reader.problems.append(problem)
        }
        return nil
    }

    private mutating func rows(_ node: Node) -> CSV? {
        guard let elements = reader.list(node, of: "'rows'") else { return nil }
        var columns: [String] = []
        var rows: [[String]] = []
        for element in elements {
            guard case .mapping(let mapping) = element, !mapping.isEmpty else {
                reader.report(element, "a row must be a mapping of columns to texts, not \(reader.describe(element))")
                return nil
            }
            var fields: [String: String] = [:]
            for (key, value) in mapping {
                guard let name = key.scalar?.string, let text = value.scalar?.string else {
                    reader.report(value, "a row must be a mapping of columns to texts, not \(reader.describe(value))")
                    return nil
                }
                fields[name] = text
            }
            if columns.isEmpty { columns = mapping.keys.compactMap { $0.scalar?.string } }
            guard fields.count == columns.count, columns.allSatisfy({ fields[$0] != nil }) else {
                reader.report(
                    element, "every row needs the keys of the first one: \(columns.joined(separator: ", "))")
                return nil
            }
            rows.append(columns.map { fields[$0] ?? "" })
        }
        var table = CSV()
        (table.columns, table.rows) = (columns, rows)
        return table
    }

    // MARK: - Load

    mutating func load(_ node: Node) {
        guard let elements = reader.list(node, of: "'load'") else { return }
        for element in elements {
            guard let values = reader.declared(element, of: "a phase", keys: ScenarioKeys.phase) else { continue }
            let name = values.text("name") ?? String(scenario.load.count + 1)
            if scenario.load.contains(where: { $0.name == name }) {
                reader.report(
                    values.nodes["name"] ?? element, "the phase name '\(name)' is taken; names must differ")
            }
            guard let load = phaseLoad(element, values), let duration = values.duration("for") else { continue }
            let phase = Scenario.Phase(
                name: name, load: load, duration: duration, isWarmUp: values.flag("warm-up"))
            if let problem = scenario.problem(of: phase) { reader.report(values.nodes["users"] ?? element, problem) }
            scenario.load.append(phase)
            if let node = values.nodes["weights"] { weights(node, of: scenario.load.count - 1) }
        }
    }

    private mutating func phaseLoad(_ element: Node, _ values: DeclaredValues) -> Scenario.Phase.Load? {
        if let node = values.nodes["spacing"], values.nodes["rate"] == nil {
            reader.report(node, "'spacing' has a meaning for a 'rate' alone")
        }
        switch (values.nodes["rate"], values.nodes["users"], values.nodes["iterations"]) {
        case (_?, nil, nil):
            guard let rates = values.rates("rate") else { return nil }
            let spacing = values.text("spacing").flatMap(Scenario.Phase.Spacing.init(rawValue:)) ?? .even
            return .arrivals(rates.allSatisfy { $0 == rates[0] } ? [rates[0]] : rates, spacing)
        case (nil, let node?, nil):
            guard let count = values.count("users") else { return nil }
            guard max(count.start, count.end) > 0 else {
                reader.report(node, "a phase without users does nothing; give at least one")
                return nil
            }
            return .users(start: count.start, end: count.end)
        case (nil, let node, let iterations?):
            guard let number = values.whole("iterations") else { return nil }
            guard let node else { return .iterations(number, users: min(number, scenario.users)) }
            guard let count = values.count("users") else { return nil }
            guard count.start == count.end, count.start > 0 else {
                reader.report(node, "with 'iterations', 'users' must be one number above 0")
                return nil
            }
            guard number >= count.start else {
                reader.report(
                    iterations, "\(count.start) users cannot share \(number) iterations; give as many at least")
                return nil
            }
            return .iterations(number, users: count.start)
        default:
            reader.report(
                element, "a phase needs either 'rate' (open model), or 'users' or 'iterations' (closed model)")
            return nil
        }
    }

    private mutating func weights(_ node: Node, of phase: Int) {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            return reader.report(
                node, "'weights' must be a mapping of flows to weights, not \(reader.describe(node))")
        }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else {
                reader.report(key, "a flow must be a word, not \(reader.describe(key))")
                continue
            }
            guard
                case .number(let weight)? = reader.value(value, as: .number(0...1e9), called: "the weight of '\(name)'")
            else { continue }
            scenario.load[phase].weights[name] = weight
            phaseWeights.append((phase, name, key, reader.file))
        }
    }

    /// Weights are for flows that exist, and leave some flow in every phase.
    mutating func checkPhaseWeights() {
        let names = scenario.flows.map(\.name)
        for (_, name, node, file) in phaseWeights where !names.contains(name) {
            reader.file = file
            reader.unknown(node, kind: "flow", in: names)
        }
        reader.file = nil
        guard reader.problems.isEmpty else { return }
        for (index, phase) in scenario.load.enumerated() {
            if names.allSatisfy({ phase.weights[$0] == 0 }),
                let place = phaseWeights.first(where: { $0.phase == index })
            {
                reader.file = place.file
                reader.report(
                    place.node, "the phase '\(phase.name)' gives every flow the weight 0; nothing would happen")
            }
        }
        reader.file = nil
    }

    /// Faults that no single place has.
    mutating func checkUnusedParts() {
        guard reader.problems.isEmpty else { return }
        for (list, key) in [(scenario.load.isEmpty, "load"), (scenario.flows.isEmpty, "flows")] where list {
            reader.problems.append(
                InputError.Problem(
                    line: 1, column: 1, message: "neither the file nor an included one has the key '\(key)'"))
        }
    }

    // MARK: - Thresholds

    mutating func thresholds(_ node: Node) {
        guard case .sequence(let elements) = node else {
            return reader.report(node, "'thresholds' must be a list, not \(reader.describe(node))")
        }
        for element in elements {
            if case .mapping(let mapping) = element {
                if let key = mapping.first?.key.scalar?.string, key.contains("{") {
                    reader.report(element, "YAML takes 'phase:' for a key here; put the whole threshold in quotes")
                    continue
                }
                guard let values = reader.declared(element, of: "a threshold", keys: ScenarioKeys.threshold),
                    let check = values.nodes["check"], var threshold = threshold(check)
                else { continue }
                threshold.abortsOnFail = values.flag("abort-on-fail")
                threshold.abortDelay = values.duration("after") ?? 0
                if let after = values.nodes["after"], !values.flag("abort-on-fail") {
                    reader.report(after, "'after' has a meaning with 'abort-on-fail: true' alone")
                }
                scenario.thresholds.append(threshold)
            } else if let threshold = threshold(element) {
                scenario.thresholds.append(threshold)
            }
        }
    }

    private mutating func threshold(_ node: Node) -> Threshold? {
        guard let scalar = node.scalar, !scalar.isNull else {
            reader.report(
                node, "a threshold must be a comparison such as 'http.send.p99 < 50ms', not \(reader.describe(node))")
            return nil
        }
        do {
            let threshold = try Threshold(parsing: scalar.string)
            let phases = scenario.load.map(\.name)
            if let phase = threshold.phase, !phases.contains(phase) {
                let remedy =
                    Spelling.nearest(to: phase, in: phases).map { "; did you mean '\($0)'?" }
                    ?? "; the load has \(phases.joined(separator: ", "))"
                reader.report(node, "unknown phase '\(FileReader.excerpt(phase))'\(remedy)")
            }
            return threshold
        } catch {
            reader.report(
                node, offset: scalar.isFilled ? 0 : error.offset + (scalar.isPlain ? 0 : 1), error.description)
            return nil
        }
    }
}
