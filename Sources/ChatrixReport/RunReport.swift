import ChatrixCheck
import ChatrixHistory

/// The face of this module for commands: judge, summarise, and write the files of a run folder.
package struct RunReport: Sendable {
    package let history: History
    package let environment: RunEnvironment
    package let thresholds: [Threshold]
    package let judgement: Judgement
    package let summary: Summary
    package let series: Series

    /// Judges the history; in O(n log n).
    package init(
        _ history: History, thresholds: [Threshold], environment: RunEnvironment,
        settings: Judge.Settings = Judge.Settings()
    ) {
        self.history = history
        self.environment = environment
        self.thresholds = thresholds
        judgement = Judge.judge(history, thresholds: thresholds, settings: settings)
        summary = Summary(history, judgement, environment)
        series = Series(history, judgement.measurements)
    }

    /// Judges a saved run again.
    package init(folder: RunFolder, settings: Judge.Settings = Judge.Settings()) throws {
        let saved = try RunStore.load(from: folder.database)
        self.init(
            saved.history, thresholds: saved.thresholds, environment: saved.environment, settings: settings)
    }

    package var exitCode: ExitCode { ExitCode(rawValue: summary.outcome.exitCode) ?? .unknown }

    /// Writes `summary.json`, `junit.xml` and `report.html`.
    package func write(to folder: RunFolder) throws {
        try RunFolder.write(summary.json(), to: folder.summary)
        try RunFolder.write(JUnit.xml(summary), to: folder.junit)
        try RunFolder.write(HTMLReport.html(ReportData(history, judgement, summary, series)), to: folder.html)
    }

    /// Ends the recording of the run in the store; call once.
    package func finish(_ recorder: RunRecorder) throws {
        try recorder.finish(history, summary, series, environment, thresholds: thresholds)
    }
}
