import ChatrixCheck
import Foundation

/// Every latency of the run: time to the right, latency upwards, the darker the more requests or messages.
private enum HeatMap {
    /// Columns of time and rows of latency, at most.
    private static let columns = 120
    private static let rowsPerDecade = 10.0

    static func svg(
        _ data: RunReport, width: Double, id: String, title: String, style: String,
        _ distribution: (Timeline.Point) -> Distribution
    ) -> String? {
        let stretches = data.timeline.stretches(atMost: width < 500 ? columns / 2 : columns)
        let counts = stretches.map { cells(distribution($0.point)) }
        let rows = counts.flatMap(\.keys)
        guard let low = rows.min(), let high = rows.max(), let most = counts.flatMap(\.values).max() else { return nil }
        func milliseconds(_ row: Int) -> Double { pow(10, Double(row) / rowsPerDecade) }
        let ticks = Ticks.logarithmic(from: milliseconds(low), to: milliseconds(high + 1))
        guard let first = ticks.first, let last = ticks.last else { return nil }
        var plot = Plot(
            width: width, height: 250, x: (.linear, Plot.seconds(data)), y: (.logarithmic, first...last))
        plot.yAxis(ticks.map { ($0, Ticks.milliseconds($0)) }, title: "latency")
        plot.timeAxis(data)
        for (stretch, cells) in zip(stretches, counts) {
            let from = plot.x.position(stretch.start)
            let to = plot.x.position(stretch.start + stretch.seconds)
            for row in cells.keys.sorted() {
                guard let count = cells[row] else { continue }
                // A single outlier has to be seen beside thousands.
                let opacity = 0.14 + 0.86 * log10(1 + Double(count)) / log10(1 + Double(max(most, 2)))
                plot.cell(
                    from, plot.y.position(milliseconds(row + 1)), to, plot.y.position(milliseconds(row)), style,
                    opacity: min(1, opacity))
            }
        }
        let total = counts.reduce(0) { $0 + $1.values.reduce(0, +) }
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description:
                "\(Figure.count(total)) values between \(Figure.duration(milliseconds: milliseconds(low))) and "
                + "\(Figure.duration(milliseconds: milliseconds(high + 1))).")
    }

    /// How many values fell into each row.
    private static func cells(_ distribution: Distribution) -> [Int: Int] {
        var cells: [Int: Int] = [:]
        for bucket in distribution.buckets {
            let middle = max(Double(bucket.low + bucket.high) / 2e6, 0.001)
            cells[Int((log10(middle) * rowsPerDecade).rounded(.down)), default: 0] += bucket.count
        }
        return cells
    }
}

/// The answers to requests.
enum AnswerHeatMap: Chart {
    static let id = "answers-heat-map"
    static let title = "Answers, all of them"
    static let caption =
        "Time to the complete answer from the scheduled time; the darker, the more requests (logarithmic)."
    static let legend: [(style: String, label: String)] = []

    static func svg(_ data: RunReport, width: Double) -> String? {
        HeatMap.svg(data, width: width, id: id, title: title, style: "s1", \.http)
    }
}

/// The arrivals of messages.
enum ArrivalHeatMap: Chart {
    static let id = "arrivals-heat-map"
    static let title = "Message arrivals, all of them"
    static let caption =
        "Time to the arrival from the scheduled time of the send; the darker, the more messages (logarithmic)."
    static let legend: [(style: String, label: String)] = []

    static func svg(_ data: RunReport, width: Double) -> String? {
        HeatMap.svg(data, width: width, id: id, title: title, style: "s2", \.delivery)
    }
}
