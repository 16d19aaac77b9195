import ChatrixCheck
import ChatrixHistory

/// Percentiles of the time to the HTTP answer and to the arrival of a message, second by second.
enum LatencyChart: Chart {
    static let id = "latency"
    static let title = "Latency over time"
    static let caption = "Median and 99th percentile of each second, counted from the scheduled time; logarithmic."

    static func svg(_ data: RunReport, width: Double) -> String? {
        func value(_ distribution: Distribution, _ percent: Double) -> Double? {
            distribution.value(.percentile(percent)).map { max($0, 0.001) }
        }
        let points = Plot.stretches(data).map { stretch in
            (middle: stretch.middle, http: stretch.point.http, delivery: stretch.point.delivery)
        }
        let values = points.flatMap {
            [value($0.http, 50), value($0.http, 99), value($0.delivery, 50), value($0.delivery, 99)]
        }.compactMap { $0 }
        guard let low = values.min(), let high = values.max() else { return nil }
        let ticks = Ticks.logarithmic(from: low, to: high)
        guard let first = ticks.first, let last = ticks.last else { return nil }
        var plot = Plot(
            width: width, height: 270, x: (.linear, Plot.seconds(data)), y: (.logarithmic, first...last))
        plot.yAxis(ticks.map { ($0, Ticks.milliseconds($0)) }, title: "latency")
        plot.timeAxis(data)
        plot.curve(points.map { ($0.middle, value($0.http, 99)) }, "s1 faint")
        plot.curve(points.map { ($0.middle, value($0.delivery, 99)) }, "s2 faint")
        plot.curve(points.map { ($0.middle, value($0.http, 50)) }, "s1")
        plot.curve(points.map { ($0.middle, value($0.delivery, 50)) }, "s2")
        return plot.svg(
            id: "\(id)-\(Int(width))", title: title,
            description: "Between \(Figure.duration(milliseconds: low)) and \(Figure.duration(milliseconds: high)).")
    }

    static let legend: [(style: String, label: String)] = [
        ("s1", "HTTP answer, median"), ("s1 faint", "HTTP answer, p99"), ("s2", "message arrival, median"),
        ("s2 faint", "message arrival, p99"),
    ]
}
