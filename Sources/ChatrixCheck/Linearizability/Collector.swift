import ChatrixHistory
import ChatrixModel

extension Linearizability {
    /// Takes a history as it comes, sorts it into partitions, and judges each as far as it is known.
    ///
    /// An operation is recorded when it is complete, so that of a moment everything is known only when all that was sent
    /// before has been recorded. Operations are numbered in the order of issue, and none is issued before it is due: with the
    /// numbers up to n recorded, nothing that is still missing was sent before the latest due time among them. Up to there
    /// partitions are judged, and what they no longer need is dropped. Memory is for what is open at one moment, and a few
    /// dozen operations and the newest messages of each partition, whatever the length of the run.
    package struct Collector: Sendable {
        let settings: Settings
        /// The most entries that the page of messages which an operation asked for may have; `nil` if unknown, and then a
        /// page that ends early is taken for full.
        private let pageLimit: @Sendable (History.Operation) -> Int?
        var directory = PartitionDirectory()
        var pairRuns: [PartitionRun<PairState>] = []
        /// By place in the directory.
        var userRuns: [PartitionRun<UserState>] = []
        /// Recorded, but not yet sorted into partitions.
        private var held: [(operation: History.Operation, rows: [History.Observation])] = []
        private var frontier = Frontier()
        /// Places of partitions with something left to judge.
        private var busyPairs: [Int] = []
        private var busyUsers: [Int] = []
        private(set) var operationCount = 0
        private(set) var illegalCount = 0
        /// Operations that could not be assigned to a partition.
        private(set) var strayCount = 0

        package init(
            settings: Settings = Settings(), pageLimit: @escaping @Sendable (History.Operation) -> Int? = { _ in nil }
        ) {
            self.settings = settings
            self.pageLimit = pageLimit
        }

        package mutating func add(_ batch: History.Batch, isOverdue: () -> Bool = { false }) {
            for user in batch.users { directory.add(user) }
            var rows: [Int: [History.Observation]] = [:]
            for observation in batch.observations { rows[observation.operation, default: []].append(observation) }
            for operation in batch.operations {
                frontier.add(operation)
                guard operation.action != nil || operation.removesConversations else { continue }
                directory.learn(operation)
                held.append((operation, rows[operation.id] ?? []))
            }
            advance(to: frontier.time, isOverdue)
        }

        /// Operations and messages in memory: what a long run must not let grow.
        package var retainedCount: Int {
            held.count + pairRuns.reduce(0) { $0 + $1.retainedCount } + userRuns.reduce(0) { $0 + $1.retainedCount }
        }

        /// Judges what is left.
        package mutating func finish(isOverdue: () -> Bool = { false }) -> Result {
            advance(to: .max, isOverdue)
            return result
        }

        private mutating func advance(to time: Int64, _ isOverdue: () -> Bool) {
            var limit = time
            var rest: [(operation: History.Operation, rows: [History.Observation])] = []
            for entry in held {
                // Only what overlaps nothing unknown is sorted: a list may show a conversation that is being made.
                if entry.operation.completed < time || time == .max {
                    route(entry.operation, entry.rows)
                } else {
                    rest.append(entry)
                    limit = min(limit, entry.operation.sent)
                }
            }
            held = rest
            busyPairs = busyPairs.filter { index in
                let directory = self.directory
                pairRuns[index].advance(
                    to: limit, isOverdue: isOverdue,
                    statement: { directory.statement($0, $1, pairs: [index]) },
                    shrinks: illegalCount < settings.violationsKept)
                if pairRuns[index].isIllegal { illegalCount += 1 }
                return pairRuns[index].isBusy
            }
            busyUsers = busyUsers.filter { index in
                let directory = self.directory
                userRuns[index].advance(
                    to: limit, isOverdue: isOverdue,
                    statement: { directory.statement($0, $1, pairs: directory.people[index].pairs) },
                    shrinks: illegalCount < settings.violationsKept)
                if userRuns[index].isIllegal { illegalCount += 1 }
                return userRuns[index].isBusy
            }
        }
    }
}

