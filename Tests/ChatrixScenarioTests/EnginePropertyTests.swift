import ChatrixHistory
import ChatrixModel
import ChatrixReference
import Testing

@testable import ChatrixScenario

/// Whatever the scenario and however badly the deployment behaves: the engine ends, and says once of each request what
/// became of it.
struct EnginePropertyTests {
    /// A deployment that loses, refuses, delays, doubles and makes up, as its seed says.
    struct Weather {
        enum Item {
            case answer(Engine.Ticket, History.Operation.Result, Engine.Facts, JSON?)
            case event(History.Delivery)
            case session(client: Int, History.Channel, isUp: Bool)
        }

        var random: SplitMix64
        var engine: Engine
        var coming = TimerQueue<Int>()
        var items: [Item] = []
        var issued: [Int] = []
        var records = History.Batch()
        /// Of 100.
        let losses: Int
        let refusals: Int
        let delayMax: Int64
        /// From here on nothing is answered any more.
        var death = Int64.max

        init(_ scenario: Scenario, seed: UInt64) {
            random = SplitMix64(seed: seed)
            losses = random.below(3) * 15
            refusals = random.below(3) * 10
            delayMax = [0, 50_000_000, 2 * second, 15 * second][random.below(4)]
            if random.below(3) == 0 { death = Int64(random.below(60)) * second }
            var options = Plan.Options()
            options.setupConcurrency = 1 + random.below(8)
            options.sessionTimeout = 9 * second
            options.auditTimeout = 20 * second
            options.rateLimitPatience = 100 * second
            if random.below(3) == 0 { options.setupRate = 5 }
            if random.below(5) == 0 { options.channels = [] }
            let plan = Plan(scenario, options: options) { name in
                if name == "typing" { EnginePropertyTests.typing } else { StepDeclaration.named(name)?.call }
            }
            engine = Engine(plan: plan, clock: .virtual, startedAt: .virtualStart)
        }

        /// Runs to the end; `nil` if there is none.
        mutating func run(isStopped: Int64?) -> Int64? {
            var now: Int64 = 0
            var turns = 0
            while !engine.isFinished {
                while let action = engine.nextAction(at: now) { carryOut(action, now) }
                records.add(engine.takeRecords())
                turns += 1
                guard !engine.isFinished else { break }
                let next = min(coming.nextTime ?? .max, engine.nextDue ?? .max)
                guard next < .max, turns < 400_000 else { return nil }
                now = max(now, next)
                if let stop = isStopped, now >= stop, turns % 64 == 0 { engine.stop(at: now) }
                if let entry = coming.popFirst(until: now) { deliver(items[entry.payload], now) }
            }
            records.add(engine.takeRecords())
            return now
        }

        private mutating func later(_ item: Item, _ now: Int64) {
            items.append(item)
            coming.add(items.count - 1, at: now + (delayMax == 0 ? 0 : random.within(0...delayMax)))
        }

        private mutating func carryOut(_ action: Engine.Action, _ now: Int64) {
            switch action {
            case .openSession(let client, _, let channel):
                if random.below(10) > 0 { later(.session(client: client, channel, isUp: true), now) }
            case .closeSession(let client, let channel): later(.session(client: client, channel, isUp: false), now)
            case .closeConnection, .abandon: break
            case .sendFrame(let ticket, let client, let frame):
                issued.append(ticket.number)
                reply(ticket, client, nil, frame.action == .message, now)
            case .send(let ticket, let client, let command, _):
                issued.append(ticket.number)
                if case .chat(.send) = command {
                    reply(ticket, client, command, true, now)
                } else {
                    reply(ticket, client, command, false, now)
                }
            }
        }

