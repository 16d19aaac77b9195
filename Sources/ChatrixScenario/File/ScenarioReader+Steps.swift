import ChatrixHistory
import ChatrixModel
import Yams

/// Steps: `read`, `read: {}`, `send: {text: hello}` or, where there is a short form, `send: hello`.
extension ScenarioReader {
    /// The steps of a list; `nil` after a report that it is none. `actor` is who does them.
    mutating func steps(_ node: Node, of name: String, by actor: Step.Actor) -> [Step]? {
        guard let nodes = reader.list(node, of: name) else { return nil }
        return nodes.flatMap { step($0, by: actor) }
    }

    /// A step, or the several ones that it stands for; none after a report.
    private mutating func step(_ node: Node, by actor: Step.Actor) -> [Step] {
        guard let (key, body, companions) = parts(of: node) else { return [] }
        guard let name = key.scalar?.string, let declaration = StepDeclaration.named(name) else {
            reader.unknown(key, kind: "step", in: StepDeclaration.names)
            return []
        }
        guard let values = values(of: declaration, at: key, body: body) else { return [] }
        if let call = declaration.call {
            return self.call(declaration, call, values, at: key, by: actor).map { [.call($0)] } ?? []
        }
        switch name {
        case "think": return values.distribution("think").map { [.think($0)] } ?? []
        case "await": return [.await(wait(values, at: key, by: actor))]
        case "peer": return peer(key, body, by: actor)
        case "if": return `if`(key, body, companions, by: actor)
        case "repeat": return `repeat`(key, values, by: actor)
        case "choose": return choose(body ?? key, by: actor)
        case "set": return assignments(body ?? key)
        case "background":
            guard let time = values.distribution("for") else { return [] }
            return [session(isUp: false, nil, by: actor), .think(time), session(isUp: true, nil, by: actor)]
        default:
            if name == "connect", values.texts(name)?.contains("websocket") == true { flow.connectsSocket = true }
            return [session(isUp: name == "connect", values.texts(name), by: actor)]
        }
    }

    /// The name of a step, what stands behind it, and the keys that stand beside it.
    private mutating func parts(of node: Node) -> (key: Node, body: Node?, companions: Node.Mapping)? {
        switch node {
        case .scalar: return (node, nil, Node.Mapping([]))
        case .mapping(let mapping):
            let names = mapping.keys.map { $0.scalar?.string ?? "" }
            let main = names.firstIndex { name in
                StepDeclaration.named(name)?.companions.isEmpty == false
            }
            guard mapping.count == 1 || main != nil else {
                reader.report(
                    node,
                    mapping.isEmpty
                        ? "a step must name what is done, not an empty mapping"
                        : "a step must be one mapping with one step name, not \(names.joined(separator: ", ")); "
                            + "begin each step with its own '-'")
                return nil
            }
            let pairs = Array(mapping)
            let own = pairs[main ?? 0]
            let others = pairs.indices.filter { $0 != main ?? 0 }.map { (pairs[$0].key, pairs[$0].value) }
            return (own.key, own.value.scalar?.isNull == true ? nil : own.value, Node.Mapping(others))
        default:
            reader.report(
                node, "a step must be a mapping such as 'send: {text: hello}', not \(reader.describe(node))")
            return nil
        }
    }

    /// The values of a step's keys, or under its own name the only one that it has; `nil` after a report.
    private mutating func values(
        of declaration: StepDeclaration, at key: Node, body: Node?
    ) -> DeclaredValues? {
        let name = declaration.name
        var values = DeclaredValues()
        if let value = declaration.value {
            guard let body else {
                if declaration.isValueOptional { return values }
                reader.report(key, "'\(name)' needs \(value.expected)")
                return nil
            }
            values.nodes[name] = body
            if case .nested = value { return values }
            guard let read = reader.value(body, as: value, called: "'\(name)'") else { return nil }
            values.values[name] = read
            return values
        }
        let keys = declaration.mappingKeys
        guard let body else {
            if let missing = keys.first(where: \.isRequired) {
                reader.report(key, "'\(name)' needs the key '\(missing.name)': \(missing.value.expected)")
                return nil
            }
            return values
        }
        if body.mapping == nil, let bare = keys.first(where: { $0.name == declaration.bare }), bare.accepts(body) {
            if let missing = keys.first(where: { $0.isRequired && $0.name != bare.name }) {
                reader.report(key, "'\(name)' needs the key '\(missing.name)': \(missing.value.expected)")
                return nil
            }
            guard let value = reader.value(body, bare) else { return nil }
            values.values[bare.name] = value
            values.nodes[bare.name] = body
            return values
        }
        if keys.isEmpty {
            guard case .mapping(let mapping) = body else {
                reader.report(body, "'\(name)' takes no value, not \(reader.describe(body))")
                return nil
            }
            for (key, _) in mapping { reader.report(key, "'\(name)' has no keys, not \(reader.describe(key))") }
            return mapping.isEmpty ? values : nil
        }
        guard let declared = reader.declared(body, of: "'\(name)'", keys: keys), declared.isComplete else { return nil }
        return declared
    }

