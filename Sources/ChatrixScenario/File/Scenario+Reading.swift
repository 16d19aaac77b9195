import ChatrixHistory
import ChatrixModel
import Yams

extension Scenario {
    /// Reads a scenario file; throws every fault that it has.
    package init(contentsOf path: String) throws(InputError) {
        try self.init(parsing: try FileReader.bytes(of: path, expecting: "a scenario file"), file: path)
    }

    /// Reads the text of a scenario file; `file` is named in the error.
    package init(parsing bytes: [UInt8], file: String) throws(InputError) {
        self = try FileReader.read(bytes, file: file, expecting: "a scenario") { $0.scenario($1) }
    }
}

extension FileReader {
    static let scenarioKeys = [
        KeyDeclaration("name", .text(100), required: true, "What reports call the scenario."),
        KeyDeclaration("description", .text(2000), "What it is for."),
        KeyDeclaration("seed", .seed, "Where all randomness and the users' names come from; default 1."),
        KeyDeclaration(
            "users", .whole(Scenario.usersMin...Scenario.usersMax), required: true, "How many users there are."),
        KeyDeclaration("pairs", .nested("a mapping with kind and degree"), "Who talks to whom; default ring, 1."),
        KeyDeclaration("load", .nested("a list of phases"), required: true, "How much is done, phase after phase."),
        KeyDeclaration("flows", .nested("a list of flows"), required: true, "What users do."),
        KeyDeclaration("thresholds", .nested("a list of comparisons"), "What has to hold at the end."),
        KeyDeclaration(
            "settle", .duration(0...3_600_000_000_000),
            "How long to wait at the end for what is outstanding; default 5s."),
        KeyDeclaration(
            "network", .nested("a mapping of delays, losses and partitions"),
            "What the network of `simulate` is like; `run` has a real one."),
    ]

    static let pairKeys = [
        KeyDeclaration("kind", .word(["ring", "random", "star"]), required: true, "How partners are chosen."),
        KeyDeclaration("degree", .whole(1...100_000), "Partners of each user; default 1; not with star."),
    ]

    static let phaseKeys = [
        KeyDeclaration("name", .text(100), "What reports call the phase; default its number."),
        KeyDeclaration("rate", .rate, "Open model: flows begun per second."),
        KeyDeclaration("users", .whole(1...Scenario.usersMax), "Closed model: users at work."),
        KeyDeclaration("for", .duration(1...Quantity.longestNanoseconds), required: true, "How long."),
    ]

    static let flowKeys = [
        KeyDeclaration("name", .text(100), required: true, "What reports call the flow."),
        KeyDeclaration("weight", .weight, "How often it is chosen, in relation to the others; default 1."),
        KeyDeclaration("steps", .nested("a list of steps"), required: true, "What happens, in order."),
    ]

    /// The scenario of a document; faults are in `problems`, and then the result means nothing.
    mutating func scenario(_ root: Node) -> Scenario? {
        guard let values = declared(root, of: "a scenario", keys: FileReader.scenarioKeys) else { return nil }
        var scenario = Scenario(
            name: values.text("name") ?? "", summary: values.text("description") ?? "", seed: values.seed("seed") ?? 1,
            users: values.whole("users") ?? Scenario.usersMax, load: [], flows: [],
            settle: values.duration("settle")?.lowerBound ?? Scenario.settleDefault)
        if let node = values.nodes["pairs"] { pairs(node, into: &scenario) }
        if let node = values.nodes["load"] { load(node, into: &scenario) }
        if let node = values.nodes["flows"] { flows(node, into: &scenario) }
        if let node = values.nodes["thresholds"] { thresholds(node, into: &scenario) }
        if let node = values.nodes["network"] { scenario.network = network(node) }
        return scenario
    }

