import ChatrixHistory
import ChatrixModel

/// What the judge knows of a run: people and conversations numbered densely, and what happened within the last
/// `Judge.Settings.horizon` as small values without allocations of their own.
///
/// Records come in one by one. A message, a read marking and so on is opened when it is first seen and settled, that is
/// judged by all guarantees and forgotten, when the horizon has passed. So the order in which the records of one moment come
/// makes no difference, and memory is that of the traffic of the horizon, of a small record for each person and
/// conversation, and of 8 bytes for each send whose reply was lost.
package struct Trace: Sendable {
    let settings: Judge.Settings
    let thresholds: [Threshold]
    var run: History.Run
    /// The run is over: what is settled now had less than the horizon.
    var isOver = false
    /// Time of the latest record.
    var now: Int64 = 0
    private var turns = 0

    var operations = RecordLog<History.Operation>()
    var deliveries = RecordLog<History.Delivery>()
    var measurements: Measurements
    /// By guarantee.
    var findings: [Findings]
    var notes = Notes()

    /// By number; users keep theirs, strangers follow from `firstStranger` on.
    var people: [UserID?] = []
    var strangers: [UserID] = []
    private var personNumbers = KeyTable()
    static let firstStranger: Int32 = 1 << 30

    var subscribers: [Subscriber] = []
    /// By user; -1 without one.
    var firstSubscriber: [Int32] = []

    var conversations: [Conversation] = []
    private var conversationNumbers = KeyTable()
    private var conversationsByPair = KeyTable()
    /// Two for each conversation: what its first and its second participant may read.
    var lanes: [Lane] = []
    var inboxes: [Inbox] = []
    var lasts: [Inbox.Last] = []
    /// Users of whom an `ensure` without an answer may have opened a conversation.
    var uncertainUsers: Set<Int> = []

    var messages = Pool<Message>()
    var messageNumbers = KeyTable()
    var moments = Pool<Moment>()
    var momentNumbers = KeyTable()
    var markings = Pool<Marking>()
    var markingNumbers = KeyTable()
    var arrivals = Pool<Arrival>()
    var sends = Pool<Send>()
    var marks = Pool<Mark>()
    var lostSends: [Int: LostSends] = [:]
    var agenda = Agenda<Due>()
    var blocks = Blocks()
    var calls = Calls()
    var changes = Changes()
    var audit = Audit()
    var pageDoubts = Agenda<PageDoubt>()
    var late: [LateList]

    init(_ run: History.Run, _ thresholds: [Threshold], _ settings: Judge.Settings) {
        self.run = run
        self.settings = settings
        self.thresholds = thresholds
        measurements = Measurements(run)
        findings = Guarantees.all.map { Findings($0, violationsKept: settings.violationsKept) }
        late = thresholds.compactMap(LateList.init)
    }

    /// Something that is judged when the horizon has passed.
    struct Due: Sendable {
        enum Kind: UInt8, Sendable { case moment, marking, mark, single, call, change, page }

        var time: Int64
        /// Place in its pool, or the number of a delivery.
        var place: Int
        var kind: Kind
    }

    // MARK: - Time

    /// Goes on to the time of a record, and settles what is due.
    mutating func advance(to time: Int64) {
        guard time > now else { return }
        now = time
        while let due = agenda.first, due.time < now {
            agenda.removeFirst()
            settle(due)
        }
        turns &+= 1
        if turns & 0xFF == 0 { forget() }
    }

    /// Drops the records that nothing points at any longer.
    private mutating func forget() {
        let oldest = now - 2 * settings.horizon
        operations.removeAll { $0.completed < oldest }
        deliveries.removeAll { $0.at < oldest }
    }

    mutating func put(on kind: Due.Kind, _ place: Int) {
        agenda.append(Due(time: now + settings.horizon, place: place, kind: kind))
    }

    private mutating func settle(_ due: Due) {
        switch due.kind {
        case .moment: settleMoment(Int32(due.place))
        case .marking: settleMarking(Int32(due.place))
        case .mark: settleMark(Int32(due.place))
        case .single: Private.judgeSingle(due.place, &self)
        case .call: Complete.judgeCall(due.place, &self)
        case .change: changes.forgetFirst()
        case .page: settlePage()
        }
    }

    /// Settles everything that is still open.
    mutating func finish(_ run: History.Run) {
        self.run = run
        measurements.update(run)
        isOver = true
        while let due = agenda.first {
            agenda.removeFirst()
            settle(due)
        }
        for guarantee in Guarantees.all { guarantee.conclude(&self) }
    }

    /// The run ended too early to expect an event whose cause was complete at `time`.
    func isPending(since time: Int64) -> Bool {
        isOver && run.end > 0 && time + settings.deliveryWait > run.end
    }

    // MARK: - People

    mutating func note(_ user: History.User) {
        while people.count <= user.number { people.append(nil) }
        people[user.number] = user.id
        if personNumbers[user.id.prefix, user.id.number] < 0 {
            personNumbers.insert(user.id.prefix, user.id.number, Int32(user.number))
        }
    }

    func isPerson(_ number: Int32, _ id: UserID) -> Bool { Int(number) < people.count && people[Int(number)] == id }

    /// The number of a person; quick if it is one of the two.
    mutating func number(of person: UserID, likely: Int32, or other: Int32 = -1) -> Int32 {
        if likely >= 0, isPerson(likely, person) { return likely }
        if other >= 0, isPerson(other, person) { return other }
        let known = personNumbers[person.prefix, person.number]
        if known >= 0 { return known }
        let number = Trace.firstStranger + Int32(strangers.count)
        personNumbers.insert(person.prefix, person.number, number)
        strangers.append(person)
        return number
    }

    /// `user 7`, or the id of somebody who does not belong to the run.
    func name(ofPerson number: Int32) -> String {
        if number >= Trace.firstStranger { return "stranger \(strangers[Int(number - Trace.firstStranger)])" }
        return number < 0 ? "somebody unknown" : "user \(number)"
    }

    // MARK: - Conversations

    /// The number of a conversation, given at first sight.
    mutating func number(of conversation: ConversationID) -> Int32 {
        let known = conversationNumbers[conversation.prefix, conversation.number]
        if known >= 0 { return known }
        let number = Int32(conversations.count)
        conversationNumbers.insert(conversation.prefix, conversation.number, number)
        conversations.append(Conversation(id: conversation))
        lanes.append(Lane())
        lanes.append(Lane())
        return number
    }

    /// The number of a conversation; -1 if it was never seen.
    func knownNumber(of conversation: ConversationID) -> Int32 {
        conversationNumbers[conversation.prefix, conversation.number]
    }

    /// Learns from an accepted operation who takes part.
    mutating func add(_ user: Int, and partner: Int?, to conversation: Int32) {
        if conversations[Int(conversation)].isKnown { return }
        conversations[Int(conversation)].add(Int32(user))
        if let partner { conversations[Int(conversation)].add(Int32(partner)) }
        let (first, second) = (conversations[Int(conversation)].first, conversations[Int(conversation)].second)
        guard second >= 0 else { return }
        let (a, b) = (UInt64(min(first, second)), UInt64(max(first, second)))
        if conversationsByPair[a, b] < 0 { conversationsByPair.insert(a, b, conversation) }
    }

    /// The direct conversation of two users; -1 if none is known.
    func conversation(of user: Int, and partner: Int) -> Int32 {
        conversationsByPair[UInt64(min(user, partner)), UInt64(max(user, partner))]
    }

    // MARK: - Reporting

    /// Counts a violation; `make` is only called for those that are kept.
    mutating func report(_ guarantee: Metric.Guarantee, _ make: (Trace) -> (String, [Violation.Entry])) {
        let index = guarantee.position
        findings[index].violationCount += 1
        measurements.violations[index] += 1
        guard findings[index].keepsMore else { return }
        let (statement, window) = make(self)
        findings[index].keep(Violation(guarantee: guarantee, statement: statement, window: window))
    }

    func deliveryEntry(_ record: Int) -> [Violation.Entry] {
        deliveries[record].map { [.delivery($0)] } ?? []
    }

    func operationEntry(_ record: Int) -> [Violation.Entry] { operations[record].map { [.operation($0)] } ?? [] }
}
