import ArgumentParser
import ChatrixReport

/// `chatrix-sim check`: judges a saved run again and changes nothing.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judges a saved run again and shows the verdicts; the folder stays as it is.",
        discussion: """
            Reads run.sqlite once from begin to end, so its memory does not depend on the length of the run. Exit codes as \
            for run.
            """)

    @Argument(help: "The folder of the run.")
    var folder: String

    @OptionGroup var judging: JudgeArguments
    @OptionGroup var exports: ExportArguments

    func run() throws {
        let folder = try RunFolder(containing: folder)
        let report = try RunReport(folder: folder, settings: judging.settings)
        try exports.write(report)
        print(report.terminalText(folder: folder.path, showsFigures: false))
        throw ArgumentParser.ExitCode(report.exitCode.rawValue)
    }
}
