import ChatrixHistory

/// Finds a small set of operations that contradict each other, of those that no order explains.
///
/// Taking operations out of a history is not enough: without the send, every page that shows its message contradicts the
/// specification, and each such page alone would be "minimal". So an operation is taken back in two steps. First its answer
/// is no longer compared, while the operation is still carried out: what stays compared are the answers that contradict
/// each other. Then operations without a compared answer are taken out entirely, one after another, while the contradiction
/// stays; those of which an answer that is compared shows a message are not tried, for the reason above. What could not be
/// taken out belongs to the cause (the send of a message that a page lacks, the block before an accepted send), and is shown
/// with the answers.
struct Shrinker<State: SequentialState> {
    private enum Mode { case compared, carriedOut, absent }

    private let start: SearchRun<State>
    /// In the order of sending.
    private let calls: [Call]
    private let unplaced: Call

    init(start: SearchRun<State>, calls: [Call], unplaced: Call) {
        self.start = start
        self.calls = calls
        self.unplaced = unplaced
    }

    /// In the order of sending; with the operation that could not be placed. O(calls²) steps of the search.
    func window() -> [History.Operation] {
        var modes = [Mode](repeating: .compared, count: calls.count)
        // Calls without an answer have nothing to compare.
        let candidates = calls.indices.filter {
            calls[$0].operation.id != unplaced.operation.id && calls[$0].reply != .none
        }
        reduce(&modes, candidates, to: .carriedOut)
        let shown = Set(
            calls.indices.filter { modes[$0] == .compared }.flatMap { calls[$0].rows.compactMap(\.message) })
        let silent = calls.indices.filter { index in
            guard modes[index] == .carriedOut || calls[index].reply == .none else { return false }
            return calls[index].operation.message.map { !shown.contains($0) } ?? true
        }
        let exempt = Set(calls.indices).subtracting(silent)
        reduce(&modes, silent, to: .absent)
        var window = calls.indices.filter {
            modes[$0] == .compared || (modes[$0] == .carriedOut && !exempt.contains($0))
        }.map { calls[$0].operation }
        if !window.contains(where: { $0.id == unplaced.operation.id }) { window.append(unplaced.operation) }
        return window.sorted { ($0.sent, $0.id) < ($1.sent, $1.id) }
    }

    /// Gives calls the mode, as long as the contradiction stays: in large parts first, which mostly suffices.
    private func reduce(_ modes: inout [Mode], _ candidates: [Int], to mode: Mode) {
        var size = candidates.count
        var rest = candidates
        while size > 0, !rest.isEmpty {
            var kept: [Int] = []
            for begin in stride(from: 0, to: rest.count, by: size) {
                let part = rest[begin..<min(begin + size, rest.count)]
                var trial = modes
                for index in part { trial[index] = mode }
                if isContradiction(trial) { modes = trial } else { kept += part }
            }
            rest = kept
            size /= 2
        }
    }

    private func isContradiction(_ modes: [Mode]) -> Bool {
        var timeline = start
        let present = calls.indices.filter { modes[$0] != .absent }
        let (_, stop) = timeline.advance(
            present.map { calls[$0] }[...], to: unplaced.completed + 1, isOverdue: { false },
            checksReply: { modes[present[$0]] == .compared })
        if case .impossible? = stop { return true }
        return false
    }
}
