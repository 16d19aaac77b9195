import ArgumentParser
import ChatrixScenario
import Foundation

/// `chatrix-sim new`: a scenario file to begin with.
struct New: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes a commented scenario file to begin with.",
        discussion: """
            Kinds: \(StarterScenario.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ")). \
            A file that is there already is left alone. Without FILE the text goes to the standard output.
            """)

    @Argument(help: "The file to write.")
    var file: String?

    @Option(
        help: ArgumentHelp(
            "What it is about: \(StarterScenario.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "kind"))
    var kind: StarterScenario = .chat

    func run() throws {
        guard let file else {
            print(kind.text(name: kind.rawValue), terminator: "")
            return
        }
        let name = file.split(separator: "/").last?.split(separator: ".").first.map(String.init) ?? kind.rawValue
        do {
            // Fails where something is there already, also if it appears in this moment.
            try Data(kind.text(name: name).utf8).write(to: URL(fileURLWithPath: file), options: .withoutOverwriting)
        } catch CocoaError.fileWriteFileExists {
            throw ValidationError("'\(file)' is there already; it was left alone")
        } catch {
            throw ValidationError("'\(file)' cannot be written: \((error as NSError).localizedDescription)")
        }
        print("\(file): a scenario of the kind \(kind.rawValue); try: chatrix-sim simulate \(file.shellQuoted)")
    }
}

extension StarterScenario: ExpressibleByArgument {}
