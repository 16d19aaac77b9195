import CLibcrypto
import ChatrixModel

/// The subscriptions of webhooks, and the deliveries to them until they have succeeded or are given up (D-96, D-97).
///
/// It says which attempt may start and is told how it ended; it sends nothing and reads no clock. Each subscription has
/// a lane of its own: one attempt at a time, in the order in which they fall due, so that a receiver sees first
/// attempts in the order of events. An attempt that takes long stops holding up the next when the sender says so
/// (`letNextStart(after:)`). Operations are O(subscriptions).
package struct WebhookQueue: Sendable {
    /// WEBHOOK-SIG-06: from each failure to the next attempt.
    static let retryDelaysMilliseconds: [Int64] = [5_000, 30_000, 120_000, 600_000, 3_600_000]
    /// Deliveries that may wait in all; beyond it the oldest are dropped.
    package static let waitingMax = 10_000
    static let underWayMax = 64
    static let underWayPerSubscriptionMax = 16

    private struct Delivery: Sendable {
        let number: Int
        let id: UUIDv4
        let event: WebhookEvent
        let body: [UInt8]
        var failureCount = 0
        /// When its next attempt is to start; while it is under way, when that attempt was.
        var due: Timestamp
    }

    private struct Lane: Sendable {
        let id: UUIDv4
        let url: WebhookURL
        let secret: [UInt8]
        /// Nil: all.
        let events: Set<WebhookEvent>?
        /// Those with 0, 1, … failures.
        var lines = [Line](repeating: Line(), count: retryDelaysMilliseconds.count + 1)
        var underWay: [Int: Delivery] = [:]
        /// The attempt that the next has to wait for.
        var holder: Int?

        /// The line whose first falls due first.
        var nextLine: Int? {
            var next: Int?
            for index in lines.indices {
                guard let candidate = lines[index].first else { continue }
                if let best = next.flatMap({ lines[$0].first }), !isBefore(candidate, best) { continue }
                next = index
            }
            return next
        }

        /// The line whose first is the oldest event.
        var oldestLine: Int? {
            lines.indices.min { (lines[$0].first?.number ?? .max) < (lines[$1].first?.number ?? .max) }
                .flatMap { lines[$0].first == nil ? nil : $0 }
        }

        var next: Delivery? { nextLine.flatMap { lines[$0].first } }
    }

    /// In the order of `due`. As the waits of a line are equally long, what is added nearly always belongs at its end.
    private struct Line: Sendable {
        private var deliveries: [Delivery] = []
        private var head = 0

        var count: Int { deliveries.count - head }
        var first: Delivery? { head < deliveries.count ? deliveries[head] : nil }
        var all: ArraySlice<Delivery> { deliveries[head...] }

        mutating func insert(_ delivery: Delivery) {
            var index = deliveries.count
            while index > head, isBefore(delivery, deliveries[index - 1]) { index -= 1 }
            deliveries.insert(delivery, at: index)
        }

        mutating func removeFirst() {
            head += 1
            guard head > 32, head * 2 > deliveries.count else { return }
            deliveries.removeFirst(head)
            head = 0
        }
    }

    private static func isBefore(_ a: Delivery, _ b: Delivery) -> Bool { (a.due, a.number) < (b.due, b.number) }

    package struct Counts: Sendable, Hashable {
        package var subscriptions = 0
        /// Deliveries that wait for their time.
        package var waiting = 0
        /// Deliveries of which an attempt is due or under way.
        package var due = 0
        package var delivered = 0
        /// Given up after the last attempt.
        package var failed = 0
        /// Pushed out of a full queue, or gone with their subscription.
        package var dropped = 0
    }

    /// In the order in which they were added.
    private var lanes: [Lane] = []
    private var lastNumber = 0
    private var waitingCount = 0
    private var deliveredCount = 0
    private var failedCount = 0
    package private(set) var droppedCount = 0

    package init() {}

    /// An empty queue whose numbers are none of those of `other`, so that nobody mistakes an old attempt for a new one.
    init(after other: WebhookQueue) { lastNumber = other.lastNumber }

    /// O(deliveries that are due).
    package func counts(at now: Timestamp) -> Counts {
        var dueCount = 0
        for lane in lanes {
            for line in lane.lines { dueCount += line.all.prefix { $0.due <= now }.count }
        }
        let underWayCount = lanes.reduce(0) { $0 + $1.underWay.count }
        return Counts(
            subscriptions: lanes.count, waiting: waitingCount - dueCount, due: dueCount + underWayCount,
            delivered: deliveredCount, failed: failedCount, dropped: droppedCount)
    }
}

