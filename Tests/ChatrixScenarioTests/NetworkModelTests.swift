import ChatrixReference
import Testing

@testable import ChatrixScenario

/// What becomes of what travels through the network of virtual time.
struct NetworkModelTests {
    private static let second: Int64 = 1_000_000_000

    private static func model(
        clients: Int = 4, devices: Int = 1, seed: UInt64 = 1,
        _ change: (inout NetworkModel.Configuration) -> Void = { _ in }
    ) -> NetworkModel {
        var configuration = NetworkModel.Configuration()
        change(&configuration)
        var model = NetworkModel(configuration, seed: seed)
        model.prepare(clients: clients, devices: devices)
        return model
    }

    private static func mean(_ distribution: Distribution) -> Double {
        var random = SplitMix64(seed: 5)
        return (0..<20_000).reduce(0.0) { sum, _ in sum + Double(distribution.draw(&random)) } / 20_000
    }

    @Test(arguments: [
        (Distribution.constant(700), 700.0), (.uniform(100...300), 200),
        (.normal(mean: 10_000, deviation: 1000), 10_000), (.exponential(mean: 5000), 5000),
        // e^(sigma²/2) times the median.
        (.logNormal(median: 10_000, sigma: 0.5), 11_331),
    ])
    func meanOfADistributionIsAsSaid(distribution: Distribution, mean: Double) {
        #expect(abs(Self.mean(distribution) / mean - 1) < 0.03)
    }

    @Test func nothingIsDrawnOutsideTheBounds() {
        var random = SplitMix64(seed: 1)
        let distribution = Distribution.bounded(.normal(mean: 100, deviation: 100), 50...120)
        let drawn = (0..<2000).map { _ in distribution.draw(&random) }
        #expect(drawn.allSatisfy { (50...120).contains($0) })
        // Drawn again, not moved to the bound.
        #expect(drawn.count { $0 == 50 || $0 == 120 } < 100)
        let far = Distribution.bounded(.normal(mean: 100, deviation: 1), 500...600)
        #expect(far.draw(&random) == 500)
    }

    @Test(arguments: [(0, 1), (1, 2.718281828459045), (-1, 0.36787944117144233), (10, 22_026.465794806718)])
    func powersOfE(x: Double, power: Double) {
        #expect(abs(exp(x) / power - 1) < 1e-13)
    }

    /// The times at which ten things arrive that leave at once.
    private static func arrivals(_ model: inout NetworkModel, client: Int) -> [NetworkModel.Passage] {
        (0..<10).map { _ in model.send(.requests, client: client, now: 0) }
    }

    @Test func oneClientsDelaysDependOnNoOther() {
        var small = Self.model(clients: 2) { $0.loss.packets = 0.2 }
        var large = Self.model(clients: 50) { $0.loss.packets = 0.2 }
        for client in 2..<50 { _ = Self.arrivals(&large, client: client) }
        #expect(Self.arrivals(&small, client: 1) == Self.arrivals(&large, client: 1))
        #expect(Self.arrivals(&small, client: 0) != Self.arrivals(&small, client: 1))
    }

    private static func times(_ passages: [NetworkModel.Passage]) -> [Int64] {
        passages.compactMap { if case .arrives(let time) = $0 { time } else { nil } }
    }

    @Test func whatIsSentFirstArrivesFirst() {
        var model = Self.model { $0.event = .exponential(mean: Self.second) }
        let times = Self.times((0..<200).map { model.publish(topic: $0 % 4, client: 0, now: Int64($0)) })
        #expect(times.count == 200)
        #expect(times == times.sorted())
    }

    @Test func topicsOvertakeEachOtherOnlyWhereNoOrderIsKept() {
        var model = Self.model {
            $0.event = .exponential(mean: Self.second)
            $0.order = .topic
        }
        let times = Self.times((0..<200).map { model.publish(topic: $0 % 4, client: 0, now: Int64($0)) })
        #expect(times != times.sorted())
        for topic in 0..<4 {
            let own = times.indices.filter { $0 % 4 == topic }.map { times[$0] }
            #expect(own == own.sorted())
        }
    }

    @Test func lostPacketMakesLateByTheTimeUntilItIsSentAgain() {
        var model = Self.model {
            $0.loss.packets = 0.3
            $0.event = .constant(1000)
        }
        var waits: [Int64: Int] = [:]
        for number in 0..<1000 {
            let now = Int64(number) * 100 * Self.second
            if case .arrives(let time) = model.publish(topic: 0, client: 0, now: now) {
                waits[(time - now - 1000) / 100_000_000, default: 0] += 1
            }
        }
        // 0, 200, 600, 1400 ms and so on, each with 0.3 of the chance of the one before.
        #expect(Set(waits.keys).isSubset(of: [0, 2, 6, 14, 30]))
        #expect((650...750).contains(waits[0] ?? 0))
        #expect((170...250).contains(waits[2] ?? 0))
    }