        private mutating func reply(
            _ ticket: Engine.Ticket, _ client: Int, _ command: Command?, _ isSend: Bool, _ now: Int64
        ) {
            let user = engine.plan.parts(ofClient: client).user
            let drawn = random.below(100)
            if now >= death || drawn < losses / 2 { return }
            var result = History.Operation.Result.accepted(status: 200)
            if drawn < losses { result = .lost(reason: "reset") }
            if drawn >= 100 - refusals {
                result =
                    [
                        .refused(status: 403), .refused(status: 429), .refused(status: 409),
                        .unreadable(status: 500, reason: "?"),
                    ][
                        random.below(4)]
            }
            var facts = Engine.Facts.none
            var conversation = ConversationID(prefix: UInt64(user), number: UInt64(random.below(6)))
            switch command {
            case .auth?: facts = .account(UserID(prefix: 1, number: UInt64(user)))
            case .chat(.ensure(let recipient))?:
                conversation = ConversationID(
                    prefix: min(UInt64(user), recipient.number), number: max(UInt64(user), recipient.number))
                facts = .conversation(conversation)
            case .chat(.conversations)?: facts = .page(next: .virtualStart + Int64(random.below(100)))
            default:
                if isSend {
                    facts = .message(MessageID(prefix: 9, number: UInt64(ticket.number)), createdAt: .virtualStart)
                }
            }
            later(.answer(ticket, result, facts, ["a": .number(String(random.below(4)))]), now)
            if random.below(20) == 0 { later(.answer(ticket, result, facts, nil), now) }
            for _ in 0..<random.below(3) {
                var delivery = History.Delivery(
                    user: random.below(engine.plan.userCount), at: now,
                    kind: History.Delivery.Kind.allCases[random.below(16)],
                    conversation: random.below(3) == 0 ? nil : conversation,
                    message: MessageID(prefix: 9, number: UInt64(ticket.number)),
                    actor: UserID(prefix: 1, number: UInt64(random.below(engine.plan.userCount))))
                delivery.device = random.below(engine.plan.devices)
                later(.event(delivery), now)
            }
            if random.below(30) == 0 {
                let broken = random.below(engine.plan.clientCount)
                later(.session(client: broken, .mqtt, isUp: false), now)
                later(.session(client: broken, .mqtt, isUp: true), now)
            }
        }

        private mutating func deliver(_ item: Item, _ now: Int64) {
            switch item {
            case .answer(let ticket, let result, let facts, let body):
                engine.completed(ticket, result, facts, body: body, at: now)
            case .event(var delivery):
                delivery.at = now
                engine.received(delivery)
            case .session(let client, let channel, let isUp):
                engine.sessionChanged(client: client, channel, isUp: isUp, reason: isUp ? "" : "gone", at: now)
            }
        }
    }

    private static let typing = CallDeclaration(.typing, .conversation) { (context: CallContext) -> SocketRequest? in
        context.conversation.map { .typing($0, isTyping: true) }
    }

    private func template(_ random: inout SplitMix64) -> Template {
        let all: [Template.Segment] = [
            .literal("x"), .literal("2"), .number, .user, .peer, .variable("a"), .variable("b"),
            .column(feeder: "f", "c"),
            .column(feeder: "no", "c"),
        ]
        return Template([.literal("t")] + (0..<random.below(3)).map { _ in all[random.below(all.count)] })
    }

    private func distribution(_ random: inout SplitMix64) -> Distribution {
        switch random.below(5) {
        case 0: .constant(0)
        case 1: .constant(second)
        case 2: .uniform(0...3 * second)
        case 3: .normal(mean: second, deviation: second)
        default: .exponential(mean: second)
        }
    }

    private func condition(_ random: inout SplitMix64) -> Step.Condition {
        if random.below(3) == 0 { return .init(.chance(random.unit())) }
        let comparison = Step.Condition.Comparison.allCases[random.below(7)]
        return .init(.compare(template(&random), comparison, template(&random)))
    }

    private func steps(_ random: inout SplitMix64, depth: Int) -> [Step] {
        (0..<(1 + random.below(4))).map { _ in
            let actor: Step.Actor = random.below(3) == 0 ? .peer : .own
            switch random.below(depth > 0 ? 12 : 8) {
            case 0: return .call(.init("send", by: actor, [.text(template(&random)), nil, nil]))
            case 1:
                return .call(
                    .init(
                        "me", by: actor, captures: [.init(variable: "a", path: [.member("a")])],
                        expectedStatus: random.below(2) == 0 ? 403 : nil))
            case 2:
                return .call(
                    .init(["read", "view", "ensure", "messages", "login", "nothing"][random.below(6)], by: actor))
            case 3: return .call(.init("typing", by: actor))
            case 4: return .think(distribution(&random))
            case 5:
                return .await(
                    .init(
                        History.Delivery.Kind.allCases[random.below(16)], at: actor,
                        within: Int64(1 + random.below(4)) * second))
            case 6:
                let connections = Set(Step.Session.Connection.allCases.filter { _ in random.below(2) == 0 })
                return .session(.init(isUp: random.below(2) == 0, connections, by: actor))
            case 7: return .assign(variable: random.below(2) == 0 ? "a" : "b", template(&random))
            case 8:
                return .when(
                    condition(&random), then: steps(&random, depth: depth - 1),
                    otherwise: steps(&random, depth: depth - 1))
            case 9, 10:
                return .repeat(
                    .init(
                        times: random.below(2) == 0 ? Template(literal: String(random.below(5))) : nil,
                        while: random.below(3) == 0 ? condition(&random) : nil,
                        for: random.below(2) == 0 ? Int64(random.below(10)) * second : nil,
                        every: random.below(2) == 0 ? distribution(&random) : nil),
                    steps(&random, depth: depth - 1))
            default:
                return .choose(
                    (0..<random.below(4)).map { _ in
                        .init(weight: random.unit() - 0.1, steps: steps(&random, depth: depth - 1))
                    })
            }
        }
    }

