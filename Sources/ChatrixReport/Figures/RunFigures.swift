import ChatrixCheck
import ChatrixHistory

/// What is known of a run beside the judge's measurements.
package struct RunFigures: Sendable {
    package internal(set) var processes: [ProcessSample.Process: ProcessFigures] = [:]
    /// Sessions lost before the run closed them.
    package internal(set) var disconnects = 0
    /// Requests of the load that were refused by a documented answer.
    package internal(set) var refused = 0
    /// Requests of the load without a usable answer.
    package internal(set) var unanswered = 0
    /// Of the last record, nanoseconds.
    package internal(set) var end: Int64 = 0

    /// When sessions were lost lately: the closing of the run may be among them.
    private var lastLosses: [Int64] = []
    /// Longer than the closing of a run takes.
    private static let closingNanoseconds: Int64 = 60_000_000_000

    /// Takes the end of the run, where it is known: what sessions do from then on is its closing.
    mutating func finish(_ run: History.Run) {
        guard run.end > 0 else { return }
        disconnects -= lastLosses.count { $0 >= run.end }
        end = max(end, run.end)
    }

    mutating func add(_ sample: ProcessSample) {
        processes[sample.process, default: ProcessFigures()].add(sample)
    }

    mutating func add(_ batch: History.Batch) {
        end = max(end, batch.operations.last?.completed ?? 0, batch.deliveries.last?.at ?? 0)
        for change in batch.sessionChanges where !change.isUp {
            disconnects += 1
            lastLosses.append(change.at)
        }
        lastLosses.removeAll { $0 < end - RunFigures.closingNanoseconds }
        for operation in batch.operations where operation.phase == .load {
            switch operation.result {
            case .accepted: break
            case .refused: refused += 1
            case .unreadable, .lost: unanswered += 1
            }
        }
    }
}

extension Timeline {
    /// Length in seconds.
    var seconds: Int { points.count * secondsPerPoint }

    /// The points of the last seconds together, the current one included; `nil` before the first.
    func last(seconds: Int) -> Point? {
        let last = points.suffix(max(1, seconds / secondsPerPoint))
        guard var sum = last.first else { return nil }
        for point in last.dropFirst() { sum.add(point) }
        return sum
    }

    /// At most `limit` stretches of equal length: few enough for a curve in a small file.
    func stretches(atMost limit: Int) -> [Stretch] {
        let size = max(1, (points.count + limit - 1) / limit)
        return stride(from: 0, to: points.count, by: size).map { start in
            let end = min(start + size, points.count)
            var point = points[start]
            for next in points[start..<end].dropFirst() { point.add(next) }
            return Stretch(
                start: Double(start * secondsPerPoint), seconds: Double((end - start) * secondsPerPoint), point: point)
        }
    }

    /// Some points put together.
    struct Stretch {
        /// Seconds of the run.
        var start: Double
        var seconds: Double
        var point: Point

        var middle: Double { start + seconds / 2 }

        func perSecond(_ count: Int) -> Double { Double(count) / seconds }
    }
}
