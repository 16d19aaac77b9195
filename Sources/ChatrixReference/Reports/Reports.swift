import ChatrixModel

extension ReferenceBackend {
    mutating func apply(_ command: ReportsCommand, by caller: UserIndex, at time: Timestamp) -> Outcome {
        switch command {
        case .report(let draft): report(draft, by: caller, at: time)
        }
    }

    /// REPORTS: each report is a new one, and nobody is told of it (D-67).
    private mutating func report(_ draft: ReportDraft, by caller: UserIndex, at time: Timestamp) -> Outcome {
        guard draft.reportedUser != userID(caller) else { return .refused(.reportSelf) }
        guard userIndex(draft.reportedUser) != nil else { return .refused(.userNotFound) }
        let number = directory.add(.report, reports.records.count)
        let createdAt = clock.stamp(time)
        reports.append(
            ReportsState.Record(number: number, reporter: userID(caller), draft: draft, createdAt: createdAt))
        return Outcome(.reports(.reported(directory.id(number), createdAt: createdAt)))
    }
}