    private mutating func pairs(_ node: Node, into scenario: inout Scenario) {
        guard let values = declared(node, of: "'pairs'", keys: FileReader.pairKeys), values.isComplete else { return }
        let degree = values.whole("degree") ?? 1
        switch values.text("kind") {
        case "ring": scenario.pairs = .ring(degree: degree)
        case "random": scenario.pairs = .random(degree: degree)
        default:
            scenario.pairs = .star
            if let node = values.nodes["degree"] { report(node, "'degree' has no meaning for the kind star") }
        }
        if let problem = scenario.pairsProblem { report(values.nodes["degree"] ?? node, problem) }
    }

    private mutating func load(_ node: Node, into scenario: inout Scenario) {
        guard let elements = list(node, of: "'load'") else { return }
        var names: Set<String> = []
        for (index, element) in elements.enumerated() {
            guard let values = declared(element, of: "a phase", keys: FileReader.phaseKeys) else { continue }
            let name = values.text("name") ?? String(index + 1)
            if !names.insert(name).inserted {
                report(values.nodes["name"] ?? element, "the phase name '\(name)' is taken; names must differ")
            }
            let load: Scenario.Phase.Load
            switch (values.nodes["rate"], values.nodes["users"]) {
            case (_?, nil):
                guard let rate = values.rate("rate") else { continue }
                load = .arrivals(rate.start == rate.end ? [rate.start] : [rate.start, rate.end], .even)
            case (nil, _?):
                guard let users = values.whole("users") else { continue }
                load = .users(start: users, end: users)
            default:
                report(element, "a phase needs either 'rate' (open model) or 'users' (closed model)")
                continue
            }
            guard let duration = values.duration("for")?.lowerBound else { continue }
            let phase = Scenario.Phase(name: name, load: load, duration: duration)
            if let problem = scenario.problem(of: phase) { report(values.nodes["users"] ?? element, problem) }
            scenario.load.append(phase)
        }
    }

    private mutating func flows(_ node: Node, into scenario: inout Scenario) {
        guard let elements = list(node, of: "'flows'") else { return }
        var names: Set<String> = []
        for element in elements {
            guard let values = declared(element, of: "a flow", keys: FileReader.flowKeys) else { continue }
            let name = values.text("name") ?? ""
            if !names.insert(name).inserted, !name.isEmpty {
                report(values.nodes["name"] ?? element, "the flow name '\(name)' is taken; names must differ")
            }
            guard let node = values.nodes["steps"], let nodes = list(node, of: "'steps'") else { continue }
            let problemCount = problems.count
            let steps = nodes.compactMap { step($0) }
            if problems.count == problemCount, !steps.contains(where: \.isCall) {
                report(node, "the flow '\(name)' only waits; it needs a step that calls the API")
            }
            scenario.flows.append(Scenario.Flow(name: name, weight: values.weight("weight") ?? 1, steps: steps))
        }
    }

    private mutating func thresholds(_ node: Node, into scenario: inout Scenario) {
        guard case .sequence(let elements) = node else {
            report(node, "'thresholds' must be a list, not \(describe(node))")
            return
        }
        for element in elements {
            guard let scalar = element.scalar, !scalar.isNull else {
                report(
                    element, "a threshold must be a comparison such as 'http.send.p99 < 50ms', not \(describe(element))"
                )
                continue
            }
            do {
                scenario.thresholds.append(try Threshold(parsing: scalar.string))
            } catch {
                report(element, offset: error.offset + (scalar.isPlain ? 0 : 1), error.description)
            }
        }
    }

