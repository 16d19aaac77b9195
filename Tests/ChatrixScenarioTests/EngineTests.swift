import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// The course of a run: arrivals, loops, waits, and the end.
struct EngineTests {
    @Test func everyUserRegistersBeforeAnyConversationIsOpened() {
        let hand = Hand(scenario(users: 3, load: [arrivals(1, 1, seconds: 1)], steps: [me]))
        let endpoints = hand.engine.history.operations.map(\.endpoint)
        #expect(endpoints == [.register, .register, .register, .ensure, .ensure, .ensure])
        #expect(hand.engine.history.users.map(\.username) == ["v1x0", "v1x1", "v1x2"])
        #expect(hand.engine.stage == .load)
    }

    @Test func openModelSpacesArrivalsEvenly() {
        var hand = Hand(scenario(load: [arrivals(10, 10, seconds: 1)], steps: [me]))
        hand.advance(to: 2 * second)
        let times = hand.loadOperations.map { $0.scheduled / 1_000_000 }
        #expect(times == [50, 150, 250, 350, 450, 550, 650, 750, 850, 950])
    }

    @Test func rampIntegratesTheRate() {
        let curve = RateCurve([0, 100], duration: 10 * second)
        #expect(curve.count == 500)
        // After t seconds 5t² arrivals have begun.
        let within = (1...10).map { seconds in
            (0..<curve.count).count { curve.time(of: $0) < Int64(seconds) * second }
        }
        #expect(within == [5, 20, 45, 80, 125, 180, 245, 320, 405, 500])
        let falling = RateCurve([100, 0], duration: 10 * second)
        #expect(falling.count == 500)
        #expect((0..<500).count { falling.time(of: $0) < second } == 95)
        #expect((1..<500).allSatisfy { falling.time(of: $0 - 1) < falling.time(of: $0) })
    }

    @Test func arrivalWithoutFreeUserWaitsAndItsDelayCounts() {
        var hand = Hand(scenario(users: 2, load: [arrivals(10, 10, seconds: 1)], steps: [me]))
        hand.answersAtOnce = false
        hand.advance(to: 500_000_000)
        // Arrivals at 50, 150, 250, 350 and 450 ms; two users.
        #expect(hand.sent.filter { $0.at > 0 }.count == 2)
        #expect(hand.engine.counters.arrivalsDelayed == 3)
        let first = hand.sent.last { $0.at == 50_000_000 }
        if let first { hand.answer(first) }
        hand.drain()
        #expect(hand.sent.last?.client == first?.client)
        if let last = hand.sent.last { hand.answer(last) }
        #expect(hand.loadOperations.last?.scheduled == 250_000_000)
        #expect(hand.loadOperations.last?.sent == 500_000_000)
        #expect(hand.loadOperations.last?.latency == 250_000_000)
    }

    @Test func closedModelKeepsItsUsersAtWorkUntilThePhaseEnds() {
        let phase = Scenario.Phase(name: "c", load: .users(start: 2, end: 2), duration: 10 * second)
        var hand = Hand(scenario(load: [phase], steps: [me, .think(.constant(second))]))
        hand.advance(to: 20 * second)
        #expect(Set(hand.loadOperations.map(\.user)) == [0, 1])
        // User 0 begins at 0 s and user 1 at 0.5 s; each then once a second.
        #expect(hand.loadOperations.count == 20)
        #expect(hand.engine.history.run.loadEnd == 10 * second)
    }

    @Test func loopWithoutTimeDoesNotSpin() {
        let phase = Scenario.Phase(name: "c", load: .users(start: 1, end: 1), duration: second)
        var hand = Hand(scenario(load: [phase], steps: [me]))
        hand.advance(to: 10 * second)
        #expect(hand.loadOperations.count == 10)
    }

    @Test func awaitGoesOnWhenTheMessageArrivesWhicheverComesFirst() {
        let steps = [
            send(.literal("hello")), .await(.init(.message, at: .peer, within: second)), me,
        ]
        for eventFirst in [false, true] {
            var hand = Hand(scenario(users: 2, load: [arrivals(1, 1, seconds: 1)], steps: steps))
            hand.answersAtOnce = false
            hand.advance(to: 500_000_000)
            guard let sent = hand.sent.last, case .chat(.send) = sent.command else {
                Issue.record("no message was sent: \(hand.sent)")
                return
            }
            hand.now += 1_000_000
            if eventFirst { hand.deliverMessage(1, from: sent.client, to: 1 - sent.client) }
            hand.answer(sent)
            hand.drain()
            if !eventFirst {
                #expect(hand.sent.count == hand.sent.firstIndex { $0.ticket == sent.ticket }.map { $0 + 1 })
                hand.deliverMessage(1, from: sent.client, to: 1 - sent.client)
            }
            guard let last = hand.sent.last, case .users(.me) = last.command else {
                Issue.record("the flow did not go on: \(hand.sent)")
                return
            }
            #expect(hand.engine.counters.awaitsTimedOut == 0)
        }
    }

