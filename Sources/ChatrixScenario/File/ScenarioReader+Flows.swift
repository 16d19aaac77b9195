import ChatrixHistory
import Yams

/// What the steps of one flow say about variables and connections, for what can be judged only at its end.
struct FlowNames {
    struct Use {
        var name: String
        var node: Node
    }

    /// Variables that are read, those that `set` and `save` fill, and those that calls fill by themselves.
    var uses: [Use] = []
    var assigned: Set<String> = []
    var filled: Set<String> = []
    /// Steps that need the WebSocket connection.
    var socketUses: [Use] = []
    var connectsSocket = false
}

extension ScenarioReader {
    mutating func flows(_ node: Node) {
        guard let elements = reader.list(node, of: "'flows'") else { return }
        for element in elements {
            guard let values = reader.declared(element, of: "a flow", keys: ScenarioKeys.flow) else { continue }
            let name = values.text("name") ?? ""
            if scenario.flows.contains(where: { $0.name == name }), !name.isEmpty {
                reader.report(
                    values.nodes["name"] ?? element, "the flow name '\(name)' is taken; names must differ")
            }
            let roles = values.nodes["roles"].map { flowRoles($0) } ?? []
            flow = FlowNames()
            var steps: [Step] = []
            if let node = values.nodes["steps"] {
                let problemCount = reader.problems.count
                steps = self.steps(node, of: "'steps'", by: .own) ?? []
                if reader.problems.count == problemCount { check(steps, of: name, node) }
            }
            let used = Set(flow.uses.map(\.name))
            scenario.flows.append(
                Scenario.Flow(
                    name: name, weight: values.weight("weight") ?? 1, steps: steps.map { $0.filling(used) },
                    roles: roles))
        }
    }

    private mutating func flowRoles(_ node: Node) -> [String] {
        let elements: [Node]
        if node.scalar != nil {
            elements = [node]
        } else {
            guard let list = reader.list(node, of: "'roles'") else { return [] }
            elements = list
        }
        let names = scenario.roles.map(\.name)
        for element in elements where !names.contains(element.scalar?.string ?? "") {
            if names.isEmpty {
                reader.report(element, "the scenario has no roles; name them in the file's 'roles'")
            } else {
                reader.unknown(element, kind: "role", in: names)
            }
        }
        return elements.compactMap { $0.scalar?.string }
    }

    private mutating func check(_ steps: [Step], of name: String, _ node: Node) {
        if !steps.contains(where: \.isCall) {
            reader.report(node, "the flow '\(name)' only waits; it needs a step that calls the API")
        }
        for use in flow.uses where !flow.assigned.contains(use.name) && !flow.filled.contains(use.name) {
            if let variable = CallDeclaration.Variable(rawValue: use.name) {
                let steps = StepDeclaration.filling(variable).map { "'\($0)'" }.joined(separator: " or ")
                reader.report(
                    use.node, "'{{\(use.name)}}' is filled by \(steps), and the flow '\(name)' has no such step")
            } else {
                let words = Template.placeholders + flow.assigned.sorted() + flow.filled.sorted()
                let remedy =
                    Spelling.nearest(to: use.name, in: words).map { "; did you mean '{{\($0)}}'?" }
                    ?? "; use 'set' or 'save', or one of "
                    + Template.placeholders.map { "{{\($0)}}" }.joined(separator: ", ")
                reader.report(use.node, "nothing in the flow '\(name)' sets '{{\(use.name)}}'\(remedy)")
            }
        }
        if !scenario.channels.contains(.webSocket), !flow.connectsSocket {
            for use in flow.socketUses {
                reader.report(
                    use.node, "'\(use.name)' needs a WebSocket connection; add websocket to the file's 'channels'")
            }
        }
    }

    // MARK: - Templates and conditions

    /// A text with its places; `nil` after a report.
    mutating func template(_ text: String, at node: Node) -> Template? {
        let feeders = scenario.feeders
        let broken = brokenFeeders
        do throws(Template.Fault) {
            let template = try Template(
                parsing: text,
                isColumn: { feeder, column in
                    broken.contains(feeder) || feeders.contains { $0.name == feeder && $0.columns.contains(column) }
                })
            flow.uses += template.variables.map { FlowNames.Use(name: $0, node: node) }
            return template
        } catch {
            let parts = error.word.split(separator: ".", maxSplits: 1).map(String.init)
            let known = "{{" + FileReader.excerpt(error.word) + "}}"
            if parts.count == 2, let feeder = feeders.first(where: { $0.name == parts[0] }) {
                let remedy =
                    Spelling.nearest(to: parts[1], in: feeder.columns).map { "; did you mean '\($0)'?" }
                    ?? "; it has \(feeder.columns.joined(separator: ", "))"
                reader.report(node, "'\(known)': '\(feeder.name)' has no column '\(parts[1])'\(remedy)")
            } else {
                let words =
                    Template.placeholders + feeders.flatMap { feeder in feeder.columns.map { "\(feeder.name).\($0)" } }
                let remedy =
                    Spelling.nearest(to: error.word, in: words).map { "; did you mean '{{\($0)}}'?" }
                    ?? "; expected one of " + Template.placeholders.map { "{{\($0)}}" }.joined(separator: ", ")
                    + ", a variable, or a column of 'data' such as {{people.name}}"
                reader.report(node, "unknown placeholder '\(known)'\(remedy)")
            }
            return nil
        }
    }

