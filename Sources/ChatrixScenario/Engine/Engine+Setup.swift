import ChatrixHistory
import ChatrixModel

/// Setup: every user registers, logs in on his further devices and connects each; then every pair opens its conversation.
/// A bounded number at a time, at a bounded rate; what fails for a passing reason is tried again.
extension Engine {
    struct Setup: Sendable {
        static let attemptsMax = 3
        /// Pause before another attempt, for each one made; nanoseconds.
        static let backoff: Int64 = 500_000_000
        /// Pause of all of setup after a refusal with 429, nanoseconds.
        static let rateLimitPause: Int64 = 15_000_000_000
        /// How long others wait for the sessions of a client before they are set up beside it, nanoseconds.
        static let slow: Int64 = 2_000_000_000

        /// Why users, or pairs, could not be set up.
        struct Problem: Sendable, CustomStringConvertible {
            /// The first one.
            var subject: String
            var reason: String
            var count: Int

            var description: String {
                count == 1 ? "\(subject) \(reason)" : "\(subject) \(reason); the same of \(count - 1) more"
            }
        }

        /// Different reasons that are kept; the others are counted together.
        static let problemsMax = 20

        var problems: [Problem] = []
        /// Of conversations, by pair.
        var attempts: [UInt8] = []
        /// The next user or pair to begin with.
        var next = 0
        /// Users or pairs that are being set up, without slow ones.
        var active = 0
        var done = 0
        /// When the next request may go out, by rate and after a refusal with 429; nanoseconds.
        var nextStart: Int64 = 0
        var heldUntil: Int64 = 0
        var lastSuccess: Int64 = 0
        /// What is known of why the sessions of a client do not come up.
        var sessionReasons: [Int: String] = [:]
        var hasRecordedUsers = false
    }

    mutating func fillRegistrations() {
        while setup.active < plan.options.setupConcurrency, setup.next < plan.userCount {
            let user = setup.next
            setup.next += 1
            setup.active += 1
            startSignIn(plan.client(user, device: 0), after: now)
        }
    }

    /// When the next request of setup may go out, at `time` or later.
    private mutating func reserveStart(after time: Int64) -> Int64 {
        guard let rate = plan.options.setupRate, rate > 0 else { return max(time, setup.heldUntil) }
        let start = max(time, setup.heldUntil, setup.nextStart)
        setup.nextStart = start + Int64(1e9 / rate)
        return start
    }

    private mutating func startSignIn(_ client: Int, after time: Int64) {
        let start = reserveStart(after: time)
        if start > now { timers.add(.signIn(client: Int32(client)), at: start) } else { signIn(client) }
    }

    /// Registers a user with his first device, or logs in on a further one.
    mutating func signIn(_ client: Int) {
        guard stage == .registering else { return }
        let (user, device) = plan.parts(ofClient: client)
        clients[client].state = .registering
        clients[client].attempts += 1
        if device > 0 || clients[client].isRegistered { return logIn(client) }
        let identity = Identity(seed: plan.seed, number: user)
        issueSetup(
            .auth(
                .register(
                    Registration(
                        phone: identity.phone, username: identity.username, password: identity.password,
                        deviceID: identity.deviceID))),
            .register, client: client)
    }

    private mutating func logIn(_ client: Int) {
        let (user, device) = plan.parts(ofClient: client)
        let identity = Identity(seed: plan.seed, number: user)
        issueSetup(
            .auth(
                .login(
                    Credentials(
                        phoneOrUsername: identity.username, password: identity.password,
                        deviceID: identity.deviceID(of: device)))),
            .login, client: client)
    }

    private mutating func issueSetup(
        _ command: Command, _ endpoint: Endpoint.Name, client: Int, partner: Int = -1, pair: Int = -1
    ) {
        issue(
            command,
            Pending(
                number: 0, client: Int32(client), partner: Int32(partner), pair: Int32(pair), phase: .setup,
                request: .http(endpoint), scheduled: now, sent: now))
    }

    mutating func setupStepCompleted(_ entry: Pending, _ result: History.Operation.Result, _ facts: Facts) {
        if case .accepted = result { setup.lastSuccess = now }
        switch stage {
        case .registering: signInCompleted(Int(entry.client), entry, result, facts)
        case .conversing: converseCompleted(Int(entry.pair), result, facts)
        case .load, .settling, .auditing, .finished: break
        }
    }