    @Test func messageOfAnotherFlowDoesNotEndTheWait() {
        let steps = [send(.literal("hello")), .await(.init(.message, at: .peer, within: second)), me]
        var hand = Hand(scenario(users: 2, load: [arrivals(1, 1, seconds: 3)], steps: steps))
        hand.advance(to: 500_000_000)
        let user = hand.sent.last?.client ?? 0
        hand.deliverMessage(77, from: user, to: 1 - user)
        #expect(!hand.loadOperations.contains { $0.endpoint == .me })
        hand.advance(to: 1_500_000_000)
        #expect(hand.engine.counters.awaitsTimedOut == 1)
        #expect(hand.loadOperations.last { $0.endpoint == .me }?.scheduled == 1_500_000_000)
    }

    @Test func peerStepIsDoneByThePartner() {
        var hand = Hand(
            scenario(
                users: 2, load: [arrivals(1, 1, seconds: 1)],
                steps: [me, .call(.init("read", by: .peer))]))
        hand.advance(to: second)
        let operations = hand.loadOperations
        #expect(operations.map(\.endpoint) == [.me, .read])
        #expect(operations.map(\.step) == [0, 1])
        #expect(operations.first?.user == operations.last?.partner)
        #expect(operations.first?.user != operations.last?.user)
    }

    @Test func answerThatNeverComesIsGivenUp() {
        var hand = Hand(scenario(load: [arrivals(1, 1, seconds: 30)], steps: [me]))
        hand.answersAtOnce = false
        hand.advance(to: 10_600_000_000)
        #expect(hand.abandoned == 1)
        #expect(hand.loadOperations.first?.result == .lost(reason: "no answer within 10000 ms"))
        #expect(hand.loadOperations.first?.completed == 10_500_000_000)
        let first = hand.sent.first { $0.at > 0 }
        if let first { hand.answer(first) }
        #expect(hand.loadOperations.count == 1, "an answer that comes too late is not recorded")
    }

    @Test func refusedSendIsNotAwaited() {
        let steps = [send(.literal("hello")), .await(.init(.message, at: .peer, within: second)), me]
        var hand = Hand(scenario(users: 2, load: [arrivals(1, 1, seconds: 1)], steps: steps))
        hand.answersAtOnce = false
        hand.advance(to: 500_000_000)
        if let sent = hand.sent.last { hand.engine.completed(sent.ticket, .refused(status: 403), at: hand.now) }
        hand.drain()
        guard case .users(.me)? = hand.sent.last?.command else {
            Issue.record("the flow did not go on: \(hand.sent)")
            return
        }
        #expect(hand.engine.counters.awaitsSkipped == 1)
    }

    @Test func lostAnswerIsFollowedByAPause() {
        let phase = Scenario.Phase(name: "c", load: .users(start: 1, end: 1), duration: 10 * second)
        var hand = Hand(scenario(load: [phase], steps: [me]))
        hand.answersAtOnce = false
        for _ in 0..<200 where hand.engine.stage == .load {
            hand.advance(to: hand.now + 100_000_000)
            guard let sent = hand.sent.last, hand.engine.counters.inFlight > 0 else { continue }
            hand.engine.completed(sent.ticket, .lost(reason: "connection refused"), at: hand.now)
        }
        #expect(hand.loadOperations.count <= 11, "a dead server is not asked without end")
        #expect(hand.loadOperations.count >= 5)
    }

    @Test func takenNamesLogInInstead() {
        var hand = Hand(scenario(users: 2, load: [arrivals(1, 1, seconds: 1)], steps: [me]))
        hand.answersAtOnce = true
        var engine = Engine(plan: hand.engine.plan, clock: .virtual, startedAt: .virtualStart)
        var logins: [String] = []
        while let action = engine.nextAction(at: 0) {
            guard case .send(let ticket, let user, let command, _) = action else { continue }
            switch command {
            case .auth(.register): engine.completed(ticket, .refused(status: 409), at: 0)
            case .auth(.login(let credentials)):
                logins.append("\(credentials.phoneOrUsername) \(credentials.password)")
                engine.completed(
                    ticket, .accepted(status: 200), .account(UserID(prefix: 1, number: UInt64(user))), at: 0)
            default: break
            }
        }
        #expect(logins == ["v1x0 secret-v1x0", "v1x1 secret-v1x1"])
    }

