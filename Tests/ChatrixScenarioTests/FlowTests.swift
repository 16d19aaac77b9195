import ChatrixHistory
import ChatrixModel
import Testing

@testable import ChatrixScenario

/// What flows do: conditions, repetitions, choices, variables, answers.
struct FlowTests {
    private func run(
        _ steps: [Step], users: Int = 2, feeders: [Scenario.Feeder] = [], load: [Scenario.Phase] = [once],
        until end: Int64 = 1800 * second, body: @escaping (Command) -> JSON? = { _ in nil }
    ) -> Hand {
        var scenario = scenario(users: users, load: load, steps: steps)
        scenario.feeders = feeders
        var hand = Hand(scenario, options: withoutAudit)
        hand.body = body
        hand.advance(to: end)
        return hand
    }

    private func number(_ variable: String) -> Template { Template([.variable(variable)]) }

    private func when(
        _ left: String, _ comparison: Step.Condition.Comparison, _ right: String, _ then: [Step],
        _ otherwise: [Step] = []
    ) -> Step {
        .when(
            .init(.compare(Template(literal: left), comparison, Template(literal: right))), then: then,
            otherwise: otherwise)
    }

    @Test func conditionPicksItsBranchAndTheFlowGoesOnBehindIt() {
        let hand = run([
            when("1", .less, "2", [send(.literal("then"))], [send(.literal("otherwise"))]),
            when("1", .more, "2", [send(.literal("then"))], [send(.literal("otherwise"))]),
            when("1", .more, "2", [send(.literal("never"))]),
            send(.literal("end")),
        ])
        #expect(hand.texts == ["then", "otherwise", "end"])
        #expect(hand.loadOperations.map(\.step) == [1, 5, 8], "steps count in the order of the file")
        #expect(hand.engine.isFinished)
    }

    @Test(arguments: [
        ("2", "10", [false, true, true, true, false, false]),
        ("2.50", "2.5", [true, false, false, true, false, true]),
        ("b", "a10", [false, true, false, false, true, true]),
        ("9007199254740993", "9007199254740992", [false, true, false, false, true, true]),
        ("", "", [true, false, false, true, false, true]),
        ("nan", "1", [false, true, false, false, true, true]),
    ])
    func numbersAreComparedAsNumbersAndTextsAsTexts(_ left: String, _ right: String, _ expected: [Bool]) {
        let comparisons: [Step.Condition.Comparison] = [.equal, .unequal, .less, .atMost, .more, .atLeast]
        #expect(comparisons.map { $0.holds(left, right) } == expected)
    }

    @Test func textContainsItsParts() {
        let contains = Step.Condition.Comparison.contains
        #expect(contains.holds("evening", "ven"))
        #expect(contains.holds("evening", ""))
        #expect(!contains.holds("evening", "morning"))
    }

    @Test func repetitionEndsWithItsCount() {
        let hand = run([
            .assign(variable: "times", Template(literal: "2")),
            .repeat(
                .init(times: number("times")), [.repeat(.init(times: Template(literal: "3")), [send(.literal("x"))])]),
            .repeat(.init(times: Template(literal: "0")), [send(.literal("never"))]),
            .repeat(.init(times: Template(literal: "many")), [send(.literal("never"))]),
            send(.literal("end")),
        ])
        #expect(hand.texts == Array(repeating: "x", count: 6) + ["end"])
    }

    @Test func repetitionEndsWhenItsConditionFails() {
        var answers = 0
        var hand = Hand(
            scenario(
                users: 2, load: [once],
                steps: [
                    .repeat(
                        .init(while: .init(.compare(number("state"), .unequal, Template(literal: "done")))),
                        [.call(.init("me", captures: [.init(variable: "state", path: [.member("state")])]))]),
                    send(.literal("state "), .variable("state")),
                ]), options: withoutAudit)
        hand.answersAtOnce = false
        for _ in 0..<50 where hand.texts.isEmpty {
            hand.advance(to: hand.now + second)
            guard let last = hand.sent.last, last.wish == .body else { continue }
            answers += 1
            hand.engine.completed(
                last.ticket, .accepted(status: 200), body: ["state": answers < 4 ? "busy" : "done"], at: hand.now)
            hand.drain()
        }
        #expect(answers == 4)
        #expect(hand.texts == ["state done"])
    }