    /// Whether a refused request is tried again later although it counts as no attempt; holds all of setup for a while.
    private mutating func isWaitedOut(_ result: History.Operation.Result) -> Bool {
        guard case .refused(status: 429) = result, now - setup.lastSuccess < plan.options.rateLimitPatience else {
            return false
        }
        setup.heldUntil = max(setup.heldUntil, now + Setup.rateLimitPause)
        return true
    }

    private mutating func signInCompleted(
        _ client: Int, _ entry: Pending, _ result: History.Operation.Result, _ facts: Facts
    ) {
        switch (entry.request, result, facts) {
        case (_, .accepted, .account(let id)): signedIn(client, as: id)
        case (.http(.register), .refused(status: 409), _):
            clients[client].isRegistered = true
            logIn(client)
        default:
            let attempts = clients[client].attempts
            if isWaitedOut(result) {
                clients[client].attempts -= 1
                startSignIn(client, after: now)
            } else if attempts < Setup.attemptsMax, result.isWorthAnotherAttempt {
                startSignIn(client, after: now + Int64(attempts) * Setup.backoff)
            } else {
                note(client, "could not \(entry.request.name): \(result)")
                clientIsDone(client, .failed)
            }
        }
    }

    private mutating func signedIn(_ client: Int, as id: UserID) {
        let user = plan.parts(ofClient: client).user
        if accounts[user] == nil {
            accounts[user] = id
            userNumbers[id] = Int32(user)
            counters.usersRegistered += 1
        }
        guard !plan.channels.isEmpty else { return clientIsDone(client, .ready) }
        clients[client].state = .connecting
        clients[client].attempts = 1
        clients[client].wanted = plan.channels
        for channel in plan.channels.channels {
            actions.append(.openSession(client: client, id: id, channel))
        }
        timers.add(.sessionSlow(client: Int32(client)), at: now + Setup.slow)
        timers.add(
            .setupSessionOverdue(client: Int32(client)),
            at: now + plan.options.sessionTimeout / Int64(Setup.attemptsMax))
    }

    // MARK: - Sessions

    /// A session of a client that is being set up came up.
    mutating func setupSessionCameUp(_ client: Int) {
        if clients[client].up.isSuperset(of: clients[client].wanted) { clientIsDone(client, .ready) }
    }

    mutating func sessionIsSlow(_ client: Int) {
        guard stage == .registering, clients[client].state == .connecting, !clients[client].isSlow else { return }
        clients[client].isSlow = true
        setup.active -= 1
        fillRegistrations()
    }

    /// Opens the missing sessions anew, or gives the client up.
    mutating func setupSessionIsOverdue(_ client: Int) {
        guard stage == .registering, clients[client].state == .connecting,
            let id = accounts[plan.parts(ofClient: client).user]
        else { return }
        let missing = clients[client].wanted.subtracting(clients[client].up)
        if clients[client].attempts < Setup.attemptsMax {
            clients[client].attempts += 1
            for channel in missing.channels {
                actions.append(.closeSession(client: client, channel))
                actions.append(.openSession(client: client, id: id, channel))
            }
            timers.add(
                .setupSessionOverdue(client: Int32(client)),
                at: now + plan.options.sessionTimeout / Int64(Setup.attemptsMax))
            return
        }
        let names = missing.channels.map(\.rawValue).joined(separator: " and ")
        let reason = setup.sessionReasons[client].map { ": \($0)" } ?? ""
        note(client, "got no \(names) session within \(plan.options.sessionTimeout / 1_000_000) ms\(reason)")
        for channel in clients[client].wanted.channels {
            actions.append(.closeSession(client: client, channel))
        }
        clients[client].wanted = []
        clientIsDone(client, .failed)
    }

    private mutating func clientIsDone(_ client: Int, _ state: Client.State) {
        clients[client].state = state
        setup.sessionReasons[client] = nil
        if !clients[client].isSlow { setup.active -= 1 }
        let (user, device) = plan.parts(ofClient: client)
        if state == .failed { counters.devicesFailed += 1 }
        if device + 1 < plan.devices, accounts[user] != nil {
            setup.active += 1
            return startSignIn(client + 1, after: now)
        }
        for other in (device + 1)..<max(device + 1, plan.devices) {
            clients[plan.client(user, device: other)].state = .failed
            counters.devicesFailed += 1
        }
        setup.done += 1
        if readyClient(of: user) != nil { counters.usersReady += 1 } else { counters.usersFailed += 1 }
        if setup.done == plan.userCount { beginConversing() } else { fillRegistrations() }
    }

