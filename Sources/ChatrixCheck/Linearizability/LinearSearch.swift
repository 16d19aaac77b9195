/// Searches for an order of overlapping calls that the sequential specification explains, call by call as time goes on.
///
/// # What is searched
///
/// A history is linearizable if every call can be given a moment between its sending and its answer (Herlihy and Wing, 1990),
/// so that the specification, carrying out the calls in the order of these moments, gives the answers that were given. Wing
/// and Gong (1993) try the orders one after another; Lowe (2017) and Porcupine remember which pairs of (calls that have
/// their place, state) were met, because what follows depends on these two alone. This search does the same, breadth first:
/// it goes along the sendings and answers in the order of time and holds *all* pairs that are possible up to there, the
/// configurations. A set of configurations is its own memory of states, the next answer needs nothing older, and so a run
/// of any length takes the memory of what is open at one moment. Depth first would find one order sooner, but could not
/// forget the past: the one order may turn out wrong by what comes later.
///
/// When a call's answer comes, each configuration without the call is continued by open calls in every order that ends with
/// it ("just in time": there is no need to place anything sooner, as whatever is placed before some answer can be placed
/// immediately before it). No configuration left: no order explains the answer, and all calls answered before can be
/// explained. That is the longest linearizable prefix, and the call is the one that cannot be placed.
///
/// # What keeps it small
///
/// - *A call that changes nothing, now or later*, and whose answer is right is placed at once: whatever order places it
///   later stays an order when it is moved here. Refusals are such, and pages and lists (see `Call.staysIdle`); a marking
///   is not: it changes nothing now, and may be what marks the next message.
/// - *Stored times grow* (D-06): of two open sends that were accepted into one conversation, the one created first goes
///   first. A burst of sends has one order, and not the factorial of its length.
/// - *Conversations do not touch*: while no list of conversations is open, only calls of the same conversation are placed
///   before a call. (In the partition of a user; in that of a conversation all calls are of the same.)
/// - *A lost reply* leaves a call that may be placed at any later time or never. Where it would change nothing it is left
///   open, and of two equal states the one with more such calls left open makes the other needless.
///
/// What remains is exponential at worst, as it has to be: the question is NP-complete (Gibbons and Korach, 1997). So the
/// configurations visited are counted since the last moment at which nothing was open, and bounded.
struct LinearSearch<State: SequentialState>: Sendable {
    struct Configuration: Hashable, Sendable {
        var state: State
        /// The open calls that have their place.
        var placed: UInt64 = 0
    }

    enum Outcome: Sendable, Hashable {
        case possible
        /// No order explains the answer; the mismatch of the last attempt that came as far as any.
        case impossible(Mismatch?)
        /// The bound was reached.
        case exhausted
    }

    private(set) var configurations = [Configuration(state: State())]
    /// Configurations that were made since nothing was open.
    private(set) var visitCount = 0
    let visitCountMax: Int

    private var calls: [Call?] = Array(repeating: nil, count: 64)
    private var checksReply: UInt64 = .max
    private var open: UInt64 = 0
    private var optional: UInt64 = 0
    /// Per place: the calls that have to be placed before it.
    private var predecessors = [UInt64](repeating: 0, count: 64)

    init(visitCountMax: Int) {
        self.visitCountMax = visitCountMax
    }

    /// Nothing is open but calls whose reply was lost.
    var isQuiescent: Bool { open & ~optional == 0 }
    var lostCount: Int { (open & optional).nonzeroBitCount }
    /// Calls that can be open beside the present ones.
    var freeCount: Int { 64 - open.nonzeroBitCount }

    func call(at place: Int) -> Call? { calls[place] }

    mutating func changeStates(_ body: (inout State) -> Void) {
        for index in configurations.indices { body(&configurations[index].state) }
    }

    /// A call was sent; returns its place among the open ones. There has to be a free one.
    mutating func begin(_ call: Call, checksReply checks: Bool = true) -> Int {
        precondition(open != .max, "64 calls are open")
        let place = (~open).trailingZeroBitCount
        let bit: UInt64 = 1 << UInt64(place)
        calls[place] = call
        predecessors[place] = 0
        for other in places(open) {
            guard let opened = calls[other] else { continue }
            if opened.hasToPrecede(call) { predecessors[place] |= 1 << UInt64(other) }
            if call.hasToPrecede(opened) { predecessors[other] |= bit }
        }
        for index in configurations.indices { configurations[index].state.prepare(for: call) }
        open |= bit
        checksReply = checks ? checksReply | bit : checksReply & ~bit
        if call.isOptional {
            optional |= bit
        } else {
            optional &= ~bit
            for index in configurations.indices { placeIdle(bit, in: &configurations[index]) }
        }
        return place
    }

