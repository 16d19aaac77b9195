import ChatrixModel

/// Which behaviour rows the requests so far have exercised.
///
/// Costs a look at the rows that are still open for the endpoint and outcome at hand and the facts that these want, and
/// nothing once they are exercised.
struct Coverage: Sendable {
    /// By place in `Behaviour.all`.
    private(set) var isExercised = [Bool](repeating: false, count: Behaviour.all.count)
    /// The triggers of rows that are not exercised yet.
    private var open = CoverageTable.bySubject
    /// What the request in progress has shown so far.
    var step = Step()
    var memory = CoverageMemory()
    /// The last entry of the outbox that was looked at.
    var outboxSequence = 0

    /// What is known of a request only while it is answered.
    struct Step: Sendable {
        var caller: UserID?
        var body = RequestBody.none
        var command: Command?
        /// Those that hold before it is carried out.
        var facts = FactSet()
        var events: [Event] = []
        /// Objects ever made, before the request.
        var objectCount = 0
    }

    /// Takes over what was exercised before a reset; whom it was about is gone.
    mutating func restore(_ earlier: Coverage) {
        isExercised = earlier.isExercised
        open = earlier.open
    }

    /// Whether a row could still be exercised by the subject.
    func isOpen(_ subject: CoverageTable.Subject) -> Bool { open[subject] != nil }

    /// The facts that the open triggers of a subject ask for when it has this status; `nil` if there are none of them.
    ///
    /// Facts that cost much are not among them: they are found out in the end, see `Occasion.costlyFacts()`.
    func wantedFacts(by subject: CoverageTable.Subject, status: Int) -> FactSet? {
        guard let group = open[subject]?[status], !group.candidates.isEmpty else { return nil }
        return group.wantedFacts
    }

    /// Whether an open trigger of the subject asks for the fact, whatever the outcome.
    func isWanted(_ fact: Fact, by subject: CoverageTable.Subject) -> Bool {
        guard let open = open[subject] else { return false }
        return open.accepted.wantedFacts.contains(fact) || open.refused.wantedFacts.contains(fact)
    }

    /// Notes the rows that the occasion exercises; of the facts it needs those of `wantedFacts(by:status:)`.
    /// O(open triggers of the subject with this outcome).
    mutating func note(_ subject: CoverageTable.Subject, _ occasion: Occasion) {
        guard let group = open[subject]?[occasion.status] else { return }
        var occasion = occasion
        var isAnyClosed = false
        for candidate in group.candidates {
            let row = candidate.outline.row
            if !isExercised[row], candidate.outline.holds(occasion.status, occasion.facts),
                !candidate.outline.hasDetails
                    || CoverageTable.triggers[candidate.place].detailsHold(on: &occasion)
            {
                isExercised[row] = true
            }
            if isExercised[row] { isAnyClosed = true }
        }
        guard isAnyClosed else { return }
        let rest = open[subject]?.removing { isExercised[$0.row] }
        open[subject] = rest.flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// The triggers of one subject, by outcome: what a refusal exercises need not be looked at when all goes well.
struct OpenTriggers: Sendable {
    struct Candidate: Sendable {
        let outline: Trigger.Outline
        /// In `CoverageTable.triggers`.
        let place: Int
    }

    struct Group: Sendable {
        private(set) var candidates: [Candidate] = []
        private(set) var wantedFacts = FactSet()

        init(_ candidates: [Candidate], for statuses: ClosedRange<Int>) {
            self.candidates = candidates.filter { $0.outline.isPossible(for: statuses) }
            for candidate in self.candidates {
                wantedFacts.formUnion(candidate.outline.required)
                wantedFacts.formUnion(candidate.outline.excluded)
            }
        }
    }

    private static let acceptedStatuses = 100...399
    private static let refusedStatuses = 400...599

    let accepted: Group
    let refused: Group

    /// `places` are of `triggers`.
    init(_ places: [Int], of triggers: [Trigger]) {
        self.init(places.map { Candidate(outline: triggers[$0].outline, place: $0) })
    }

    private init(_ candidates: [Candidate]) {
        accepted = Group(candidates, for: OpenTriggers.acceptedStatuses)
        refused = Group(candidates, for: OpenTriggers.refusedStatuses)
    }

    subscript(status: Int) -> Group { OpenTriggers.refusedStatuses.contains(status) ? refused : accepted }

    var isEmpty: Bool { accepted.candidates.isEmpty && refused.candidates.isEmpty }

    /// The places in `CoverageTable.triggers`, ascending.
    var places: [Int] { Set((accepted.candidates + refused.candidates).map(\.place)).sorted() }

    func removing(_ isClosed: (Trigger.Outline) -> Bool) -> OpenTriggers {
        var rest: [Candidate] = []
        var seen: Set<Int> = []
        for candidate in accepted.candidates + refused.candidates
        where !isClosed(candidate.outline) && seen.insert(candidate.place).inserted {
            rest.append(candidate)
        }
        return OpenTriggers(rest)
    }
}
