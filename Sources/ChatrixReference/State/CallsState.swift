import ChatrixModel

/// Place of a call in `CallsState.records`.
typealias CallIndex = Int

/// All calls in the order of creation, and those of each user.
struct CallsState: Sendable {
    struct Record: Sendable {
        let number: UInt64
        let caller: UserIndex
        let recipient: UserIndex
        let kind: Call.Kind
        let startedAt: Timestamp
        var answeredAt: Timestamp?
        var endedAt: Timestamp?
        var isDeleted = false

        var status: Call.Status { endedAt != nil ? .ended : answeredAt != nil ? .inProgress : .ringing }

        func isParticipant(_ user: UserIndex) -> Bool { user == caller || user == recipient }
    }

    private(set) var records: ContiguousArray<Record> = []
    /// As caller or recipient; deleted ones stay listed at the other participant.
    private(set) var callsByUser: [UserIndex: [UInt32]] = [:]

    mutating func append(_ record: Record) {
        for user in [record.caller, record.recipient] { callsByUser[user, default: []].append(UInt32(records.count)) }
        records.append(record)
    }

    mutating func answer(_ call: CallIndex, at time: Timestamp) { records[call].answeredAt = time }

    mutating func end(_ call: CallIndex, at time: Timestamp) { records[call].endedAt = time }

    /// Deletes the calls of a user and returns their numbers, ascending. O(calls of the user).
    mutating func removeCalls(of user: UserIndex) -> [UInt64] {
        var numbers: [UInt64] = []
        for call in callsByUser.removeValue(forKey: user) ?? [] where !records[Int(call)].isDeleted {
            records[Int(call)].isDeleted = true
            numbers.append(records[Int(call)].number)
        }
        return numbers
    }

    func add(to digest: inout StateDigest) {
        for record in records where !record.isDeleted {
            digest.add(Int(record.number))
            digest.add(record.caller)
            digest.add(record.recipient)
            digest.add(record.kind.rawValue)
            for time in [record.startedAt, record.answeredAt, record.endedAt] {
                digest.add(Int(time?.milliseconds ?? -1))
            }
        }
    }
}

extension ReferenceBackend {
    func brokenInvariantsOfCalls() -> [String] {
        var broken: [String] = []
        for (index, call) in calls.records.enumerated() where !call.isDeleted {
            let name = "call \(directory.id(call.number) as CallID)"
            for user in [call.caller, call.recipient] {
                if users[user].isDeleted { broken.append("\(name): a participant does not exist") }
                if calls.callsByUser[user]?.contains(UInt32(index)) != true {
                    broken.append("\(name): a participant's list lacks it")
                }
            }
            let times = [call.startedAt, call.answeredAt, call.endedAt].compactMap { $0 }
            if call.caller == call.recipient || zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) {
                broken.append("\(name): the participants or the times are wrong")
            }
        }
        return broken
    }
}
