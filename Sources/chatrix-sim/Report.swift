import ArgumentParser
import ChatrixReport

/// `chatrix-sim report`: judges a saved run again and writes its reports anew.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judges a saved run again, writes its summary, JUnit and HTML files anew, and shows the summary.",
        discussion: "Exit codes as for run.")

    @Argument(help: "The folder of the run.")
    var folder: String

    @OptionGroup var judging: JudgeArguments
    @OptionGroup var exports: ExportArguments

    func run() throws {
        let folder = try RunFolder(containing: folder)
        let report = try RunReport(folder: folder, settings: judging.settings)
        try report.write(to: folder)
        try exports.write(report)
        print(report.terminalText(folder: folder.path))
        throw ArgumentParser.ExitCode(report.exitCode.rawValue)
    }
}
