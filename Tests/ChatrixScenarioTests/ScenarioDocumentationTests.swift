import Foundation
import Testing
import Yams

@testable import ChatrixModel
@testable import ChatrixScenario

/// The documentation, the schema and the reader know the same keys.
struct ScenarioDocumentationTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The YAML examples of the page, in order, each with the line of the page that it begins on.
    private func examples() throws -> [(line: Int, yaml: String)] {
        var examples: [(Int, String)] = []
        var lines: [Substring]?
        for (number, line) in try text("docs/scenarios.md").split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if line == "```yaml" {
                lines = []
            } else if line == "```", let block = lines {
                examples.append((number - block.count + 1, block.joined(separator: "\n")))
                lines = nil
            } else {
                lines?.append(line)
            }
        }
        return examples
    }

    /// An example as a whole file: steps get a flow round them, parts of a file what it lacks.
    private func file(_ yaml: String) throws -> String {
        if yaml.hasPrefix("- ") {
            let steps = yaml.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
            let flow = "flows:\n  - name: example\n    steps:\n" + steps.joined(separator: "\n")
            return try file(flow)
        }
        let keys = Set(try Yams.compose(yaml: yaml)?.mapping?.keys.compactMap { $0.scalar?.string } ?? [])
        var text = yaml + "\n"
        if !keys.contains("name") { text += "name: example\n" }
        if !keys.contains("users") { text += "users: 100\n" }
        if !keys.contains("load") { text += "load: [{rate: 1/s, for: 1s}]\n" }
        if !keys.contains("flows") { text += "flows: [{name: other, steps: [me]}]\n" }
        return text
    }

    @Test func everyExampleOfThePageIsRead() throws {
        let examples = try examples()
        #expect(examples.count > 25)
        for example in examples {
            do {
                _ = try Scenario(parsing: Array(try file(example.yaml).utf8), file: "example") {
                    path, _ throws(InputError) in
                    Array((path.hasSuffix(".csv") ? "name,city\nAnn,Bogor\n" : "thresholds: [delivery.lost == 0]").utf8)
                }
            } catch {
                Issue.record("docs/scenarios.md:\(example.line): \(error)")
            }
        }
    }

    @Test func everyKeyHasAnExample() throws {
        var seen: Set<String> = []
        /// Collects `outer.key` for every key, with the nearest key outside its lists.
        func walk(_ node: Node, in outer: String) {
            switch node {
            case .mapping(let mapping):
                for (key, value) in mapping {
                    guard let name = key.scalar?.string else { continue }
                    seen.insert("\(outer).\(name)")
                    walk(value, in: name)
                }
            case .sequence(let elements):
                for element in elements {
                    if let name = element.scalar?.string { seen.insert("\(outer).\(name)") }
                    walk(element, in: outer)
                }
            case .scalar(let scalar):
                seen.insert("\(outer)=")
                seen.insert("\(outer).\(scalar.string)")
            case .alias: break
            }
        }
        for example in try examples() {
            if let node = try Yams.compose(yaml: try file(example.yaml)) { walk(node, in: "") }
        }
        let stepPlaces = ["steps", "then", "else", "peer"]
        for step in StepDeclaration.all {
            #expect(stepPlaces.contains { seen.contains("\($0).\(step.name)") }, "no example of the step \(step.name)")
            for key in step.keys {
                let isBare = key.name == step.bare && seen.contains("\(step.name)=")
                #expect(
                    isBare || seen.contains("\(step.name).\(key.name)"), "no example of \(step.name): {\(key.name): …}")
            }
        }
        let mappings: [([String], [KeyDeclaration])] = [
            ([""], ScenarioKeys.root), (["roles"], ScenarioKeys.role), (["pairs"], ScenarioKeys.pairs),
            (["data"], ScenarioKeys.feeder), (["load"], ScenarioKeys.phase), (["flows"], ScenarioKeys.flow),
            (["thresholds"], ScenarioKeys.threshold), (["if", "while"], ScenarioKeys.condition),
            (["think", "for", "every", "session"], FileReader.distributionKeys), (["normal"], FileReader.normalKeys),
            (["log-normal"], FileReader.logNormalKeys),
            (["network"], FileReader.networkKeys), (["loss"], FileReader.networkLossKeys),
            (["partitions"], FileReader.networkPartitionKeys), (["slow"], FileReader.networkSlowKeys),
            (["exponential"], FileReader.exponentialKeys), (["choose"], StepDeclaration.branchKeys),
            (["steps"], StepDeclaration.named("if")?.companions ?? []),
            (["send", "conversations"], StepDeclaration.callKeys),
            (["file", "media"], FileReader.fileKeys), (["location"], FileReader.locationKeys),
            (["attachments"], FileReader.attachmentKeys),
        ]
        for (places, keys) in mappings {
            for key in keys {
                #expect(
                    places.contains { seen.contains("\($0).\(key.name)") }, "no example of \(places[0]).\(key.name)")
            }
        }
    }

    @Test func tablesOfThePageAreTheDeclarations() throws {
        let page = try text("docs/scenarios.md")
        for table in ScenarioTables.all {
            #expect(page.contains("\n<!-- table: \(table.name) -->\n"), "no table '\(table.name)'")
        }
        let updated = ScenarioTables.updated(page)
        for (old, new) in zip(page.split(separator: "\n"), updated.split(separator: "\n")) where old != new {
            Issue.record("stale: run 'make schemas'; '\(old)' has to be '\(new)'")
            return
        }
        #expect(page == updated, "stale: run 'make schemas'")
    }

    @Test func committedSchemaIsThatOfTheDeclarations() throws {
        #expect(
            try text("docs/schemas/scenario.schema.json") == ScenarioSchema.text,
            "stale: run 'make schemas'")
    }

    @Test func schemaKnowsEveryKeyAndNoOther() throws {
        let schema = try JSON.parse(Array(ScenarioSchema.text.utf8))
        func keys(_ schema: JSON?) -> [String] { schema?["properties"]?.members?.map(\.name) ?? [] }
        #expect(keys(schema) == ScenarioKeys.root.map(\.name))
        let definitions = try #require(schema["$defs"])
        #expect(keys(definitions["phases"]?["items"]) == ScenarioKeys.phase.map(\.name))
        #expect(keys(definitions["flows"]?["items"]) == ScenarioKeys.flow.map(\.name))
        let forms = try #require(definitions["step"]?["anyOf"]?.array)
        #expect(forms.dropFirst().map { keys($0).first } == StepDeclaration.names)
        for (form, declaration) in zip(forms.dropFirst(), StepDeclaration.all) where declaration.value == nil {
            let body = form["properties"]?[declaration.name]
            let bodies = body?["anyOf"]?.array ?? [body].compactMap { $0 }
            #expect(
                bodies.contains { keys($0) == declaration.mappingKeys.map(\.name) }, "\(declaration.name): \(bodies)")
        }
        // Every reference leads somewhere.
        let references = ScenarioSchema.text.components(separatedBy: "\"#/$defs/").dropFirst()
            .map { String($0.prefix { $0 != "\"" }) }
        #expect(!references.isEmpty)
        for name in Set(references) { #expect(definitions[name] != nil, "\(name)") }
    }
}
