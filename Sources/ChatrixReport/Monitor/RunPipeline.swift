import ChatrixCheck
import ChatrixHistory

/// The way of records through a run: into the store, to the judge, into the figures.
struct RunPipeline {
    private var recorder: RunRecorder?
    private var judge: Judge
    private var figures = RunFigures()
    /// The first reason for which the store is not whole.
    private var storeFailure: String?
    /// How far the records are, nanoseconds.
    private(set) var time: Int64 = 0

    init(
        _ run: History.Run, recorder: RunRecorder?, thresholds: [Threshold], settings: Judge.Settings
    ) {
        self.recorder = recorder
        judge = Judge(run: run, thresholds: thresholds, settings: settings)
    }

    /// Takes the circumstances of the run as they are now.
    mutating func update(_ run: History.Run) {
        storing { try $0.write(run) }
        judge.update(run)
    }

    mutating func add(_ batch: History.Batch) {
        storing { try $0.write(batch) }
        judge.add(batch)
        figures.add(batch)
        time = max(
            time, batch.operations.last?.completed ?? 0, batch.deliveries.last?.at ?? 0,
            batch.sessionChanges.last?.at ?? 0)
    }

    mutating func add(_ sample: ProcessSample) {
        storing { try $0.write(sample) }
        figures.add(sample)
    }

    /// What can be said of the run as it is.
    func snapshot() -> RunSnapshot {
        let measurements = judge.measurements
        let recent = measurements.timeline.last(seconds: RunSnapshot.recentSeconds)
        return RunSnapshot(
            time: time, http: RunSnapshot.Percentiles(recent?.http),
            delivery: RunSnapshot.Percentiles(recent?.delivery), thresholds: judge.provisional(at: time),
            violations: zip(Metric.Guarantee.allCases, measurements.violations).map { ($0, $1) })
    }

    /// The threshold that has to end the run now.
    var abortReason: Threshold.Outcome? { judge.abortReason(at: time) }

    /// Judges, sums up and closes the store.
    mutating func finish(
        _ run: History.Run, _ environment: RunEnvironment, isFinished: Bool = true
    ) -> RunReport {
        figures.finish(run)
        let judgement = judge.finish(run)
        let report = RunReport(
            run: run, environment: environment, thresholds: judge.thresholds, judgement: judgement, figures: figures,
            isFinished: isFinished)
        storing {
            try $0.finish(
                run, report.summary, judgement.measurements.timeline, environment, thresholds: report.thresholds)
        }
        return report.withStoreFailure(storeFailure)
    }

    /// After a failure nothing more is written: what is there stays whole up to that point.
    private mutating func storing(_ body: (inout RunRecorder) throws -> Void) {
        guard storeFailure == nil, recorder != nil else { return }
        do {
            if var recorder {
                try body(&recorder)
                self.recorder = recorder
            }
        } catch {
            storeFailure = "\(error)"
        }
    }
}

/// A run as it is, for people who watch it.
package struct RunSnapshot: Sendable {
    /// Milliseconds; `nil` where nothing was measured.
    package struct Percentiles: Sendable, Hashable {
        package var median: Double?
        package var p99: Double?

        package init(median: Double? = nil, p99: Double? = nil) {
            self.median = median
            self.p99 = p99
        }

        init(_ distribution: Distribution?) {
            self.init(median: distribution?.value(.percentile(50)), p99: distribution?.value(.percentile(99)))
        }
    }

    /// Seconds that `http` and `delivery` cover.
    package static let recentSeconds = 5

    /// How far the records are, nanoseconds of the run.
    package var time: Int64 = 0
    /// Of the last seconds.
    package var http = Percentiles()
    package var delivery = Percentiles()
    package var thresholds: [Threshold.Outcome] = []
    /// Found so far, in the order of reports.
    package var violations: [(guarantee: Metric.Guarantee, count: Int)] = []

    package init() {}

    init(
        time: Int64, http: Percentiles, delivery: Percentiles, thresholds: [Threshold.Outcome],
        violations: [(guarantee: Metric.Guarantee, count: Int)]
    ) {
        self.time = time
        self.http = http
        self.delivery = delivery
        self.thresholds = thresholds
        self.violations = violations
    }
}