    /// The first device of a user that takes part. O(devices).
    func readyClient(of user: Int) -> Int? {
        let first = plan.client(user, device: 0)
        return (first..<(first + plan.devices)).first { clients[$0].state == .ready }
    }

    private mutating func note(_ client: Int, _ reason: String) {
        let (user, device) = plan.parts(ofClient: client)
        note(device == 0 ? "user \(user)" : "device \(device) of user \(user)", reason)
    }

    private mutating func note(_ subject: String, _ reason: String) {
        if let index = setup.problems.firstIndex(where: { $0.reason == reason }) {
            setup.problems[index].count += 1
        } else if setup.problems.count < Setup.problemsMax {
            setup.problems.append(Setup.Problem(subject: subject, reason: reason, count: 1))
        } else if setup.problems.count == Setup.problemsMax {
            setup.problems.append(Setup.Problem(subject: subject, reason: "failed for another reason", count: 1))
        } else {
            setup.problems[Setup.problemsMax].count += 1
        }
    }

    /// The users whose accounts are known, in the order of their numbers.
    mutating func recordUsers() {
        setup.hasRecordedUsers = true
        for user in 0..<plan.userCount {
            guard let id = accounts[user] else { continue }
            history.users.append(
                History.User(number: user, id: id, username: Identity.username(seed: plan.seed, number: user)))
        }
    }

    // MARK: - Conversations

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

    private mutating func fillConversations() {
        while setup.active < plan.options.setupConcurrency, setup.next < plan.pairs.count {
            let pair = setup.next
            setup.next += 1
            if readyClient(of: Int(plan.pairs[pair].first)) != nil,
                readyClient(of: Int(plan.pairs[pair].second)) != nil
            {
                setup.active += 1
                startConverse(pair, after: now)
            } else {
                setup.done += 1
            }
        }
        if setup.done == plan.pairs.count { beginLoad() }
    }

    private mutating func startConverse(_ pair: Int, after time: Int64) {
        let start = reserveStart(after: time)
        if start > now { timers.add(.converse(pair: Int32(pair)), at: start) } else { converse(pair) }
    }

    mutating func converse(_ pair: Int) {
        let (first, second) = (Int(plan.pairs[pair].first), Int(plan.pairs[pair].second))
        guard stage == .conversing, let client = readyClient(of: first), let recipient = accounts[second] else {
            return
        }
        setup.attempts[pair] += 1
        issueSetup(.chat(.ensure(recipient: recipient)), .ensure, client: client, partner: second, pair: pair)
    }

    private mutating func converseCompleted(_ pair: Int, _ result: History.Operation.Result, _ facts: Facts) {
        // The answer of a sign-in that came late belongs to nobody here.
        guard pair >= 0 else { return }
        if case (.accepted, .conversation(let id)) = (result, facts) {
            open(pair: pair, as: id)
            return pairIsDone()
        }
        let attempts = setup.attempts[pair]
        if isWaitedOut(result) {
            setup.attempts[pair] -= 1
            startConverse(pair, after: now)
        } else if attempts < Setup.attemptsMax, result.isWorthAnotherAttempt {
            startConverse(pair, after: now + Int64(attempts) * Setup.backoff)
        } else {
            let users = plan.pairs[pair]
            note("users \(users.first) and \(users.second)", "got no conversation: \(result)")
            pairIsDone()
        }
    }

    private mutating func pairIsDone() {
        setup.active -= 1
        setup.done += 1
        fillConversations()
    }

    /// Notes the conversation of a pair.
    mutating func open(pair: Int, as id: ConversationID) {
        guard conversations[pair] != id else { return }
        if conversations[pair] == nil { counters.conversationsOpen += 1 }
        conversations[pair] = id
        pairNumbers[id] = Int32(pair)
    }
}

extension History.Operation.Result {
    /// Whether the same request may get another answer a moment later.
    fileprivate var isWorthAnotherAttempt: Bool {
        switch self {
        case .refused: false
        // Accepted, but without the facts that the route promises.
        case .accepted, .unreadable, .lost: true
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
