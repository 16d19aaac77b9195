import ChatrixModel

/// A run of checks against one target, check after check, so that its caller can show how far it is.
package struct ConformanceRun {
    private let checks: [Check]
    private let isCounted: @Sendable (Behaviour) -> Bool
    private let profile: Profile
    private let isStrict: Bool
    private var target: any Target
    private var setting: Setting
    private var results: [ConformanceReport.Result] = []

    /// Runs the checks that name a counted row which is not waived; `nextName` numbers the users.
    package init(
        _ checks: [Check] = Checks.all, on target: any Target, profile: Profile = Profile(), isStrict: Bool = true,
        nextName: Int = 1, counting isCounted: @escaping @Sendable (Behaviour) -> Bool = { _ in true }
    ) {
        let waived = Set(profile.waivers.map(\.id))
        self.checks = checks.filter { check in
            check.ids.contains { id in !waived.contains(id) && Behaviour.named(id).map(isCounted) ?? false }
        }
        self.isCounted = isCounted
        self.profile = profile
        self.isStrict = isStrict
        self.target = target
        setting = Setting(knobs: profile.knobs, nextName: nextName)
    }

    package var checkCount: Int { checks.count }
    package var checksDone: Int { results.count }
    package var checksFailed: Int { results.count { $0.failure != nil } }
    /// The check that `runNext` will run.
    package var next: Check? { results.count < checks.count ? checks[results.count] : nil }

    /// Runs the next check; false when there was none.
    @discardableResult
    package mutating func runNext() -> Bool {
        guard let check = next else { return false }
        results.append(.init(check: check, outcome: check.run(on: &target, in: &setting)))
        return true
    }

    /// Gives up what is left, with the reason.
    package mutating func skipRest(_ reason: String) {
        while let check = next { results.append(.init(check: check, outcome: .skipped(reason))) }
    }

    /// What the checks done so far show.
    package var report: ConformanceReport {
        ConformanceReport(
            target: target.name, results: results, profile: profile, isStrict: isStrict, counting: isCounted)
    }

    /// Runs what is left.
    package mutating func runAll() -> ConformanceReport {
        while runNext() {}
        return report
    }
}
