import ArgumentParser
import ChatrixReport
import Foundation

/// `chatrix-sim compare`: what changed from one run to another.
struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Shows what changed from one run to another and whether that keeps the limits.",
        discussion: """
            BASE and NEW are folders of runs or summary.json files. A limit bounds the change of a metric: \
            'http.send.p99 <= +10%', 'messages.rate >= -5%', 'delivery.p95 <= +50% or +2ms'. Without --limit: \
            \(ChangeLimit.defaults.map(\.description).joined(separator: "; ")).

            Exit codes: 0 all within the limits; 1 NEW broke a guarantee that BASE held; 2 wrong usage or unreadable runs; \
            99 a limit was exceeded.
            """)

    @Argument(help: "The run to compare with.")
    var base: String

    @Argument(help: "The run to judge.")
    var new: String

    @Option(
        help: ArgumentHelp("A bound on a change, instead of the default ones; may be repeated.", valueName: "limit"))
    var limit: [String] = []

    @Option(help: ArgumentHelp("Also write a page to this file.", valueName: "file"))
    var html: String?

    @Option(help: ArgumentHelp("Also write the comparison to this file, as JSON.", valueName: "file"))
    var json: String?

    func run() throws {
        let limits = try limit.map { try ChangeLimit(parsing: $0) }
        let comparison = try Comparison(
            base: Summary.read(base), basePath: base, new: Summary.read(new), newPath: new,
            limits: limits.isEmpty ? nil : limits)
        if let html { try RunFolder.write(ComparisonPage.html(comparison), to: html) }
        if let json { try RunFolder.write(comparison.jsonText, to: json) }
        print(
            comparison.terminalText(
                isColoured: TerminalSummary.wantsColour(
                    isTerminal: isatty(1) == 1, environment: ProcessInfo.processInfo.environment)))
        throw ArgumentParser.ExitCode(comparison.exitCode)
    }
}
