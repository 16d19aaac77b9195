import ChatrixCheck
import ChatrixHistory
import Histogram

/// The run second by second, setup and settling included.
package struct Series: Sendable, Hashable {
    /// What was completed or arrived in one second.
    package struct Point: Sendable, Hashable {
        /// Seconds since the start of the run.
        package var second: Int
        package var requests = 0
        /// Of these, not accepted.
        package var failed = 0
        /// Messages that arrived.
        package var messages = 0
        /// Scheduled time to complete answer.
        package var http = Percentiles()
        /// Scheduled time of the send to the arrival of the message.
        package var delivery = Percentiles()
        /// Highest delay between schedule and hand-over, milliseconds.
        package var lagMillisecondsMax = 0.0
        /// Sessions that went down.
        package var disconnects = 0
    }

    /// Milliseconds; `nil` where nothing was measured.
    package struct Percentiles: Sendable, Hashable {
        package var median: Double?
        package var p95: Double?
        package var p99: Double?
    }

    /// One per second, without gaps, from 0.
    package private(set) var points: [Point]

    /// In O(n) of the history; precision of the percentiles is three significant digits.
    package init(_ history: History, _ measurements: Measurements) {
        let nanosecondsPerSecond: Int64 = 1_000_000_000
        var last = max(history.operations.last?.completed ?? 0, history.deliveries.last?.at ?? 0)
        if history.run.end > 0 { last = min(last, history.run.end) }
        let count = Int(last / nanosecondsPerSecond) + 1
        var points = (0..<count).map { Point(second: $0) }
        func index(_ time: Int64) -> Int? {
            let second = Int(time / nanosecondsPerSecond)
            return points.indices.contains(second) ? second : nil
        }

        var http = SecondHistogram()
        for operation in history.operations {
            guard let second = index(operation.completed) else { continue }
            http.move(to: second) { points[$0].http = $1 }
            points[second].requests += 1
            if !operation.isAccepted { points[second].failed += 1 }
            http.record(operation.latency)
            points[second].lagMillisecondsMax = max(
                points[second].lagMillisecondsMax, Double(operation.sent - operation.scheduled) / 1e6)
        }
        http.move(to: -1) { points[$0].http = $1 }

        if measurements.timeline.secondsPerPoint == 1 {
            for (second, point) in measurements.timeline.points.enumerated() where points.indices.contains(second) {
                func milliseconds(_ percent: Double) -> Double? { point.delivery.value(.percentile(percent)) }
                points[second].delivery = Percentiles(
                    median: milliseconds(50), p95: milliseconds(95), p99: milliseconds(99))
            }
        }

        for delivery in history.deliveries where delivery.kind == .message {
            if let second = index(delivery.at) { points[second].messages += 1 }
        }
        for change in history.sessionChanges where !change.isUp {
            if history.run.end > 0, change.at >= history.run.end { continue }
            if let second = index(change.at) { points[second].disconnects += 1 }
        }
        self.points = points
    }

    /// The histogram of the second that is being read.
    private struct SecondHistogram {
        private var histogram = Histogram<UInt32>(numberOfSignificantValueDigits: .three)
        private var second = -1

        /// Closes the second before, if it is another one.
        mutating func move(to second: Int, _ close: (Int, Percentiles) -> Void) {
            guard second != self.second else { return }
            if self.second >= 0, histogram.totalCount > 0 {
                func milliseconds(_ percentile: Double) -> Double {
                    Double(histogram.valueAtPercentile(percentile)) / 1000
                }
                close(
                    self.second,
                    Percentiles(median: milliseconds(50), p95: milliseconds(95), p99: milliseconds(99)))
                histogram.reset()
            }
            self.second = second
        }

        mutating func record(_ nanoseconds: Int64) { histogram.record(UInt64(max(nanoseconds, 0) / 1000)) }
    }
}