    /// A step: `read`, `read: {}`, `send: {text: hello}` or, where it has a bare key, `send: hello`.
    private mutating func step(_ node: Node, isNested: Bool = false) -> Step? {
        let key: Node
        var body: Node?
        switch node {
        case .scalar: key = node
        case .mapping(let mapping):
            guard mapping.count == 1, let only = mapping.first else {
                let names = mapping.compactMap { $0.key.scalar?.string }.joined(separator: ", ")
                report(
                    node,
                    mapping.isEmpty
                        ? "a step must name what is done, not an empty mapping"
                        : "a step must be one mapping with one step name, not \(names); begin each step with its own '-'"
                )
                return nil
            }
            key = only.key
            if only.value.scalar?.isNull != true { body = only.value }
        default:
            report(node, "a step must be a mapping such as 'send: {text: hello}', not \(describe(node))")
            return nil
        }
        guard let name = key.scalar?.string, let declaration = StepDeclaration.named(name) else {
            unknown(key, kind: "step", in: StepDeclaration.names)
            return nil
        }
        if declaration.name == "peer" { return peerStep(key, body, isNested: isNested) }
        guard let values = stepValues(declaration, at: key, body: body) else { return nil }
        switch declaration.role {
        case .call(let call):
            do {
                try call.check(values)
                return .call(Step.Call(name, try arguments(declaration, values)))
            } catch {
                report(error.key.flatMap { values.nodes[$0] } ?? key, error.message)
                return nil
            }
        case .flow: return flowStep(name, values)
        }
    }

    /// A step of the language itself.
    private func flowStep(_ name: String, _ values: DeclaredValues) -> Step? {
        switch name {
        case "think":
            let range = values.duration("for") ?? 0...0
            return .think(range.lowerBound == range.upperBound ? .constant(range.lowerBound) : .uniform(range))
        case "await":
            return .await(
                Step.Await(
                    values.text("event").flatMap(History.Delivery.Kind.init(rawValue:)) ?? .message,
                    at: values.text("at").flatMap(Step.Actor.init(rawValue:)) ?? .own,
                    within: values.duration("within")?.lowerBound ?? 2_000_000_000))
        default: return nil
        }
    }

    private func arguments(
        _ declaration: StepDeclaration, _ values: DeclaredValues
    ) throws(StepFault) -> [Step.Argument?] {
        var arguments: [Step.Argument?] = []
        for key in declaration.keys {
            switch values.values[key.name] {
            case .text(let text):
                do {
                    arguments.append(.text(try Template(parsing: text)))
                } catch {
                    throw StepFault(
                        key: key.name,
                        message: "unknown placeholder '{{\(error.word)}}'; expected {{n}}, {{user}} or {{peer}}")
                }
            case .whole(let value): arguments.append(.whole(value))
            case .flag(let value): arguments.append(.flag(value))
            case .attachments(let value): arguments.append(.attachments(value))
            default: arguments.append(nil)
            }
        }
        return arguments
    }

    private mutating func peerStep(_ key: Node, _ body: Node?, isNested: Bool) -> Step? {
        guard let body, !isNested else {
            report(
                key,
                isNested ? "'peer' cannot stand inside 'peer'" : "'peer' needs a step, for example 'peer: {read: {}}'")
            return nil
        }
        guard let step = step(body, isNested: true) else { return nil }
        guard case .call(var call) = step else {
            report(body, "'peer' needs a step that calls the API, not think or await")
            return nil
        }
        call.actor = .peer
        return .call(call)
    }

    /// The values of a step's keys; `nil` after a report.
    private mutating func stepValues(
        _ declaration: StepDeclaration, at key: Node, body: Node?
    ) -> DeclaredValues? {
        guard let body else {
            if let missing = declaration.keys.first(where: \.isRequired) {
                report(key, "'\(declaration.name)' needs the key '\(missing.name)': \(missing.value.expected)")
                return nil
            }
            return DeclaredValues()
        }
        if case .scalar = body, let bareKey = declaration.keys.first(where: { $0.name == declaration.bare }) {
            guard let value = value(body, bareKey) else { return nil }
            var values = DeclaredValues()
            values.values[bareKey.name] = value
            values.nodes[bareKey.name] = body
            return values
        }
        if declaration.keys.isEmpty {
            guard case .mapping(let mapping) = body else {
                report(body, "'\(declaration.name)' takes no value, not \(describe(body))")
                return nil
            }
            for (key, _) in mapping { report(key, "'\(declaration.name)' has no keys, not \(describe(key))") }
            return mapping.isEmpty ? DeclaredValues() : nil
        }
        guard let declared = declared(body, of: "'\(declaration.name)'", keys: declaration.keys), declared.isComplete
        else { return nil }
        return declared
    }
}
