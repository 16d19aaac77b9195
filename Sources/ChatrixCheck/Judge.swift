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
    private var trace: Trace

    package init(run: History.Run, thresholds: [Threshold] = [], settings: Settings = Settings()) {
        self.thresholds = thresholds
        trace = Trace(run, thresholds, settings)
    }

    /// The figures so far. Those of messages and updates are there at once, those of read markings, losses and violations
    /// after the horizon.
    package var measurements: Measurements { trace.measurements }

    /// Messages, markings and other things that are not settled yet: what memory depends on.
    package var openCount: Int { trace.agenda.count + trace.arrivals.count + trace.sends.count + trace.marks.count }

    /// Takes the circumstances of the run as they are now: each phase has to be known before the records of its operations.
    package mutating func update(_ run: History.Run) {
        trace.run = run
        trace.measurements.update(run)
    }

    /// Takes the next records of the run: each kind in the order of time, the kinds within some seconds of each other.
    package mutating func add(_ batch: History.Batch) {
        for user in batch.users { trace.note(user) }
        var (operation, delivery, change, row) = (0, 0, 0, 0)
        let (operations, deliveries, changes) = (batch.operations, batch.deliveries, batch.sessionChanges)
        while true {
            let next = operation < operations.count ? operations[operation].completed : .max
            let arrival = delivery < deliveries.count ? deliveries[delivery].at : .max
            if change < changes.count, changes[change].at <= min(next, arrival) {
                trace.note(changes[change])
                change += 1
            } else if operation < operations.count, next <= arrival {
                let begin = row
                let id = operations[operation].id
                while row < batch.observations.count, batch.observations[row].operation == id { row += 1 }
                trace.note(operations[operation], batch.observations[begin..<row])
                operation += 1
            } else if delivery < deliveries.count {
                trace.note(deliveries[delivery])
                delivery += 1
            } else {
                return
            }
        }
    }

    /// Judges what is still open; the judge is of no use afterwards.
    package mutating func finish(_ run: History.Run) -> Judgement {
        trace.finish(run)
        return Judgement(
            findings: trace.findings.map(\.finding), thresholds: outcomes(at: nil), measurements: trace.measurements)
    }

    /// What the thresholds come to so far, in their order, at a moment of the run, nanoseconds. In O(thresholds).
    package func provisional(at now: Int64) -> [Threshold.Outcome] { outcomes(at: now) }

    private func outcomes(at now: Int64?) -> [Threshold.Outcome] { thresholds.map { outcome($0, at: now) } }

    private func outcome(_ threshold: Threshold, at now: Int64?) -> Threshold.Outcome {
        threshold.evaluated { trace.measurements.value(of: $0, in: $1, now: now) }
    }

    /// The first threshold that ends the run when it is crossed, is crossed now, and has waited for `abortDelay` of load;
    /// `nil` as long as the run may go on. One that more load could still fulfil is not crossed for good.
    package func abortReason(at now: Int64) -> Threshold.Outcome? {
        let start = trace.run.loadStart
        guard !trace.run.phases.isEmpty || start > 0, start < now else { return nil }
        return thresholds.lazy.filter { $0.abortsOnFail && now - start >= $0.abortDelay }
            .map { outcome($0, at: now) }.first { $0.state == .crossed && !$0.canStillHold }
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
