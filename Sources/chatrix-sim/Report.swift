import ArgumentParser
import ChatrixReport
import Foundation

/// `chatrix-sim report`: judges a saved run again and writes its reports anew.
struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judges a saved run again, writes its summary, JUnit and HTML files anew, and shows the summary.",
        discussion: "Exit codes as for run.")

    @Argument(help: "The folder of the run.")
    var folder: String

    func run() throws {
        let folder = RunFolder(path: folder)
        guard FileManager.default.fileExists(atPath: folder.database) else {
            throw ValidationError("\(folder.path) is no folder of a run: there is no run.sqlite in it")
        }
        let report = try RunReport(folder: folder)
        try report.write(to: folder)
        print(report.terminalText(folder: folder.path))
        throw ArgumentParser.ExitCode(report.exitCode.rawValue)
    }
}
