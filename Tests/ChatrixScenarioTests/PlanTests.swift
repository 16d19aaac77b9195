import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Testing

@testable import ChatrixScenario

struct PlanTests {
    private func scenario(_ pairs: Scenario.Pairs, users: Int = 7, seed: UInt64 = 1) -> Scenario {
        Scenario(
            name: "t", seed: seed, users: users, pairs: pairs,
            load: [.init(name: "1", load: .users(start: 1, end: 1), duration: 1)],
            flows: [
                .init(name: "a", weight: 3, steps: [.call(.init("me"))]),
                .init(name: "b", weight: 1, steps: [.call(.init("read"))]),
            ])
    }

    private func partners(_ plan: Plan) -> [[Int]] {
        (0..<plan.userCount).map { user in
            plan.userPairs[Int(plan.pairStarts[user])..<Int(plan.pairStarts[user + 1])].map {
                plan.pairs[Int($0)].partner(of: user)
            }
        }
    }

    @Test func ringPairsEachUserWithTheNextOnes() {
        let plan = Plan(scenario(.ring(degree: 2), users: 5))
        #expect(partners(plan) == [[1, 2], [2, 3], [3, 4], [4, 0], [0, 1]])
        #expect(plan.pairs.count == 10)
        #expect(Plan(scenario(.ring(degree: 4), users: 5)).pairs.count == 10, "a pair is one, whoever writes")
    }

    @Test func starPairsEveryoneWithTheCentre() {
        let plan = Plan(scenario(.star, users: 4))
        #expect(partners(plan) == [[1, 2, 3], [0], [0], [0]])
        #expect(plan.pairs.map(\.first) == [1, 2, 3], "the others open the conversations")
    }

    @Test(arguments: [1, 3, 6])
    func randomPairsAreDifferentOthersAndFollowTheSeed(degree: Int) {
        let plan = Plan(scenario(.random(degree: degree)))
        for (user, partners) in partners(plan).enumerated() {
            #expect(Set(partners).count == degree)
            #expect(!partners.contains(user))
            #expect(partners.allSatisfy { (0..<7).contains($0) })
        }
        #expect(partners(plan) == partners(Plan(scenario(.random(degree: degree)))))
    }

    @Test func randomPairsChangeWithTheSeed() {
        let all = (1...20).map { partners(Plan(scenario(.random(degree: 3), seed: $0))) }
        #expect(Set(all).count > 15)
    }

    @Test func flowsArePickedByWeight() {
        let plan = Plan(scenario(.star))
        #expect([0, 0.5, 0.74, 0.75, 0.99].map(plan.phases[0].mix.flow(at:)) == [0, 0, 0, 1, 1])
    }

    @Test func identitiesFulfilTheRulesAndDiffer() {
        let usernames = /[a-z][a-z0-9_]{2,19}/
        let phones = /\+[1-9][0-9]{9,12}/
        var seen: Set<String> = []
        for seed in [0, 1, 42, 9_999_999_999, 10_000_000_000, UInt64.max] {
            for number in [0, 1, 99, 999_999] {
                let identity = Identity(seed: seed, number: number)
                #expect(identity.username.wholeMatch(of: usernames) != nil, "\(identity.username)")
                #expect(identity.phone.wholeMatch(of: phones) != nil, "\(identity.phone)")
                #expect(seen.insert(identity.username).inserted)
                #expect(identity.password.count >= 6)
            }
        }
        let phoneNumbers = (0..<2000).map { Identity(seed: 7, number: $0).phone }
        #expect(Set(phoneNumbers).count == 2000)
        #expect(Identity(seed: 7, number: 5).phone != Identity(seed: 8, number: 5).phone)
    }

    @Test func templateIsTakenApart() throws {
        #expect(
            try Template(parsing: "{{n}}: {{ user }} to {{peer}}, {hi}").segments == [
                .number, .literal(": "), .user, .literal(" to "), .peer, .literal(", {hi}"),
            ])
    }

    @Test func digestIsThatOfTheBytesHoweverTheyAreGiven() {
        for text in ["", "a", "hello, wörld"] {
            let bytes = Array(text.utf8)
            #expect(History.digest(of: text) == History.digest(of: bytes))
            #expect(History.digest(of: bytes[...]) == History.digest(of: bytes))
        }
        #expect(History.digest(of: "a") == 0xAF63_DC4C_8601_EC8C)
    }

    @Test func timersComeInOrderOfTimeThenOfAddition() {
        var queue = TimerQueue<Int>()
        var random = SplitMix64(seed: 5)
        let times = (0..<2000).map { _ in Int64(random.below(50)) }
        for (index, time) in times.enumerated() { queue.add(index, at: time) }
        var order: [Int] = []
        while let entry = queue.popFirst(until: 100) { order.append(entry.payload) }
        #expect(order == times.indices.sorted { (times[$0], $0) < (times[$1], $1) })
        queue.add(1, at: 7)
        #expect(queue.popFirst(until: 6) == nil)
    }

    @Test func queueKeepsItsOrderWhileItGrows() {
        var queue = FIFO<Int>()
        var next = 0
        var taken: [Int] = []
        for round in 0..<200 {
            for _ in 0..<(round % 7) {
                queue.append(next)
                next += 1
            }
            for _ in 0..<(round % 5) { if let first = queue.popFirst() { taken.append(first) } }
        }
        while let first = queue.popFirst() { taken.append(first) }
        #expect(taken == Array(0..<next))
    }
}

extension TimerQueue.Entry: Equatable where Payload: Equatable {
    public static func == (a: TimerQueue.Entry, b: TimerQueue.Entry) -> Bool {
        a.time == b.time && a.payload == b.payload
    }
}