    /// The call at a place was answered, or can no longer take effect.
    mutating func end(_ place: Int, isOverdue: () -> Bool) -> Outcome {
        let bit: UInt64 = 1 << UInt64(place)
        if configurations.count == 1, open == bit, optional == 0 {
            // Nothing else is open, so there is nothing to try.
            visitCount = 0
            if configurations[0].placed == 0, let call = calls[place] {
                if let mismatch = configurations[0].state.apply(call, checksReply: checksReply & bit != 0) {
                    return .impossible(mismatch)
                }
            }
            configurations[0].placed = 0
            close(place)
            return .possible
        }
        var reached: [Configuration] = []
        var isReached: Set<Configuration> = []
        var stack: [Configuration] = []
        for configuration in configurations.reversed() {
            if configuration.placed & bit != 0 {
                if isReached.insert(configuration).inserted { reached.append(configuration) }
            } else {
                stack.append(configuration)
            }
        }
        if optional & bit != 0 {
            for configuration in stack where isReached.insert(configuration).inserted { reached.append(configuration) }
        }
        var visited = Set(stack)
        var nearest: (placedCount: Int, mismatch: Mismatch?) = (-1, nil)
        let candidates = self.candidates(for: place)
        while let configuration = stack.popLast() {
            for next in places(candidates & ~configuration.placed) {
                let nextBit: UInt64 = 1 << UInt64(next)
                guard predecessors[next] & open & ~configuration.placed == 0, let call = calls[next] else { continue }
                visitCount += 1
                if visitCount > visitCountMax || (visitCount & 1023 == 0 && isOverdue()) { return .exhausted }
                var successor = configuration
                if let mismatch = successor.state.apply(call, checksReply: checksReply & nextBit != 0) {
                    let count = configuration.placed.nonzeroBitCount
                    if next == place, count >= nearest.placedCount { nearest = (count, mismatch) }
                    continue
                }
                if optional & nextBit != 0, successor.state == configuration.state { continue }
                successor.placed |= nextBit
                placeIdle(open & ~optional & ~successor.placed, in: &successor)
                if successor.placed & bit != 0 {
                    if isReached.insert(successor).inserted { reached.append(successor) }
                } else if visited.insert(successor).inserted {
                    stack.append(successor)
                }
            }
        }
        guard !reached.isEmpty else { return .impossible(nearest.mismatch) }
        for index in reached.indices { reached[index].placed &= ~bit }
        configurations = reached
        close(place)
        dropNeedless()
        if isQuiescent { visitCount = 0 }
        return .possible
    }

    /// Gives up a call whose reply was lost: as if it had not taken effect up to now and would never.
    mutating func forget(_ place: Int) {
        let bit: UInt64 = 1 << UInt64(place)
        for index in configurations.indices { configurations[index].placed &= ~bit }
        close(place)
        dropNeedless()
    }

    private mutating func close(_ place: Int) {
        let bit: UInt64 = 1 << UInt64(place)
        open &= ~bit
        optional &= ~bit
        calls[place] = nil
        for other in places(open) { predecessors[other] &= ~bit }
    }

    /// The calls that may matter to the one at a place: itself, and others of the same conversation; all while a call is
    /// open that is about several conversations.
    private func candidates(for place: Int) -> UInt64 {
        guard let pair = calls[place]?.pair, pair >= 0 else { return open }
        var same: UInt64 = 0
        for other in places(open) {
            let otherPair = calls[other]?.pair ?? -1
            if otherPair < 0 { return open }
            if otherPair == pair { same |= 1 << UInt64(other) }
        }
        return same
    }

    /// Places those of some calls that change nothing, now or later, and whose answers are right.
    private func placeIdle(_ some: UInt64, in configuration: inout Configuration) {
        for place in places(some) {
            guard checksReply & 1 << UInt64(place) != 0, let call = calls[place], call.staysIdle else { continue }
            var state = configuration.state
            if state.apply(call, checksReply: true) == nil, state == configuration.state {
                configuration.placed |= 1 << UInt64(place)
            }
        }
    }

    /// Drops configurations that differ from another one only in having more lost calls placed, and repetitions.
    private mutating func dropNeedless() {
        guard configurations.count > 1 else { return }
        let lost = open & optional
        var kept: [Configuration: [UInt64]] = [:]
        var result: [Configuration] = []
        // Those with few lost calls placed come first, so that none has to be taken back.
        let sorted = configurations.enumerated().sorted {
            (($0.element.placed & lost).nonzeroBitCount, $0.offset)
                < (($1.element.placed & lost).nonzeroBitCount, $1.offset)
        }
        for (_, configuration) in sorted {
            let key = Configuration(state: configuration.state, placed: configuration.placed & ~lost)
            let spent = configuration.placed & lost
            if kept[key]?.contains(where: { $0 & ~spent == 0 }) == true { continue }
            kept[key, default: []].append(spent)
            result.append(configuration)
        }
        configurations = result
    }

    private func places(_ set: UInt64) -> BitPlaces { BitPlaces(rest: set) }
}

/// The places of the bits that are set, ascending.
struct BitPlaces: Sequence, IteratorProtocol {
    var rest: UInt64

    mutating func next() -> Int? {
        guard rest != 0 else { return nil }
        let place = rest.trailingZeroBitCount
        rest &= rest - 1
        return place
    }
}