// MARK: - Sorting into partitions

extension Linearizability.Collector {
    private mutating func route(_ operation: History.Operation, _ observations: [History.Observation]) {
        guard let action = operation.action else {
            for run in pairRuns.indices where operation.conversation.map({ directory.pair(of: $0) == run }) ?? true {
                pairRuns[run].doubt("conversations were removed by \(operation.request.name)")
            }
            for run in userRuns.indices {
                userRuns[run].doubt("conversations were removed by \(operation.request.name)")
            }
            return
        }
        guard let reply = operation.reply(to: action) else { return }
        operationCount += 1
        if action == .list { return routeList(operation, reply, observations) }
        guard let pair = pair(of: operation) else {
            strayCount += 1
            return
        }
        var call = Call(
            operation: operation, action: action, reply: reply, side: directory.pairs[pair].side(of: operation.user))
        call.isOptional = reply == .none
        call.completed = reply == .none ? .max : operation.completed
        if action == .page || action == .furtherPage {
            call.isObserved = reply == .accepted && settings.observesReads
            call.limit = pageLimit(operation)
            call.rows = observations.map { directory.row($0, pair: pair, shownTo: operation.user) }
            if action == .furtherPage, !call.isObserved, !reply.isRefusal {
                doubt(pair, "what a page further back showed is not known")
            }
        }
        if (action == .update || action == .delete), operation.message == nil, !reply.isRefusal {
            doubt(pair, "which message was changed is not known")
        }
        add(call, to: pair)
    }

    private mutating func doubt(_ pair: Int, _ reason: String) {
        pairRuns[pair].doubt(reason)
        for place in directory.pairs[pair].people where place < userRuns.count { userRuns[place].doubt(reason) }
    }

    /// A list goes to the conversations that it shows, each with its entry, and as a whole to its user. One of which nothing
    /// is known may have shown each of the user's conversations.
    private mutating func routeList(
        _ operation: History.Operation, _ reply: Call.Reply, _ observations: [History.Observation]
    ) {
        let person = directory.place(ofPerson: operation.user)
        makeRuns()
        guard reply == .accepted, settings.observesReads else {
            if reply == .none { directory.people[person].lostLists.append(operation) }
            for pair in directory.people[person].pairs { add(unknownList(operation, reply, pair), to: pair) }
            return
        }
        var whole = Call(operation: operation, action: .list, reply: reply, side: .first, pair: -1)
        whole.isObserved = true
        whole.completed = operation.completed
        for observation in observations {
            guard let pair = directory.pair(of: observation.conversation),
                let local = directory.people[person].pairs.firstIndex(of: pair)
            else { continue }
            var part = whole
            part.pair = 0
            part.rows = [directory.row(observation, pair: pair, shownTo: operation.user)]
            whole.rows += part.rows
            whole.rows[whole.rows.count - 1].pair = local
            makeBusy(pair: pair)
            pairRuns[pair].add(part)
            // To the partner it matters what was shown: it is delivered now.
            for other in directory.pairs[pair].people where other != person {
                addToUser(part, of: pair, other)
            }
        }
        addToUser(whole, person)
    }

    private func unknownList(_ operation: History.Operation, _ reply: Call.Reply, _ pair: Int) -> Call {
        var call = Call(
            operation: operation, action: .list, reply: reply, side: directory.pairs[pair].side(of: operation.user))
        call.isOptional = true
        call.completed = reply == .none ? .max : operation.completed
        return call
    }

    private mutating func pair(of operation: History.Operation) -> Int? {
        let known = directory.pairs.count
        guard let pair = directory.place(of: operation) else { return nil }
        makeRuns()
        if pair >= known {
            for person in directory.pairs[pair].people {
                for list in directory.people[person].lostLists { add(unknownList(list, .none, pair), to: pair) }
            }
        }
        return pair
    }

