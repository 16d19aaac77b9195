import ArgumentParser
import ChatrixReport

/// Where else the result of a run is wanted.
struct ExportArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Also write the summary to this file, as JSON.", valueName: "file"))
    var summaryExport: String?

    @Option(help: ArgumentHelp("Also write the verdicts to this file, as JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Also write the figures to this file, as Prometheus text.", valueName: "file"))
    var prometheusExport: String?

    func write(_ report: RunReport) throws {
        if let summaryExport { try RunFolder.write(report.summary.json(), to: summaryExport) }
        if let junit { try RunFolder.write(JUnit.xml(report.summary), to: junit) }
        if let prometheusExport { try RunFolder.write(Prometheus.text(report.summary), to: prometheusExport) }
    }
}
