import ChatrixReference

/// How long requests, answers and events travel in virtual time. Seeded: the same seed gives the same delays.
///
/// What one user sends or gets keeps its order, as on one connection.
package struct NetworkModel: Sendable {
    /// A delay drawn evenly from a range, nanoseconds.
    package struct Delay: Sendable, Hashable {
        package var range: ClosedRange<Int64>

        package init(_ range: ClosedRange<Int64>) { self.range = range }
    }

    package var request = Delay(150_000...350_000)
    package var answer = Delay(150_000...350_000)
    package var event = Delay(300_000...900_000)
    /// From the wish for an event session to its being up.
    package var session = Delay(1_000_000...3_000_000)

    private var random: SplitMix64
    /// When the last thing of each kind arrives, for each user.
    private var lastArrivals: [[Int64]] = []

    package init(seed: UInt64) {
        random = SplitMix64(seed: seed, stream: RandomStream.network, index: 0)
    }

    /// The kinds of things that keep their order.
    enum Lane: Int, CaseIterable { case requests, answers, events }

    mutating func prepare(users: Int) {
        lastArrivals = Lane.allCases.map { _ in Array(repeating: 0, count: users) }
    }

    /// When something arrives that leaves now.
    mutating func arrival(_ lane: Lane, user: Int, now: Int64) -> Int64 {
        let delay =
            switch lane {
            case .requests: request
            case .answers: answer
            case .events: event
            }
        let time = max(now + random.within(delay.range), lastArrivals[lane.rawValue][user])
        lastArrivals[lane.rawValue][user] = time
        return time
    }

    mutating func sessionUp(now: Int64) -> Int64 { now + random.within(session.range) }
}
