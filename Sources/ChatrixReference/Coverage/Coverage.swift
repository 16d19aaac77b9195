import ChatrixModel

/// Which behaviour rows the requests so far have exercised.
///
/// Costs a look at the rows that are still open for the endpoint at hand, and nothing once they are exercised.
struct Coverage: Sendable {
    /// By place in `Behaviour.all`.
    private(set) var isExercised = [Bool](repeating: false, count: Behaviour.all.count)
    /// The triggers of rows that are not exercised yet, as places in `CoverageTable.triggers`.
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

    /// Notes the rows that the occasion exercises. O(open triggers of the subject).
    mutating func note(_ subject: CoverageTable.Subject, _ occasion: Occasion) {
        guard let places = open[subject] else { return }
        var occasion = occasion
        var isAnyClosed = false
        let triggers = CoverageTable.triggers
        for place in places {
            let row = triggers[place].row
            if !isExercised[row], triggers[place].holds(on: &occasion) { isExercised[row] = true }
            if isExercised[row] { isAnyClosed = true }
        }
        guard isAnyClosed else { return }
        let rest = places.filter { !isExercised[triggers[$0].row] }
        open[subject] = rest.isEmpty ? nil : rest
    }
}