// MARK: - Subscriptions and events

extension WebhookQueue {
    package var hasSubscriptions: Bool { !lanes.isEmpty }

    /// Whether any subscription wants to hear of `event`.
    func wants(_ event: WebhookEvent) -> Bool { lanes.contains { $0.events?.contains(event) ?? true } }

    mutating func subscribe(_ id: UUIDv4, to events: Set<WebhookEvent>?, at url: WebhookURL, secret: String) {
        lanes.append(Lane(id: id, url: url, secret: Array(secret.utf8), events: events))
    }

    /// Ends a subscription with all that waits for it; false if there is none.
    mutating func unsubscribe(_ id: UUIDv4) -> Bool {
        guard let index = lanes.firstIndex(where: { $0.id == id }) else { return false }
        let lane = lanes.remove(at: index)
        let waiting = lane.lines.reduce(0) { $0 + $1.count }
        waitingCount -= waiting
        droppedCount += waiting + lane.underWay.count
        return true
    }

    /// Adds a delivery for each subscription that wants `event`, and returns how many. WEBHOOK-SIG-05: each has an ID of
    /// its own.
    mutating func add(
        _ event: WebhookEvent, _ body: [UInt8], at time: Timestamp, random: inout SplitMix64
    ) -> Int {
        var count = 0
        for index in lanes.indices where lanes[index].events?.contains(event) ?? true {
            if waitingCount >= WebhookQueue.waitingMax { dropOldest() }
            lastNumber += 1
            let id = UUIDv4(random: random.next(), random.next())
            lanes[index].lines[0].insert(Delivery(number: lastNumber, id: id, event: event, body: body, due: time))
            waitingCount += 1
            count += 1
        }
        return count
    }

    private mutating func dropOldest() {
        var oldest: (number: Int, lane: Int, line: Int)?
        for lane in lanes.indices {
            guard let line = lanes[lane].oldestLine, let first = lanes[lane].lines[line].first,
                first.number < oldest?.number ?? .max
            else { continue }
            oldest = (first.number, lane, line)
        }
        guard let oldest else { return }
        lanes[oldest.lane].lines[oldest.line].removeFirst()
        waitingCount -= 1
        droppedCount += 1
    }
}

// MARK: - Attempts

/// One HTTP request that has to be made now.
package struct WebhookAttempt: Sendable {
    /// Names the attempt when it has ended. Never used twice at a time; a retry has the number of its delivery again.
    package let number: Int
    package let event: WebhookEvent
    package let url: WebhookURL
    /// All that the API documents, in this order.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]
    /// 1...6.
    package let ordinal: Int
    /// When it was to start.
    package let due: Timestamp
}

extension WebhookQueue {
    /// How an attempt changed its delivery.
    package enum Conclusion: Sendable, Hashable {
        case delivered
        case retry(at: Timestamp)
        case givenUp
    }