    @Test func pollingBeginsItsTimesAtTheIntervalAndEndsWithItsDuration() {
        let hand = run([
            send(.literal("open")),
            .repeat(.init(for: 20 * second, every: .uniform(3 * second...5 * second)), [.call(.init("view"))]),
        ])
        let times = hand.loadOperations.filter { $0.endpoint == .view }.map(\.scheduled)
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect((5...7).contains(times.count))
        #expect(gaps.allSatisfy { (3 * second...5 * second).contains($0) })
        #expect(Set(gaps).count > 1)
        #expect(times.allSatisfy { $0 < 20 * second })
    }

    @Test func intervalCountsFromTheBeginningOfATimeToTheNext() {
        let hand = run([
            .repeat(
                .init(times: Template(literal: "3"), every: .constant(4 * second)), [me, .think(.constant(second))])
        ])
        #expect(hand.loadOperations.map(\.scheduled) == [0, 4 * second, 8 * second])
        let slow = run([
            .repeat(
                .init(times: Template(literal: "3"), every: .constant(second)), [me, .think(.constant(4 * second))])
        ])
        #expect(slow.loadOperations.map(\.scheduled) == [0, 4 * second, 8 * second])
    }

    @Test func repetitionWithoutEndAndWithoutTimeLetsOthersAct() {
        let endless = [Step.repeat(.init(), [.assign(variable: "a", Template(literal: "b"))])]
        let hand = run(
            endless, load: [.init(name: "p", load: .users(start: 1, end: 1), duration: 10 * second)],
            until: 100 * second)
        #expect(hand.engine.isFinished)
        let huge = [
            Step.repeat(.init(times: Template(literal: "1000000000")), [.assign(variable: "a", Template(literal: "b"))])
        ]
        let other = run(
            huge, load: [.init(name: "p", load: .users(start: 1, end: 1), duration: 10 * second)], until: 100 * second)
        #expect(other.engine.isFinished)
    }

    @Test func choiceFollowsTheWeights() {
        let hand = run([
            .repeat(
                .init(times: Template(literal: "400")),
                [
                    .choose([
                        .init(weight: 3, steps: [send(.literal("a"))]),
                        .init(weight: 0, steps: [send(.literal("never"))]),
                        .init(weight: 1, steps: [send(.literal("b"))]),
                    ])
                ])
        ])
        #expect(hand.texts.count == 400)
        #expect((260...340).contains(hand.texts.count { $0 == "a" }))
        #expect(!hand.texts.contains("never"))
    }

    @Test func chanceHoldsInItsShareOfTheTimes() {
        let hand = run([
            .repeat(
                .init(times: Template(literal: "400")),
                [.when(.init(.chance(0.2)), then: [send(.literal("a"))], otherwise: [])])
        ])
        #expect((50...110).contains(hand.texts.count))
    }

    @Test func capturesTakeTextsNumbersAndParts() {
        let answer: JSON = ["id": "abc", "n": 7, "list": [["x": true], ["x": nil]], "o": ["k": "v"]]
        let captures: [Step.Capture] = [
            .init(variable: "id", path: [.member("id")]), .init(variable: "n", path: [.member("n")]),
            .init(variable: "x", path: [.member("list"), .index(0), .member("x")]),
            .init(variable: "null", path: [.member("list"), .index(1), .member("x")]),
            .init(variable: "none", path: [.member("list"), .index(7)]),
            .init(variable: "o", path: [.member("o")]),
        ]
        let hand = run(
            [
                .call(.init("me", captures: captures)),
                send(
                    .variable("id"), .literal(","), .variable("n"), .literal(","), .variable("x"), .literal(","),
                    .variable("null"), .literal(","), .variable("none"), .literal(","), .variable("o")),
            ], body: { _ in answer })
        #expect(hand.texts == [#"abc,7,true,,,{"k":"v"}"#])
        #expect(hand.sent.filter { $0.wish == .body }.count == 1, "bodies are asked for only where they are needed")
    }

