import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// How users get there.
struct SetupTests {
    private func small(users: Int = 3, devices: Int = 1) -> Scenario {
        var scenario = scenario(users: users, load: [arrivals(1, 1, seconds: 1)], steps: [me])
        scenario.devices = devices
        return scenario
    }

    /// Drives an engine whose requests are answered, and whose sessions are opened, by the test.
    private func drive(
        _ engine: inout Engine, until end: Int64 = 7200 * second,
        session: (inout Engine, Int, History.Channel, Int64) -> Void = {
            $0.sessionChanged(client: $1, $2, isUp: true, at: $3)
        }, answer: (Engine.Ticket, Int, Command, Int64) -> (History.Operation.Result, Engine.Facts)
    ) {
        var now: Int64 = 0
        while !engine.isFinished, now <= end {
            while let action = engine.nextAction(at: now) {
                switch action {
                case .openSession(let client, _, let channel): session(&engine, client, channel, now)
                case .send(let ticket, let client, let command, _):
                    let (result, facts) = answer(ticket, client, command, now)
                    engine.completed(ticket, result, facts, at: now)
                default: break
                }
            }
            guard engine.stage < .load, let due = engine.nextDue else { return }
            now = max(now, due)
        }
    }

    private func good(_ client: Int, _ command: Command, devices: Int = 1) -> (History.Operation.Result, Engine.Facts) {
        let user = UInt64(client / devices)
        if case .chat(.ensure(let recipient)) = command {
            return (.accepted(status: 200), .conversation(ConversationID(prefix: user, number: recipient.number)))
        }
        return (.accepted(status: 201), .account(UserID(prefix: 1, number: user)))
    }

