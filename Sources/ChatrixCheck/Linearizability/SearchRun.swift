/// Carries sendings and answers to a search in the order of time.
struct SearchRun<State: SequentialState>: Sendable {
    enum Stop: Sendable {
        /// The call whose answer fits no order.
        case impossible(Call, Mismatch?)
        case exhausted
        /// More calls were open at once than the search can hold.
        case crowded
    }

    private(set) var search: LinearSearch<State>
    /// Of the open calls that will be answered, the next one last.
    private var answers: [(time: Int64, place: Int)] = []
    /// Of the open calls that never will be, in the order of sending.
    private var lost: [Int] = []
    private let lostCountMax: Int
    /// How many lost calls were given up, since too many were open.
    private(set) var forgottenCount = 0
    private(set) var answeredCount = 0

    init(_ settings: Linearizability.Settings) {
        search = LinearSearch(visitCountMax: settings.visitCountMax)
        lostCountMax = settings.lostCountMax
    }

    /// Goes on to `limit`, excluded, with calls in the order of sending; returns how many were begun.
    ///
    /// At the same moment sendings come before answers, which allows the more orders.
    mutating func advance(
        _ calls: ArraySlice<Call>, to limit: Int64, isOverdue: () -> Bool, checksReply: (Int) -> Bool = { _ in true }
    ) -> (begun: Int, stop: Stop?) {
        var next = calls.startIndex
        while true {
            let sent = next < calls.endIndex ? calls[next].sent : .max
            let answered = answers.last?.time ?? .max
            guard min(sent, answered) < limit else { return (next - calls.startIndex, nil) }
            if sent <= answered {
                guard begin(calls[next], checksReply(next)) else { return (next - calls.startIndex, .crowded) }
                next += 1
            } else if let answer = answers.popLast(), let call = search.call(at: answer.place) {
                switch search.end(answer.place, isOverdue: isOverdue) {
                case .possible: answeredCount += 1
                case .impossible(let mismatch): return (next - calls.startIndex, .impossible(call, mismatch))
                case .exhausted: return (next - calls.startIndex, .exhausted)
                }
            }
        }
    }

    private mutating func begin(_ call: Call, _ checksReply: Bool) -> Bool {
        let isLost = call.completed == .max
        if !lost.isEmpty, search.freeCount == 0 || (isLost && lost.count >= lostCountMax) {
            search.forget(lost.removeFirst())
            forgottenCount += 1
        }
        guard search.freeCount > 0 else { return false }
        let place = search.begin(call, checksReply: checksReply)
        if isLost {
            lost.append(place)
        } else {
            let index = answers.lastIndex { $0.time >= call.completed }.map { $0 + 1 } ?? 0
            answers.insert((call.completed, place), at: index)
        }
        return true
    }

    var hasOpenAnswers: Bool { !answers.isEmpty }

    /// Messages of one of the possible states.
    var messageCount: Int { search.configurations.first?.state.messageCount ?? 0 }

    mutating func trim(keeping count: Int) {
        search.changeStates { $0.trim(keeping: count) }
    }
}
