import ChatrixHistory

/// A partition while its history is coming in: the search, and as much of the past as an explanation needs.
struct PartitionRun<State: SequentialState>: Sendable {
    /// A place to explain from: the search as it was, and the calls that came after it.
    struct Stretch: Sendable {
        var start: SearchRun<State>
        var calls: [Call] = []
    }

    private let settings: Linearizability.Settings
    private var timeline: SearchRun<State>
    private var upcoming: [Call] = []
    private var earlier: Stretch?
    private var current: Stretch
    private var answeredAtStart = 0
    /// Up to here, excluded, the search has gone.
    private var reached = Int64.min
    /// Why a violation could be none; `nil` while nothing stands against one.
    private var doubt: String?
    private(set) var operationCount = 0
    private(set) var verdict: Linearizability.Verdict?

    init(_ settings: Linearizability.Settings) {
        self.settings = settings
        timeline = SearchRun(settings)
        current = Stretch(start: timeline)
    }

    /// There is something left to judge.
    var isBusy: Bool { verdict == nil && (!upcoming.isEmpty || timeline.hasOpenAnswers) }

    var isIllegal: Bool { if case .illegal? = verdict { true } else { false } }

    mutating func doubt(_ reason: String) {
        if doubt == nil { doubt = reason }
    }

    mutating func add(_ call: Call) {
        guard verdict == nil else { return }
        operationCount += 1
        // One without an answer may take effect later than it was sent: nothing is lost by that.
        if call.sent < reached, call.completed != .max { doubt("records came out of their order") }
        upcoming.append(call)
    }

    /// Judges what happened before `limit`, of which everything has been added. `explain` makes the statement.
    mutating func advance(
        to limit: Int64, isOverdue: () -> Bool, statement: (Call, Mismatch?) -> String, shrinks: Bool
    ) {
        guard verdict == nil else { return }
        upcoming.sort { ($0.sent, $0.operation.id) < ($1.sent, $1.operation.id) }
        let (begun, stop) = timeline.advance(upcoming[...], to: limit, isOverdue: isOverdue)
        reached = limit
        current.calls += upcoming[..<begun]
        upcoming.removeFirst(begun)
        switch stop {
        case nil:
            timeline.trim(keeping: settings.messagesKept)
            if timeline.answeredCount - answeredAtStart >= settings.windowLength {
                earlier = current
                current = Stretch(start: timeline)
                answeredAtStart = timeline.answeredCount
            }
            return
        case .impossible(let call, let mismatch):
            if timeline.forgottenCount > 0 { doubt("too many replies were lost to try all their effects") }
            if let doubt {
                verdict = .unknown(doubt)
            } else {
                let window = shrinks ? self.window(of: call) : [call.operation]
                verdict = .illegal(
                    .init(
                        statement: statement(call, mismatch), unplaced: call.operation, window: window,
                        prefixCount: timeline.answeredCount))
            }
        case .exhausted:
            verdict = .unknown(
                isOverdue()
                    ? "the time for the search ran out"
                    : "more than \(settings.visitCountMax) states were possible at once")
        case .crowded: verdict = .unknown("more than 64 operations were open at once")
        }
        forget()
    }

    /// Operations and messages in memory.
    var retainedCount: Int {
        upcoming.count + current.calls.count + (earlier?.calls.count ?? 0) + timeline.messageCount
    }

    private mutating func forget() {
        upcoming = []
        timeline = SearchRun(settings)
        earlier = nil
        current = Stretch(start: timeline)
    }

    private func window(of unplaced: Call) -> [History.Operation] {
        let start = earlier?.start ?? current.start
        return Shrinker(start: start, calls: (earlier?.calls ?? []) + current.calls, unplaced: unplaced).window()
    }
}