    @Test func furtherDevicesLogInAndConnectOnEveryChannel() {
        var scenario = small(users: 2, devices: 3)
        scenario.channels = [.mqtt, .webSocket]
        let hand = Hand(scenario)
        let setup = hand.engine.history.operations.filter { $0.phase == .setup }
        #expect(
            setup.map { "\($0.user).\($0.device) \($0.request.name)" } == [
                "0.0 register", "1.0 register", "0.1 login", "1.1 login", "0.2 login", "1.2 login", "0.0 ensure",
            ] || setup.count == 7)
        #expect(setup.filter { $0.device > 0 }.allSatisfy { $0.endpoint == .login })
        let devices = hand.sent.compactMap { sent -> String? in
            switch sent.command {
            case .auth(.register(let registration)): registration.deviceID
            case .auth(.login(let credentials)): credentials.deviceID
            default: nil
            }
        }
        #expect(
            Set(devices) == [
                "device-v1x0", "device-v1x0-1", "device-v1x0-2", "device-v1x1", "device-v1x1-1", "device-v1x1-2",
            ])
        #expect(hand.changes.count == 12)
        #expect(hand.engine.counters.sessionsUp == 12)
        #expect(
            Set(hand.engine.history.sessionChanges.map { "\($0.user).\($0.device) \($0.channel.rawValue)" }).count == 12
        )
        #expect(hand.engine.counters.usersReady == 2)
    }

    @Test func clientsWhoseSessionsDoNotComeUpTakeNoPartAndHoldNobodyUp() {
        var options = withoutAudit
        options.setupConcurrency = 2
        var engine = Engine(plan: Plan(small(users: 20), options: options), clock: .virtual, startedAt: .virtualStart)
        drive(
            &engine,
            session: { engine, client, channel, now in
                let isRefused = client % 5 == 0
                engine.sessionChanged(client: client, channel, isUp: !isRefused, reason: "not authorised", at: now)
            }
        ) { _, client, command, _ in good(client, command) }
        #expect(engine.stage == .load)
        #expect(engine.counters.usersReady == 16)
        #expect(engine.counters.usersFailed == 4)
        #expect(
            engine.setupProblems == ["user 0 got no mqtt session within 30000 ms: not authorised; the same of 3 more"])
        // Two at a time and thirty seconds each would be a minute and more.
        #expect(engine.history.run.loadStart < 40 * second)
        #expect(engine.counters.sessionsLost == 0)
        #expect(engine.history.sessionChanges.count == 16, "what never came up did not go down")
    }

    @Test func sessionThatComesUpAtTheSecondAttemptCounts() {
        var engine = Engine(plan: Plan(small()), clock: .virtual, startedAt: .virtualStart)
        var attempts: [Int: Int] = [:]
        drive(
            &engine,
            session: { engine, client, channel, now in
                attempts[client, default: 0] += 1
                if client > 0 || attempts[client] == 2 {
                    engine.sessionChanged(client: client, channel, isUp: true, at: now)
                }
            }
        ) { _, client, command, _ in good(client, command) }
        #expect(engine.counters.usersReady == 3)
        #expect(attempts == [0: 2, 1: 1, 2: 1])
        #expect(engine.history.run.loadStart == 10 * second)
    }

    @Test func rateLimitedRequestsAreWaitedOut() {
        var engine = Engine(plan: Plan(small(users: 10)), clock: .virtual, startedAt: .virtualStart)
        // Five requests are let through in fifteen minutes.
        var window: [Int64] = []
        var refusals = 0
        drive(&engine) { _, client, command, now in
            window.removeAll { $0 <= now - 900 * second }
            guard window.count < 5 else {
                refusals += 1
                return (.refused(status: 429), .none)
            }
            window.append(now)
            return good(client, command)
        }
        #expect(engine.stage == .load)
        #expect(engine.counters.usersReady == 10)
        #expect(engine.counters.conversationsOpen == 10)
        #expect(engine.history.run.loadStart >= 2700 * second)
        #expect(engine.setupProblems.isEmpty)
        #expect(refusals < 10 * 60 * 4, "all wait together: \(refusals)")
    }

    @Test func rateLimitWithoutEndIsGivenUp() {
        var engine = Engine(plan: Plan(small()), clock: .virtual, startedAt: .virtualStart)
        drive(&engine) { _, _, _, _ in (.refused(status: 429), .none) }
        #expect(engine.setupFailure == "only 0 of 3 users could be set up")
        #expect(engine.setupProblems == ["user 0 could not register: refused with 429; the same of 2 more"])
        #expect((1200 * second...1300 * second).contains(engine.now))
    }

    @Test func setupKeepsToItsRate() {
        var options = Plan.Options()
        options.setupRate = 2
        var engine = Engine(plan: Plan(small(users: 6), options: options), clock: .virtual, startedAt: .virtualStart)
        var times: [Int64] = []
        drive(&engine) { _, client, command, now in
            times.append(now)
            return good(client, command)
        }
        #expect(times == (0..<12).map { Int64($0) * second / 2 })
    }

    @Test func lostRegistrationIsTriedAgainAndMayHaveTakenEffect() {
        var engine = Engine(plan: Plan(small()), clock: .virtual, startedAt: .virtualStart)
        var attempts: [String] = []
        drive(&engine) { _, client, command, _ in
            guard client == 1 else { return good(client, command) }
            switch command {
            case .auth(.register):
                attempts.append("register")
                return (attempts.count == 1 ? .lost(reason: "reset") : .refused(status: 409), .none)
            case .auth(.login):
                attempts.append("login")
                return attempts.count == 3
                    ? (.unreadable(status: 502, reason: "no JSON"), .none) : good(client, command)
            default: return good(client, command)
            }
        }
        #expect(attempts == ["register", "register", "login", "login"])
        #expect(engine.counters.usersReady == 3)
    }

    @Test func reasonsAreCountedAndFewAreKept() {
        var options = Plan.Options()
        options.setupConcurrency = 1000
        var engine = Engine(plan: Plan(small(users: 100), options: options), clock: .virtual, startedAt: .virtualStart)
        drive(&engine) { _, client, _, _ in (.refused(status: 400 + client % 40), .none) }
        #expect(engine.setupProblems.count == 21)
        #expect(engine.setupProblems[0] == "user 0 could not register: refused with 400; the same of 2 more")
        #expect(engine.setupProblems[20].contains("for another reason; the same of"))
    }
}
