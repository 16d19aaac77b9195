import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// How much is done, and by whom.
struct LoadTests {
    private func phase(
        _ load: Scenario.Phase.Load, _ seconds: Int64, name: String = "p", isWarmUp: Bool = false,
        weights: [String: Double] = [:]
    ) -> Scenario.Phase {
        .init(name: name, load: load, duration: seconds * second, isWarmUp: isWarmUp, weights: weights)
    }

    @Test func rateMovesThroughItsValuesInEqualParts() {
        let curve = RateCurve([0, 100, 20, 20], duration: 30 * second)
        #expect(curve.count == 500 + 600 + 200)
        let times = (0..<curve.count).map { curve.time(of: $0) }
        #expect(times.count { $0 < 10 * second } == 500)
        #expect(times.count { $0 < 20 * second } == 1100)
        #expect(times.count { $0 >= 25 * second } == 100)
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })
        #expect(RateCurve([0, 0], duration: second).count == 0)
    }

    @Test func poissonArrivalsKeepTheRateAndScatter() {
        let curve = RateCurve([0, 200, 200], duration: 20 * second)
        var counts: [Int] = []
        for seed in 1...40 {
            var times = ArrivalTimes(curve, .poisson, seed: UInt64(seed), phase: 0)
            var late = 0
            var last: Int64 = 0
            while let time = times.next() {
                #expect(time >= last && time < 20 * second)
                last = time
                if time >= 10 * second { late += 1 }
            }
            counts.append(late)
        }
        // 2,000 each in the second half, with a deviation of 45.
        let mean = Double(counts.reduce(0, +)) / 40
        let variance = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 39
        #expect((1970...2030).contains(mean))
        #expect((800...4500).contains(variance), "as scattered as independent arrivals, not evenly spaced: \(variance)")
    }

    @Test func poissonArrivalsFollowTheSeed() {
        func times(_ seed: UInt64) -> [Int64] {
            var scenario = scenario(users: 50, load: [phase(.arrivals([20], .poisson), 5)], steps: [me])
            scenario.seed = seed
            var hand = Hand(scenario, options: withoutAudit)
            hand.advance(to: 20 * second)
            return hand.loadOperations.map(\.scheduled)
        }
        #expect(times(1) == times(1))
        #expect(times(1) != times(2))
        #expect((60...140).contains(times(1).count))
    }

    @Test func usersJoinAndLeaveEvenlyAndFinishTheirFlows() {
        var hand = Hand(
            scenario(
                users: 10,
                load: [phase(.users(start: 2, end: 10), 80), phase(.users(start: 10, end: 0), 100, name: "q")],
                steps: [me, .think(.constant(2 * second))]), options: withoutAudit)
        var atWork: [Int] = []
        for time in stride(from: 10, through: 190, by: 10) {
            hand.advance(to: Int64(time) * second)
            atWork.append(Set(hand.loadOperations.filter { $0.sent >= hand.now - 3 * second }.map(\.user)).count)
        }
        #expect(atWork.prefix(8) == [3, 4, 5, 6, 7, 8, 9, 10])
        #expect(Array(atWork[8..<18]) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
        #expect(hand.engine.counters.flowsCompleted == hand.engine.counters.iterations)
        #expect(hand.loadOperations.count == hand.engine.counters.iterations)
    }

    @Test func sharedIterationsEndThePhaseAndTheNextOneFollowsAtOnce() {
        var hand = Hand(
            scenario(
                users: 4,
                load: [
                    phase(.iterations(10, users: 3), 600, name: "warm", isWarmUp: true),
                    phase(.arrivals([1], .even), 5, name: "late"),
                ], steps: [me, .think(.constant(second))]), options: withoutAudit)
        hand.advance(to: 100 * second)
        let phases = hand.engine.history.run.phases
        #expect(phases.map(\.name) == ["warm", "late"])
        #expect(phases.map(\.isWarmUp) == [true, false])
        #expect(phases[0].end == phases[1].start)
        #expect(phases[0].end < 6 * second)
        #expect(phases[1].end == phases[1].start + 5 * second)
        #expect(hand.engine.history.run.loadEnd == phases[1].end)
        #expect(hand.engine.counters.iterations == 10)
        #expect(hand.engine.counters.arrivals == 5)
        #expect(hand.loadOperations.count == 15)
    }

    @Test func sharedIterationsEndWithTheirTimeAtTheLatest() {
        var hand = Hand(
            scenario(
                users: 4, load: [phase(.iterations(1000, users: 2), 3)], steps: [me, .think(.constant(second))]),
            options: withoutAudit)
        hand.advance(to: 100 * second)
        #expect(hand.engine.history.run.loadEnd == 3 * second)
        #expect(hand.engine.counters.iterations < 10)
    }

    private func roles(_ load: [Scenario.Phase]) -> Hand {
        var scenario = scenario(users: 20, load: load, steps: [])
        scenario.roles = [.init(name: "writer", users: 5), .init(name: "reader", users: 15)]
        scenario.flows = [
            .init(name: "write", weight: 3, steps: [send(.literal("x"))], roles: ["writer"]),
            .init(name: "read", weight: 1, steps: [.call(.init("read"))], roles: ["reader"]),
            .init(name: "me", weight: 0, steps: [me]),
        ]
        var hand = Hand(scenario, options: withoutAudit)
        hand.advance(to: 100 * second)
        return hand
    }

    @Test func arrivalsTakeClientsOfTheRolesOfTheirFlow() {
        let hand = roles([
            phase(.arrivals([40], .even), 10, name: "a"),
            phase(.arrivals([40], .even), 10, name: "b", weights: ["me": 8, "write": 0]),
        ])
        let operations = hand.loadOperations
        #expect(operations.filter { $0.endpoint == .send }.allSatisfy { $0.user < 5 })
        #expect(operations.filter { $0.endpoint == .read }.allSatisfy { $0.user >= 5 })
        let (early, late) = (
            operations.filter { $0.sent < 10 * second }, operations.filter { $0.sent >= 10 * second }
        )
        #expect(early.count == 400 && late.count == 400)
        #expect(
            (260...340).contains(early.count { $0.endpoint == .send }), "weights hold whatever the size of the roles")
        #expect(!early.contains { $0.endpoint == .me })
        #expect((320...390).contains(late.count { $0.endpoint == .me }))
        #expect(!late.contains { $0.endpoint == .send })
    }

    @Test func closedPhasesMixTheRolesThatHaveAFlow() {
        let hand = roles([phase(.users(start: 8, end: 8), 5)])
        #expect(Set(hand.loadOperations.filter { $0.user < 5 }.map(\.endpoint)) == [.send])
        #expect(Set(hand.loadOperations.filter { $0.user >= 5 }.map(\.endpoint)) == [.read])
        #expect(Set(hand.loadOperations.map(\.user)).filter { $0 < 5 }.count == 2)
        let readers = roles([phase(.users(start: 8, end: 8), 5, weights: ["write": 0])])
        #expect(readers.loadOperations.allSatisfy { $0.user >= 5 })
        #expect(Set(readers.loadOperations.map(\.user)).count == 8)
    }

    @Test func arrivalWaitsForAClientOfItsRole() {
        var scenario = scenario(users: 4, load: [phase(.arrivals([10], .even), 1)], steps: [])
        scenario.roles = [.init(name: "one", users: 1), .init(name: "others", users: 3)]
        scenario.flows = [.init(name: "f", weight: 1, steps: [me], roles: ["one"])]
        var hand = Hand(scenario, options: withoutAudit)
        hand.answersAtOnce = false
        hand.advance(to: 500_000_000)
        #expect(hand.loadOperations.isEmpty)
        #expect(hand.engine.counters.arrivalsDelayed == 4)
        for _ in 0..<4 {
            if let last = hand.sent.last { hand.answer(last) }
            hand.drain()
        }
        #expect(Set(hand.loadOperations.map(\.user)) == [0])
        #expect(hand.loadOperations.count == 4)
    }

    @Test func severalDevicesOfAUserAreInFlowsAtOnce() {
        var scenario = scenario(
            users: 2, load: [phase(.users(start: 2, end: 2), 2)], steps: [.call(.init("read", by: .peer))])
        scenario.devices = 2
        var hand = Hand(scenario, options: withoutAudit)
        hand.advance(to: 2 * second)
        let acting = Set(hand.loadOperations.map { "\($0.user).\($0.device)" })
        #expect(acting == ["0.0", "0.1", "1.0", "1.1"])
        #expect(hand.loadOperations.allSatisfy { $0.partner == 1 - $0.user })
    }
}
