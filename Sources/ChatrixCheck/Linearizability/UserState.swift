import ChatrixModel

/// All conversations of a user: the specification of his lists of conversations, which show several at one moment.
///
/// What one entry shows is judged with its conversation already. Here it is judged that all entries are of one moment, and
/// that they stand in the order of `updated_at`, none left out in front of another (D-47).
struct UserState: SequentialState {
    /// As the partition numbers them.
    private(set) var pairs: ContiguousArray<PairState> = []

    init() {}

    mutating func prepare(for call: Call) {
        let highest = call.rows.reduce(call.pair) { max($0, $1.pair) }
        while pairs.count <= highest { pairs.append(PairState()) }
    }

    mutating func apply(_ call: Call, checksReply: Bool) -> Mismatch? {
        guard call.pair < 0 else { return pairs[call.pair].apply(call, checksReply: checksReply) }
        guard checksReply else {
            for row in call.rows { pairs[row.pair].showLast(to: row.side) }
            return nil
        }
        var previous: Timestamp?
        for row in call.rows {
            if let mismatch = pairs[row.pair].compareEntry(row, for: row.side) { return mismatch }
            guard let updatedAt = pairs[row.pair].updatedAt else { continue }
            if let previous, updatedAt > previous { return .conversationOrder(row.pair) }
            previous = updatedAt
        }
        for (pair, state) in pairs.enumerated() {
            guard let updatedAt = state.updatedAt, updatedAt > previous ?? Timestamp(milliseconds: .min),
                !call.rows.contains(where: { $0.pair == pair })
            else { continue }
            // Behind entries whose time is unknown there is no saying where the list ends.
            if previous != nil || call.rows.isEmpty { return .conversationMissing(pair) }
        }
        return nil
    }

    var messageCount: Int { pairs.reduce(0) { $0 + $1.messageCount } }

    mutating func trim(keeping count: Int) {
        for pair in pairs.indices { pairs[pair].trim(keeping: count) }
    }
}