    @Test func setupThatFailsEndsWithTheReason() {
        var engine = Engine(
            plan: Plan(scenario(users: 2, load: [arrivals(1, 1, seconds: 1)], steps: [me])),
            clock: .virtual,
            startedAt: .virtualStart)
        var now: Int64 = 0
        while !engine.isFinished {
            while let action = engine.nextAction(at: now) {
                if case .send(let ticket, _, _, _) = action {
                    engine.completed(ticket, .lost(reason: "connection refused"), at: now)
                }
            }
            guard let due = engine.nextDue else { break }
            now = max(now, due)
        }
        #expect(engine.isFinished)
        #expect(engine.setupFailure == "only 0 of 2 users could be set up")
        #expect(engine.setupProblems.first == "user 0 could not register: lost: connection refused; the same of 1 more")
        #expect(engine.history.operations.count == 6, "three attempts each")
    }

    @Test func sessionThatNeverComesUpIsNotWaitedForWithoutEnd() {
        var engine = Engine(
            plan: Plan(scenario(users: 2, load: [arrivals(1, 1, seconds: 1)], steps: [me])),
            clock: .virtual,
            startedAt: .virtualStart)
        var now: Int64 = 0
        while !engine.isFinished {
            while let action = engine.nextAction(at: now) {
                if case .send(let ticket, let user, _, _) = action {
                    engine.completed(
                        ticket, .accepted(status: 201), .account(UserID(prefix: 1, number: UInt64(user))), at: now)
                }
            }
            guard let due = engine.nextDue else { break }
            now = max(now, due)
        }
        #expect(engine.setupProblems.first == "user 0 got no mqtt session within 30000 ms; the same of 1 more")
        #expect(now == 30 * second + 2_500_000_000)
    }

    @Test func stopEndsTheLoadAndSettles() {
        var hand = Hand(scenario(load: [arrivals(10, 10, seconds: 60)], steps: [me]))
        hand.advance(to: second)
        let count = hand.sent.count
        hand.engine.stop(at: hand.now)
        #expect(hand.engine.stage == .settling)
        hand.advance(to: 3_500_000_000)
        #expect(hand.sent.count == count)
        #expect(hand.engine.isFinished)
        #expect(hand.engine.history.run.isInterrupted)
        #expect(hand.engine.history.run.loadEnd == second)
    }

    @Test func settlingWaitsForWhatIsOutstandingAndNoLonger() {
        var hand = Hand(
            scenario(
                users: 2, load: [arrivals(1, 1, seconds: 1)], steps: [send(.literal("hello "), .number)],
                settle: 5 * second), options: withoutAudit)
        hand.advance(to: 5_900_000_000)
        #expect(hand.engine.stage == .settling, "the message has not arrived")
        hand.advance(to: 6_000_000_000)
        #expect(hand.engine.isFinished)

        var quick = Hand(
            scenario(
                users: 2, load: [arrivals(1, 1, seconds: 1)], steps: [send(.literal("hello "), .number)],
                settle: 5 * second), options: withoutAudit)
        quick.advance(to: 600_000_000)
        let user = quick.sent.last?.client ?? 0
        quick.deliverMessage(1, from: user, to: 1 - user)
        quick.advance(to: 3_400_000_000)
        #expect(quick.engine.stage == .settling, "a checker still waits for what else may come")
        quick.advance(to: 3_500_000_000)
        #expect(quick.engine.isFinished, "nothing has happened for two and a half seconds")
    }

    @Test func whatIsInFlightAtTheEndIsRecordedAsLost() {
        var hand = Hand(
            scenario(load: [arrivals(1, 1, seconds: 1)], steps: [me], settle: second), options: withoutAudit)
        hand.answersAtOnce = false
        hand.advance(to: 10 * second)
        #expect(hand.engine.isFinished)
        #expect(hand.loadOperations.map(\.result) == [.lost(reason: "no answer by the end of the run")])
        #expect(hand.engine.counters.inFlight == 0)
    }

    @Test func lateGeneratorIsSaturated() {
        var hand = Hand(scenario(load: [arrivals(100, 100, seconds: 1)], steps: [me]))
        hand.advance(to: 500_000_000)
        #expect(!hand.engine.counters.isSaturated)
        hand.now = 900_000_000
        hand.drain()
        #expect(hand.engine.counters.isSaturated)
        #expect(hand.engine.counters.lagMax >= 390_000_000)
    }
}
