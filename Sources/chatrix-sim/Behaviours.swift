import ArgumentParser
import ChatrixConformance

/// Lists the behaviour catalogue with the checks of each row.
struct Behaviours: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "behaviours",
        abstract: "Lists every rule of the API with its source and the checks that show it.")

    @Flag(help: "Print a JSON array of objects.")
    var json = false

    @Flag(help: "Print the page docs/behaviours.md.")
    var markdown = false

    func validate() throws {
        if json, markdown { throw ValidationError("--json and --markdown: one of them") }
    }

    func run() {
        if markdown {
            print(Catalogue.markdown, terminator: "")
        } else if json {
            print(Catalogue.json)
        } else {
            for line in Catalogue.lines { print(line) }
        }
    }
}
