import ChatrixHistory

/// Judges a history by every guarantee and threshold; pure, so a saved run can be judged again.
package enum Judge {
    package struct Settings: Sendable, Hashable {
        /// How long after the reply an event may still be on its way to the broker, nanoseconds: the reconnect interval
        /// of D-58. A session that was down in that time excuses the loss of the event.
        package var sessionGrace: Int64 = 5_000_000_000
        /// How long an event that arrives at the end of a run is waited for before it counts as lost, nanoseconds (D-57).
        package var deliveryWait: Int64 = 2_000_000_000
        /// Violations kept with their window, per guarantee; all are counted.
        package var violationsKept = 100

        package init() {}
    }

    /// In O(n log n) time of the history, with memory for less than the history itself.
    package static func judge(
        _ history: History, thresholds: [Threshold] = [], settings: Settings = Settings()
    ) -> Judgement {
        let trace = Trace(history, settings)
        var measurements = Measurements(trace)
        var findings: [Finding] = []
        for guarantee in Guarantees.all {
            let finding = guarantee.judge(trace, measurements, thresholds)
            measurements.counts += finding.counts
            measurements.violations[finding.guarantee] = finding.violationCount
            findings.append(finding)
        }
        return Judgement(
            findings: findings, thresholds: thresholds.map { $0.evaluated(by: measurements.value) },
            measurements: measurements)
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
