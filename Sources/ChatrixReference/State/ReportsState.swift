import ChatrixModel

/// The reports, in the order in which they came. Nothing shows them; they outlive those whom they name.
struct ReportsState: Sendable {
    struct Record: Sendable {
        let number: UInt64
        let reporter: UserID
        let draft: ReportDraft
        let createdAt: Timestamp
    }

    private(set) var records: ContiguousArray<Record> = []

    mutating func append(_ record: Record) { records.append(record) }

    func add(to digest: inout StateDigest) {
        for record in records {
            digest.add(Int(record.number))
            digest.add(record.reporter.description)
            digest.add(record.draft.reportedUser.description)
            digest.add(record.draft.reason)
            digest.add(record.draft.conversation?.description)
            for message in record.draft.messages { digest.add(message.description) }
            digest.add(Int(record.createdAt.milliseconds))
        }
    }
}
