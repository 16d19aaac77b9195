import ChatrixHistory

/// Judges a run by every guarantee and threshold while it goes on; pure, so a saved run can be judged again.
///
/// Make one when the run begins, `add` every batch of records, `update` it with the circumstances of the run whenever a phase
/// begins, and `finish` it at the end.
package struct Judge: Sendable {
    package struct Settings: Sendable, Hashable {
        /// How long after the reply an event may still be on its way to the broker, nanoseconds: the reconnect interval
        /// of D-58. A session that was down in that time excuses the loss of the event.
        package var sessionGrace: Int64 = 5_000_000_000
        /// How long an event that arrives at the end of a run is waited for before it counts as lost, nanoseconds (D-57).
        package var deliveryWait: Int64 = 2_000_000_000
        /// How long after a message or a marking was first seen all that belongs to it has to be there, nanoseconds. At least
        /// the longest wait for an answer and the two times above together.
        package var horizon: Int64 = 30_000_000_000
        /// Violations kept with their window, per guarantee; all are counted.
        package var violationsKept = 100

        package init() {}
    }

    package let thresholds: [Threshold]
    package let settings: Settings
    private var history: History
    package private(set) var measurements: Measurements

    package init(run: History.Run, thresholds: [Threshold] = [], settings: Settings = Settings()) {
        self.thresholds = thresholds
        self.settings = settings
        history = History(run: run)
        measurements = Measurements(run)
    }

    /// Takes the circumstances of the run as they are now: each phase has to be known before the records of its operations.
    package mutating func update(_ run: History.Run) {
        history.run = run
        measurements.update(run)
    }

    /// Takes the next records of the run, in the order of time but for small jitter between the kinds of records.
    package mutating func add(_ batch: History.Batch) {
        for operation in batch.operations { measurements.note(operation) }
        for delivery in batch.deliveries {
            measurements.timeline.noteArrival(at: delivery.at, isMessage: delivery.kind == .message)
        }
        for change in batch.sessionChanges where !change.isUp { measurements.timeline.noteDisconnect(at: change.at) }
        history.append(batch)
    }

    /// Judges what is still open; the judge is of no use afterwards.
    package mutating func finish(_ run: History.Run) -> Judgement {
        update(run)
        let trace = Trace(history, settings)
        measurements.note(trace)
        var findings: [Finding] = []
        for guarantee in Guarantees.all {
            let finding = guarantee.judge(trace, measurements, thresholds)
            measurements.counts += finding.counts
            measurements.violations[finding.guarantee.position] = finding.violationCount
            findings.append(finding)
        }
        return Judgement(
            findings: findings, thresholds: outcomes(at: nil), measurements: measurements)
    }

    /// What the thresholds come to so far, in their order, at a moment of the run, nanoseconds.
    package func provisional(at now: Int64) -> [Threshold.Outcome] { outcomes(at: now) }

    private func outcomes(at now: Int64?) -> [Threshold.Outcome] {
        thresholds.map { $0.evaluated { measurements.value(of: $0, in: $1, now: now) } }
    }

    /// The first threshold that ends the run when it is crossed, is crossed now, and has waited for `abortDelay` of load.
    package func abortReason(at now: Int64) -> Threshold.Outcome? {
        guard measurements.loadStart < now else { return nil }
        for threshold in thresholds
        where threshold.abortsOnFail && now - measurements.loadStart >= threshold.abortDelay {
            let outcome = threshold.evaluated { measurements.value(of: $0, in: $1, now: now) }
            if outcome.state == .crossed { return outcome }
        }
        return nil
    }

    /// Judges a whole history.
    package static func judge(
        _ history: History, thresholds: [Threshold] = [], settings: Settings = Settings()
    ) -> Judgement {
        var judge = Judge(run: history.run, thresholds: thresholds, settings: settings)
        judge.add(history.batch)
        return judge.finish(history.run)
    }
}

/// Everything a run comes to: what reports show and exit codes follow.
package struct Judgement: Sendable {
    /// One per guarantee, in the order of `Guarantees.all`.
    package var findings: [Finding]
    /// In the order in which the scenario gave them.
    package var thresholds: [Threshold.Outcome]
    package var measurements: Measurements

    package init(findings: [Finding], thresholds: [Threshold.Outcome], measurements: Measurements) {
        self.findings = findings
        self.thresholds = thresholds
        self.measurements = measurements
    }

    package var counts: DeliveryCounts { measurements.counts }

    /// A guarantee was broken.
    package var isInvalid: Bool { findings.contains { $0.verdict.name == "invalid" } }
    /// Of a guarantee or a threshold nothing is known.
    package var isUnknown: Bool {
        findings.contains { $0.verdict.name == "unknown" } || thresholds.contains { $0.state == .unmeasured }
    }
    package var crossesThreshold: Bool { thresholds.contains { $0.state == .crossed } }

    package subscript(_ guarantee: Metric.Guarantee) -> Finding? { findings.first { $0.guarantee == guarantee } }
}
