import ChatrixReference

/// How long requests, answers and events travel in virtual time, and which are lost. Seeded: the same seed gives the same
/// network, and what happens to one client depends on no other client.
///
/// What one client sends or gets in a lane keeps its order, as on one connection; see `Configuration` for the rest.
package struct NetworkModel: Sendable {
    /// The kinds of things that keep their order.
    enum Lane: Int, CaseIterable { case requests, answers, events, socketRequests, socketEvents }

    /// What becomes of something that is sent.
    enum Passage: Sendable, Hashable {
        case arrives(Int64)
        case lost
        /// Nothing of it gets through, so its connection breaks at that time.
        case breaks(Int64)
    }

    /// One lane of one client.
    private struct Path: Sendable {
        var random: SplitMix64
        /// When the last thing arrives that was sent so far.
        var last: Int64 = 0
    }

    /// A partition on the clock of the run, nanoseconds.
    private struct Cut: Sendable {
        var partition: Partition
        var index: Int
        var start: Int64
        var end: Int64
    }

    /// TCP sends a packet again after this time, then after twice as long, and so on.
    static let retransmissionInterval: Int64 = 200_000_000
    /// Between two attempts of a client to connect again: at first, and at most.
    static let retryInterval: ClosedRange<Int64> = 250_000_000...2_000_000_000
    /// Between two attempts of the backend to reach the broker, and what it keeps meanwhile (D-58).
    static let publisherRetryInterval: Int64 = 5_000_000_000
    static let publisherQueue = 1000

    let configuration: Configuration
    private let seed: UInt64
    private var devices = 1
    private var paths: [Path] = []
    /// By client and topic, where these keep no common order.
    private var topicLasts: [Int64] = []
    private var cuts: [Cut] = []
    /// Neither losses nor slow clients: most of what can happen need not be looked at.
    private let isPlain: Bool

    private static let laneCount = Lane.allCases.count
    private static let topicCount = 4

    package init(_ configuration: Configuration = Configuration(), seed: UInt64) {
        self.configuration = configuration
        self.seed = seed
        isPlain = configuration.loss == Loss() && configuration.slow == nil && configuration.order == .session
    }

    /// Client c is device `c % devices` of user `c / devices`.
    mutating func prepare(clients: Int, devices: Int) {
        self.devices = devices
        paths = (0..<clients * NetworkModel.laneCount).map {
            Path(random: SplitMix64(seed: seed, stream: RandomStream.network, index: UInt64($0)))
        }
        if configuration.order == .topic {
            topicLasts = Array(repeating: 0, count: clients * NetworkModel.topicCount)
        }
    }

    /// Sets the clock of the partitions.
    mutating func loadBegins(at time: Int64) {
        cuts = configuration.partitions.enumerated().map { index, partition in
            let start = time + partition.at
            return Cut(partition: partition, index: index, start: start, end: start + partition.duration)
        }
    }

    /// What becomes of something that leaves now for or from `client` in a lane other than that of MQTT events.
    mutating func send(_ lane: Lane, client: Int, now: Int64) -> Passage {
        let delay =
            switch lane {
            case .requests, .socketRequests: configuration.request
            case .answers: configuration.answer
            case .events, .socketEvents: configuration.event
            }
        let place = client * NetworkModel.laneCount + lane.rawValue
        var time = now + delay.draw(&paths[place].random)
        if !isPlain {
            let share =
                lane == .requests ? configuration.loss.requests : lane == .answers ? configuration.loss.answers : 0
            if share > 0, paths[place].random.unit() < share { return .lost }
            guard retransmit(&time, place) else { return broken(place, time) }
        }
        let travel = time - now
        time = max(time, paths[place].last)
        if !cuts.isEmpty, let cut = cut(lane, client, from: now, to: time) {
            guard isSurvivable(cut) else { return .lost }
            time = max(cut.end + travel, paths[place].last)
        }
        paths[place].last = time
        return .arrives(time)
    }

    /// What becomes of an event that leaves now for a session of `client`; `topic` from 0 to 3.
    mutating func publish(topic: Int, client: Int, now: Int64) -> Passage {
        let place = client * NetworkModel.laneCount + Lane.events.rawValue
        var time = now + configuration.event.draw(&paths[place].random)
        // What a cut adds to; the wait of a slow client is in the last arrival.
        var travel = time - now
        if !isPlain {
            guard retransmit(&time, place) else { return broken(place, time) }
            travel = time - now
            if let slow = configuration.slow, isSlow(client, slow.share) {
                let interval = Int64(1e9 / slow.rate)
                if let queue = slow.queue, paths[place].last > now + interval * Int64(queue) { return .lost }
                time = max(time, paths[place].last + interval)
            }
        }
        let topicPlace = topicLasts.isEmpty ? nil : client * NetworkModel.topicCount + topic
        time = max(time, topicPlace.map { topicLasts[$0] } ?? paths[place].last)
        // In a cut that breaks the session it stays on the way until nobody waits for it any more.
        if !cuts.isEmpty, let cut = cut(.events, client, from: now, to: time) { time = max(time, cut.end + travel) }
        if let topicPlace { topicLasts[topicPlace] = time }
        paths[place].last = max(time, paths[place].last)
        return .arrives(time)
    }

    /// When a connection stands that a client begins to open now: after a round trip.
    mutating func connection(client: Int, now: Int64) -> Int64 {
        let place = client * NetworkModel.laneCount + Lane.requests.rawValue
        return now + configuration.request.draw(&paths[place].random) + configuration.answer.draw(&paths[place].random)
    }

    /// When the last event that was sent to a client so far has arrived, or would have.
    func lastArrival(client: Int) -> Int64 {
        paths[client * NetworkModel.laneCount + Lane.events.rawValue].last
    }

    /// When the broker has the acknowledgement of an event that a client received now.
    mutating func acknowledgement(client: Int, now: Int64) -> Int64 {
        now + configuration.event.draw(&paths[client * NetworkModel.laneCount + Lane.events.rawValue].random)
    }

    /// Adds the time that lost packets cost; false if the connection was given up before one got through, at `time`.
    private mutating func retransmit(_ time: inout Int64, _ place: Int) -> Bool {
        guard configuration.loss.packets > 0 else { return true }
        let sent = time
        var interval = NetworkModel.retransmissionInterval
        while paths[place].random.unit() < configuration.loss.packets {
            time += interval
            interval *= 2
            if time - sent > configuration.detection {
                time = sent + configuration.detection
                return false
            }
        }
        return true
    }

    /// What comes behind the broken one waits for it, and so misses its connection.
    private mutating func broken(_ place: Int, _ time: Int64) -> Passage {
        paths[place].last = max(time, paths[place].last)
        return .breaks(paths[place].last)
    }

    // MARK: - Sessions

    /// When an event session is up that a client begins to open now. Attempts that meet a cut are repeated with growing
    /// pauses; `isReconnect` begins with such a pause.
    mutating func sessionUp(_ lane: Lane, client: Int, isReconnect: Bool, now: Int64) -> Int64 {
        let place = client * NetworkModel.laneCount + lane.rawValue
        var interval = NetworkModel.retryInterval.lowerBound
        var attempt = now
        func pause() {
            // Jitter as of the real client: half to all of the interval.
            attempt += paths[place].random.within(interval / 2...interval)
            interval = min(interval * 2, NetworkModel.retryInterval.upperBound)
        }
        if isReconnect { pause() }
        while true {
            let time = attempt + configuration.session.draw(&paths[place].random)
            guard cut(lane, client, from: attempt, to: time) != nil else { return time }
            pause()
        }
    }

    /// When a session that came up now breaks by itself; `nil` for never.
    mutating func disconnection(_ lane: Lane, client: Int, now: Int64) -> Int64? {
        guard let mean = configuration.disconnects else { return nil }
        let place = client * NetworkModel.laneCount + lane.rawValue
        return now + max(1, Distribution.exponential(mean: mean).draw(&paths[place].random))
    }

    /// The cuts that break connections: when these are noticed, in the order of the scenario file.
    var breakages: [(time: Int64, cut: Int)] {
        cuts.filter { !isSurvivable($0) }.map { ($0.start + configuration.detection, $0.index) }
    }

    /// A session of the client in the lane breaks by the cut.
    func breaks(_ lane: Lane, client: Int, by cut: Int) -> Bool { isHit(lane, client, by: cuts[cut]) }

    /// When the backend, which publishes now, reaches the broker again; `nil` if it reaches it now.
    func publisherReturn(now: Int64) -> Int64? {
        guard !cuts.isEmpty else { return nil }
        for cut in cuts where cut.partition.part == .broker && !isSurvivable(cut) && cut.start <= now {
            let attempts =
                (cut.end - cut.start + NetworkModel.publisherRetryInterval - 1)
                / NetworkModel.publisherRetryInterval
            let time = cut.start + attempts * NetworkModel.publisherRetryInterval
            if now < time { return time }
        }
        return nil
    }

    // MARK: - Who is hit

    private func isSurvivable(_ cut: Cut) -> Bool { cut.end - cut.start <= configuration.detection }

    /// The cut that something meets that travels from one time to another.
    private func cut(_ lane: Lane, _ client: Int, from: Int64, to: Int64) -> Cut? {
        cuts.first { $0.start <= to && from < $0.end && isHit(lane, client, by: $0) }
    }

    private func isHit(_ lane: Lane, _ client: Int, by cut: Cut) -> Bool {
        switch cut.partition.part {
        case .users: isDrawn(client / devices, share: cut.partition.share, number: UInt64(cut.index) + 1)
        case .broker: lane == .events
        case .api: lane != .events
        }
    }

    private func isSlow(_ client: Int, _ share: Double) -> Bool { isDrawn(client, share: share, number: 0) }

    /// Whether the client or user `index` is of a share; one draw for each `number`.
    private func isDrawn(_ index: Int, share: Double, number: UInt64) -> Bool {
        if share >= 1 { return true }
        var random = SplitMix64(seed: seed &+ number, stream: RandomStream.networkShares, index: UInt64(index))
        return random.unit() < share
    }
}
