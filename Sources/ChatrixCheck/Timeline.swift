import ChatrixHistory

/// The run over time, setup and settling included, in bounded memory: one point a second in the first hour, of two seconds
/// in the second, and so on; never more than `pointsMax`.
package struct Timeline: Sendable, Hashable {
    /// What was completed or arrived in the span of one point.
    package struct Point: Sendable, Hashable {
        package var requests = 0
        /// Of these, not answered as expected.
        package var failed = 0
        /// Messages that arrived, and all events together.
        package var messages = 0
        package var events = 0
        /// Scheduled time to complete answer.
        package var http = Distribution(precisionBits: Timeline.precisionBits)
        /// Scheduled time of the send to the arrival of the message.
        package var delivery = Distribution(precisionBits: Timeline.precisionBits)
        /// Longest delay between schedule and hand-over, nanoseconds.
        package var lagMax: Int64 = 0
        /// Sessions that went down.
        package var disconnects = 0

        package mutating func add(_ other: Point) {
            requests += other.requests
            failed += other.failed
            messages += other.messages
            events += other.events
            http.add(other.http)
            delivery.add(other.delivery)
            lagMax = max(lagMax, other.lagMax)
            disconnects += other.disconnects
        }
    }

    /// Of the distributions of points: values are told to 1.6 %.
    package static let precisionBits = 5
    package static let pointsMax = 3600
    private static let second: Int64 = 1_000_000_000

    /// Without gaps, from the start of the run.
    package private(set) var points: [Point] = []
    /// What one point spans: a power of two.
    package private(set) var secondsPerPoint = 1

    package init() {}

    /// Makes the point of a moment and gives its index.
    private mutating func index(at time: Int64) -> Int {
        let second = Int(max(time, 0) / Timeline.second)
        while second / secondsPerPoint >= Timeline.pointsMax { coarsen() }
        let index = second / secondsPerPoint
        if index >= points.count {
            points.append(contentsOf: repeatElement(Point(), count: index + 1 - points.count))
        }
        return index
    }

    private mutating func coarsen() {
        secondsPerPoint *= 2
        for index in 0..<(points.count + 1) / 2 {
            var point = points[2 * index]
            if 2 * index + 1 < points.count { point.add(points[2 * index + 1]) }
            points[index] = point
        }
        points.removeLast(points.count / 2)
    }

    mutating func noteOperation(at time: Int64, latency: Int64, lag: Int64, isFailed: Bool) {
        let index = index(at: time)
        points[index].requests += 1
        if isFailed { points[index].failed += 1 }
        points[index].http.record(latency)
        points[index].lagMax = max(points[index].lagMax, lag)
    }

    mutating func noteArrival(at time: Int64, isMessage: Bool) {
        let index = index(at: time)
        points[index].events += 1
        if isMessage { points[index].messages += 1 }
    }

    mutating func noteDelivery(at time: Int64, latency: Int64) {
        points[index(at: time)].delivery.record(latency)
    }

    mutating func noteDisconnect(at time: Int64) {
        points[index(at: time)].disconnects += 1
    }
}