    @Test func variablesThatCallsFillAreAskedForWhereAStepReadsThem() {
        let answer: JSON = ["id": "m1"]
        let reading = run(
            [send(.literal("a")), send(.literal("after "), .variable("message"))], body: { _ in answer })
        #expect(reading.texts == ["a", "after m1"])
        let ignoring = run([send(.literal("a")), send(.literal("b"))], body: { _ in answer })
        #expect(ignoring.texts == ["a", "b"])
        #expect(ignoring.sent.allSatisfy { $0.wish.isEmpty })
    }

    @Test func refusedCallLeavesTheVariableThatItWouldFill() {
        var hand = Hand(
            scenario(
                users: 2, load: [once],
                steps: [send(.literal("a")), send(.literal("b")), send(.literal("after "), .variable("message"))]),
            options: withoutAudit)
        hand.answersAtOnce = false
        for (result, id) in [(History.Operation.Result.accepted(status: 201), "m1"), (.refused(status: 403), "none")] {
            hand.advance(to: hand.now + second)
            if let last = hand.sent.last {
                hand.engine.completed(last.ticket, result, body: ["id": .string(id)], at: hand.now)
            }
        }
        hand.drain()
        #expect(hand.texts == ["a", "b", "after m1"])
    }

    @Test func variablesOfAFlowAreEmptyAtItsBeginning() {
        let hand = run(
            [send(.literal("<"), .variable("a"), .literal(">")), .assign(variable: "a", Template([.user, .number]))],
            load: [.init(name: "p", load: .iterations(2, users: 1), duration: 100 * second)])
        #expect(hand.texts == ["<>", "<>"])
    }

    @Test func feedersHandOutRowsInTheirOrder() {
        let rows = (0..<3).map { ["row \($0)", String($0)] }
        func texts(_ order: Scenario.Feeder.Order, iterations: Int) -> [String] {
            run(
                [send(.column(feeder: "f", "name")), send(.column(feeder: "f", "number"))], users: 4,
                feeders: [.init(name: "f", columns: ["name", "number"], rows: rows, order: order)],
                load: [.init(name: "p", load: .iterations(iterations, users: 1), duration: 1000 * second)]
            ).texts
        }
        #expect(texts(.sequential, iterations: 4) == ["row 0", "0", "row 1", "1", "row 2", "2", "row 0", "0"])
        #expect(texts(.user, iterations: 2) == ["row 0", "0", "row 0", "0"])
        let random = texts(.random, iterations: 40)
        #expect(Set(random).count == 6)
        #expect(stride(from: 0, to: 80, by: 2).allSatisfy { random[$0] == "row \(random[$0 + 1])" })
    }

    @Test func rightStatusIsTheOneThatTheScenarioNames() {
        var hand = Hand(
            scenario(
                users: 2, load: [once],
                steps: [.call(.init("me", expectedStatus: 403)), .call(.init("me", expectedStatus: 403)), me]),
            options: withoutAudit)
        hand.answersAtOnce = false
        for result in [History.Operation.Result.refused(status: 403), .accepted(status: 200), .accepted(status: 200)] {
            hand.advance(to: hand.now + second)
            if let last = hand.sent.last { hand.engine.completed(last.ticket, result, at: hand.now) }
        }
        hand.drain()
        #expect(hand.loadOperations.map(\.expectedStatus) == [403, 403, nil])
        #expect(hand.loadOperations.map(\.isExpected) == [true, false, true])
        #expect(hand.engine.counters.failed == 1)
        #expect(hand.engine.counters.refused == 1)
    }

    @Test func recordsNameThePreviewOfWhatWasSent() {
        let long = String(repeating: "ä", count: 150)
        let hand = run([send(.literal("short")), send(.literal(long))])
        #expect(
            hand.loadOperations.map(\.contentDigest) == [History.digest(of: "short"), History.digest(of: long)])
        #expect(
            hand.loadOperations.map(\.previewDigest) == [
                History.digest(of: "short"), History.digest(of: String(repeating: "ä", count: 100)),
            ])
    }

    @Test func readsAreObservedWhereConcurrencyIsChecked() {
        var observed = scenario(users: 2, load: [once], steps: [.call(.init("messages")), .call(.init("me"))])
        observed.checksLinearizability = true
        var hand = Hand(observed, options: withoutAudit)
        hand.advance(to: 20 * second)
        #expect(hand.sent.suffix(2).map(\.wish) == [.observations, []])
    }
}