    /// `'{{n}} < 3'` or `{chance: 30%}`.
    mutating func condition(_ node: Node, of name: String) -> Step.Condition? {
        if case .mapping = node {
            guard let values = reader.declared(node, of: name, keys: ScenarioKeys.condition),
                let chance = values.number("chance")
            else { return nil }
            return Step.Condition(.chance(chance))
        }
        guard let scalar = node.scalar, !scalar.isNull, let parts = Step.Condition.split(scalar.string) else {
            let comparisons = Step.Condition.Comparison.allCases.map(\.rawValue).joined(separator: ", ")
            reader.report(
                node,
                "\(name) must be a comparison such as '{{n}} < 3' (\(comparisons)) or {chance: 30%}, not "
                    + reader.describe(node))
            return nil
        }
        guard let left = template(parts.left, at: node), let right = template(parts.right, at: node) else { return nil }
        return Step.Condition(.compare(left, parts.comparison, right))
    }
}

extension Step.Condition {
    /// The sides of a comparison, without the quotes that they may have; `nil` if there is none, or an empty side
    /// without quotes. Comparisons inside `{{…}}` and inside quotes do not count.
    static func split(_ text: String) -> (left: String, comparison: Comparison, right: String)? {
        let signs: [(text: String, comparison: Comparison)] = [
            ("==", .equal), ("!=", .unequal), ("<=", .atMost), (">=", .atLeast), ("<", .less), (">", .more),
            (" contains ", .contains),
        ]
        var index = text.startIndex
        var quote: Character?
        while index < text.endIndex {
            let rest = text[index...]
            if let open = quote {
                if rest.first == open { quote = nil }
            } else if rest.hasPrefix("{{"), let close = rest.firstRange(of: "}}") {
                index = close.upperBound
                continue
            } else if rest.first == "\"" || rest.first == "'", text[..<index].allSatisfy({ $0 == " " }) {
                quote = rest.first
            } else if let sign = signs.first(where: { rest.hasPrefix($0.text) }) {
                guard let left = side(text[..<index]), let right = side(rest.dropFirst(sign.text.count)) else {
                    return nil
                }
                return (left, sign.comparison, right)
            }
            index = text.index(after: index)
        }
        return nil
    }

    private static func side(_ text: Substring) -> String? {
        let side = text.trimmingBlanks
        if side.count >= 2, let first = side.first, first == "\"" || first == "'", side.last == first {
            return String(side.dropFirst().dropLast())
        }
        return side.isEmpty ? nil : String(side)
    }
}

extension Step {
    /// The step with what its calls keep of their answers by themselves, as far as the flow reads it.
    func filling(_ used: Set<String>) -> Step {
        switch self {
        case .call(var call):
            call.captures += (StepDeclaration.named(call.name)?.call?.fills ?? []).filter { used.contains($0.variable) }
            return .call(call)
        case .think, .await, .session, .assign: return self
        case .when(let condition, let then, let otherwise):
            return .when(
                condition, then: then.map { $0.filling(used) }, otherwise: otherwise.map { $0.filling(used) })
        case .repeat(let repetition, let steps): return .repeat(repetition, steps.map { $0.filling(used) })
        case .choose(let branches):
            return .choose(branches.map { Branch(weight: $0.weight, steps: $0.steps.map { $0.filling(used) }) })
        }
    }

    /// Whether going through it always lets time pass, so that repeating it cannot spin.
    var takesTime: Bool {
        switch self {
        case .call, .await: true
        case .think(let time): time != .constant(0)
        case .session, .assign: false
        case .when(_, let then, let otherwise):
            then.contains(where: \.takesTime) && otherwise.contains(where: \.takesTime)
        case .repeat(let repetition, let steps): repetition.every != nil || steps.contains(where: \.takesTime)
        case .choose(let branches): branches.allSatisfy { $0.steps.contains(where: \.takesTime) }
        }
    }
}

extension StepDeclaration {
    /// The names of the steps whose answers fill a variable.
    static func filling(_ variable: CallDeclaration.Variable) -> [String] {
        all.filter { $0.call?.fills.contains { $0.variable == variable.rawValue } == true }.map(\.name)
    }
}
