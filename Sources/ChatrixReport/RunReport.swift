import ChatrixCheck
import ChatrixHistory

/// What a run came to: verdicts, summary and figures, and the files that show them.
package struct RunReport: Sendable {
    package let run: History.Run
    package let environment: RunEnvironment
    package let thresholds: [Threshold]
    package let judgement: Judgement
    package let summary: Summary
    package let figures: RunFigures
    /// Why `run.sqlite` does not hold everything; `nil` if it does.
    package private(set) var storeFailure: String?

    init(
        run: History.Run, environment: RunEnvironment, thresholds: [Threshold], judgement: Judgement,
        figures: RunFigures, isFinished: Bool = true
    ) {
        self.run = run
        self.environment = environment
        self.thresholds = thresholds
        self.judgement = judgement
        self.figures = figures
        summary = Summary(run, judgement, figures, environment, isFinished: isFinished)
    }

    /// Judges a saved run again, reading its store once from begin to end; memory does not depend on its length.
    package init(folder: RunFolder, settings: Judge.Settings = Judge.Settings()) throws {
        let saved = try SavedRun(contentsOf: folder.database)
        var pipeline = RunPipeline(saved.run, recorder: nil, thresholds: saved.thresholds, settings: settings)
        for sample in try saved.processSamples() { pipeline.add(sample) }
        try saved.forEachBatch { pipeline.add($0) }
        self = pipeline.finish(saved.run, saved.environment, isFinished: saved.isFinished)
    }

    package var exitCode: ExitCode { ExitCode(rawValue: summary.outcome.exitCode) ?? .unknown }

    /// Writes `summary.json`, `junit.xml` and `report.html`.
    package func write(to folder: RunFolder) throws {
        try RunFolder.write(summary.json(), to: folder.summary)
        try RunFolder.write(JUnit.xml(summary), to: folder.junit)
        try RunFolder.write(HTMLReport.html(self), to: folder.html)
    }

    func withStoreFailure(_ failure: String?) -> RunReport {
        var report = self
        report.storeFailure = failure
        return report
    }
}
