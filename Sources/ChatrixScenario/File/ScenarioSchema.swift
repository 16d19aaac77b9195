import ChatrixHistory
import ChatrixModel

/// The JSON Schema (draft 2020-12) of scenario files, made from the declarations that the reader reads.
///
/// It says what an editor can know: keys, words, forms of quantities. What depends on other parts of the file (roles,
/// variables, numbers of users) only `validate` judges. Every value may also be a text with `${NAME}`.
package enum ScenarioSchema {
    /// The parts of the file that are no single values.
    package enum Structure: String, Sendable, CaseIterable {
        case roles, pairs, feeders, rows, phases, weights, flows, names, thresholds, includes
        case steps, stepOrSteps, branches, assignments, captures, condition, normal, exponential
        case logNormal, network, loss, partitions, slow
    }

    package static let address = "https://chatrix.example/schemas/scenario.schema.json"

    /// The schema as text, indented by two, ending in a line break.
    package static let text: String = {
        var text = ""
        write(schema, indent: "", to: &text)
        return text + "\n"
    }()

    static let schema: JSON = {
        var members: [JSON.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("$id", .string(address)),
            .init("title", "Chatrix scenario"),
        ]
        guard case .object(let root) = mapping(ScenarioKeys.root) else { return .object(members) }
        // An included file may give what the main file lacks.
        members += root.filter { $0.name != "required" }
        members.append(.init("anyOf", [required(ScenarioKeys.root), ["required": ["include"]]]))
        members.append(.init("$defs", .object(definitions)))
        return .object(members)
    }()

    private static func required(_ keys: [KeyDeclaration]) -> JSON {
        ["required": .array(keys.filter(\.isRequired).map { .string($0.name) })]
    }

    // MARK: - Definitions

    private static var definitions: [JSON.Member] {
        [
            .init("filled", pattern(#"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"#, "Filled by -e NAME=VALUE.")),
            .init("duration", pattern(#"^[0-9.]+(us|ms|s|m|h|d)$|\$\{"#, "500ms, 1.5s, 2m, 1h, 7d; at most 30 days.")),
            .init(
                "rate",
                pattern(
                    #"^[0-9.]+/[smh]( *-> *[0-9.]+/[smh])*$|\$\{"#, "50/s, 3000/m, 100/h, or 50/s -> 500/s -> 50/s.")),
            .init(
                "distribution",
                [
                    "anyOf": [
                        pattern(
                            #"^[0-9.]+(us|ms|s|m|h|d)( *\.\. *[0-9.]+(us|ms|s|m|h|d))?$|\$\{"#,
                            "2s, or evenly from 1s..3s."),
                        with(
                            mapping(FileReader.distributionKeys), .init("minProperties", 1), .init("maxProperties", 3)),
                    ]
                ]),
            .init(
                "file",
                ["anyOf": [scalar(FileReader.fileKeys[0].value), mapping(FileReader.fileKeys)]]),
            .init("location", mapping(FileReader.locationKeys)),
            .init("attachment", mapping(FileReader.attachmentKeys)),
        ] + Structure.allCases.map { .init($0.rawValue, schema(of: $0)) } + [.init("step", step)]
    }

    private static func schema(of structure: Structure) -> JSON {
        switch structure {
        case .roles: list(of: mapping(ScenarioKeys.role))
        case .pairs: mapping(ScenarioKeys.pairs)
        case .feeders: list(of: mapping(ScenarioKeys.feeder))
        case .rows: list(of: dictionary(of: ["type": ["string", "number", "boolean"]]))
        case .phases: list(of: mapping(ScenarioKeys.phase))
        case .weights: dictionary(of: ["anyOf": [["type": "number", "minimum": 0], reference("filled")]])
        case .flows: list(of: mapping(ScenarioKeys.flow))
        case .names, .includes: ["anyOf": [["type": "string"], list(of: ["type": "string"])]]
        case .thresholds:
            ["type": "array", "items": ["anyOf": [["type": "string"], mapping(ScenarioKeys.threshold)]]]
        case .steps: list(of: reference("step"))
        case .stepOrSteps: ["anyOf": [reference("step"), reference("steps")]]
        case .branches: list(of: mapping(StepDeclaration.branchKeys))
        case .assignments: dictionary(of: ["type": ["string", "number", "boolean"]])
        case .captures: dictionary(of: ["type": "string"])
        case .condition: ["anyOf": [["type": "string"], mapping(ScenarioKeys.condition)]]
        case .normal: mapping(FileReader.normalKeys)
        case .exponential: mapping(FileReader.exponentialKeys)
        case .logNormal: mapping(FileReader.logNormalKeys)
        case .network: mapping(FileReader.networkKeys)
        case .loss: mapping(FileReader.networkLossKeys)
        case .partitions: list(of: mapping(FileReader.networkPartitionKeys))
        case .slow: mapping(FileReader.networkSlowKeys)
        }
    }

    /// A step: its name alone, or a mapping with its name.
    private static var step: JSON {
        let bare = StepDeclaration.all.filter(\.mayStandAlone)
        return [
            "anyOf": .array(
                [["enum": .array(bare.map { .string($0.name) })]]
                    + StepDeclaration.all.map { declaration in
                        let companions = declaration.companions
                        return [
                            "type": "object",
                            "properties": .object(
                                [
                                    .init(
                                        declaration.name,
                                        with(body(of: declaration), .init("description", .string(declaration.summary))))
                                ]
                                    + companions.map { .init($0.name, property($0)) }),
                            "required": .array(
                                [.string(declaration.name)]
                                    + companions.filter(\.isRequired).map { .string($0.name) }),
                            "additionalProperties": false,
                        ]
                    })
        ]
    }

    private static func body(of declaration: StepDeclaration) -> JSON {
        var forms: [JSON] = []
        if let value = declaration.value {
            forms.append(scalar(value))
        } else {
            if let bare = declaration.mappingKeys.first(where: { $0.name == declaration.bare }),
                !declaration.keys.contains(where: { $0.isRequired && $0.name != bare.name })
            {
                forms.append(scalar(bare.value))
            }
            forms.append(mapping(declaration.mappingKeys))
        }
        if declaration.mayStandAlone { forms.append(["type": "null"]) }
        return forms.count == 1 ? forms[0] : ["anyOf": .array(forms)]
    }

    // MARK: - Building blocks

    private static func mapping(_ keys: [KeyDeclaration]) -> JSON {
        var members: [JSON.Member] = [
            .init("type", "object"),
            .init("properties", .object(keys.map { .init($0.name, property($0)) })),
        ]
        let required = keys.filter(\.isRequired)
        if !required.isEmpty { members.append(.init("required", .array(required.map { .string($0.name) }))) }
        members.append(.init("additionalProperties", false))
        return .object(members)
    }

    private static func property(_ key: KeyDeclaration) -> JSON {
        with(scalar(key.value), .init("description", .string(key.summary)))
    }

    private static func with(_ schema: JSON, _ members: JSON.Member...) -> JSON {
        guard case .object(let own) = schema else { return schema }
        return .object(own + members)
    }

    private static func list(of element: JSON) -> JSON { ["type": "array", "minItems": 1, "items": element] }

    private static func dictionary(of value: JSON) -> JSON {
        ["type": "object", "minProperties": 1, "additionalProperties": value]
    }

    private static func reference(_ name: String) -> JSON { ["$ref": .string("#/$defs/\(name)")] }

    private static func pattern(_ pattern: String, _ summary: String) -> JSON {
        ["type": "string", "pattern": .string(pattern), "description": .string(summary)]
    }

    /// A schema, or a text that is filled in.
    private static func orFilled(_ schema: JSON) -> JSON { ["anyOf": [schema, reference("filled")]] }

    private static func scalar(_ value: KeyDeclaration.Value) -> JSON {
        switch value {
        case .text(let maximum), .template(let maximum):
            // YAML reads a bare 3 or true as no text, but the file means what is written.
            return ["type": ["string", "number", "boolean"], "minLength": 1, "maxLength": .number(String(maximum))]
        case .templates(let count, let maximum):
            let text = scalar(.template(maximum))
            return [
                "anyOf": [text, ["type": "array", "minItems": 1, "maxItems": .number(String(count)), "items": text]]
            ]
        case .word(let words): return orFilled(["enum": .array(words.map { .string($0) })])
        case .words(let words):
            let word: JSON = ["enum": .array(words.map { .string($0) })]
            return orFilled([
                "anyOf": [word, ["type": "array", "minItems": 1, "uniqueItems": true, "items": word]]
            ])
        case .whole(let range):
            return orFilled([
                "type": "integer", "minimum": .number(String(range.lowerBound)),
                "maximum": .number(String(range.upperBound)),
            ])
        case .seed: return orFilled(["type": "integer", "minimum": 0, "maximum": .number(String(UInt64.max))])
        case .weight: return orFilled(["type": "number", "exclusiveMinimum": 0, "maximum": 1_000_000_000])
        case .number(let range):
            return orFilled([
                "type": "number", "minimum": .number(String(range.lowerBound)),
                "maximum": .number(String(range.upperBound)),
            ])
        case .share:
            return orFilled([
                "anyOf": [["type": "number", "minimum": 0, "maximum": 1], pattern(#"^[0-9.]+%$"#, "30%.")]
            ])
        case .flag: return orFilled(["type": "boolean"])
        case .duration: return reference("duration")
        case .distribution: return reference("distribution")
        case .rate: return reference("rate")
        case .count(let range):
            return orFilled([
                "anyOf": [
                    [
                        "type": "integer", "minimum": .number(String(range.lowerBound)),
                        "maximum": .number(String(range.upperBound)),
                    ], pattern(#"^[0-9]+ *-> *[0-9]+$"#, "10 -> 500."),
                ]
            ])
        case .attachments:
            return [
                "type": "array", "maxItems": .number(String(Limits.attachmentsMax)), "items": reference("attachment"),
            ]
        case .file: return reference("file")
        case .files(let count):
            return [
                "type": "array", "minItems": 1, "maxItems": .number(String(count)), "items": reference("file"),
            ]
        case .location: return reference("location")
        case .nested(_, let structure): return structure.map { reference($0.rawValue) } ?? [:]
        }
    }

    // MARK: - Text

    /// Objects and arrays over several lines, but for short arrays of plain values.
    private static func write(_ json: JSON, indent: String, to text: inout String) {
        switch json {
        case .object(let members) where !members.isEmpty:
            text += "{\n"
            for (index, member) in members.enumerated() {
                text += "\(indent)  \(JSON.string(member.name)): "
                write(member.value, indent: indent + "  ", to: &text)
                text += index < members.count - 1 ? ",\n" : "\n"
            }
            text += "\(indent)}"
        case .array(let elements) where elements.contains(where: { $0.members != nil || $0.array != nil }):
            text += "[\n"
            for (index, element) in elements.enumerated() {
                text += "\(indent)  "
                write(element, indent: indent + "  ", to: &text)
                text += index < elements.count - 1 ? ",\n" : "\n"
            }
            text += "\(indent)]"
        case .array(let elements): text += "[\(elements.map(\.description).joined(separator: ", "))]"
        default: text += json.description
        }
    }
}

extension StepDeclaration {
    /// Whether the name alone is a step.
    var mayStandAlone: Bool {
        value == nil ? !keys.contains(where: \.isRequired) : isValueOptional
    }
}