    private mutating func makeRuns() {
        while pairRuns.count < directory.pairs.count { pairRuns.append(PartitionRun(settings)) }
        while userRuns.count < directory.people.count { userRuns.append(PartitionRun(settings)) }
    }

    private mutating func add(_ call: Call, to pair: Int) {
        makeBusy(pair: pair)
        pairRuns[pair].add(call)
        for person in directory.pairs[pair].people { addToUser(call, of: pair, person) }
    }

    /// Adds a call about one conversation to the partition of a participant.
    private mutating func addToUser(_ call: Call, of pair: Int, _ person: Int) {
        guard let local = directory.people[person].pairs.firstIndex(of: pair) else { return }
        var call = call
        call.pair = local
        for row in call.rows.indices { call.rows[row].pair = local }
        addToUser(call, person)
    }

    private mutating func addToUser(_ call: Call, _ person: Int) {
        guard directory.people[person].pairs.count <= settings.conversationsMax else { return }
        if userRuns[person].verdict == nil, !userRuns[person].isBusy { busyUsers.append(person) }
        userRuns[person].add(call)
    }

    private mutating func makeBusy(pair: Int) {
        if pairRuns[pair].verdict == nil, !pairRuns[pair].isBusy { busyPairs.append(pair) }
    }
}

// MARK: - Result

extension Linearizability.Collector {
    private var result: Linearizability.Result {
        var partitions: [Linearizability.Partition] = []
        for pair in directory.pairs.indices.sorted(by: { directory.pairs[$0].users < directory.pairs[$1].users })
        where pair < pairRuns.count && pairRuns[pair].operationCount > 0 {
            partitions.append(
                .init(
                    subject: directory.pairs[pair].subject, verdict: pairRuns[pair].verdict ?? .linearizable,
                    operationCount: pairRuns[pair].operationCount))
        }
        var crowded = 0
        for person in directory.people.indices.sorted(by: {
            directory.people[$0].number < directory.people[$1].number
        }) where person < userRuns.count && userRuns[person].operationCount > 0 {
            if directory.people[person].pairs.count > settings.conversationsMax {
                crowded += 1
                continue
            }
            var verdict = userRuns[person].verdict ?? .linearizable
            if case .illegal = verdict,
                let pair = directory.people[person].pairs.first(where: { pairRuns[$0].isIllegal })
            {
                // The same breach, or one that follows from it.
                verdict = .unknown("the \(directory.pairs[pair].subject) is illegal")
            }
            partitions.append(
                .init(
                    subject: .user(directory.people[person].number), verdict: verdict,
                    operationCount: userRuns[person].operationCount))
        }
        var remarks: [String] = []
        if crowded > 0 {
            remarks.append(
                "lists of \(Wording.count(crowded, "user")) with more than \(settings.conversationsMax) conversations were "
                    + "judged entry by entry only")
        }
        if strayCount > 0 {
            remarks.append("\(Wording.count(strayCount, "operation")) named no conversation that is known")
        }
        return Linearizability.Result(partitions: partitions, remarks: remarks, operationCount: operationCount)
    }
}

/// Up to when everything that was sent is known.
private struct Frontier: Sendable {
    private var next = 0
    /// Due times of operations whose predecessors are not all known.
    private var ahead: [Int: Int64] = [:]
    private(set) var time = Int64.min

    mutating func add(_ operation: History.Operation) {
        guard operation.id == next else {
            ahead[operation.id] = operation.scheduled
            return
        }
        time = max(time, operation.scheduled)
        next += 1
        while let scheduled = ahead.removeValue(forKey: next) {
            time = max(time, scheduled)
            next += 1
        }
    }
}

extension Call.Reply {
    fileprivate var isRefusal: Bool { if case .refused = self { true } else { false } }
}