    /// Takes the attempt that has to start first among those due at `now`; `nil` if there is none or it may not start
    /// yet. Each that is taken has to be ended with `finish`.
    ///
    /// `inOrder` starts no retry before all that was due earlier has ended: time that jumps looks to receivers as if it
    /// had passed.
    mutating func takeAttempt(at now: Timestamp, inOrder: Bool) -> WebhookAttempt? {
        var underWayCount = 0
        var earliestUnderWay: Timestamp?
        for lane in lanes {
            underWayCount += lane.underWay.count
            for delivery in lane.underWay.values {
                earliestUnderWay = min(earliestUnderWay ?? delivery.due, delivery.due)
            }
        }
        guard underWayCount < WebhookQueue.underWayMax else { return nil }
        var chosen: (delivery: Delivery, lane: Int)?
        for index in lanes.indices {
            let lane = lanes[index]
            guard lane.holder == nil, lane.underWay.count < WebhookQueue.underWayPerSubscriptionMax,
                let next = lane.next, next.due <= now
            else { continue }
            if inOrder, next.failureCount > 0, let earliestUnderWay, earliestUnderWay < next.due { continue }
            if let best = chosen?.delivery, !WebhookQueue.isBefore(next, best) { continue }
            chosen = (next, index)
        }
        guard let (delivery, index) = chosen else { return nil }
        lanes[index].lines[delivery.failureCount].removeFirst()
        lanes[index].underWay[delivery.number] = delivery
        lanes[index].holder = delivery.number
        waitingCount -= 1
        return attempt(of: delivery, on: lanes[index])
    }

    /// WEBHOOK-SIG-01 to WEBHOOK-SIG-04.
    private func attempt(of delivery: Delivery, on lane: Lane) -> WebhookAttempt {
        WebhookAttempt(
            number: delivery.number, event: delivery.event, url: lane.url,
            headers: [
                ("Content-Type", "application/json"),
                ("X-Chatrix-Event", delivery.event.rawValue),
                ("X-Chatrix-Signature", WebhookQueue.signature(of: delivery.body, secret: lane.secret)),
                ("X-Chatrix-Delivery", delivery.id.description),
            ], body: delivery.body, ordinal: delivery.failureCount + 1, due: delivery.due)
    }

    /// 64 lowercase hexadecimal digits (D-96).
    static func signature(of body: [UInt8], secret: [UInt8]) -> String {
        let mac = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            var length: UInt32 = 0
            let result = HMAC(
                EVP_sha256(), secret, Int32(secret.count), body, body.count, buffer.baseAddress, &length)
            precondition(result != nil && length == 32, "HMAC of libcrypto failed")
            count = 32
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: mac.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
    }

    /// Ends an attempt; `nil` if it is of no account any more, after a reset or the end of its subscription.
    ///
    /// `time` is when it ended; without it the time when it was due counts, for clocks that stand still.
    mutating func finish(_ number: Int, succeeded: Bool, at time: Timestamp?) -> Conclusion? {
        guard let index = lanes.firstIndex(where: { $0.underWay[number] != nil }),
            var delivery = lanes[index].underWay.removeValue(forKey: number)
        else { return nil }
        if lanes[index].holder == number { lanes[index].holder = nil }
        if succeeded {
            deliveredCount += 1
            return .delivered
        }
        guard delivery.failureCount < WebhookQueue.retryDelaysMilliseconds.count else {
            failedCount += 1
            return .givenUp
        }
        delivery.due = (time ?? delivery.due) + WebhookQueue.retryDelaysMilliseconds[delivery.failureCount]
        delivery.failureCount += 1
        lanes[index].lines[delivery.failureCount].insert(delivery)
        waitingCount += 1
        return .retry(at: delivery.due)
    }

    /// Tells that an attempt takes so long that the next of its subscription need not wait for it.
    mutating func letNextStart(after number: Int) {
        guard let index = lanes.firstIndex(where: { $0.holder == number }) else { return }
        lanes[index].holder = nil
    }

    package func isUnderWay(_ number: Int) -> Bool { lanes.contains { $0.underWay[number] != nil } }

    /// When the first of those that wait falls due.
    package var nextDue: Timestamp? { lanes.compactMap { $0.next?.due }.min() }

    /// When the first of those that wait or are under way falls or fell due.
    package var earliestOutstanding: Timestamp? {
        lanes.flatMap { $0.underWay.values.map(\.due) + ($0.next.map { [$0.due] } ?? []) }.min()
    }
}