    // MARK: - Calls

    private mutating func call(
        _ declaration: StepDeclaration, _ call: CallDeclaration, _ values: DeclaredValues, at key: Node,
        by actor: Step.Actor
    ) -> Step.Call? {
        do {
            try call.check(values)
        } catch {
            reader.report(error.key.flatMap { values.nodes[$0] } ?? key, error.message)
            return nil
        }
        if call.isSocket { flow.socketUses.append(FlowNames.Use(name: declaration.name, node: key)) }
        flow.filled.formUnion(call.fills.map(\.variable))
        var arguments: [Step.Argument?] = []
        for declared in declaration.keys {
            arguments.append(argument(declared, values, at: key))
        }
        return Step.Call(
            declaration.name, by: actor, arguments, captures: values.nodes["save"].map { captures($0) } ?? [],
            expectedStatus: values.whole("expect"))
    }

    private mutating func argument(
        _ key: KeyDeclaration, _ values: DeclaredValues, at step: Node
    ) -> Step.Argument? {
        let node = values.nodes[key.name] ?? step
        switch values.values[key.name] {
        case .text(let text):
            if case .template = key.value { return template(text, at: node).map { .text($0) } }
            return .text(Template(literal: text))
        case .texts(let texts):
            if case .templates = key.value { return .texts(texts.compactMap { template($0, at: node) }) }
            return .texts(texts.map { Template(literal: $0) })
        case .whole(let value): return .whole(value)
        case .flag(let value): return .flag(value)
        case .attachments(let value): return .attachments(value)
        case .files(let value): return .files(value)
        case .location(let value): return .location(value)
        default:
            guard let variable = key.fallback else { return nil }
            flow.uses.append(FlowNames.Use(name: variable.rawValue, node: step))
            return .text(Template([.variable(variable.rawValue)]))
        }
    }

