import ArgumentParser
import ChatrixScenario
import Foundation

/// `chatrix-sim schema`: what editors need to know about scenario files.
struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints the JSON Schema of scenario files.",
        discussion: """
            The same as docs/schemas/scenario.schema.json. Editors with the YAML language server take it from a line at \
            the top of the file: # yaml-language-server: $schema=scenario.schema.json
            """)

    @Option(help: ArgumentHelp("Make the tables of the page docs/scenarios.md anew instead.", valueName: "page"))
    var tables: String?

    func run() throws {
        guard let tables else {
            print(ScenarioSchema.text, terminator: "")
            return
        }
        let page = try String(contentsOfFile: tables, encoding: .utf8)
        try ScenarioTables.updated(page).write(toFile: tables, atomically: true, encoding: .utf8)
    }
}
