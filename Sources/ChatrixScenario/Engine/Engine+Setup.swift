import ChatrixHistory
import ChatrixModel

/// Setup: every user registers and connects, then every pair opens its conversation; a bounded number at a time.
extension Engine {
    struct Setup: Sendable {
        static let attemptsMax = 3

        enum State: UInt8, Sendable { case waiting, registering, connecting, ready, failed }

        var states: [State] = []
        var attempts: [UInt8] = []
        /// The next user or pair to begin with.
        var next = 0
        var active = 0
        var done = 0
        var hasRecordedUsers = false
    }

    mutating func fillRegistrations() {
        if setup.states.isEmpty {
            setup.states = Array(repeating: .waiting, count: plan.userCount)
            setup.attempts = Array(repeating: 0, count: plan.userCount)
        }
        while setup.active < plan.options.setupConcurrency, setup.next < plan.userCount {
            let user = setup.next
            setup.next += 1
            setup.active += 1
            register(user)
        }
    }

    mutating func register(_ user: Int) {
        guard stage == .registering else { return }
        let identity = identities[user]
        setup.states[user] = .registering
        setup.attempts[user] += 1
        issueSetup(
            .auth(
                .register(
                    Registration(
                        phone: identity.phone, username: identity.username, password: identity.password,
                        deviceID: identity.deviceID))),
            .register, user: user)
    }

    private mutating func issueSetup(
        _ command: Command, _ endpoint: Endpoint.Name, user: Int, partner: Int = -1, pair: Int = -1
    ) {
        issue(
            command,
            Pending(
                number: 0, user: Int32(user), runner: -1, partner: Int32(partner), pair: Int32(pair),
                endpoint: endpoint, phase: .setup, flow: -1, step: -1, scheduled: now, sent: now, contentDigest: 0))
    }

    /// The credentials of a user, for logging in.
    func credentials(of user: Int) -> Credentials {
        let identity = identities[user]
        return Credentials(
            phoneOrUsername: identity.username, password: identity.password, deviceID: identity.deviceID)
    }

    mutating func setupStepCompleted(_ entry: Pending, _ result: History.Operation.Result, _ facts: Facts) {
        let user = Int(entry.user)
        switch (stage, entry.endpoint, result, facts) {
        case (.registering, .register, .accepted, .account(let id)),
            (.registering, .login, .accepted, .account(let id)):
            accounts[user] = id
            if plan.options.observesEvents {
                setup.states[user] = .connecting
                timers.add(.sessionOverdue(user: entry.user), at: now + plan.options.sessionTimeout)
                actions.append(.openSession(client: user, id: id, .mqtt))
            } else {
                userIsDone(user, .ready)
            }
        case (.registering, .register, .refused(status: 409), _):
            issueSetup(.auth(.login(credentials(of: user))), .login, user: user)
        case (.registering, _, _, _):
            if setup.attempts[user] < Setup.attemptsMax, result.isWorthAnotherAttempt {
                timers.add(.register(user: entry.user), at: now + Int64(setup.attempts[user]) * 500_000_000)
            } else {
                note("user \(user) could not \(entry.endpoint.rawValue): \(result)")
                userIsDone(user, .failed)
            }
        case (.conversing, .ensure, .accepted, .conversation(let id)):
            open(pair: Int(entry.pair), as: id)
            pairIsDone()
        case (.conversing, _, _, _):
            let pair = Int(entry.pair)
            if setup.attempts[pair] < Setup.attemptsMax, result.isWorthAnotherAttempt {
                timers.add(.converse(pair: entry.pair), at: now + Int64(setup.attempts[pair]) * 500_000_000)
            } else {
                note("users \(plan.pairs[pair].first) and \(plan.pairs[pair].second) got no conversation: \(result)")
                pairIsDone()
            }
        default: break
        }
    }

    mutating func sessionCameUp(_ user: Int) {
        if stage == .registering, setup.states[user] == .connecting { userIsDone(user, .ready) }
    }

    mutating func sessionIsOverdue(_ user: Int) {
        guard stage == .registering, setup.states[user] == .connecting else { return }
        note("user \(user) got no event session within \(plan.options.sessionTimeout / 1_000_000) ms")
        userIsDone(user, .failed)
    }

    private mutating func note(_ problem: String) {
        if setupProblems.count < 10 { setupProblems.append(problem) }
    }

    private mutating func userIsDone(_ user: Int, _ state: Setup.State) {
        setup.states[user] = state
        setup.active -= 1
        setup.done += 1
        if state == .ready { counters.usersReady += 1 } else { counters.usersFailed += 1 }
        if setup.done == plan.userCount { beginConversing() } else { fillRegistrations() }
    }

    func isReady(_ user: Int) -> Bool { setup.states[user] == .ready }

    private mutating func beginConversing() {
        recordUsers()
        stage = .conversing
        setup.next = 0
        setup.active = 0
        setup.done = 0
        setup.attempts = Array(repeating: 0, count: plan.pairs.count)
        if counters.usersReady < Scenario.usersMin {
            setupFailure = "only \(counters.usersReady) of \(plan.userCount) users could be set up"
            beginSettling()
        } else {
            fillConversations()
        }
    }

    /// The users whose accounts are known, in the order of their numbers.
    mutating func recordUsers() {
        setup.hasRecordedUsers = true
        for user in 0..<plan.userCount {
            guard let id = accounts[user] else { continue }
            history.users.append(History.User(number: user, id: id, username: identities[user].username))
        }
    }

    private mutating func fillConversations() {
        while setup.active < plan.options.setupConcurrency, setup.next < plan.pairs.count {
            let pair = setup.next
            setup.next += 1
            if isReady(Int(plan.pairs[pair].first)), isReady(Int(plan.pairs[pair].second)) {
                setup.active += 1
                converse(pair)
            } else {
                setup.done += 1
            }
        }
        if setup.done == plan.pairs.count { beginLoad() }
    }

    mutating func converse(_ pair: Int) {
        guard stage == .conversing else { return }
        let (first, second) = (Int(plan.pairs[pair].first), Int(plan.pairs[pair].second))
        guard let recipient = accounts[second] else { return }
        setup.attempts[pair] += 1
        issueSetup(.chat(.ensure(recipient: recipient)), .ensure, user: first, partner: second, pair: pair)
    }

    private mutating func pairIsDone() {
        setup.active -= 1
        setup.done += 1
        fillConversations()
    }

    /// Notes the conversation of a pair.
    mutating func open(pair: Int, as id: ConversationID) {
        guard conversations[pair] != id else { return }
        conversations[pair] = id
        pairNumbers[id] = Int32(pair)
    }
}

extension History.Operation.Result {
    /// Whether the same request may get another answer a moment later.
    fileprivate var isWorthAnotherAttempt: Bool {
        switch self {
        case .accepted, .refused: false
        case .unreadable, .lost: true
        }
    }
}

extension History.Operation.Result: CustomStringConvertible {
    package var description: String {
        switch self {
        case .accepted(let status): "accepted with \(status)"
        case .refused(let status): "refused with \(status)"
        case .unreadable(let status, let reason): "unreadable answer \(status): \(reason)"
        case .lost(let reason): "lost: \(reason)"
        }
    }
}