    private func scenario(_ random: inout SplitMix64) -> Scenario {
        let users = 2 + random.below(8)
        var scenario = Scenario(
            name: "t", seed: random.next(), users: users, load: [], flows: [],
            settle: Int64(random.below(4)) * 2 * second)
        scenario.devices = 1 + random.below(3)
        scenario.pairs = [.ring(degree: 1), .random(degree: 1), .star, .groups(size: 2)][random.below(4)]
        scenario.channels = [[.mqtt], [.webSocket], [.mqtt, .webSocket], []][random.below(4)]
        scenario.feeders = [
            .init(
                name: "f", columns: ["c"], rows: [["1"], ["2"], []],
                order: Scenario.Feeder.Order.allCases[random.below(3)])
        ]
        if random.below(2) == 0 {
            scenario.roles = [.init(name: "one", users: 1), .init(name: "many", users: users - 1)]
        }
        for index in 0..<(1 + random.below(3)) {
            scenario.flows.append(
                .init(
                    name: "f\(index)", weight: Double(random.below(3)), steps: steps(&random, depth: 3),
                    roles: scenario.roles.isEmpty || random.below(2) == 0 ? [] : [["one"], ["many"]][random.below(2)]))
        }
        for index in 0..<(1 + random.below(3)) {
            let load: Scenario.Phase.Load =
                switch random.below(4) {
                case 0: .arrivals([Double(random.below(10)), Double(random.below(40))], .poisson)
                case 1: .arrivals([Double(random.below(10)), 0, Double(random.below(10))], .even)
                case 2: .users(start: random.below(users + 1), end: random.below(users + 1))
                default: .iterations(random.below(40), users: random.below(users + 1))
                }
            scenario.load.append(
                .init(
                    name: "p\(index)", load: load, duration: Int64(1 + random.below(20)) * second,
                    weights: random.below(3) == 0 ? ["f0": 2] : [:]))
        }
        return scenario
    }

    @Test func everyRunEndsAndTellsOnceOfEachRequest() throws {
        for seed in UInt64(1)...400 {
            var random = SplitMix64(seed: seed &* 77)
            let scenario = scenario(&random)
            let stop = random.below(4) == 0 ? Int64(random.below(80)) * second : nil
            var first = Weather(scenario, seed: seed)
            var again = first
            guard let end = first.run(isStopped: stop) else {
                Issue.record(
                    "seed \(seed): no end: \(first.engine.stage) at \(first.engine.now), \(first.engine.counters)")
                continue
            }
            #expect(first.records.operations.map(\.id).sorted() == first.issued, "seed \(seed)")
            #expect(first.issued == Array(0..<first.issued.count), "seed \(seed)")
            #expect(first.engine.counters.inFlight == 0)
            #expect(first.engine.counters.operationsCompleted == first.issued.count, "seed \(seed)")
            #expect(
                first.records.operations.allSatisfy { $0.scheduled <= $0.sent && $0.sent <= $0.completed },
                "seed \(seed)")
            let run = first.engine.history.run
            #expect(run.end == end)
            #expect(run.loadEnd - run.loadStart <= scenario.loadDuration || run.loadStart == 0, "seed \(seed)")
            if run.loadStart > 0 {
                // Settling, the reads and the wait for the last of them, and for what they cause.
                #expect(
                    run.end <= run.loadEnd + scenario.settle + (20 + 10) * second + Engine.quiet,
                    "seed \(seed)")
            }
            _ = again.run(isStopped: stop)
            #expect(first.records.operations == again.records.operations, "seed \(seed)")
            #expect(first.records.sessionChanges == again.records.sessionChanges, "seed \(seed)")
            #expect(first.engine.counters == again.engine.counters, "seed \(seed)")
        }
    }
}

extension History.Batch {
    fileprivate mutating func add(_ batch: History.Batch) {
        users += batch.users
        operations += batch.operations
        deliveries += batch.deliveries
        sessionChanges += batch.sessionChanges
        observations += batch.observations
    }
}