    @Test func connectionBreaksWhenEveryAttemptIsLost() {
        var model = Self.model {
            $0.loss.packets = 1
            $0.event = .constant(0)
        }
        #expect(model.publish(topic: 0, client: 0, now: 0) == .breaks(4 * Self.second))
    }

    @Test func requestsAndAnswersAreLostApart() {
        var model = Self.model { $0.loss.requests = 1 }
        #expect(model.send(.requests, client: 0, now: 0) == .lost)
        #expect(Self.times([model.send(.answers, client: 0, now: 0)]).count == 1)
        model = Self.model { $0.loss.answers = 1 }
        #expect(model.send(.answers, client: 0, now: 0) == .lost)
        #expect(Self.times([model.send(.requests, client: 0, now: 0)]).count == 1)
    }

    /// A network whose load began at 100 s with one partition 10 s later.
    private static func cut(
        _ part: NetworkModel.Partition.Part, share: Double = 1, for duration: Int64, clients: Int = 4, devices: Int = 1
    ) -> NetworkModel {
        var model = model(clients: clients, devices: devices) {
            $0.request = .constant(1000)
            $0.answer = .constant(1000)
            $0.event = .constant(1000)
            $0.session = .constant(1000)
            $0.partitions = [.init(part, share: share, at: 10 * second, for: duration)]
        }
        model.loadBegins(at: 100 * second)
        return model
    }

    @Test func shortCutOnlyMakesLate() {
        var model = Self.cut(.users, for: 2 * Self.second)
        #expect(model.breakages.isEmpty)
        #expect(model.send(.requests, client: 0, now: 111 * Self.second) == .arrives(112 * Self.second + 1000))
        #expect(model.send(.requests, client: 1, now: 110 * Self.second - 10) == .arrives(112 * Self.second + 1000))
        #expect(model.send(.requests, client: 2, now: 109 * Self.second) == .arrives(109 * Self.second + 1000))
    }

    @Test func longCutLosesRequestsAndBreaksSessions() {
        var model = Self.cut(.users, for: 20 * Self.second)
        #expect(model.breakages.map(\.time) == [114 * Self.second])
        #expect(model.send(.requests, client: 0, now: 111 * Self.second) == .lost)
        #expect(model.send(.answers, client: 0, now: 110 * Self.second - 10) == .lost)
        #expect(model.send(.requests, client: 0, now: 130 * Self.second) == .arrives(130 * Self.second + 1000))
        let time = model.sessionUp(.events, client: 0, isReconnect: true, now: 114 * Self.second)
        #expect((130 * Self.second...132 * Self.second + 1000).contains(time))
    }

    @Test(arguments: [
        (NetworkModel.Partition.Part.broker, [true, true, false]), (.api, [false, false, true]),
        (.users, [false, false, false]),
    ])
    func partitionHitsItsPartOnly(part: NetworkModel.Partition.Part, passes: [Bool]) {
        var model = Self.cut(part, for: 20 * Self.second)
        let now = 112 * Self.second
        let requests = Self.times([model.send(.requests, client: 0, now: now)]).count == 1
        let frames = Self.times([model.send(.socketEvents, client: 0, now: now)]).count == 1
        let event = Self.times([model.publish(topic: 0, client: 0, now: now)]).first ?? 0
        #expect([requests, frames, event < now + Self.second] == passes)
    }

    @Test func shareOfTheUsersIsCutOffWithAllTheirDevices() {
        let model = Self.cut(.users, share: 0.3, for: 20 * Self.second, clients: 2000, devices: 2)
        let hit = (0..<2000).filter { model.breaks(.events, client: $0, by: 0) }
        #expect((500...700).contains(hit.count))
        #expect(hit.allSatisfy { model.breaks(.events, client: $0 ^ 1, by: 0) })
    }

    @Test func backendComesBackToTheBrokerWithItsNextAttempt() {
        let model = Self.cut(.broker, for: 12 * Self.second)
        #expect(model.publisherReturn(now: 109 * Self.second) == nil)
        #expect(model.publisherReturn(now: 110 * Self.second) == 125 * Self.second)
        #expect(model.publisherReturn(now: 124 * Self.second) == 125 * Self.second)
        #expect(model.publisherReturn(now: 125 * Self.second) == nil)
    }

    @Test func slowClientTakesEventsAtItsRateAndTheBrokerDropsWhatIsTooMuch() {
        var model = Self.model {
            $0.event = .constant(0)
            $0.slow = .init(share: 1, rate: 10, queue: 5)
        }
        let passages = (0..<20).map { _ in model.publish(topic: 0, client: 0, now: Self.second) }
        #expect(Self.times(passages.prefix(7).map { $0 }) == (0...6).map { Self.second + $0 * 100_000_000 })
        #expect(passages.dropFirst(7).allSatisfy { $0 == .lost })
    }
}