    private mutating func captures(_ node: Node) -> [Step.Capture] {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            reader.report(
                node,
                "'save' must be a mapping of variables to paths such as messages[0].id, not \(reader.describe(node))")
            return []
        }
        var captures: [Step.Capture] = []
        for (key, value) in mapping {
            guard let name = variable(key) else { continue }
            guard let path = value.scalar?.string, let capture = Step.Capture(variable: name, path: path) else {
                reader.report(
                    value,
                    "the path of '\(name)' must be like id or messages[0].sender.id, not \(reader.describe(value))")
                continue
            }
            captures.append(capture)
        }
        return captures
    }

    /// The name of a variable that a flow gives a value.
    private mutating func variable(_ node: Node) -> String? {
        guard let name = node.scalar?.string, Template.isVariableName(name) else {
            reader.report(
                node,
                "a variable must be a word of letters, digits, _ and - that templates do not know already, not "
                    + reader.describe(node))
            return nil
        }
        if let filled = CallDeclaration.Variable(rawValue: name) {
            let steps = StepDeclaration.filling(filled).joined(separator: " or ")
            reader.report(node, "'\(name)' is filled by \(steps) itself; choose another name")
            return nil
        }
        flow.assigned.insert(name)
        return name
    }

    // MARK: - Steps of the language

    private mutating func wait(_ values: DeclaredValues, at key: Node, by actor: Step.Actor) -> Step.Await {
        let kind = values.text("event").flatMap(History.Delivery.Kind.init(rawValue:)) ?? .message
        if !History.Delivery.Kind.ofMQTT.contains(kind) {
            flow.socketUses.append(FlowNames.Use(name: kind.rawValue, node: values.nodes["event"] ?? key))
        }
        let place = values.text("at").flatMap(Step.Actor.init(rawValue:)) ?? .own
        return Step.Await(
            kind, at: place == actor ? .own : .peer, within: values.duration("within") ?? 2_000_000_000)
    }

    /// All connections go; those of the scenario's channels come back.
    private func session(isUp: Bool, _ names: [String]?, by actor: Step.Actor) -> Step {
        let connections = names?.compactMap(Step.Session.Connection.init(rawValue:))
        let all: [Step.Session.Connection] =
            isUp ? scenario.channels.map { $0 == .mqtt ? .mqtt : .websocket } : Step.Session.Connection.allCases
        return .session(Step.Session(isUp: isUp, Set(connections ?? all), by: actor))
    }

    private mutating func peer(_ key: Node, _ body: Node?, by actor: Step.Actor) -> [Step] {
        guard actor == .own else {
            reader.report(key, "'peer' cannot stand inside 'peer'")
            return []
        }
        guard let body else { return [] }
        if case .sequence = body { return steps(body, of: "'peer'", by: .peer) ?? [] }
        return step(body, by: .peer)
    }

    private mutating func `if`(
        _ key: Node, _ body: Node?, _ companions: Node.Mapping, by actor: Step.Actor
    ) -> [Step] {
        let keys = StepDeclaration.named("if")?.companions ?? []
        let others = Node.mapping(Node.Mapping(Array(companions), .implicit, .any, key.mark))
        guard let values = reader.declared(others, of: "'if'", keys: keys), let node = values.nodes["then"] else {
            return []
        }
        let condition = body.flatMap { self.condition($0, of: "'if'") }
        let then = steps(node, of: "'then'", by: actor)
        let otherwise = values.nodes["else"].map { steps($0, of: "'else'", by: actor) } ?? []
        guard let condition, let then, let otherwise else { return [] }
        return [.when(condition, then: then, otherwise: otherwise)]
    }

    private mutating func `repeat`(_ key: Node, _ values: DeclaredValues, by actor: Step.Actor) -> [Step] {
        var repetition = Step.Repetition(
            for: values.duration("for"), every: values.distribution("every"))
        if let text = values.text("times"), let node = values.nodes["times"] {
            repetition.times = template(text, at: node)
            if let literal = repetition.times?.literal, Int(literal).map({ !(0...1_000_000_000).contains($0) }) ?? true
            {
                reader.report(node, "'times' must be a whole number or a variable, not \(reader.describe(node))")
            }
        }
        if let node = values.nodes["while"] { repetition.condition = condition(node, of: "'while'") }
        guard let node = values.nodes["steps"], let steps = steps(node, of: "'steps'", by: actor) else { return [] }
        if ["times", "while", "for"].allSatisfy({ values.nodes[$0] == nil }) {
            reader.report(key, "'repeat' needs an end: one of times, while, for")
        }
        let step = Step.repeat(repetition, steps)
        if repetition.times == nil, !steps.isEmpty, !step.takesTime {
            reader.report(key, "this 'repeat' would spin without time passing; add 'every', a think or a call")
        }
        return [step]
    }

    private mutating func choose(_ node: Node, by actor: Step.Actor) -> [Step] {
        guard let elements = reader.list(node, of: "'choose'") else { return [] }
        var branches: [Step.Branch] = []
        for element in elements {
            guard
                let values = reader.declared(element, of: "a branch", keys: StepDeclaration.branchKeys),
                let node = values.nodes["steps"], let steps = steps(node, of: "'steps'", by: actor)
            else { continue }
            branches.append(Step.Branch(weight: values.weight("weight") ?? 1, steps: steps))
        }
        return [.choose(branches)]
    }

    private mutating func assignments(_ node: Node) -> [Step] {
        guard case .mapping(let mapping) = node, !mapping.isEmpty else {
            reader.report(node, "'set' must be a mapping of variables to texts, not \(reader.describe(node))")
            return []
        }
        var steps: [Step] = []
        for (key, value) in mapping {
            guard let name = variable(key) else { continue }
            guard let text = value.scalar?.string, text.isWithinScalars(4096) else {
                reader.report(value, "the value of '\(name)' must be a text, not \(reader.describe(value))")
                continue
            }
            if let template = template(text, at: value) { steps.append(.assign(variable: name, template)) }
        }
        return steps
    }
}

extension KeyDeclaration {
    /// Whether a value in place of a step's mapping may be meant for the key.
    fileprivate func accepts(_ body: Node) -> Bool {
        switch value {
        case .words, .templates, .files, .attachments: true
        default: body.scalar != nil
        }
    }
}
